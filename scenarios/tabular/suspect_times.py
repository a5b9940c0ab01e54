"""Dates of rows that may be the time, a label's time, or no date at all."""

import re
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from retrainlab.scenarios.tabular.cells import Note
from retrainlab.scenarios.tabular.columns import Feature
from retrainlab.scenarios.tabular.suspects import DROP, FEWEST, LEVELS, WORD
from retrainlab.scenarios.tabular.time_numbers import DIGITS, of_numbers

TIME = re.compile(WORD.format("time|timestamp|datetime|date|day|ts|epoch|at"))


def unnamed_times(
    dates: Mapping[str, pd.Series], features: Sequence[Feature], rows: int | None
) -> Iterator[Note]:
    """Yield which column may be the time of n rows that were given none.

    dates: (n,) of each column of dates; features: (n,) numbers that may be times.
    rows: how many a tick was said to have; None: nothing was said of ticks.
    """
    moments = {**dates, **{feature.name: _of_numbers(feature) for feature in features}}
    known = {name: of_column.dropna() for name, of_column in moments.items()}
    told = {name: moments for name, moments in known.items() if moments.nunique() >= LEVELS}
    ordered = [name for name, moments in told.items() if moments.is_monotonic_increasing]
    if ordered and rows is None:
        yield Note(ordered[0], "the rows are in its order: name it as time, and ticks have dates")
    if not ordered:
        for name in told:
            text = (
                "the rows are not in its order: if it says when a row was made, sort them by it "
                "and name it as time, else each tick is a mixture of all times"
            )
            yield Note(name, text)


def _of_numbers(feature: Feature) -> pd.Series:
    """Return the times in a column of numbers that is called like one; NaT where it holds none."""
    values = pd.Series(feature.values)
    is_called_so = not feature.categorical and TIME.search(feature.name) is not None
    if not is_called_so or not values.min() >= DIGITS["%Y%m%d"][0] or (values % 1 > 0).any():
        return pd.Series(pd.NaT, index=values.index)
    return of_numbers(values).times


def later_dates(dates: Mapping[str, pd.Series], times: pd.Series) -> Iterator[Note]:
    """Yield which columns of (n,) dates are never before the (n,) times of their rows."""
    for name, moments in dates.items():
        if _is_later(moments, times):
            text = (
                "it is never before the time of its row: is it known then? Else name it as "
                f"label_time if it says when the label became known, or {DROP}"
            )
            yield Note(name, text)


def _is_later(dates: pd.Series, times: pd.Series) -> bool:
    known = dates.notna()
    if known.sum() < FEWEST or not (dates > times).any():
        return False
    return bool((dates[known] >= times.dt.normalize()[known]).all())


def lone_times(name: str, times: pd.Series) -> Iterator[Note]:
    """Yield which few of the (n,) times, in order, are far before or after all others."""
    for side, moments in (("before", times), ("after", times[::-1])):
        few = len(moments) // 10
        steps = moments.diff().abs().iloc[1 : few + 1]
        if len(moments) < FEWEST or steps.empty:
            continue
        count = int(steps.to_numpy().argmax()) + 1
        others = moments.iloc[count:]
        if others.nunique() >= LEVELS and steps.max() > 10 * (others.max() - others.min()):
            rows = "1 row is" if count == 1 else f"{count:,} rows are"
            text = (
                f"{rows} {steps.max().days:,} days {side} all others: if that time stands for one "
                "that is not known, leave such rows out"
            )
            yield Note(name, text, f"{moments.iloc[0]} in row {moments.index[0] + 1:,}")
