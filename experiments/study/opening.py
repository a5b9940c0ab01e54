"""What a study of several scenarios says while it runs: its question, and each first result."""

import sys
from collections import Counter
from collections.abc import Sequence

import pandas as pd

from retrainlab.experiments.config.documented import purposes
from retrainlab.experiments.storage.artifact import Artifact
from retrainlab.experiments.study.group_unit import GroupUnit
from retrainlab.experiments.study.manifest import Study
from retrainlab.reports.decision.equal_costs import larger_first
from retrainlab.reports.text.format import count, money, three_digits
from retrainlab.reports.text.price_words import exact
from retrainlab.sim.prices import Prices
from retrainlab.sim.printable import printable

RANKED = ("strategy", "reference", "baseline")  # roles of what is compared


MOST = 12  # scenarios that are told of one by one


def is_told(study: Study) -> bool:
    """Whether the scenarios of a study are told of: several that somebody has chosen, not swept."""
    is_chosen = study.map is None and not (study.sweep and study.sweep.keys)
    return is_chosen and 1 < len({group.scenario for group in study.groups}) <= MOST


def question(study: Study) -> list[str]:
    """Return what the study is about to answer, and what each scenario is there for."""
    seeds = Counter(group.scenario for group in study.groups)
    strategies = {cell.strategy for cell in study.cells if cell.role == "strategy"}
    kinds = "1 strategy" if len(strategies) == 1 else f"{len(strategies)} strategies"
    prices = study.groups[0].prices
    price = f"a unit of loss costs {money(exact(prices.error), prices.currency)}"
    price += f", a retraining {money(exact(prices.fit), prices.currency)}"
    told = purposes("scenario")
    why = [f"  {name}: {told[name]}" for name in study.scenarios if name in told]
    asked = (
        f"when to retrain? {count(len(study.cells), 'setting')} of {kinds}, "
        f"on {len(seeds)} scenarios with up to {count(max(seeds.values()), 'seed')}; {price}"
    )
    return [asked, *why]


class FirstResults:
    """Tells of each scenario what costs least on its streams, as soon as the last one has ended."""

    def __init__(self, study: Study, units: Sequence[GroupUnit]):
        self.is_told, self.units = is_told(study), units
        self.left = Counter(unit.group.scenario for unit in units)
        self.runs: dict[str, list[pd.DataFrame]] = {}

    def __call__(self, place: int, artifact: Artifact) -> None:
        """Take the results of a unit; place: among the units."""
        if not self.is_told:
            return
        group = self.units[place].group
        table = artifact.table("runs")
        if table is not None:
            self.runs.setdefault(group.scenario, []).append(table.to_pandas())
        self.left[group.scenario] -= 1
        if not self.left[group.scenario]:
            _say(self._result(group.scenario, group.prices))

    def _result(self, scenario: str, prices: Prices) -> list[str]:
        """Return the line of a scenario; none where no stream of it could be replayed."""
        runs = pd.concat(self.runs.pop(scenario, [pd.DataFrame({"role": []})]))
        ranked = runs[runs["role"].isin(RANKED)]
        if ranked.empty:
            return []
        cost = ranked.groupby("label")["cost"].mean()
        best = str(cost.loc[larger_first(cost.index)].idxmin())
        is_strategy = ranked["role"] != "baseline"
        never = ranked.loc[is_strategy & ranked["never"].astype(bool), "label"].unique()
        if len(never) and cost[never[0]] <= cost[best]:
            best = never[0]
        line = f"{scenario}: {best} costs least so far, {_money(cost[best], prices)}"
        if len(never) and best not in never:
            line += f" against {_money(cost[never[0]], prices)} for {never[0]}"
        return [line]


def open_study(study: Study) -> None:
    """Say what a study of several scenarios is about to answer."""
    if is_told(study):
        _say(question(study))


def _say(lines: Sequence[str]) -> None:
    for line in lines:
        text = line if line.startswith(" ") else f"retrainlab: {line}"
        print(printable(text), file=sys.stderr)


def _money(value: float, prices: Prices) -> str:
    return money(three_digits(value), prices.currency)
