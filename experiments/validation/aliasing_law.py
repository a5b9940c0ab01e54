"""Law 9: aliasing; two rules alternate, and a schedule of the same period is always wrong."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from retrainlab.experiments.validation.boundary import accuracy, expected_disagreement, fit_error
from retrainlab.experiments.validation.setting import (
    ALLOWED,
    fits_of,
    hit_rate,
    replayed,
    share_error,
)
from retrainlab.scenarios.recurrent import Recurrent
from retrainlab.sim.closed_form import Chart, Check, Law, Points, ReferenceCurve
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.world import World
from retrainlab.strategies.what import Everything, SinceFit
from retrainlab.strategies.when import Every, Never

SEASON, TICKS = 40, 480  # ticks of a rule; ticks served
NOISE, FEATURES, WORTH = 0.1, 2, 0.8  # WORTH: 1 - 2 * NOISE
PHASES = (0, 5, 10, 15, 20, 25, 30, 35)
PERIODS = (5, 10, 20, 30, 50, 80, 120)  # beside SEASON
MILD = 0.3  # share of the labels on which two rules differ that are not each other's reverse


@dataclass(frozen=True)
class Expected:
    """Accuracy, its standard error, and the loss by errors of estimation."""

    accuracy: float
    error: float
    lost: float


def alternating_rules(size: float = 1.0) -> Law:
    """Law 9. size: rows a tick, as a share of 200."""
    rows = int(200 * size)
    fits = _alternating(1.0, rows)
    never = _hits(fits, None)
    phases = [_row(fits, rows, SEASON, phase) for phase in PHASES]
    periods = [_row(fits, rows, period, 0) for period in PERIODS]
    why = f"4 standard errors of {TICKS * rows:,} rows"
    first = Check(
        "accuracy, never retrained", 0.5, never, ALLOWED * share_error(0.5, TICKS * rows), why
    )
    return Law(
        9,
        "Aliasing",
        "Where two rules take turns, retraining once a season on the data since the last fit, in "
        "step with the seasons, serves the wrong rule throughout; no phase is better than never.",
        f"Scenario recurrent: seasons of {SEASON} ticks, {rows} rows a tick, p = {NOISE}; the "
        "second rule is the first reversed, or differs in 30 % of the labels. Logistic "
        "regression on the data since the last fit: of two reversed rules it learns the one that "
        "has more of the rows.",
        (first, *phases, *periods, *_mild(rows)),
        (
            _by_phase(rows, phases),
            _by_period(rows, [*periods, phases[0]]),
        ),
    )


def _alternating(magnitude: float, rows: int) -> FitCache:
    ticks = SEASON + TICKS
    scenario = Recurrent(ticks, rows, FEATURES, NOISE, magnitude, period=SEASON)
    return fits_of(scenario(0), "logistic")


def _hits(fits: FitCache, period: int | None, phase: int = 0) -> float:
    """Accuracy of retraining every `period` ticks on the data since; None: of never."""
    world = World(warmup=SEASON)
    ledger = (
        replayed(fits, world, Every(period, phase), SinceFit())
        if period
        else replayed(fits, world, Never(), Everything())
    )
    return float(hit_rate(ledger).mean())


def _row(fits: FitCache, rows: int, period: int, phase: int) -> Check:
    law = _expected(rows, period, phase)
    why = f"4 standard errors of rows and fits; a tenth of the {law.lost:.4f} that estimation costs"
    what = f"accuracy, every {period} ticks, phase {phase}"
    measured = _hits(fits, period, phase)
    return Check(what, law.accuracy, measured, ALLOWED * law.error + law.lost / 10, why)


def _expected(rows: int, period: int, phase: int) -> Expected:
    """Of two reversed rules, each model knows the one that held for more of its ticks.

    The other one's rows are noise to it. With half of either it knows neither: its boundary may
    lie anywhere, and is right on a share of the rows that is uniform between p and 1 - p.
    """
    rule = (np.arange(SEASON, SEASON + TICKS) // SEASON) % 2
    ends = [0, *range(phase + period, TICKS + 1, period)]
    shares = [0.0, *(rule[a:b].mean() for a, b in pairwise(ends))]
    sizes = [SEASON, *np.diff(ends)]
    total = variance = lost = 0.0
    for start, stop, share, size in zip(ends, [*ends[1:], TICKS], shares, sizes, strict=True):
        served = rule[start:stop]
        if share == 0.5:
            total += 0.5 * len(served)
            variance += (WORTH * np.sum(1 - 2 * served)) ** 2 / 12
            continue
        mixed = NOISE + WORTH * min(share, 1 - share)
        wrong = float(expected_disagreement(0.0, fit_error(mixed, rows * int(size)), FEATURES))
        right = np.sum(served == (share > 0.5))
        total += float(accuracy(NOISE, np.array([wrong, 1 - wrong])) @ [right, len(served) - right])
        moved = WORTH * wrong * (2 * right - len(served))
        # An error of fit is at least 0, and spreads by three quarters of its mean, if normal.
        variance += (0.75 * moved) ** 2
        lost += abs(moved)
    error = np.hypot(share_error(0.5, TICKS * rows), np.sqrt(variance) / TICKS)
    return Expected(total / TICKS, float(error), lost / TICKS)


def _mild(rows: int) -> list[Check]:
    """Rules that are not each other's reverse, at the aliasing interval."""
    fits = _alternating(MILD, rows)
    shift = WORTH * fit_error(NOISE, SEASON * rows) / np.pi
    checks = []
    for name, period, share, made in (("never", None, MILD / 2, 1), ("in step", SEASON, MILD, 12)):
        law = 1 - NOISE - WORTH * share
        error = np.hypot(share_error(law, TICKS * rows), shift / np.sqrt(made))
        why = f"4 standard errors of {TICKS * rows:,} rows and {made} fit{'s' * (made > 1)}"
        what = f"accuracy, {name}, rules that differ in {100 * MILD:.0f} % of the labels"
        checks.append(Check(what, law, _hits(fits, period), ALLOWED * float(error), why))
    return checks


def _by_phase(rows: int, measured: list[Check]) -> Chart:
    grid = np.arange(SEASON, dtype=np.float64)
    law = np.array([_expected(rows, SEASON, int(phase)).accuracy for phase in grid])
    title = f"Every {SEASON} ticks, by phase"
    return _chart(title, "phase, in ticks", (grid, law), PHASES, measured)


def _by_period(rows: int, measured: list[Check]) -> Chart:
    grid = np.arange(min(PERIODS), max(PERIODS) + 1, dtype=np.float64)
    law = np.array([_expected(rows, int(period), 0).accuracy for period in grid])
    x = "ticks between two retrainings"
    return _chart("Phase 0, by interval", x, (grid, law), (*PERIODS, SEASON), measured)


def _chart(title: str, x: str, law: Points, at: tuple[int, ...], measured: list[Check]) -> Chart:
    points = (np.array(at, dtype=np.float64), np.array([row.measured for row in measured]))
    level = (law[0][[0, -1]], np.full(2, 0.5))
    curves = (ReferenceCurve("retrained", law, points), ReferenceCurve("never", level))
    return Chart(title, x, "accuracy", curves)
