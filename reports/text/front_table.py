"""The front table: with a drift like this, and a price like that, do so."""

from collections.abc import Sequence
from typing import Any

from retrainlab.reports.decision.sensitivity import regime_of
from retrainlab.reports.results.decision import Decision, Regime, Sensitivity
from retrainlab.reports.results.manifest import Manifest
from retrainlab.reports.text.format import drift_name, listed, money, slug
from retrainlab.reports.text.price_words import exact

EXPLAINED = (
    "The recommended setting of each scenario at five prices of a retraining, all other prices as "
    "in the study (whose own is shaded). Pale: nothing is proven there."
)
FACTORS = (0.1, 0.3, 1.0, 3.0, 10.0)  # of the study's price of a retraining


def front_table(decisions: Sequence[Decision], manifest: Manifest) -> dict[str, Any] | None:
    """Return a row a scenario and a column a price of a retraining; None for one scenario.

    Prices are factors of each scenario's own. A cell has `text`, `kind`, and `own` at the study's.
    """
    effects = {d.scenario: _of_fits(d) for d in decisions}
    if len(decisions) < 2 or not all(effects.values()):
        return None
    currency = manifest.prices.currency
    own = {effect.price for effect in effects.values() if effect}
    return {
        "first": ("scenario", "drift"),
        "explained": EXPLAINED,
        "headings": [
            money(exact(factor * min(own)), currency) if len(own) == 1 else f"{factor:g} times"
            for factor in FACTORS
        ],
        "rows": [
            {
                "name": decision.scenario,
                "anchor": slug(decision.scenario),
                "drift": _drifts(decision, manifest),
                "cells": [_cell(effect, factor) for factor in FACTORS],
            }
            for decision in decisions
            if (effect := effects[decision.scenario])
        ],
    }


def _of_fits(decision: Decision) -> Sensitivity | None:
    """Return how the decision depends on the price of a retraining, where that has one."""
    return next((e for e in decision.sensitivity if e.name == "fit" and e.price), None)


def _drifts(decision: Decision, manifest: Manifest) -> str:
    """Name the drifts of a scenario, the same ones once."""
    info = manifest.scenarios[decision.scenario]
    if not info.truth_known:
        return "unknown"
    names = list(dict.fromkeys(drift_name(drift) for drift in info.drifts))
    return listed(names, at_most=2) or "none"


def _cell(effect: Sensitivity, factor: float) -> dict[str, Any]:
    regime = regime_of(effect.regimes, factor * effect.price)
    return {"text": _words(regime), "kind": regime.kind, "own": factor == 1.0, "anchor": ""}


def _words(regime: Regime) -> str:
    return {
        "retrain": regime.choice,
        "keep": "do not retrain",
        "baseline": f"no model: {regime.choice}",
        "undecided": f"open; {regime.choice} costs least",
    }[regime.kind]
