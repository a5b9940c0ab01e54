"""Columns that a model should perhaps not see: identifiers, elapsed time, copies of the target."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retrainlab.scenarios.tabular.cells import Note
from retrainlab.scenarios.tabular.columns import Feature, Target
from retrainlab.scenarios.tabular.dates import PARTS
from retrainlab.scenarios.tabular.names import counted
from retrainlab.sim.stream import Floats

FEWEST = 20  # rows, below which anything may rise by chance
FEW = 3  # rows with one value below 0 that may be a coincidence
FIRST = 1000  # rows that are compared before all of them
LEVELS = 10  # distinct values that a column needs to tell the time
WORD = r"(?i)(?:^|[^a-z])(?:{})s?(?:$|[^a-z])"
SCORE = re.compile(WORD.format("score|proba?|probability|output|confidence"))
PREDICTION = re.compile(WORD.format("pred|prediction|predicted|forecast|y_?hat"))
IDENTIFIER = re.compile(WORD.format("u?id|uuid|guid|key|no|nr|number|index|idx|row"))
DROP = "add it to drop"
GONE = f"a level that has gone never comes back: a version or a period; {DROP} if it is one"
KNOWN = f"is it known when the row is served? Else {DROP}"
SERVED = "name it as incumbent if that model was in service, or add it to drop"


def suspects(features: Sequence[Feature], goal: Target) -> Iterator[Note]:
    """Yield what looks wrong in the (n,) values of features, beside the target."""
    for feature in features:
        text = _suspicion(feature, goal)
        if text is not None:
            yield Note(feature.name, text)


def _suspicion(feature: Feature, goal: Target) -> str | None:
    if _copies(feature.values, goal):
        return f"it is a copy of the target, with which a model is always right; {DROP}"
    if len(feature.values) < FEWEST:
        return None
    if (gap := _blank_class(feature.values, goal)) is not None:
        return f"it is blank in the rows of class {gap} and in no others: {KNOWN}"
    if _tells(feature, goal):
        return f"it alone tells the target in every row: {KNOWN}"
    if PREDICTION.search(feature.name):
        return f"it looks like what a model predicted; {SERVED}"
    if feature.categorical:
        return _of_category(feature)
    direction = _only(feature.values)
    if direction is not None:
        return f"it only {direction} from row to row: a row number or elapsed time; {DROP}"
    if _is_period(feature):
        return GONE
    if SCORE.search(feature.name) and goal.classes and _is_share(feature.values):
        return f"it looks like the score of a model; {SERVED}"
    if IDENTIFIER.search(feature.name) and _all_differ(feature.values):
        return f"every value occurs once: an identifier; {DROP}"
    found = (_placeholder(feature), _span(feature.values))
    return "; ".join(text for text in found if text is not None) or None


def _span(values: Floats) -> str | None:
    """Say from which row on, or up to which row, a feature has no value."""
    known = np.flatnonzero(~np.isnan(values))
    first, last = int(known[0]), int(known[-1]) + 1
    least = max(FEWEST, len(values) // 10)
    if len(values) - last >= least:
        return f"it has no value from row {last + 1:,} on: will it have one when rows are served?"
    return f"it has no value before row {first + 1:,}" if first >= least else None


def _placeholder(feature: Feature) -> str | None:
    """Say which number may stand for a missing one: one below 0 alone, or 999 far from others."""
    known = feature.values[~np.isnan(feature.values)]
    for end, others in (
        (known.min(), known[known > known.min()]),
        (known.max(), known[known < known.max()]),
    ):
        if end != np.floor(end) or len(np.unique(others)) < LEVELS:
            continue
        number, nines = len(known) - len(others), set(f"{abs(end):.0f}") == {"9"} and abs(end) > 9
        is_far = min(abs(others - end)) > np.ptp(others)
        is_lone = end < 0 <= others.min() and number >= FEW
        if is_lone or (nines and is_far):
            what = "the only number below 0" if is_lone else "far from all others"
            return (
                f"{end:.0f} in {counted(number, 'row')} is {what}: if it stands for a missing "
                f"value, set read.na_values={{{feature.name}: [{end:.0f}]}}"
            )
    return None


def _of_category(feature: Feature) -> str | None:
    known = feature.values[~np.isnan(feature.values)]
    levels = feature.levels
    many = f"{len(levels):,} different values in {len(known):,} rows"
    if len(known) >= FEWEST and len(levels) > len(known) / 2 and _are_sentences(levels):
        return f"{many}: a model sees no words of a text; make columns of them, or {DROP}"
    if _all_differ(feature.values):
        return f"every value occurs once: an identifier; {DROP}"
    # Codes are given in the order of first appearance.
    if len(known) >= FEWEST and known[-1] > 0 and (np.diff(known) >= 0).all():
        return GONE
    if len(known) >= FEWEST and len(levels) > len(known) / 2:
        return f"{many}: most say nothing of the rows to come; group them, or {DROP}"
    return None


def _are_sentences(levels: Sequence[str]) -> bool:
    """Whether most levels are of three words and more."""
    some = levels[:FIRST]
    return sum(level.strip().count(" ") > 1 for level in some) > len(some) / 2


def _all_differ(values: Floats) -> bool:
    return len(np.unique(values)) == len(values)


def _is_share(values: Floats) -> bool:
    return bool(np.nanmin(values) >= 0 and np.nanmax(values) <= 100)


def _only(values: Floats) -> Literal["rises", "falls"] | None:
    """Return the one direction in which values change, if they change often enough."""
    known = values[~np.isnan(values)]
    if len(known) < FEWEST:
        return None
    steps = np.diff(known)
    if np.count_nonzero(steps) < LEVELS - 1 or ((steps > 0).any() and (steps < 0).any()):
        return None
    return "rises" if steps.max() > 0 else "falls"


def _is_period(feature: Feature) -> bool:
    """Whether a number, such as a year, changes in few steps to one side. Not a part of a date."""
    known = feature.values[~np.isnan(feature.values)]
    steps = np.diff(known)
    if feature.name.rpartition(".")[2] in PARTS or not ((steps >= 0).all() or (steps <= 0).all()):
        return False
    counts = np.unique(known, return_counts=True)[1]
    return len(counts) > 1 and bool(counts.min() >= FEWEST // 2)


def _copies(values: Floats, goal: Target) -> bool:
    """Whether a feature and the target tell each other, row by row."""
    both = ~np.isnan(values) & goal.labelled
    x, y = values[both], goal.y[both].astype(np.float64)
    if len(x) < 3 or x.min() == x.max() or y.min() == y.max():
        return False
    if goal.classes:
        # The first rows tell it of most features, and all rows of the others.
        return _tell_each_other(x[:FIRST], y[:FIRST]) and _tell_each_other(x, y, often=4)
    # Squares of the largest and smallest numbers are none.
    x, y = x / np.abs(x).max(), y / np.abs(y).max()
    return bool(abs(np.corrcoef(x, y)[0, 1]) > 1 - 1e-12)


def _blank_class(values: Floats, goal: Target) -> str | None:
    """Return the one of two classes in whose rows, and in no others, a value is missing."""
    gaps = np.isnan(values)[goal.labelled]
    if len(goal.classes) != 2 or not gaps.any():
        return None
    y = goal.y[goal.labelled]
    return next((goal.classes[c] for c in (0, 1) if np.array_equal(gaps, y == c)), None)


def _tells(feature: Feature, goal: Target) -> bool:
    """Whether a feature alone tells the target of every row, or in which range it lies."""
    both = ~np.isnan(feature.values) & goal.labelled
    x, y = feature.values[both], goal.y[both]
    if goal.classes:
        often = _is_spread(y)
        rule = _parts_classes
    else:
        often = len(x) >= FEWEST and len(np.unique(y[:FIRST])) >= LEVELS
        often = often and (_is_spread(x) or (not feature.categorical and _has_levels(x)))
        rule = _parts_numbers
    # The first rows tell it of most features, and all rows of the others.
    return often and all(rule(x[:n], y[:n], feature.categorical) for n in (FIRST, len(x)))


def _parts_classes(x: Floats, y: NDArray[Any], categorical: bool) -> bool:
    """Whether no level has two classes, and levels come often or each class is one range."""
    levels = len(np.unique(x))
    if _count_pairs(x, y) != levels:
        return False
    return len(x) >= 4 * levels or (
        not categorical and _runs(y[np.argsort(x)]) == len(np.unique(y))
    )


def _parts_numbers(x: Floats, y: NDArray[Any], categorical: bool) -> bool:
    """Whether x rises or falls with y, ties apart; of a category, whether each level is a range."""
    up, down = x[np.lexsort((x, y))], x[np.lexsort((-x, y))]
    if categorical:
        return _runs(up) == len(np.unique(x))
    return bool((np.diff(up) >= 0).all() or (np.diff(down) <= 0).all())


def _has_levels(values: Floats) -> bool:
    return len(np.unique(values)) >= LEVELS


def _is_spread(values: NDArray[Any]) -> bool:
    """Whether two values come often enough that their order is no chance."""
    counts = np.sort(np.unique(values, return_counts=True)[1])
    return len(counts) > 1 and bool(counts[-2] >= FEWEST // 2)


def _runs(values: NDArray[Any]) -> int:
    return 1 + int(np.count_nonzero(np.diff(values)))


def _tell_each_other(x: Floats, y: Floats, often: int = 0) -> bool:
    """Whether no value of one comes with two of the other. often: rows of each pair at least."""
    pairs = _count_pairs(x, y)
    return len(x) >= often * pairs and pairs == len(np.unique(x)) == len(np.unique(y))


def _count_pairs(x: Floats, y: NDArray[Any]) -> int:
    return len(pd.unique(pd.Series(x + 1j * y)))
