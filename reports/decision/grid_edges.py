"""Ends of the grid: whether a setting is the last one that was tried of a parameter."""

from collections.abc import Iterable, Mapping

import pandas as pd

from retrainlab.reports.results.decision import GridEdge
from retrainlab.reports.results.manifest import StrategyInfo
from retrainlab.reports.results.parameters import parameter_of, settings
from retrainlab.sim.stream import Floats

FEWEST = 3  # values; of two each is an end


def grid_edges(
    label: str, labels: Iterable[str], strategies: Mapping[str, StrategyInfo]
) -> tuple[GridEdge, ...]:
    """Return the ends at which a setting lies, of the parameters with three values or more.

    labels: of the settings that were tried. The others of its strategy count that differ from it in
    this parameter alone. One tick is the shortest interval and window that there is, so no end.
    """
    tried = {x: strategies[x] for x in labels if x in strategies}
    if label not in tried:
        return ()
    of_strategy = tried[label].strategy
    frame = settings({x: info for x, info in tried.items() if info.strategy == of_strategy})
    texts = frame[frame.columns[2:]].astype(str)
    alike = texts.eq(texts.loc[label])
    edges = []
    for path in frame.columns[2:]:
        line = _values(frame, alike, str(path), label)
        value = float(line[0]) if len(line) else float("nan")
        if len(set(line)) < FEWEST or value not in (line.min(), line.max()):
            continue
        is_shortest = value == 1 and parameter_of(frame, str(path)).sets is not None
        if not is_shortest:
            is_least = value == line.min()
            edges.append(GridEdge(str(path), value, "smallest" if is_least else "largest"))
    return tuple(edges)


def _values(frame: pd.DataFrame, alike: pd.DataFrame, path: str, label: str) -> Floats:
    """(n,) values of a parameter where all others are as the label has them, its own first.

    alike: which parameters of each setting are those of the label.
    """
    others = alike.drop(columns=path).all(axis=1)
    numbers = pd.to_numeric(frame.loc[others, path], errors="coerce").dropna()
    if label not in numbers:
        return numbers.iloc[:0].to_numpy(float)
    return numbers.loc[[label, *numbers.index.drop(label)]].to_numpy(float)
