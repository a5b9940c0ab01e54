"""Law 1: staleness under a rotating boundary, and the unit of magnitude."""

import numpy as np

from retrainlab.experiments.validation.setting import ALLOWED, fits_of, hit_rate, replayed
from retrainlab.experiments.validation.turning import Turning
from retrainlab.scenarios.sudden import Sudden
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.stream import Floats
from retrainlab.sim.world import World
from retrainlab.strategies.what import Everything, Last
from retrainlab.strategies.when import Every, Never

PERIODS = {50: 0.88752, 200: 0.84933, 500: 0.77293, 1000: 0.64561}  # accuracy if exact at age 0
TURNED, STILL = 0.25, 100  # share of the labels that a sudden turn changes; ticks between turns


def rotating_boundary(size: float = 1.0) -> Law:
    """Law 1. size: rows a tick, as a share of 500."""
    setting = Turning(ticks=6_000, rows=int(500 * size), turn=0.002, window=20)
    fits = setting.fits()
    age: Floats = np.arange(max(PERIODS), dtype=np.float64) + (setting.window + 1) / 2
    checks = []
    for period, at_age_0 in PERIODS.items():
        ledger = replayed(fits, World(warmup=setting.window), Every(period), Last(setting.window))
        what = f"accuracy, retrained every {period} ticks ({at_age_0:.5f} if exact at age 0)"
        checks.append(_row(what, setting, age[:period], hit_rate(ledger)))
    by_age = hit_rate(ledger).reshape(-1, period).mean(axis=0)
    line = ReferenceCurve(
        f"every {period} ticks", (age, setting.exact(age)), (_thin(age), _thin(by_age))
    )
    turned, sudden = _turned(setting)
    return Law(
        1,
        "A boundary that turns",
        "While the boundary turns by omega a row, a model of age a has accuracy "
        "1 - p - (1 - 2p) omega a / pi; boundaries at an angle theta differ on theta / pi of "
        "the rows, the unit of magnitude.",
        f"Scenario rotating: {setting.rows} rows a tick, {setting.turn} radians a tick, "
        f"p = {setting.noise}. Logistic regression on the last {setting.window} ticks; its age "
        f"counts from their middle. Scenario sudden: {_percent(TURNED)} of the labels change every "
        f"{STILL} ticks.",
        (*checks, *turned),
        (
            Chart("Accuracy by age", "age of the model, in ticks", "accuracy", (line,)),
            Chart("Sudden turns", "share of labels changed", "accuracy", (sudden,)),
        ),
    )


def _row(what: str, setting: Turning, age: Floats, hits: Floats) -> Check:
    """Accuracy of models that serve at these ages: all that estimation may cost is allowed."""
    law, fits = float(setting.exact(age).mean()), setting.ticks // len(age)
    lost = law - float(setting.fitted(age).mean())
    why = (
        f"4 standard errors of {setting.ticks * setting.rows:,} rows and {fits} fits, each out by "
        f"{setting.fit_error:.4f} radians; estimation costs {lost:.5f}"
    )
    error = setting.standard_error(law, setting.ticks, fits)
    return Check(what, law, float(hits.mean()), ALLOWED * error + lost, why)


def _turned(setting: Turning) -> tuple[list[Check], ReferenceCurve]:
    """Accuracy of the first model after each of three sudden turns."""
    at = [setting.window + STILL * turn for turn in (1, 2, 3)]
    ticks = setting.window + 4 * STILL
    scenario = Sudden(ticks, setting.rows, setting.features, setting.noise, at, TURNED)
    fits = fits_of(scenario(0), "logistic")
    ledger = replayed(fits, World(warmup=setting.window), Never(), Everything())
    hits = hit_rate(ledger).reshape(4, STILL).mean(axis=1)
    changed: Floats = TURNED * np.arange(4, dtype=np.float64)
    law: Floats = 1 - setting.noise - (1 - 2 * setting.noise) * changed
    checks = []
    for turn in (1, 2, 3):
        what = f"accuracy, never retrained, once {_percent(changed[turn])} of the labels changed"
        why = f"4 standard errors of {STILL * setting.rows:,} rows and 1 fit"
        error = setting.standard_error(law[turn], STILL, 1)
        checks.append(Check(what, law[turn], hits[turn], ALLOWED * error, why))
    return checks, ReferenceCurve("never retrained", (changed, law), (changed, hits))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _thin(values: Floats) -> Floats:
    """Means of 25 neighbours."""
    return values.reshape(-1, 25).mean(axis=1)
