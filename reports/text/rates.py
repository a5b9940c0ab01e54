"""A total cost as a rate: per 1,000 predictions, and per month where a tick is a span of time."""

from dataclasses import dataclass

from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text.calendar import served_share
from retrainlab.reports.text.format import money, three_digits
from retrainlab.sim.calendar_periods import PERIODS


@dataclass(frozen=True)
class Volume:
    """What a stream of a scenario serves, on average over seeds.

    months: how long that takes, the periods without rows counted; None where a tick is no time.
    """

    predictions: float
    months: float | None


def volume(tables: Tables) -> Volume:
    """Return what the streams of one scenario serve."""
    predictions = tables.ticks.groupby(["seed", "label"])["rows"].sum().mean()
    (name,) = tables.scenarios
    info = tables.manifest.scenarios[name]
    period = PERIODS.get(info.tick_name)
    months = None
    if period is not None:
        periods = float(tables.runs["ticks"].mean()) / served_share(info)
        months = periods * period.hours / PERIODS["month"].hours
    return Volume(float(predictions), months)


def rates(decision: Decision, served: Volume) -> str:
    """Write what the choice saves against never per 1,000 predictions and per month.

    Where there is no never to hold it against, or it is chosen, what the choice costs.
    """
    units = {"per 1,000 predictions": 1000 / served.predictions}
    if served.months is not None:
        units["a month"] = 1 / served.months
    cost, never = decision.setting(decision.choice).cost, decision.against.never
    currency = decision.prices.currency
    if never is None or never.same:
        costs = [
            f"{money(three_digits(cost * share), currency)} {unit}" for unit, share in units.items()
        ]
        nothing = "" if never is None else "Nothing against never. "
        return f"{nothing}It costs {' and '.join(costs)}."
    saved = never.reference_cost - cost
    texts = [
        f"{money(three_digits(abs(saved) * share), currency)} {unit} "
        f"({_change(cost * share, never.reference_cost * share)})"
        for unit, share in units.items()
    ]
    return f"It {'saves' if saved >= 0 else 'loses'} {' and '.join(texts)} against never."


def _change(cost: float, reference: float) -> str:
    """Write what became of a cost; of two that read alike, one."""
    now, before = three_digits(cost), three_digits(reference)
    return f"of {before}" if now == before else f"{now} instead of {before}"
