"""The price of a retraining, where nobody has set it: a question, and the answer over prices."""

from collections.abc import Sequence
from typing import Any

from retrainlab.reports.results.decision import Decision, Regime
from retrainlab.reports.results.manifest import Manifest
from retrainlab.reports.text.format import money, three_digits
from retrainlab.reports.text.price_words import KINDS, exact


def asked(decision: Decision, manifest: Manifest) -> dict[str, Any]:
    """Return the question, and a line a range of prices; empty where the price was set."""
    regimes = next((e.regimes for e in decision.sensitivity if e.name == "fit"), ())
    if not manifest.is_price_unset or not regimes:
        return {}
    price, currency = exact(decision.prices.fit), decision.prices.currency
    return {
        "question": "What does a retraining cost? Nobody has said so: set prices.fit, in the same "
        f"unit as prices.error, the price of an error. Until then {price} stands in for it. Over "
        "the prices of a retraining the answer is:",
        "lines": [_line(regime, currency) for regime in _merged(regimes)],
    }


def _merged(regimes: Sequence[Regime]) -> list[Regime]:
    """Return the ranges, neighbours as one in which the same is recommended."""
    merged: list[Regime] = []
    for regime in regimes:
        last = merged[-1] if merged else None
        is_same = last is not None and (
            (last.kind, last.choice if last.kind == "retrain" else "")
            == (regime.kind, regime.choice if regime.kind == "retrain" else "")
        )
        if last is not None and is_same:
            merged[-1] = Regime(last.low, regime.high, last.kind, last.choice)
        else:
            merged.append(regime)
    return merged


def _line(regime: Regime, currency: str | None) -> str:
    low, high = three_digits(regime.low), regime.high
    end = "on" if high is None else f"to {money(three_digits(high), currency)}"
    what = KINDS[regime.kind]
    if regime.kind in ("retrain", "baseline"):
        what = f"{what}: {regime.choice}"
    return f"from {low} {end}: {what}"
