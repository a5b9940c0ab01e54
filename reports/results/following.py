"""Settings that follow the price: the tables of a scenario with the replay nearest to a price."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from retrainlab.reports.results.tables import Tables
from retrainlab.sim.price_ratio import PriceRatio, nearest, replayed_at, turns_between
from retrainlab.sim.prices import CostPart, Prices

Chosen = tuple[str, ...]  # of each setting that follows the price, the label that was replayed


@dataclass(frozen=True)
class _Setting:
    """A setting that follows the price. replays: ratio of each replay by its label, its own too."""

    label: str
    ratio: PriceRatio
    replays: dict[str, float]

    def at(self, prices: Prices) -> str:
        """Return the label of the replay that is nearest to these prices."""
        place = nearest(list(self.replays.values()), self.ratio.at(prices))
        return list(self.replays)[place]


class Following:
    """One scenario as it is at any prices, where settings follow them.

    A setting that follows the price is the replay whose ratio of prices is the nearest one; all of
    them lie in the study's tables, so that nothing is replayed.
    """

    def __init__(self, tables: Tables) -> None:
        """tables: of the scenario."""
        self._tables, self._settings = tables, _settings(tables)
        self._made: dict[Chosen, Tables] = {self.chosen(tables.manifest.prices): tables}

    def chosen(self, prices: Prices) -> Chosen:
        """Return which replays stand for the settings at these prices."""
        return tuple(setting.at(prices) for setting in self._settings)

    def at(self, prices: Prices) -> Tables:
        """Return the tables with these replays under the labels of their settings."""
        chosen = self.chosen(prices)
        if chosen not in self._made:
            pairs = zip(chosen, self._settings, strict=True)
            names = {label: setting.label for label, setting in pairs if label != setting.label}
            self._made[chosen] = _renamed(self._tables, names)
        return self._made[chosen]

    def turns(self, part: CostPart, prices: Prices) -> list[float]:
        """Return the rising values of one price at which another replay becomes the nearest."""
        turns: set[float] = set()
        for setting in self._settings:
            ratios = turns_between(list(setting.replays.values()))
            turns |= {*_values(setting.ratio, part.name, prices, ratios)}
        return sorted(turns)


def _values(ratio: PriceRatio, name: str, prices: Prices, ratios: list[float]) -> list[float]:
    """Return the values of a price at which a ratio of it takes these values."""
    other = ratio.denominator if name == ratio.numerator else ratio.numerator
    fixed = float(getattr(prices, other))
    if name not in (ratio.numerator, ratio.denominator) or not fixed:
        return []
    return [fixed * value if name == ratio.numerator else fixed / value for value in ratios]


def _settings(tables: Tables) -> list[_Setting]:
    """Return the settings that follow the price and have replays at other prices."""
    strategies, prices = tables.manifest.strategies, tables.manifest.prices
    here = {*tables.price_steps["label"].astype(str)}
    settings = []
    for label in dict.fromkeys(tables.runs["label"].astype(str)):
        info = strategies.get(label)
        if info is None or not info.follows:
            continue
        ratio = PriceRatio.parse(info.follows, f"the manifest of {label}")
        steps = {name: s.ratio for name, s in strategies.items() if s.step_of == label}
        steps = {name: value for name, value in steps.items() if name in here}
        replays = {label: replayed_at(ratio.at(prices)), **steps}
        settings.append(_Setting(label, ratio, replays))
    return settings


def _renamed(tables: Tables, names: Mapping[str, str]) -> Tables:
    """Return the tables with other replays of some settings; names: of the setting, by theirs."""
    steps = tables.price_steps.assign(role="strategy")
    runs = pd.concat([tables.runs, steps[steps["label"].isin(names)]])
    return replace(
        tables,
        runs=_with(runs, names),
        ticks=_with(tables.ticks, names),
        retrainings=_with(tables.retrainings, names),
        alarms=_with(tables.alarms, names),
    )


def _with(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Return a table with the rows of these labels under their new names, and none besides."""
    labels = table["label"].astype(str)
    kept = table.assign(label=labels.replace(dict(names)))
    return kept[~labels.isin(names.values())].reset_index(drop=True)
