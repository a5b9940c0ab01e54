"""The sliders of a page: a price each, its steps in words, and what changes at each step."""

from collections.abc import Sequence
from typing import Any

from retrainlab.reports.decision.price_grid import PriceSlider
from retrainlab.reports.drawing.zero_log import LABEL
from retrainlab.reports.pages.scenario import Part
from retrainlab.reports.results.manifest import Manifest
from retrainlab.reports.text.format import count, in_currency, listed, money
from retrainlab.reports.text.price_words import exact, spread_of, units_of


def controls(
    sliders: Sequence[PriceSlider], manifest: Manifest, parts: Sequence[Part]
) -> list[dict[str, Any]]:
    """Return the sliders for the template and for the page's scripts.

    texts: each step with its unit, "100 EUR per retraining"; short: without it. said: which
    scenarios have another recommendation there.
    """
    return [
        {
            "name": slider.part.name,
            "unit": f"per {units_of(manifest)[slider.part.name]}",
            "own": slider.place,
            "short": _values(slider, manifest),
            "texts": [
                f"{value} per {units_of(manifest)[slider.part.name]}"
                for value in _values(slider, manifest)
            ],
            "said": [_said(slider, place, parts) for place in range(len(slider.values))],
        }
        for slider in sliders
    ]


def _values(slider: PriceSlider, manifest: Manifest) -> list[str]:
    """Write the steps of a slider; where the scenarios of a sweep differ, its own place says so."""
    texts = [money(exact(value), manifest.prices.currency) for value in slider.values]
    low, high = spread_of(manifest)[slider.part.name]
    if low != high:
        texts[slider.place] = money(f"{exact(low)} to {exact(high)}", manifest.prices.currency)
    return texts


def axis_labels(manifest: Manifest) -> dict[str, str]:
    """Return what the axes of the redrawn figures say, and the currency of their tooltips."""
    currency = manifest.prices.currency
    return {
        "cost": in_currency("total cost", currency),
        "retraining": in_currency("cost of retraining", currency),
        "log": LABEL,
        "currency": currency or "",
    }


def _said(slider: PriceSlider, place: int, parts: Sequence[Part]) -> str:
    if place == slider.place:
        return ""
    names = [one.decision.scenario for one in parts if one.changed[slider.part.name][place]]
    if not names:
        return "The recommendation stays the same in every scenario."
    if len(parts) == 1:
        return "Another recommendation at this price."
    changed = f"{len(names)} of {count(len(parts), 'scenario')}"
    return f"Another recommendation in {changed}: {listed(names, at_most=4)}."
