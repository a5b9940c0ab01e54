"""Sparkline of cost over the interval, beside the sentence that says which one is best."""

from collections.abc import Callable

import numpy as np
from markupsafe import Markup

from retrainlab.reports.analysis.cost_curve import CostCurve, cheapest
from retrainlab.reports.drawing.marks import mark
from retrainlab.reports.text.format import number
from retrainlab.sim.stream import Floats

WIDE, HIGH, PAD = 150, 54, 8


def sparkline(curves: list[CostCurve], name: str) -> Markup:
    """Return an SVG of the cheapest schedule's curve, its flat band and its best value.

    Empty where no interval was tried. name: a prefix that no other figure of the page has.
    """
    curve = cheapest(curves)
    if curve is None:
        return Markup("")
    finite = np.isfinite(curve.values)
    x, y = np.log(curve.values[finite]), curve.costs.mean().to_numpy()[finite]
    place = _scale(x, WIDE), _scale(-y, HIGH)
    points = [f"{a:.1f},{b:.1f}" for a, b in zip(place[0](x), place[1](-y), strict=True)]
    ends = np.minimum([curve.best.flat_low, curve.best.flat_high], curve.values[finite][-1])
    band = place[0](np.log(ends))
    at, every = points[int(np.argmin(y))].split(","), number(curve.best.finite)
    colour = mark(curve.strategy).named
    says = f"Cost of {curve.strategy} over its interval: lowest at {every}."
    return Markup(
        '<svg class="curve" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{n}-curve">'
        '<title id="{n}-curve">{says}</title>'
        '<rect x="{left:.1f}" width="{wide:.1f}" height="{h}" fill="{c}" opacity=".14"/>'
        '<polyline points="{points}" fill="none" stroke="{c}" stroke-width="2"/>'
        '<circle cx="{x}" cy="{y}" r="4" fill="{c}"/></svg>'
    ).format(
        w=WIDE,
        h=HIGH,
        n=name,
        says=says,
        left=band[0] - 3,
        wide=band[1] - band[0] + 6,
        c=colour,
        points=" ".join(points),
        x=at[0],
        y=at[1],
    )


def _scale(values: Floats, size: int) -> Callable[[Floats], Floats]:
    low, high = values.min(), values.max()
    return lambda v: PAD + (v - low) / max(high - low, 1e-9) * (size - 2 * PAD)
