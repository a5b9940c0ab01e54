"""A total cost as a rate: per 1,000 predictions, and per month where a tick is a span of time."""

from dataclasses import dataclass

from retrainlab.reports.analysis.decision import Decision
from retrainlab.reports.analysis.tables import Tables
from retrainlab.reports.text.format import money, number

DAYS_A_MONTH = 365.25 / 12
TICKS_A_MONTH = {
    "hour": 24 * DAYS_A_MONTH,
    "day": DAYS_A_MONTH,
    "week": DAYS_A_MONTH / 7,
    "month": 1.0,
}


@dataclass(frozen=True)
class Volume:
    """What a stream of a scenario serves, on average over seeds; tick_name: what a tick is."""

    predictions: float
    ticks: float
    tick_name: str


def volume(tables: Tables) -> Volume:
    """Return what the streams of one scenario serve."""
    predictions = tables.ticks.groupby(["seed", "label"])["rows"].sum().mean()
    (name,) = tables.scenarios
    tick_name = tables.manifest.scenarios[name].tick_name
    return Volume(float(predictions), float(tables.runs["ticks"].mean()), tick_name)


def rates(decision: Decision, served: Volume) -> str:
    """Write what the choice costs per 1,000 predictions and per month, beside never."""
    costs = [decision.setting(decision.choice).cost]
    never = decision.against.never
    if never and not never.same:
        costs.append(never.reference_cost)
    units = {"per 1,000 predictions": 1000 / served.predictions}
    if served.tick_name in TICKS_A_MONTH:
        units["a month"] = TICKS_A_MONTH[served.tick_name] / served.ticks
    texts = [
        f"{_amounts([cost * share for cost in costs], decision.prices.currency, unit)}"
        for unit, share in units.items()
    ]
    return f"Total cost: {'; '.join(texts)}."


def _amounts(costs: list[float], currency: str | None, unit: str) -> str:
    first, *others = [_written(cost) for cost in costs]
    text = f"{money(first, currency)} {unit}"
    return f"{text} (never: {others[0]})" if others else text


def _written(cost: float) -> str:
    """Write an amount of money; small ones to two digits that count."""
    return number(cost) if cost == 0 or abs(cost) >= 0.1 else f"{cost:.2g}"
