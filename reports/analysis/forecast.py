"""From a forecaster to the coming period as data: costs, savings, probabilities, exam, widths."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from retrainlab.reports.analysis.forecaster import (
    FIRST,
    LOG,
    SECOND,
    Forecaster,
    forecaster,
    nearest,
    options_of,
    usual_action,
)
from retrainlab.reports.analysis.policy_names import overrides
from retrainlab.reports.decision.candidates import INCUMBENT
from retrainlab.reports.results.coming_period import (
    ComingPeriod,
    Exam,
    Examined,
    Expected,
    PolicyForecast,
    Width,
)
from retrainlab.reports.results.manifest import StrategyInfo
from retrainlab.reports.results.tables import Tables
from retrainlab.sim.errors import InputError
from retrainlab.sim.forecast.policies import CATALOGUE, NEVER
from retrainlab.sim.forecast.prediction import Prediction
from retrainlab.sim.prices import Prices

TIMES = (1.0, 2.0, 4.0)  # the log, for the power line


def coming_period(tables: Tables, best: str) -> ComingPeriod | None:
    """Return the forecast of a scenario; None where there is no log of real data, or none is asked.

    tables: of the scenario alone. best: label of the setting that cost least on the log.
    """
    if not is_asked(tables):
        return None
    try:
        log = forecaster(tables)
        coming = forecast(log, tables.manifest.prices)
        info = tables.manifest.strategies.get(best)
        return _with_cheapest(coming, best, info, usual_action(tables, best), log)
    except InputError as error:
        return ComingPeriod(refusal=str(error))


def _with_cheapest(
    coming: ComingPeriod, label: str, info: StrategyInfo | None, action: str, log: Forecaster
) -> ComingPeriod:
    """Name the setting that cost least on the log, and the policy that it is most like; not where
    the forecast has it, or where it is no strategy."""
    if info is None or label in log.labels or info.interval == math.inf:
        return coming
    place = nearest(info.interval / log.length, info.window / log.length, action)
    return replace(coming, cheapest=label, cheapest_like=log.labels[place])


def is_asked(tables: Tables) -> bool:
    """Whether the study forecasts this scenario: a log of real data, and no map."""
    (name,) = tables.scenarios
    info = tables.manifest.scenarios[name]
    is_log = not info.truth_known and len(info.seeds) == 1
    is_there = is_log or not tables.policy_logs.empty
    return bool(options_of(tables)) and is_there and tables.manifest.map is None


def forecast(log: Forecaster, prices: Prices) -> ComingPeriod:
    """Return the forecast of a log."""
    prediction = log.at(log.horizon)
    chosen = log.chosen(prediction)
    policies = sorted(_policies(log, prediction, prices), key=lambda p: p.cost.mean)
    return ComingPeriod(
        ticks=log.horizon,
        past_ticks=log.ticks,
        choice=log.labels[chosen],
        policies=tuple(policies),
        exam=_exam(log) if FIRST in log.logs else None,
        widths=tuple(Width(t, _width(log.at(log.horizon, t), chosen)) for t in TIMES),
        library=log.library.counts(),
        alike=prediction.effective_logs,
        unrest=log.past(LOG).unrest,
        usual_unrest=float(np.median(log.library.unrest)),
        uncorrected=tuple(log.labels[i] for i in log.uncorrected),
    )


def _policies(log: Forecaster, prediction: Prediction, prices: Prices) -> Iterator[PolicyForecast]:
    """Yield the forecast of each policy."""
    roles = {other.role: len(CATALOGUE) + i for i, other in enumerate(log.others)}
    current, done = roles.get("current_policy"), roles.get(INCUMBENT)
    cost, past = _expected(prediction), log.past(LOG)
    saved = {ref: _expected(prediction, ref) for ref in (NEVER, current, done) if ref is not None}
    cheaper = prediction.cheaper(NEVER)
    cheaper_current = prediction.cheaper(current) if current is not None else cheaper * np.nan
    best, near, over = prediction.best(), prediction.near_best(), prediction.over_cheapest()
    price = prices.fit
    loss = price / prices.error if prices.error else 0.0
    by_place = {place: role for role, place in roles.items()}
    for i, name in enumerate(log.labels):
        place = int(past.like[i])
        yield PolicyForecast(
            label=name,
            role=by_place.get(i, "policy"),  # type: ignore[arg-type]
            like=log.labels[place],
            overrides=_overrides(log, i, loss),
            past=float(past.all_costs[i]) * log.horizon / log.length,
            cost=cost(i),
            saved_never=saved[NEVER](i),
            saved_current=saved[current](i) if current is not None else None,
            saved_incumbent=saved[done](i) if done is not None else None,
            cheaper_never=float(cheaper[i]),
            cheaper_current=float(cheaper_current[i]),
            best=float(best[i]),
            near_best=float(near[i]),
            over_cheapest=float(over[i]),
            stress=float(prediction.stress[i]),
        )


def _overrides(log: Forecaster, place: int, loss: float) -> str:
    """Return the words that replay a policy; none for what a learner may not be able to do."""
    if place >= len(CATALOGUE) or place in log.uncorrected:
        return ""
    return overrides(CATALOGUE[place], log.length, loss, log.task)


def _expected(prediction: Prediction, reference: int | None = None) -> Callable[[int], Expected]:
    """Return the costs, or what is saved against a reference, by the place of a policy."""
    values = prediction.cost if reference is None else prediction.saving(reference)
    means = prediction.mean(reference)
    low, high = prediction.interval(values)
    return lambda i: Expected(float(means[i]), float(low[i]), float(high[i]))


def _exam(log: Forecaster) -> Exam:
    """Predict the second half from the first, and hold it against what came."""
    prediction = log.second_half
    true, cost = log.costs[SECOND].sum(axis=1), _expected(prediction)
    names = log.labels[: len(CATALOGUE)]
    return Exam(
        ticks=log.ticks // 2,
        choice=names[log.chosen(prediction)],
        best=names[int(np.argmin(true))],
        policies=tuple(Examined(name, cost(i), float(true[i])) for i, name in enumerate(names)),
    )


def _width(prediction: Prediction, policy: int) -> float:
    """Return how wide the interval of a policy's cost is, as a share of its mean."""
    low, high = prediction.interval()[:, policy]
    return float((high - low) / prediction.mean()[policy])
