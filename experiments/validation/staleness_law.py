"""Law 3: exponential staleness, from sudden drifts at random times."""

import numpy as np

from retrainlab.experiments.validation.boundary import accuracy, expected_disagreement, fit_error
from retrainlab.experiments.validation.setting import (
    ALLOWED,
    fits_of,
    hit_rate,
    mean_error,
    replayed,
)
from retrainlab.scenarios.poisson import Poisson
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.stream import Floats
from retrainlab.sim.world import World
from retrainlab.strategies.what import Last
from retrainlab.strategies.when import Every, Never

ROWS, FEATURES, NOISE = 200, 5, 0.1
RATE = 0.1  # drifts a tick
SEEDS = 8
INTERVALS = (6, 12, 24, 48, 96)
PRICES = (0.3374, 0.6916, 1.5)  # in units of K A / g; the first two put g T* at 1.2 and at 2.4

Gains = dict[int, Floats]  # hits above a coin's at every tick, by interval; 0 stands for never


def exponential_staleness(size: float = 1.0) -> Law:
    """Law 3. size: length of the streams, as a share of 4,800 ticks."""
    ticks = max(1, round(50 * size)) * INTERVALS[-1]
    gains = _measured(ticks)
    fresh, unsure = _fresh()
    # Sum over ages 1, 2, .. of exp(-g age): what the integral's 1 / g is in whole ticks.
    worth = fresh / np.expm1(RATE)
    checks = [_gain(period, worth, gains[period], unsure) for period in INTERVALS]
    checks += [_never(worth / ticks, gains[0]), *(_best(c, worth, gains) for c in PRICES)]
    return Law(
        3,
        "Exponential staleness",
        "Where a model of age a is worth A exp(-g a), as under sudden drifts at rate g, the best "
        "interval solves C = K A ((1 - exp(-g T)) / g - T exp(-g T)), and from C = K A / g on it "
        "is best never to retrain.",
        f"Scenario poisson: g = {RATE} drifts a tick, magnitude .5, so that an old model hits as "
        f"often as a coin; {ROWS} rows a tick, p = {NOISE}, {SEEDS} streams of {ticks:,} ticks. "
        "Logistic regression on the last tick. Gain: hits above a coin's. In whole ticks K A / g "
        f"is K A / (exp(g) - 1) = {worth:.0f}.",
        tuple(checks),
        (_gain_chart(worth, gains), _net_chart(worth, gains)),
    )


def _measured(ticks: int) -> Gains:
    """Return the gains, stream after stream, each (SEEDS * ticks,)."""
    parts: dict[int, list[Floats]] = {period: [] for period in (*INTERVALS, 0)}
    for seed in range(SEEDS):
        stream = Poisson(ticks + 1, ROWS, FEATURES, NOISE, rate=RATE)(seed)
        fits = fits_of(stream, "logistic")
        for period, gains in parts.items():
            when = Every(period) if period else Never()
            gains.append(ROWS * (hit_rate(replayed(fits, World(warmup=1), when, Last(1))) - 0.5))
    return {period: np.concatenate(gains) for period, gains in parts.items()}


def _fresh() -> tuple[float, float]:
    """Gain a tick of a model without a drift since, A, and the share of it that is unsure.

    The error of the fit is known to first order in 1 / rows; a tenth of it is allowed for.
    """
    lost = float(expected_disagreement(0.0, fit_error(NOISE, ROWS), FEATURES))
    gain = ROWS * (float(accuracy(NOISE, np.array(lost))) - 0.5)
    return gain, 0.1 * ROWS * (1 - 2 * NOISE) * lost / gain


def _law(period: Floats | float, worth: float) -> Floats:
    """Gain a tick of retraining every `period` ticks."""
    return worth * -np.expm1(-RATE * np.asarray(period)) / period


def _gain(period: int, worth: float, gains: Floats, unsure: float) -> Check:
    law = float(_law(period, worth))
    drifts = f"4 standard errors over {RATE * len(gains):,.0f} drifts"
    why = f"{drifts}, and {100 * unsure:.1f} % for the second order of the fit's error"
    allowed = ALLOWED * mean_error(gains) + unsure * law
    return Check(f"gain a tick, every {period} ticks", law, float(gains.mean()), allowed, why)


def _never(law: float, gains: Floats) -> Check:
    why = "4 standard errors; each stream's first model is worth K A / g once"
    allowed = ALLOWED * mean_error(gains)
    return Check("gain a tick, never retrained", law, float(gains.mean()), allowed, why)


def _best(share: float, worth: float, gains: Gains) -> Check:
    """The interval with the highest gain after its price; 0: never."""
    law = {t: float(_law(t, worth)) - share * worth / t for t in INTERVALS}
    law[0] = SEEDS * worth / len(gains[0])
    net = {t: float(gain.mean()) - (share * worth / t if t else 0) for t, gain in gains.items()}
    best, second = sorted(law, key=lambda t: -law[t])[:2]
    error = mean_error(gains[best] - gains[second])
    naive = np.sqrt(2 * share) / RATE
    return Check(
        f"best interval (0: never) at C = {share:.2f} K A / g (square-root law: {naive:.0f})",
        best,
        max(net, key=lambda t: net[t]),
        0.0,
        f"exact: the next best is {(law[best] - law[second]) / error:.1f} standard errors behind",
    )


def _gain_chart(worth: float, gains: Gains) -> Chart:
    grid = np.geomspace(INTERVALS[0], INTERVALS[-1], 100)
    curve = ReferenceCurve("gain", (grid, _law(grid, worth)), _points(gains))
    return Chart("Gain of retraining", _X, "hits a tick above a coin's", (curve,), log=True)


def _net_chart(worth: float, gains: Gains) -> Chart:
    grid = np.geomspace(INTERVALS[0], INTERVALS[-1], 100)
    x, y = _points(gains)
    curves = [
        ReferenceCurve(
            f"C = {share:.2f} K A / g",
            (grid, _law(grid, worth) - share * worth / grid),
            (x, y - share * worth / x),
        )
        for share in PRICES
    ]
    return Chart("Gain after its price", _X, "hits a tick", tuple(curves), log=True)


_X = "ticks between two retrainings"


def _points(gains: Gains) -> tuple[Floats, Floats]:
    x = np.array(INTERVALS, dtype=np.float64)
    return x, np.array([gains[period].mean() for period in INTERVALS])
