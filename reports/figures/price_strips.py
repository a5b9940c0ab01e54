"""What would change the decision: a strip a price, from a tenth to ten times the study's."""

import math
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from retrainlab.reports.decision.sensitivity import FACTOR
from retrainlab.reports.drawing.canvas import (
    FAINT,
    INK,
    SMALL,
    axes_box,
    is_phone,
    new_figure,
    tag,
    titled,
)
from retrainlab.reports.drawing.labels import (
    legend_below,
    legend_room,
    margin_of_names,
    name_rows,
    row_height,
)
from retrainlab.reports.results.decision import Kind, Regime, Sensitivity
from retrainlab.reports.text.format import money, three_digits
from retrainlab.reports.text.price_words import KINDS, exact

COLOURS: dict[Kind, str] = {
    "retrain": "#009e73",
    "keep": "#c9cfd6",
    "baseline": "#d55e00",
    "undecided": "#efc765",
}
ROW, BAR = 0.52, 0.5
VALUES = 0.18  # inches, of the values above a strip
LEAST, LEAST_ON_PHONE = 0.08, 0.16  # of the axis, between two values that are written
ENDS = (1 / FACTOR, FACTOR)
TICKS = {
    **{ENDS[0]: "a tenth", 0.2: "0.2", 0.5: "0.5", 1.0: "study"},
    **{2.0: "2", 5.0: "5", ENDS[1]: "ten times"},
}
TICKS_ON_PHONE = (*ENDS, 1.0)


def price_strips(
    effects: Sequence[Sensitivity],
    units: Mapping[str, str],
    title: str,
    currency: str | None = None,
    finding: str = "",
) -> Figure | None:
    """Draw what is recommended along each price that is not 0; None where there is none.

    effects: of one scenario, the price that decides most first, which comes on top. finding: the
    title.
    """
    drawn = [effect for effect in effects if effect.price]
    if not drawn:
        return None
    kinds = [kind for kind in COLOURS if any(_is_shown(effect, kind) for effect in drawn)]
    legend = [Patch(label=KINDS[kind], fc=COLOURS[kind]) for kind in kinds]
    row = row_height(ROW)
    thick = BAR * ROW / row
    figure = new_figure(
        7.2,
        1.85 + row * len(drawn) + legend_room(legend),
        *titled(
            finding, title, "which price decides. One price moves, the others stay".rstrip(".")
        ),
    )
    foot = legend_below(figure, legend)
    names = [f"{money(exact(effect.price), currency)} per {units[effect.name]}" for effect in drawn]
    left = margin_of_names(figure, names) + 0.1 * is_phone()  # half of the first tick
    axes = axes_box(figure, left=left, right=0.35, top=0.8, bottom=foot)
    axes.set_xscale("log")
    axes.set_xlim(*ENDS)
    axes.set_ylim(len(drawn) - 0.45, -0.7)
    for line, effect in enumerate(drawn):
        _strip(axes, line, thick, effect, units[effect.name], currency)
    axes.axvline(1.0, color=INK, linewidth=1.4)
    name_rows(axes, names, thick / 2 + VALUES / row)
    ticks = {factor: TICKS[factor] for factor in (TICKS_ON_PHONE if is_phone() else TICKS)}
    axes.set_xticks([*ticks], [*ticks.values()])
    axes.minorticks_off()
    return figure


def _is_shown(effect: Sensitivity, kind: Kind) -> bool:
    return any(regime.kind == kind and _factors(regime, effect) for regime in effect.regimes)


def _factors(regime: Regime, effect: Sensitivity) -> tuple[float, float] | None:
    """Return the ends of a regime as factors of the price, inside the axis; None: outside."""
    low = max(regime.low / effect.price, ENDS[0])
    high = ENDS[1] if regime.high is None else min(regime.high / effect.price, ENDS[1])
    return (low, high) if low < high else None


def _strip(
    axes: Axes, line: int, thick: float, effect: Sensitivity, unit: str, currency: str | None
) -> None:
    written, before = -math.inf, None
    least = LEAST_ON_PHONE if is_phone() else LEAST
    for regime in effect.regimes:
        ends = _factors(regime, effect)
        if ends is None:
            continue
        low, high = ends
        colour = COLOURS[regime.kind]
        bar = axes.barh(line, high - low, thick, low, color=colour, edgecolor="white")
        what = KINDS[regime.kind] + ("" if regime.kind == "keep" else f", {regime.choice}")
        tag(bar.patches, says=f"{money(three_digits(regime.low), currency)} per {unit} on: {what}")
        place = math.log(low / ENDS[0]) / math.log(ENDS[1] / ENDS[0])
        if before not in (None, regime.kind) and place - written >= least:
            above = (low, line - thick / 2)
            note = axes.annotate(
                three_digits(regime.low), above, (0, 2), textcoords="offset points"
            )
            note.set(ha="center", va="bottom", size=SMALL, color=FAINT)
            written = place
        before = regime.kind
