"""Trade-off figure: accuracy against the cost of retraining, with the Pareto frontier."""

import itertools
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

from retrainlab.reports.analysis.frontier import on_frontier
from retrainlab.reports.decision.candidates import LEVELS
from retrainlab.reports.drawing import zero_log
from retrainlab.reports.drawing.callouts import Callouts
from retrainlab.reports.drawing.canvas import (
    FAINT,
    axes_box,
    error_of,
    few_ticks,
    in_percent,
    is_phone,
    new_figure,
    plain_numbers,
    tag_mark,
    titled,
)
from retrainlab.reports.drawing.labels import (
    NAME,
    legend_below,
    legend_room,
    level_handles,
    levels,
    margin_for,
)
from retrainlab.reports.drawing.limits import scores, spending
from retrainlab.reports.drawing.marks import RING, mark
from retrainlab.reports.text.baselines import level_name
from retrainlab.reports.text.decision import RECOMMENDED
from retrainlab.reports.text.format import money, percent, plus_minus, shorten
from retrainlab.sim.stream import Floats

NARROW = 0.15  # of the axis, between two values on a phone
ALONE = {True: "one seed: no interval", False: "truth unknown: no ceiling; one stream: no interval"}


def tradeoff(
    rows: pd.DataFrame,
    choice: str,
    title: str,
    metric: str,
    currency: str | None = None,
    choice_mark: str = RECOMMENDED,
    finding: str = "",
) -> Figure:
    """Draw all settings of one scenario; up and left is better.

    rows: the scenario's rows of `reports.summary`. choice: the label to ring. choice_mark: what
    the ring says. finding: the title.
    """
    strategies = rows[rows["role"] == "strategy"]
    seeds, known = int(strategies["seeds"].max()), bool(strategies["gap"].notna().all())
    is_defined = bool(strategies["score"].notna().any())
    sure = f"{seeds} seeds, bars: 95 % interval of the mean" if seeds > 1 else ALONE[known]
    reading = (
        f"Up and left is better; {sure}."
        if is_defined
        else f"{metric} is undefined here, so no mark is drawn."
    )
    ceiling = float((strategies["score"] + strategies["gap"]).mean())
    baselines = rows[rows["role"].isin(LEVELS)]
    references = [("ceiling", ceiling)] if known else []
    references += [
        (name, y)
        for name, y in zip(baselines["strategy"], baselines["score"], strict=True)
        if np.isfinite(y)
    ]
    lines = [(name, y, f"{level_name(name)} {percent(y)}") for name, y in references]
    limits = scores(strategies["score"], strategies["score_half"], [y for _, y in references])
    handles = [
        *_handles(sorted(set(strategies["strategy"])), choice_mark),
        *level_handles(lines, limits),
    ]
    figure = new_figure(
        7.2,
        4.7 + legend_room(handles),
        *titled(finding, title, f"{metric} against the cost of retraining", reading),
    )
    foot = legend_below(figure, handles)
    right = margin_for(figure, [text for _, _, text in lines])
    axes = axes_box(figure, left=0.85, right=right, top=0.85, bottom=foot)
    further = "" if is_phone() else " (at the prices of this study)"
    axes.set_xlabel(f"cost of retraining{further}")
    axes.set_ylabel(metric)
    axes.set_ylim(*limits)
    _spent(axes, strategies)
    taken = _points(axes, strategies, currency)
    taken += levels(axes, lines)
    _frontier(axes, strategies, choice, taken)
    in_percent(axes)
    plain_numbers(axes)
    return figure


def _spent(axes: Axes, strategies: pd.DataFrame) -> None:
    """Set the axis of the cost of retraining: a log one where marks crowd at its low end."""
    spent = strategies["cost_retraining"]
    low, high = spending(spent, strategies["cost_retraining_half"])
    least = zero_log.least_if_crowded(
        spent.to_numpy(float), strategies["score"].to_numpy(float), axes.get_ylim()
    )
    if least is None:
        axes.set_xlim(low, high)
        few_ticks(axes)
        return
    functions = (
        partial(zero_log.forward, least=least),
        partial(zero_log.inverse, least=least),
    )
    axes.set_xscale("function", functions=functions)
    ends = zero_log.limits(float(spent.max()), least)
    values = zero_log.ticks(ends[1], least)
    axes.set_xticks(zero_log.sparse(values, least, NARROW) if is_phone() else values)
    axes.set_xlim(*ends)
    scale = zero_log.SHORT_LABEL if is_phone() else zero_log.LABEL
    axes.set_xlabel(f"cost of retraining ({scale})")


