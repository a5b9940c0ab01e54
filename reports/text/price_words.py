"""Prices in words: units, currency, up to which price retraining pays, and what would change it."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from retrainlab.reports.decision.sensitivity import FACTOR, regime_of
from retrainlab.reports.results.decision import Decision, Kind, Outcome, Regime, Sensitivity
from retrainlab.reports.results.manifest import Manifest
from retrainlab.reports.text.format import (
    UNKNOWN,
    listed,
    money,
    plain,
    plain_name,
    three_digits,
)
from retrainlab.sim.prices import CostPart, amounts, cost_parts

LOSSES = {
    "ZeroOne": "wrong prediction",
    "Log": "unit of log loss",
    "Absolute": "unit of absolute error",
    "Squared": "unit of squared error",
    "Pinball": "unit of pinball loss",
    "Gaussian": "unit of Gaussian log loss",
}
KINDS: dict[Kind, str] = {
    "retrain": "retrain",
    "keep": "do not retrain",
    "baseline": "use the baseline",
    "undecided": "undecided",
}
WITHOUT_REFIT = "Acting without a refit"
Range = tuple[float, float | None]


def unit_of_loss(loss: str, currency: str | None = None) -> str:
    """Return what the price of an error is for; loss: its class, as code, or empty.

    The entries of a cost matrix are money, so one unit of its loss is one of the currency.
    """
    name = loss.partition("(")[0]
    if not name:
        return "unit of loss"
    if "matrix" in name.lower():
        return f"{currency or 'unit'} of the {plain_name(name)}"
    return LOSSES.get(name, f"unit of {plain_name(name)}")


def unit_of(part: CostPart, loss: str, currency: str | None = None) -> str:
    """Return what the price of a cost part is for: "retraining", "wrong prediction"."""
    return part.unit if part.retraining else unit_of_loss(loss, currency)


def units_of(manifest: Manifest, scenario: str | None = None) -> dict[str, str]:
    """Return what each price is for, by its name: of one scenario, or of all that agree."""
    names = manifest.scenarios if scenario is None else [scenario]
    losses = {loss_of(manifest, name) for name in names}
    loss = losses.pop() if len(losses) == 1 else ""
    currency = manifest.prices.currency
    return {part.name: unit_of(part, loss, currency) for part in cost_parts(manifest.prices)}


def loss_of(manifest: Manifest, scenario: str) -> str:
    """Return what a scenario counts as an error: the class of its loss, as code, or empty."""
    info = manifest.scenarios[scenario]
    return info.loss or manifest.loss.get(info.task, "")


def exact(value: float) -> str:
    """Write a price that somebody has set, to six digits; others have three (`three_digits`)."""
    return plain(value, 6)


def spread_of(manifest: Manifest) -> dict[str, tuple[float, float]]:
    """Return the least and the highest of each price, by its name, over the scenarios."""
    every = [manifest.scenarios[name].prices or manifest.prices for name in manifest.scenarios]
    columns = {name: [amounts(one)[name] for one in every] for name in amounts(manifest.prices)}
    return {name: (min(values), max(values)) for name, values in columns.items() if values}


def paid(manifest: Manifest, runs: pd.DataFrame | None = None) -> list[str]:
    """Return what is paid for what, as "100 EUR per retraining", of all that has a price.

    Of a sweep over a price, "1 to 1,000 EUR per retraining". runs: of the study; what few studies
    have (updates, switches) is left out unless these have some.
    """
    units, currency = units_of(manifest), manifest.prices.currency
    unused = {
        part.name
        for part in cost_parts(manifest.prices)
        if part.optional and (runs is None or not runs[part.quantity].gt(0).any())
    }
    return [
        f"{money(exact(low) if low == high else f'{exact(low)} to {exact(high)}', currency)} "
        f"per {units[name]}"
        for name, (low, high) in spread_of(manifest).items()
        if high and name not in unused
    ]


def where_it_pays(
    regimes: Sequence[Regime],
    value: float,
    unit: str,
    currency: str | None,
    deed: str = "Retraining",
) -> str:
    """Say at which prices retraining is recommended; value: what the price is; deed: its name."""
    ranges = _merged([r for r in regimes if r.kind == "retrain"])
    it_is = f"it is {money(exact(value), currency)}"
    if not ranges:
        return f"At no price per {unit} is it proven that retraining pays ({it_is})."
    if ranges == [(0.0, None)]:
        return f"{deed} pays at every price per {unit} ({it_is})."
    return f"{deed} pays {_in_words(ranges, currency)} per {unit} ({it_is})."


def where_it_holds(regimes: Sequence[Regime], value: float, currency: str | None = None) -> str:
    """Say between which prices the same is recommended as at the value."""
    at = _same_around(regimes, value)
    what = {
        "retrain": f"{at.choice} is the recommended setting",
        "keep": "Not to retrain is recommended",
        "baseline": f"The baseline {at.choice} is recommended",
        "undecided": "It is undecided",
    }[at.kind]
    if (at.low, at.high) == (0.0, None):
        return f"{what} at every price."
    return f"{what} {_range((at.low, at.high), currency)}."


def _same_around(regimes: Sequence[Regime], value: float) -> Regime:
    """Return the regime around a value; what is undecided is one, whichever setting is cheapest."""
    at = regime_of(regimes, value)
    if at.kind != "undecided":
        return at
    merged = _merged([regime for regime in regimes if regime.kind == at.kind])
    low, high = next(ends for ends in merged if ends[0] <= at.low and _reaches(ends[1], at.high))
    return replace(at, low=low, high=high)


def _reaches(end: float | None, other: float | None) -> bool:
    return end is None or (other is not None and end >= other)


def prices_in_words(regimes: Sequence[Regime], value: float, unit: str, decision: Decision) -> str:
    """Return both sentences, first where retraining pays; decision: at the value."""
    currency = decision.prices.currency
    holds = where_it_holds(regimes, value, currency)
    if decision.against.never is None:  # Nothing says whether retraining pays at all.
        return f"Price per {unit} ({money(exact(value), currency)}): {holds}"
    idle = {setting.label for setting in decision.settings if setting.retrainings == 0}
    is_without = {regime.choice for regime in regimes if regime.kind == "retrain"} <= idle
    deed = WITHOUT_REFIT if is_without else "Retraining"
    return f"{where_it_pays(regimes, value, unit, currency, deed)} {holds}"


def _merged(regimes: Sequence[Regime]) -> list[Range]:
    ranges: list[Range] = []
    for regime in regimes:
        if ranges and ranges[-1][1] == regime.low:
            ranges[-1] = (ranges[-1][0], regime.high)
        else:
            ranges.append((regime.low, regime.high))
    return ranges


def _in_words(ranges: Sequence[Range], currency: str | None = None) -> str:
    """Write ranges; two between which three digits show no gap are one."""
    kept: list[Range] = []
    for low, high in ranges:
        end = kept[-1][1] if kept else None
        if end is not None and three_digits(end) == three_digits(low):
            kept[-1] = (kept[-1][0], high)
        else:
            kept.append((low, high))
    return listed([_range(one, currency) for one in kept], at_most=len(kept))


def _range(ends: Range, currency: str | None = None) -> str:
    low, high = ends
    if high is None:
        return f"from {money(three_digits(low), currency)} on"
    end = money(three_digits(high), currency)
    return f"from {three_digits(low)} to {end}" if low else f"up to {end}"


def effects_table(effects: Sequence[Sensitivity], units: dict[str, str]) -> list[dict[str, str]]:
    """Return a row a price: what it is, where retraining pays, and what a tenth of it changes."""
    return [
        {
            "price": f"per {units[effect.name]}",
            "value": exact(effect.price),
            "pays": _short([r for r in effect.regimes if r.kind == "retrain"]),
            "holds": _short([_same_around(effect.regimes, effect.price)]),
            "tenth": _outcome(effect.tenth),
            "tenfold": _outcome(effect.tenfold),
        }
        for effect in effects
    ]


def effects_sentence(
    effects: Sequence[Sensitivity], units: dict[str, str], currency: str | None
) -> str:
    """Say at which prices, within a tenth and ten times, something else is to be done."""
    turns = [
        f"{money(three_digits(end), currency)} per {units[effect.name]} ({side}: {KINDS[other]})"
        for effect in effects
        for end, side, other in turns_of(effect)
    ]
    still = [units[effect.name] for effect in effects if effect.price and not turns_of(effect)]
    text = []
    if turns:
        text.append(f"What to do changes at {', '.join(turns)}.")
    if still:
        subject = "It" if turns else "What to do"
        per = listed([f"per {unit}" for unit in still])
        text.append(f"{subject} is the same from a tenth to ten times the price {per}.")
    return " ".join(text)


def turns_of(effect: Sensitivity) -> list[tuple[float, str, Kind]]:
    """Return where another kind of decision begins next to the price, with the side and the kind.

    Only within a tenth and ten times the price, where it is not 0.
    """
    regimes, price = effect.regimes, effect.price
    at = regimes.index(regime_of(regimes, price))
    below = next((r for r in regimes[at::-1] if r.kind != regimes[at].kind), None)
    above = next((r for r in regimes[at:] if r.kind != regimes[at].kind), None)
    turns: list[tuple[float, str, Kind]] = []
    if below is not None and below.high is not None and below.high * FACTOR >= price:
        turns.append((below.high, "below", below.kind))
    if above is not None and (not price or above.low <= price * FACTOR):
        turns.append((above.low, "above", above.kind))
    return turns


def _short(regimes: Sequence[Regime]) -> str:
    ranges = _merged(regimes)
    if ranges == [(0.0, None)]:
        return "at every price"
    return _in_words(ranges) or "at no price"


def _outcome(outcome: Outcome | None) -> str:
    if outcome is None:
        return UNKNOWN
    if outcome.kind == "keep":
        return f"at {exact(outcome.price)}: {KINDS['keep']}"
    return f"at {exact(outcome.price)}: {KINDS[outcome.kind]}, {outcome.choice}"
