"""Rug below the timeline: which model served, when each strategy retrained, alarms."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from retrainlab.reports.decision.actions import kinds
from retrainlab.reports.drawing.canvas import INK, SMALL, tag
from retrainlab.reports.drawing.marks import lines_of
from retrainlab.reports.results.tables import first_seed
from retrainlab.reports.text.format import shorten

LABEL, NARROW = 44, 34  # characters of a name, and in a legend on a phone
DECISION = ("label", "action", "charged", "decided", "deployed")
STYLE: dict[str, Any] = {"size": SMALL, "color": INK}
ALARM: dict[str, Any] = {"marker": ".", "markersize": 4, "linestyle": "none"}
TINTS = (0.42, 0.18)
# Of a decision, by what is done: where its stroke begins and ends around its row, and its line.
TALL, SHORT = (-0.3, 0.36), (-0.17, 0.17)
STROKES: dict[str, tuple[tuple[float, float], dict[str, Any]]] = {
    "refit": (TALL, {"linewidth": 1.6}),
    "update": (SHORT, {"linewidth": 1.0}),
}
SWITCH: tuple[tuple[float, float], dict[str, Any]] = (TALL, {"linewidth": 1.4, "linestyles": ":"})


def rug(
    axes: Axes,
    retrainings: pd.DataFrame,
    alarms: pd.DataFrame,
    shown: dict[str, str],
    stop: int,
    longest: int = LABEL,
    is_named: bool = True,
) -> None:
    """Draw a row a label, on the first seed that all have: models, retrainings and alarms.

    Bands are models, two tints by turns; a stroke is a decision to retrain that is charged (short:
    to update, dotted: to put earlier models to use), a dot above the row an alarm. shown: the
    strategy of each label. stop: first tick after the last. longest: characters of a name. The
    names stand right of the axes and are the legend of the lines above, unless they stand below.
    """
    seed = first_seed(retrainings, shown)
    # Columns first: to filter the texts of all others takes most of the time.
    columns = [name for name in DECISION if name in retrainings]
    first = retrainings[columns][retrainings["seed"] == seed]
    alarms = alarms[["label", "tick"]][alarms["seed"] == seed]
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_yticks([])
    axes.grid(False)
    axes.spines["left"].set_visible(False)
    styles = lines_of(shown)
    for row, (label, strategy) in enumerate(shown.items()):
        style = styles[label]
        trainings = first[first["label"] == label]
        alarm_ticks = alarms.loc[alarms["label"] == label, "tick"]
        artists = _served(axes, trainings, row, stop, style["color"])
        artists += _decided(axes, trainings[trainings["charged"].astype(bool)], row, style["color"])
        artists += axes.plot(
            alarm_ticks, [row - 0.42] * len(alarm_ticks), color=style["color"], **ALARM
        )
        if is_named:
            artists += _name(axes, row, shorten(label, longest), style)
        tag(artists, strategy=strategy)


def handles_of_names(strategies: Mapping[str, str]) -> list[Line2D]:
    """Return what a legend says of the lines and the rows, where no names stand beside them.

    strategies: of each label.
    """
    return [
        Line2D([], [], linewidth=2, label=shorten(label, NARROW), **style)
        for label, style in lines_of(strategies).items()
    ]


def _name(axes: Axes, row: int, name: str, style: dict[str, Any]) -> list[Artist]:
    """Write a name right of the axes, after a piece of the line that it is the name of."""
    wide = axes.get_window_extent().width / axes.figure.dpi
    ends = [1 + 0.1 / wide, 1 + 0.52 / wide]
    across = axes.get_yaxis_transform()
    piece = axes.plot(ends, [row, row], transform=across, clip_on=False, linewidth=2, **style)
    note = axes.annotate(
        name,
        (1, row),
        xycoords=across,
        va="center",
        xytext=(44, 0),
        textcoords="offset points",
        annotation_clip=False,
        **STYLE,
    )
    return [*piece, note]


def _decided(axes: Axes, trainings: pd.DataFrame, row: int, colour: str) -> list[Artist]:
    """Draw a stroke at each decision, by what was done."""
    done = kinds(trainings)
    return [
        axes.vlines(part["decided"], row + low, row + high, color=colour, **line)
        for kind, part in trainings.groupby(done, sort=False)
        for (low, high), line in [STROKES.get(str(kind), SWITCH)]
    ]


def _served(axes: Axes, trainings: pd.DataFrame, row: int, stop: int, colour: str) -> list[Artist]:
    """Draw the spans of ticks that each model of one label served, every other in one tint."""
    starts = np.sort(trainings["deployed"].dropna().to_numpy(float))
    spans = np.column_stack([starts, np.diff(starts, append=stop)])
    return [
        axes.broken_barh(spans[i::2].tolist(), (row - 0.17, 0.34), color=colour, alpha=tint, lw=0)
        for i, tint in enumerate(TINTS)
    ]


def strokes(retrainings: pd.DataFrame, shown: Sequence[str]) -> str:
    """Say what the strokes of the labels that are shown are."""
    done = set(
        kinds(retrainings[retrainings["label"].isin(shown) & retrainings["charged"].astype(bool)])
    )
    words = []
    if "refit" in done or not done:
        words.append("strokes decisions to retrain")
    if "update" in done:
        words.append("short ones to update" if words else "short strokes decisions to update")
    if done - {*STROKES}:
        dotted = "dotted ones" if words else "dotted strokes decisions"
        words.append(f"{dotted} to reuse, correct or blend models")
    return ", ".join(words)
