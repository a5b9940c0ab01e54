"""Drifts in a figure: shaded and numbered spans, with a legend."""

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from retrainlab.reports.drawing.canvas import FAINT, SMALL
from retrainlab.reports.drawing.marks import line
from retrainlab.reports.results.manifest import ScenarioInfo
from retrainlab.reports.text.format import drift_name, listed
from retrainlab.sim.stream import Drift

# Two tints a kind, so that drifts that adjoin can be told apart.
SHADES = {
    "concept": ("#f3d9c9", "#f9ebe1"),
    "covariate": ("#d3e2f1", "#e8f0f8"),
    "prior": ("#d8e9d2", "#eaf3e6"),
}
GREY = ("#e2e2e2", "#eeeeee")
# Characters a line, and lines that fit beside the axes.
WIDE, LINES = 34, 10


def shade(axes: Axes, drifts: Sequence[Drift], numbered: bool = True) -> None:
    """Shade the drifts, draw sudden ones as lines, and number both above the axes."""
    low, high = axes.get_xlim()
    free_from = -np.inf
    for position, drift in enumerate(drifts):
        start, stop = drift.start, drift.stop
        if stop > start + 1:
            axes.axvspan(start, stop, color=_shade(drift, position), zorder=0, lw=0)
        else:
            axes.axvline(start, color="#8a929c", linewidth=1, zorder=0.5)
            stop = start
        middle = (max(start, low) + min(stop, high)) / 2
        if not numbered or not low <= middle <= high:
            continue
        note = axes.annotate(
            str(position + 1),
            (middle, 1),
            xycoords=axes.get_xaxis_transform(),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            size=SMALL,
            weight="bold",
            color=FAINT,
            annotation_clip=False,
        )
        box = note.get_window_extent()
        if box.x0 < free_from:
            note.remove()
        else:
            free_from = box.x1 + 3


def drift_handles(scenario: ScenarioInfo, drifts: Sequence[Drift]) -> list[Artist]:
    """Return what a legend says of the ceiling and the numbered drifts."""
    handles: list[Artist] = []
    if scenario.truth_known:
        handles.append(Line2D([], [], linewidth=1.3, label="ceiling", **line("ceiling")))
    named: dict[str, list[int]] = {}
    for position, drift in enumerate(drifts):
        named.setdefault(drift_name(drift), []).append(position)
    free = LINES
    for name, positions in named.items():
        numbers = listed([str(position + 1) for position in positions])
        text = textwrap.fill(f"{numbers}: {name}", WIDE, subsequent_indent="   ")
        free -= 1 + text.count("\n")
        if free < 0:
            handles.append(Line2D([], [], linestyle="none", label="and more: see the list below"))
            break
        handles.append(_sample(drifts[positions[0]], positions[0], text))
    if not scenario.truth_known:
        note = "Truth unknown: no ceiling\nand no list of drifts."
        handles.append(Line2D([], [], linestyle="none", label=note))
    return handles


def drift_legend(axes: Axes, handles: Sequence[Artist]) -> None:
    """Write the handles of `drift_handles` right of the axes."""
    axes.legend(
        handles=list(handles),
        loc="upper left",
        bbox_to_anchor=(1, 1.03),
        fontsize=SMALL,
        handlelength=3.0,
        borderpad=0.2,
        labelspacing=0.45,
        alignment="left",
    )


def _sample(drift: Drift, position: int, text: str) -> Artist:
    if drift.stop > drift.start + 1:
        return Patch(color=_shade(drift, position), label=text)
    return Line2D([], [], color="#8a929c", marker="|", markersize=11, linestyle="none", label=text)


def _shade(drift: Drift, position: int) -> str:
    return SHADES.get(drift.kind, GREY)[position % 2]
