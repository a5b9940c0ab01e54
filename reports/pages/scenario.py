"""One scenario of a study: its figures, its section of the page, and what its controls need."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrainlab.reports.analysis.cost_curve import CostCurve, curves
from retrainlab.reports.analysis.price_range import holds, verdicts
from retrainlab.reports.analysis.summary import summary
from retrainlab.reports.analysis.tables import Tables
from retrainlab.reports.figures.scenario_figures import pictures
from retrainlab.reports.pages.live import live
from retrainlab.reports.pages.study_page import decision, section, verdict_card
from retrainlab.reports.text.format import slug


@dataclass(frozen=True)
class Part:
    """The section for the template, its values at every price, and its cost curves."""

    section: dict[str, Any]
    live: dict[str, Any]
    curves: list[CostCurve]


def part(name: str, one: Tables, figures: Path) -> Part:
    """Draw the figures of a scenario into a folder and return its part of the page.

    one: the tables of this scenario alone.
    """
    rows, found, price = summary(one), curves(one), one.manifest.prices.fit
    swept = verdicts(one, name)
    own, verdict = next(at for at in swept if at[0].fit == price)
    card = verdict_card(name, one, own, verdict, found) | {"firm": holds(swept, price)}
    drawn = pictures(one, rows, verdict, name, found, figures)
    today = one.manifest.current_policy
    decisions = [
        decision(there, said, today) | {"firm": holds(swept, there.fit)} for there, said in swept
    ]
    choices = {there.fit: said for there, said in swept}
    at_prices = live(one, rows, slug(name), choices, decisions)
    return Part(section(card, one, rows, verdict, found) | {"pictures": drawn}, at_prices, found)
