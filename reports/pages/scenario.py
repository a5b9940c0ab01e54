"""One scenario of a study: its figures, its section of the page, and what its controls need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from retrainlab.reports.analysis.cost_curve import CostCurve, curves
from retrainlab.reports.analysis.forecast import coming_period
from retrainlab.reports.analysis.monitoring import monitored, monitoring
from retrainlab.reports.analysis.saving_parts import saving_parts
from retrainlab.reports.decision.decide import decide
from retrainlab.reports.decision.phases import with_phases
from retrainlab.reports.decision.price_grid import PriceSlider
from retrainlab.reports.decision.repriced import Pricing
from retrainlab.reports.decision.sensitivity import (
    as_in_regimes,
    price_axes,
    sensitivities,
    with_sensitivity,
)
from retrainlab.reports.decision.summary import summary
from retrainlab.reports.figures.scenario_figures import leaders, pictures
from retrainlab.reports.pages.live import live
from retrainlab.reports.pages.over_time import over_time
from retrainlab.reports.pages.player import player
from retrainlab.reports.pages.study_page import at_price, card, section
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text.coming_period import coming_words
from retrainlab.reports.text.format import slug
from retrainlab.reports.text.price_words import prices_in_words, units_of
from retrainlab.reports.text.rates import rates, volume


@dataclass(frozen=True)
class Part:
    """What a scenario adds to the page, and its decision at its own prices.

    section: for the template. live: its values at every step of every price. curves: over the
    parameters that have enough values. changed: of each price, at which steps something else is
    recommended than at the own prices.
    """

    decision: Decision
    section: dict[str, Any]
    live: dict[str, Any]
    curves: list[CostCurve]
    changed: dict[str, list[bool]]


def part(
    name: str, one: Tables, sliders: Sequence[PriceSlider], figures: Path, workers: int = 1
) -> Part:
    """Draw the figures of a scenario into a folder and return its part of the page.

    one: the tables of this scenario alone. sliders: of the page. workers: processes for it.
    """
    rows, best = summary(one), curves(one)
    pricing = Pricing(one, rows)
    axes = price_axes(one, pricing, sliders)
    effects = sensitivities(one, rows, axes, workers)
    own = with_phases(decide(pricing.at(pricing.prices), name, one.manifest), one)
    coming = coming_period(one, own.best)
    decision = replace(with_sensitivity(own, effects), coming_period=coming)
    words = _words(one, decision)
    shown = monitored(decision)
    seen, saved = monitoring(one, shown, shown[-1]), saving_parts(one, decision)
    images = pictures(one, rows, decision, name, best, figures, seen, saved)
    entry = section(card(words(decision, "fit"), decision, one, best), one, rows, decision, best)
    entry |= over_time(seen, saved, decision, one.manifest.scenarios[name])
    entry["player"] = player(one, decision, leaders(rows))
    values = live(one, rows, slug(name), pricing, axes, decision, words)
    changed = {
        slider.part.name: [
            value != slider.own and _differ(axis.decision(value), decision)
            for value in slider.values
        ]
        for slider, axis in axes
    }
    currency = one.manifest.prices.currency
    said = coming_words(coming, one.manifest.scenarios[name], currency)
    entry |= {"pictures": images, "coming": said}
    return Part(decision, entry, values, best, changed)


def _differ(one: Decision, other: Decision) -> bool:
    return (one.kind, one.choice) != (other.kind, other.choice)


def _words(one: Tables, decision: Decision) -> Callable[[Decision, str], dict[str, Any]]:
    """Return what writes the first screen of a decision at a step of a price.

    decision: at the scenario's own prices, whose regimes along each price it says.
    """
    served, units = volume(one), units_of(one.manifest, decision.scenario)
    regimes = {effect.name: effect.regimes for effect in decision.sensitivity}

    def write(at: Decision, name: str) -> dict[str, Any]:
        firm = ""
        if name == "fit":
            at = as_in_regimes(at, regimes.get(name, ()))
        if name in regimes:
            firm = prices_in_words(regimes[name], getattr(at.prices, name), units[name], at)
        return at_price(at, one.manifest) | {"firm": firm, "rates": rates(at, served)}

    return write
