"""The parameters that the settings of a strategy differ in, and what each of them sets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from retrainlab.reports.results.manifest import StrategyInfo

Quantity = Literal["interval", "window"]
PARTS: dict[str, Quantity] = {"when": "interval", "what": "window"}


@dataclass(frozen=True)
class Parameter:
    """A parameter by its path; sets: the quantity, in ticks, that it decides, if it does."""

    path: str
    sets: Quantity | None = None

    @property
    def option(self) -> str:
        """Name of the option of the part that it belongs to."""
        return self.path.split(".")[-1]


def settings(infos: Mapping[str, StrategyInfo]) -> pd.DataFrame:
    """Return a row a label: interval and window in ticks, then a column a parameter, by its path.

    infos: settings of one strategy, by label.
    """
    rows = [
        {"interval": info.interval, "window": info.window} | info.parameters
        for info in infos.values()
    ]
    return pd.DataFrame(rows, index=pd.Index(infos, name="label"))


def parameter_of(frame: pd.DataFrame, path: str) -> Parameter:
    """Return a parameter with what it sets; frame: of `settings`.

    It sets the interval, or the window, if it belongs to that part of the strategy, and if every
    value of the one goes with one value of the other.
    """
    quantity = PARTS.get(path.split(".")[0])
    if quantity is None or path not in frame:
        return Parameter(path)
    pairs = frame[[quantity, path]].dropna()
    if not len(pairs) or not pd.Series(pairs[quantity]).abs().lt(float("inf")).all():
        return Parameter(path)
    texts = pairs.assign(**{path: pairs[path].astype(str)})
    per_value, per_tick = (
        texts.groupby(a)[b].nunique().max() for a, b in ((path, quantity), (quantity, path))
    )
    return Parameter(path, quantity if per_value == per_tick == 1 else None)


def parameters(frame: pd.DataFrame) -> list[Parameter]:
    """Return all parameters of the settings."""
    return [parameter_of(frame, str(path)) for path in frame.columns[2:]]


def without_interval(infos: Mapping[str, StrategyInfo]) -> dict[str, str]:
    """Return by label what a setting is called but for its interval: `sliding_window last 20`."""
    sets_interval = {p.path for p in parameters(settings(infos)) if p.sets == "interval"}
    return {
        label: " ".join(
            [info.strategy, *(info.words[p] for p in info.parameters if p not in sets_interval)]
        )
        for label, info in infos.items()
    }
