"""Settings that acted alike: on every seed the same actions, at the same loss and cost."""

from collections.abc import Iterable, Mapping

import pandas as pd

from retrainlab.reports.decision.actions import ACTIONS
from retrainlab.reports.decision.equal_costs import NUMBER
from retrainlab.reports.decision.near_ties import is_calendar
from retrainlab.reports.results.manifest import StrategyInfo

SAME = (*ACTIONS, "train_rows", "labels", "loss", "cost")


def acted_alike(runs: pd.DataFrame, labels: Iterable[str]) -> dict[str, str]:
    """Return, of each setting that acted as one before it did, the label of that one.

    runs: of one scenario. labels: those first that name the others, see `simplest_first`; of a
    setting whose alarms never came, it is `never` that it acted as.
    """
    runs = runs[runs["role"] == "strategy"].sort_values(["never", "seed"], ascending=[False, True])
    columns = ["seed", *(name for name in SAME if name in runs)]
    acts = {
        str(label): tuple(map(tuple, cell[columns].to_numpy(float)))
        for label, cell in runs.groupby("label", sort=False, observed=True)
    }
    idle = [label for label in acts if runs.loc[runs["label"] == label, "never"].any()]
    first: dict[tuple[tuple[float, ...], ...], str] = {}
    alike = {}
    for label in dict.fromkeys([*idle, *map(str, labels)]):
        if label in acts and (as_of := first.setdefault(acts[label], label)) != label:
            alike[label] = as_of
    return alike


def simplest_first(
    labels: Iterable[str], choice: str, strategies: Mapping[str, StrategyInfo]
) -> list[str]:
    """Return labels in the order in which one is to name those that acted as it did.

    First the choice, then calendars before alarms, fewer parameters before more, shorter names
    before longer ones, whatever their numbers.
    """

    def complexity(label: str) -> tuple[bool, bool, int, int]:
        info = strategies.get(label)
        parameters = len(info.parameters) if info else 0
        return (
            label != choice,
            not is_calendar(label, strategies),
            parameters,
            len(NUMBER.sub("", label)),
        )

    return sorted(labels, key=complexity)
