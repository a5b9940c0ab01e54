"""Columns of a table of strategies: heading, how a value is written, which direction is better.

Metrics and costs come from their own tables (`sim.metrics.METRICS`, `sim.prices.cost_parts`). The
page and the terminal read the columns here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from retrainlab.reports.text.format import (
    UNKNOWN,
    amount,
    in_currency,
    interval,
    number,
    percent,
    plus_minus,
    three_digits,
)
from retrainlab.sim.metrics import METRICS, Metric
from retrainlab.sim.prices import CostPart, cost_parts
from retrainlab.sim.requested_metrics import requested

OF_CLASS = "of the class"  # the page says which one
OTHERS = "others"
IN_TERMINAL = ("score", "gap", "retrainings", OTHERS, "cost")  # unless others are chosen

Row = Mapping[Any, Any] | pd.Series
Write = Callable[[Row], str]


@dataclass(frozen=True)
class Column:
    """A column of a summary (`reports.decision.summary`).

    heading: on a page, below `group`; short: in the terminal; the score's is the metric's name.
    write: text of a row's value; brief: that of the terminal. better: 1 where more is, -1 where
    less is, 0 where neither. optional: left out where it is zero or undefined throughout.
    of_strategies: baselines have a dash. on_page: whether a page shows it. is_cost: whether it is
    in the currency of the prices.
    """

    name: str
    heading: str
    write: Write
    group: str = ""
    better: int = 0
    optional: bool = False
    of_strategies: bool = False
    on_page: bool = True
    short: str = ""
    brief: Write | None = None
    is_cost: bool = False

    def titled(self, name: str, currency: str | None) -> str:
        """Return a heading, or the name of its group, with the currency of a cost."""
        return in_currency(name, currency) if self.is_cost and name else name

    def in_terminal(self, row: Row) -> str:
        """Return the text of a row's value in the terminal."""
        return (self.brief or self.write)(row)


def columns(asked: Iterable[str] = ()) -> dict[str, Column]:
    """Return all columns by name, in order; asked: names of metrics among them, or of others."""
    further = {name: metric for name in asked if (metric := requested(name))}
    every = (
        Column("score", "", lambda row: percent(row["score"], row["score_half"]), better=1),
        Column(
            "gap",
            "points below ceiling",
            lambda row: number(100 * row["gap"], 1),
            better=-1,
            optional=True,
            short="to ceiling",
            brief=lambda row: percent(row["gap"]),
        ),
        *(_of_metric(name, metric) for name, metric in (METRICS | further).items()),
        _count("retrainings", "retrainings"),
        _count("updates", "updates", optional=True),
        _count("switches", "put into service, no training", optional=True),
        Column(OTHERS, "", _others, on_page=False, short="other actions"),
        _count("unfinished", "too late, not charged", optional=True),
        _count("rejected", "rejected", optional=True),
        _count("labels", "labels bought"),
        _count("train_rows", "training rows"),
        *(_of_part(part) for part in cost_parts()),
        Column("cost", "total cost", _cost, better=-1, short="cost", is_cost=True),
        Column(
            "saving",
            "saved against never",
            _saving,
            better=1,
            optional=True,
            of_strategies=True,
            is_cost=True,
        ),
    )
    return {column.name: column for column in every}


def _of_metric(name: str, metric: Metric) -> Column:
    def write(row: Row) -> str:
        value = float(row[name])
        if metric.unit == "share":
            return percent(value)
        if metric.decimals is None:
            return three_digits(value, sign=metric.signed)
        return number(value, metric.decimals, sign=metric.signed)

    return Column(
        name,
        metric.heading,
        write,
        OF_CLASS if metric.of_class else "",
        metric.better,
        optional=True,
        on_page=not metric.is_score,
        short=metric.short,
    )


def _of_part(part: CostPart) -> Column:
    return Column(
        part.column,
        part.heading,
        lambda row: three_digits(float(row[part.column])),
        "mean cost of",
        better=0 if part.retraining else -1,
        optional=part.retraining,
        of_strategies=part.retraining,
        short=f"cost of {part.heading}",
        is_cost=True,
    )


def _count(name: str, heading: str, optional: bool = False) -> Column:
    write = _mean(name)
    return Column(name, heading, write, "mean number of", 0, optional, True)


def _mean(name: str) -> Write:
    return lambda row: amount(float(row[name]))


def _others(row: Row) -> str:
    """Updates, and models put into service without a training."""
    return amount(float(row["updates"]) + float(row["switches"]))


def _cost(row: Row) -> str:
    return plus_minus(row["cost"], row["cost_half"])


def _saving(row: Row) -> str:
    if row["never"]:
        return UNKNOWN
    return interval(row["saving"], row["saving_low"], row["saving_high"], sign=True)
