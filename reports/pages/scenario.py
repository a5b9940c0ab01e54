"""One scenario of a study: its figures, its section of the page, and what its controls need."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrainlab.reports.analysis.cost_curve import CostCurve, curves
from retrainlab.reports.analysis.decision import Decision
from retrainlab.reports.analysis.price_grid import slider_prices
from retrainlab.reports.analysis.price_range import decisions
from retrainlab.reports.analysis.summary import summary
from retrainlab.reports.analysis.tables import Tables
from retrainlab.reports.figures.scenario_figures import pictures
from retrainlab.reports.pages.live import live
from retrainlab.reports.pages.study_page import at_price, card, section
from retrainlab.reports.text.format import slug


@dataclass(frozen=True)
class Part:
    """What a scenario adds to the page, and its decision at its own price.

    section: for the template. live: its values at every price. curves: over the
    parameters that have enough values.
    """

    decision: Decision
    section: dict[str, Any]
    live: dict[str, Any]
    curves: list[CostCurve]


def part(name: str, one: Tables, fits: list[float], figures: Path) -> Part:
    """Draw the figures of a scenario into a folder and return its part of the page.

    one: the tables of this scenario alone. fits: prices of a retraining that the slider has.
    """
    rows, best = summary(one), curves(one)
    at = decisions(one, rows, {*fits, *slider_prices(one.manifest.prices)})
    decision = at[one.manifest.prices.fit]
    images = pictures(one, rows, decision, name, best, figures)
    steps = {fit: at[fit] for fit in fits}
    shown = [at_price(step, one.manifest) for step in steps.values()]
    entry = section(card(decision, one, best), one, rows, decision, best) | {"pictures": images}
    return Part(decision, entry, live(one, rows, slug(name), steps, shown), best)
