"""Law 6: covariate shift under a well specified model; retraining gains nothing."""

import numpy as np

from retrainlab.experiments.validation.setting import (
    ALLOWED,
    fits_of,
    hit_rate,
    mean_error,
    replayed,
    share_error,
)
from retrainlab.scenarios.covariate import Covariate
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.metrics import ceiling
from retrainlab.sim.oracle.candidates import LossTable, candidate_grid, loss_table
from retrainlab.sim.oracle.schedule import best_schedule
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.rows import span
from retrainlab.sim.stream import Floats
from retrainlab.sim.world import World
from retrainlab.strategies.what import Everything, Last
from retrainlab.strategies.when import Every, Never

TICKS, START, FEATURES = 300, 100, 2
WORLD = World(warmup=80)
PERIOD, WINDOW = 20, 80
ABOVE = 256  # times the price of the noise, the highest that is tried


def covariate_shift(size: float = 1.0) -> Law:
    """Law 6. size: rows a tick, as a share of 400."""
    rows = int(400 * size)
    fits = _shifted("linear", rows)
    never = replayed(fits, WORLD, Never(), Everything())
    checks = [_ceiling(fits, hit_rate(never)[START - WORLD.warmup :].mean(), rows)]
    for name, what in (("everything", Everything()), (f"the last {WINDOW} ticks", Last(WINDOW))):
        gain = hit_rate(replayed(fits, WORLD, Every(PERIOD), what)) - hit_rate(never)
        checks.append(_gain(name, gain[START - WORLD.warmup :]))
    tables = {rule: _table(_shifted(rule, rows)) for rule in ("linear", "curved")}
    price = ALLOWED * _noise(fits, tables["linear"])
    checks += [_oracle(tables[rule], rule, price) for rule in tables]
    return Law(
        6,
        "Covariate shift, model well specified",
        "Where the model class holds the truth, and with enough data, moving inputs leave it "
        "right: retraining gains nothing, and the oracle does not retrain at any price above the "
        "noise.",
        f"Scenario covariate: the inputs move by 2 standard deviations at tick {START}; {rows} "
        f"rows a tick. Logistic regression, well specified for the linear rule. The oracle may "
        f"retrain every {PERIOD} ticks on everything or on {WINDOW} ticks.",
        tuple(checks),
        (_chart(tables, price),),
    )


def _shifted(rule: str, rows: int) -> FitCache:
    scenario = Covariate(TICKS, rows, FEATURES, rule=rule, shape="step", start=START)
    return fits_of(scenario(0), "logistic")


def _ceiling(fits: FitCache, hits: float, rows: int) -> Check:
    served = (TICKS - START) * rows
    law = ceiling(fits.stream, START)
    why = f"4 standard errors of {served:,} rows"
    what = "accuracy after the shift, never retrained: the ceiling"
    return Check(what, law, hits, ALLOWED * share_error(law, served), why)


def _gain(name: str, gain: Floats) -> Check:
    why = "4 standard errors of the paired difference"
    what = f"gain in accuracy from retraining on {name}"
    return Check(what, 0.0, float(gain.mean()), ALLOWED * mean_error(gain), why)


def _table(fits: FitCache) -> LossTable:
    candidates = candidate_grid(fits.stream, WORLD, PERIOD, [None, WINDOW])
    return loss_table(fits, WORLD, candidates)


def _noise(fits: FitCache, table: LossTable) -> float:
    """Largest standard error of a candidate's gain over its life.

    Two models that are equally good differ in rows of which each has its half by chance.
    """
    offsets = fits.stream.offsets
    first = fits.fit(table.models[0].rows)
    errors = []
    for model, ready in zip(table.models[1:], table.ready[1:].tolist(), strict=True):
        served = span(offsets[ready], offsets[-1])
        losses = (fits.seen_losses(f, served) for f in (first, fits.fit(model.rows)))
        errors.append(np.sqrt(np.sum(np.subtract(*losses) ** 2)))
    return float(max(errors))


def _count(table: LossTable, price: float) -> int:
    return best_schedule(table, Prices(error=1, fit=price)).retrainings


def _oracle(table: LossTable, rule: str, price: float) -> Check:
    if rule == "linear":
        above = _counts(table, price * np.geomspace(1, ABOVE, 9)).max()
        why = "exact: the price is 4 standard errors of the noisiest candidate's gain"
        what = f"retrainings of the oracle, rule linear, C = {price:.0f} or more"
        return Check(what, 0, float(above), 0, why)
    what = f"whether the oracle retrains (1) if the rule is curved, C = {price:.0f}"
    return Check(
        what,
        1,
        min(_count(table, price), 1),
        0,
        "exact: here the model class does not hold the truth",
    )


def _chart(tables: dict[str, LossTable], price: float) -> Chart:
    prices = np.geomspace(price / ABOVE, price * ABOVE, 17)
    curves = [
        ReferenceCurve(f"rule {rule}", measured=(prices, _counts(table, prices)))
        for rule, table in tables.items()
    ]
    above = np.array([price, prices[-1]])
    curves.append(ReferenceCurve("linear, above the noise", law=(above, np.zeros(2))))
    x = "price of a retraining, in errors"
    return Chart("Retrainings of the oracle", x, "retrainings", tuple(curves), log=True)


def _counts(table: LossTable, prices: Floats) -> Floats:
    return np.array([_count(table, price) for price in prices.tolist()], dtype=np.float64)