def _points(axes: Axes, strategies: pd.DataFrame, currency: str | None) -> list[Bbox]:
    """Draw marks with error bars; return the boxes in pixels that labels must leave free."""
    for row in strategies.to_dict("records"):
        style = mark(row["strategy"])
        artists = axes.errorbar(
            row["cost_retraining"],
            row["score"],
            xerr=error_of(row["cost_retraining_half"]),
            yerr=error_of(row["score_half"]),
            color=style.colour,
            marker=style.marker,
            linestyle="none",
            zorder=3,
            markersize=6.5,
            elinewidth=1,
            alpha=0.92,
            markeredgecolor="white",
            markeredgewidth=0.6,
        )
        tag_mark(artists, row["strategy"], _description(row, axes.get_ylabel(), currency))
    return [box for row in strategies.itertuples() for box in _boxes(axes, row)]


def _description(row: dict[Any, Any], metric: str, currency: str | None) -> str:
    """Return a mark's values in words."""
    spent, cost = (
        money(plus_minus(row[name], row[f"{name}_half"]), currency)
        for name in ("cost_retraining", "cost")
    )
    return (
        f"{row['label']}: {metric} {percent(row['score'], row['score_half'])}, cost of retraining "
        f"{spent}, total cost {cost}"
    )


def _boxes(axes: Axes, row: Any) -> list[Bbox]:
    """Boxes in pixels of one mark and its two error bars."""
    x, y = axes.transData.transform((row.cost_retraining, row.score))
    dx, dy = np.nan_to_num(row.cost_retraining_half), np.nan_to_num(row.score_half)
    right, top = axes.transData.transform((row.cost_retraining + dx, row.score + dy))
    left = axes.transData.transform((row.cost_retraining - dx, row.score))[0]
    return [
        Bbox([[x - 8, y - 8], [x + 8, y + 8]]),
        Bbox([[max(left, axes.bbox.x0), y - 2], [right, y + 2]]).padded(3),
        Bbox([[x - 2, 2 * y - top], [x + 2, top]]).padded(3),
    ]


def _frontier(axes: Axes, strategies: pd.DataFrame, choice: str, taken: list[Bbox]) -> None:
    """Draw the Pareto frontier, ring the choice, and label both where there is room."""
    best = on_frontier(strategies)
    x = np.repeat(best["cost_retraining"].to_numpy(), 2)[1:]
    y = np.repeat(best["score"].to_numpy(), 2)[:-1]
    axes.plot(x, y, color=FAINT, linewidth=1.4, zorder=2)
    taken += _along(axes, x, y)
    chosen = strategies[strategies["label"] == choice]
    axes.plot(chosen["cost_retraining"], chosen["score"], **RING)
    named = pd.concat([chosen, best[best["label"] != choice]])
    marks = axes.transData.transform(strategies[["cost_retraining", "score"]].to_numpy())
    names = Callouts(axes, marks, taken)
    for row in named.to_dict("records"):
        names.add(row["cost_retraining"], row["score"], row["label"], row["strategy"])


def _along(axes: Axes, x: Floats, y: Floats) -> list[Bbox]:
    """Boxes in pixels along a line of level and upright parts, for labels to stay clear of."""
    points = axes.transData.transform(np.column_stack([x, y]))
    return [
        Bbox([np.minimum(a, b) - 1, np.maximum(a, b) + 1]) for a, b in itertools.pairwise(points)
    ]


def _handles(names: list[str], choice_mark: str) -> list[Line2D]:
    handles = [
        Line2D(
            [],
            [],
            color=mark(name).colour,
            marker=mark(name).marker,
            linestyle="none",
            label=shorten(name, NAME),
        )
        for name in names
    ]
    handles.append(Line2D([], [], color=FAINT, linewidth=1.4, label="Pareto frontier"))
    handles.append(Line2D([], [], label=choice_mark, **(RING | {"markersize": 11})))
    return handles
