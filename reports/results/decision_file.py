"""`decision.json`: the decisions of a run, written and read back as the same objects."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.typed_json import read, to_plain, without_nan
from retrainlab.sim.atomic import write_text
from retrainlab.sim.checksums import verify
from retrainlab.sim.errors import InputError, is_there, require

FILE = "decision.json"
SCHEMA = 4


@dataclass(frozen=True)
class Decisions:
    """The decisions of a run, by scenario."""

    schema: int
    scenarios: dict[str, Decision]


def save(decisions: Sequence[Decision], folder: Path) -> Path:
    """Write the decisions, by scenario, into a run's folder; the file is written atomically."""
    by_scenario = {decision.scenario: decision for decision in decisions}
    plain = without_nan(to_plain(Decisions(SCHEMA, by_scenario)))
    text = json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False)
    path = folder / FILE
    write_text(path, f"{text}\n")
    return path


def load(folder: Path | str) -> dict[str, Decision]:
    """Return the decisions of a run by scenario, at the prices of the run.

    Raises `InputError` if the file is missing, is no JSON, is of another schema, or lacks an entry.
    """
    path = Path(folder) / FILE
    again = f"retrainlab report {quote(str(path.parent))}"
    require(
        is_there(path),
        f"{FILE} is missing in {path.parent}; `{again}` writes it",
    )
    verify(path.parent, FILE)
    try:
        return read(Decisions, path, SCHEMA).scenarios
    except InputError as wrong:
        raise type(wrong)(f"{wrong}; `{again}` writes it anew from the tables") from wrong
