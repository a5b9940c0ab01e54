"""What a recommendation is worth: against never, against today's policy, and against hindsight."""

from typing import Any

import pandas as pd

from retrainlab.reports.analysis.repriced import Priced
from retrainlab.reports.analysis.statistics import paired
from retrainlab.reports.text.format import percent_of, plus_minus

NOTHING = {"text": "", "size": ""}


def worth(there: Priced, choice: str, today: str | None) -> list[dict[str, Any]]:
    """Return entries with `name`, `text` ("44 % less") and `size` ("2,175 ± 228"), by seed.

    there: one scenario at one price. choice: the label that is recommended. today: the label of
    the policy in use, None where none was named.
    """
    costs, never = there.costs, there.never
    entries = []
    if never is not None:
        said = NOTHING if choice == never else _gap(costs[choice], costs[never])
        entries.append({"name": "against never", **said, "same": choice == never})
    if today in costs:
        said = NOTHING if choice == today else _gap(costs[choice], costs[today])
        entries.append({"name": f"against today, {today}", **said, "same": choice == today})
    if len(there.oracle):
        gap = _gap(costs[choice], there.oracle)
        entries.append({"name": "against hindsight", **gap, "same": False})
    return entries


def _gap(own: pd.Series, other: pd.Series) -> dict[str, str]:
    """Say how much cheaper or dearer `own` is, seed by seed."""
    gap = paired(own, other)
    way = "more" if gap.mean > 0 else "less"
    share = percent_of(abs(gap.mean), float(other.mean()))
    return {"text": f"{share} {way}", "size": plus_minus(abs(gap.mean), gap.half)}
