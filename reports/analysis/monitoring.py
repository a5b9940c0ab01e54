"""Monitoring of one stream: quality and predictions over time, with control limits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retrainlab.reports.analysis.class_quality import by_class
from retrainlab.reports.analysis.control_limits import (
    Limits,
    control_limits,
    outside,
    reference_points,
)
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.tables import Tables, first_seed
from retrainlab.sim.metrics import METRICS, score
from retrainlab.sim.stream import Task

POINTS = 80  # of a chart, at most
QUALITY = {"classification": ("precision", "recall"), "regression": ("mae", "bias")}
Span = Mapping[str, NDArray[Any]]  # ticks of one point, by the name of the column
Formula = Callable[[Span], float]


@dataclass(frozen=True, eq=False)
class Chart:
    """One statistic of a stream over time.

    values: (points, labels). is_share: whether it is written as a percentage. limits: of the first
    model, None where the stream is too short for them.
    """

    heading: str
    values: pd.DataFrame
    is_share: bool
    limits: Limits | None

    def outside(self, label: str, after: int = 0) -> NDArray[np.bool_]:
        """(points - after,) whether each later point of a label lies outside the limits."""
        values = self.values[label].to_numpy()[after:]
        return np.zeros(len(values), bool) if self.limits is None else outside(values, self.limits)


@dataclass(frozen=True, eq=False)
class Monitoring:
    """What a monitor would have shown of some settings on one stream.

    labels: the setting that is looked at, then those that it is compared with. width: ticks a
    point. reference: how many first points the limits rest on. quality, predictions: the charts.
    classes: precision and recall of each class that can be chosen in place of those of `quality`.
    """

    labels: tuple[str, ...]
    seed: int
    width: int
    reference: int
    quality: tuple[Chart, ...]
    predictions: tuple[Chart, ...]
    classes: Mapping[str, tuple[Chart, ...]] = field(default_factory=dict)

    @property
    def by_kind(self) -> dict[str, tuple[Chart, ...]]:
        """The charts of each figure."""
        return {"quality": self.quality, "predictions": self.predictions}


def monitored(decision: Decision) -> tuple[str, ...]:
    """Return the choice, today's policy, and never, or the best strategy where never is chosen."""
    never, policy = decision.against.never, decision.against.current_policy
    labels = [decision.choice]
    labels += [policy.reference] if policy else []
    labels += [never.reference] if never else []
    if len(set(labels)) == 1:
        labels.append(decision.rival or decision.best)
    return tuple(dict.fromkeys(labels))


def monitoring(tables: Tables, labels: Sequence[str], limits_of: str) -> Monitoring:
    """Return the charts of some settings of one scenario on the first seed that they all have.

    limits_of: whose first points set the limits: `never`, which serves the first model throughout.
    Precision and recall are of class 1 for two classes, else the mean over classes. Charts of
    what was not saved are left out.
    """
    seed = first_seed(tables.runs, [*labels, limits_of])
    (name,) = tables.scenarios
    info = tables.manifest.scenarios[name]
    task: Task = "classification" if info.task == "classification" else "regression"
    of_seed = tables.ticks[tables.ticks["seed"] == seed]
    ticks = of_seed[of_seed["label"].isin([*labels, limits_of])].dropna(axis="columns", how="all")
    width = width_of(ticks["tick"].nunique(), info.tick_name)
    first = int(ticks["tick"].min())
    ticks = ticks.assign(point=first + (ticks["tick"] - first) // width * width)
    reference = reference_points(ticks["point"].nunique())
    spans = _spans(ticks)

    def chart(heading: str, values: pd.DataFrame, is_share: bool) -> Chart:
        ends = (0.0, 1.0) if is_share else (-np.inf, np.inf)
        # One that failed on this seed has no values.
        values = values.reindex(columns=list(dict.fromkeys([*labels, limits_of])))
        start = values[limits_of].to_numpy()[:reference]
        return Chart(heading, values[[*labels]], is_share, control_limits(start, *ends))

    def charts(formulas: Mapping[str, tuple[Formula, bool]]) -> tuple[Chart, ...]:
        return tuple(
            chart(heading, values, is_share)
            for heading, (formula, is_share) in formulas.items()
            if (values := _values(spans, formula)).notna().any(axis=None)
        )

    quality = {info.metric: (lambda span: score(span, task), True)} | {
        metric.heading: (metric.of_ticks, metric.unit == "share")
        for metric in map(METRICS.__getitem__, QUALITY[task])
        if metric.of_ticks
    }
    is_share = task == "classification"
    predictions = {
        f"{what} prediction": (formula, is_share)
        for what, formula in PREDICTIONS.items()
        if f"predicted_{what}" in ticks
    }
    return Monitoring(
        labels=tuple(labels),
        seed=seed,
        width=width,
        reference=reference,
        quality=charts(quality),
        predictions=charts(predictions),
        classes={
            name: tuple(chart(heading, values, True) for heading, values in of_class.items())
            for name, of_class in by_class(ticks, info.classes).items()
        },
    )


def width_of(ticks: int, unit: str) -> int:
    """Return how many ticks make a point; of days, whole weeks where it is more than three."""
    width = -(-ticks // POINTS)
    return 7 * -(-width // 7) if unit == "day" and width > 3 else width


def _spans(ticks: pd.DataFrame) -> dict[tuple[str, int], Span]:
    """Return the ticks of each label and point, as arrays: a formula is asked for hundreds."""
    numbers = ticks.select_dtypes("number")
    columns = {str(name): numbers[name].to_numpy() for name in numbers}
    places = ticks.groupby(["label", "point"], observed=True).indices
    spans: dict[tuple[str, int], Span] = {}
    for key, at in places.items():
        label, point = cast(tuple[str, int], key)
        spans[str(label), int(point)] = {name: values[at] for name, values in columns.items()}
    return spans


def _values(spans: Mapping[tuple[str, int], Span], formula: Formula) -> pd.DataFrame:
    """(points, labels) of a formula over the ticks of each point."""
    table = pd.Series({key: formula(span) for key, span in spans.items()}).unstack(level=0)
    return table.set_axis(pd.Index(table.columns.tolist()), axis="columns")


def _mean(span: Span) -> float:
    return float(np.average(span["predicted_mean"], weights=span["rows"]))


def _median(span: Span) -> float:
    values = span["predicted_median"]
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else np.nan


PREDICTIONS: dict[str, Formula] = {
    "max": lambda span: float(np.fmax.reduce(span["predicted_max"])),
    "mean": _mean,
    "median": _median,
    "min": lambda span: float(np.fmin.reduce(span["predicted_min"])),
}
