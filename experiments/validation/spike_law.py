"""Law 8: a short spike; a model trained on it serves too late."""

import numpy as np

from retrainlab.experiments.validation.setting import fits_of, replayed
from retrainlab.scenarios.spike import Spike
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.stream import Floats
from retrainlab.sim.world import World
from retrainlab.strategies.what import Last
from retrainlab.strategies.when import Every, Never

HEIGHT = 3.0
CASES = ((20, 20), (20, 40), (20, 100), (5, 100))  # duration, window
DURATIONS = (2, 5, 10, 20, 30, 50, 75, 100)
ROUNDING = 1e-12


def short_spike(size: float = 1.0) -> Law:
    """Law 8. size: without effect; nothing is drawn, and the runs are short."""
    checks = []
    for duration, window in CASES:
        never, retrained = (_errors(duration, window, often) for often in (False, True))
        what = f"retrained every tick over never, D = {duration}, W = {window}"
        ratio = retrained.sum() / never.sum()
        why = "exact, but for rounding: nothing is random"
        checks.append(Check(what, _law(duration, window), ratio, ROUNDING, why))
    paid = never.sum() / HEIGHT**2
    checks.append(
        Check(f"never, D = {duration}: squared error / A^2", duration, paid, ROUNDING, why)
    )
    return Law(
        8,
        "A short spike",
        "A level jumps by A for D ticks and falls back. Without noise, the mean of the last W "
        "values, retrained every tick, pays sum (1 - j / W)^2 over the spike's ticks and "
        "sum (share of the window)^2 after it, in units of A^2; never pays D.",
        f"Scenario spike, A = {HEIGHT:g}, one row a tick, no noise. Learner mean.",
        tuple(checks),
        (_ratios(), _course()),
    )


def _law(duration: int, window: int) -> float:
    """Squared error of retraining every tick, relative to never."""
    known = np.minimum(np.arange(duration), window)  # ticks of the spike that the window holds
    left = np.minimum(duration, window - np.arange(window))
    return float(np.sum((1 - known / window) ** 2) + np.sum((left / window) ** 2)) / duration


def _errors(duration: int, window: int, often: bool) -> Floats:
    """(served ticks,) squared error of each tick, from 10 before the spike to W after it."""
    warmup, calm = window, 10
    scenario = Spike(
        warmup + calm + duration + window,
        rows=1,
        features=2,
        level=0.0,
        height=HEIGHT,
        start=warmup + calm,
        duration=duration,
    )
    when = Every(1) if often else Never()
    ledger = replayed(fits_of(scenario(0), "mean"), World(warmup=warmup), when, Last(window))
    return ledger.ticks["loss"].to_numpy()


def _ratios() -> Chart:
    """Retraining every tick against never, by the length of the spike."""
    curves = []
    for window in (20, 100):
        lengths = np.arange(1, 101)
        law = np.array([_law(int(d), window) for d in lengths])
        runs = [_errors(d, window, often=True).sum() / (d * HEIGHT**2) for d in DURATIONS]
        points = (np.array(DURATIONS, dtype=np.float64), np.array(runs))
        curves.append(ReferenceCurve(f"W = {window}", (lengths.astype(np.float64), law), points))
    x, y = "length of the spike, in ticks", "squared error over that of never"
    return Chart("Retraining on a spike", x, y, tuple(curves))


def _course() -> Chart:
    """Squared error over time for D = 20 and W = 40."""
    duration, window = 20, 40
    inside = (1 - np.arange(duration) / window) ** 2
    after = (np.minimum(duration, window - np.arange(window)) / window) ** 2
    law = np.concatenate([np.zeros(10), inside, after])
    ticks = np.arange(len(law), dtype=np.float64) - 10
    runs = _errors(duration, window, often=True) / HEIGHT**2
    curve = ReferenceCurve("retrained every tick", (ticks, law), (ticks, runs))
    x = "ticks since the spike began"
    return Chart("Squared error over time, D = 20, W = 40", x, "squared error / A^2", (curve,))
