"""Conformal test: bets that what is watched is no longer exchangeable; it needs no reference.

The conformal p-value of a value is its rank among all values so far. While these are exchangeable,
p-values are independent and uniform (Vovk, Gammerman and Shafer 2005), whatever the values are, so
that a bet on them gains nothing on average.
"""

import math
from collections.abc import Iterable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import require
from retrainlab.sim.replay.clause import Clause, in_ticks
from retrainlab.sim.replay.view import View
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats
from retrainlab.strategies import monitors
from retrainlab.strategies.policies.evidence import JOINS
from retrainlab.strategies.policies.watch import Watch

TOGETHER = 256  # values that are compared with each other at once
# What is bet on: p-values become smaller, so that values become larger; or nothing; or the reverse.
LARGER, CHANGED = (-1.0, 0.0), (-1.0, 0.0, 1.0)
SIGNALS = {"loss": LARGER, "error": LARGER, "prediction": CHANGED}


class Ranks:
    """Values so far, and the p-values of those that come.

    They lie in sorted runs, each more than twice as long as the next, so that a value is counted
    and added in some log(n)^2 steps.
    """

    def __init__(self) -> None:
        self.runs: list[Floats] = []
        self.known = 0

    def p_values(self, values: Floats, ties: Floats) -> Floats:
        """(m,) p-values of (m,) values one after the other, each among all before it and itself.

        ties: (m,) uniform random numbers, which split those that are equal.
        """
        parts = range(0, len(values), TOGETHER)
        found = [self._next(values[i : i + TOGETHER], ties[i : i + TOGETHER]) for i in parts]
        return np.concatenate(found) if found else np.empty(0)

    def _next(self, values: Floats, ties: Floats) -> Floats:
        below, up_to = self._count(values, "left"), self._count(values, "right")
        before = np.tri(len(values), k=-1, dtype=bool)  # [i, j]: value j came before value i
        larger = (before & (values > values[:, None])).sum(axis=1) + self.known - up_to
        equal = (before & (values == values[:, None])).sum(axis=1) + up_to - below + 1
        among = self.known + np.arange(1, len(values) + 1)
        self._add(np.sort(values))
        p_values: Floats = (larger + ties * equal) / among
        return p_values

    def _count(self, values: Floats, side: Literal["left", "right"]) -> NDArray[np.int64]:
        """(m,) number of values so far that are below each, or up to it."""
        counts = np.zeros(len(values), dtype=np.int64)
        for run in self.runs:
            counts += np.searchsorted(run, values, side)
        return counts

    def _add(self, run: Floats) -> None:
        self.known += len(run)
        while self.runs and len(self.runs[-1]) <= 2 * len(run):
            run = np.sort(np.concatenate([self.runs.pop(), run]), kind="stable")
        self.runs.append(run)


class Jumper:
    """Simple jumper: bets 1 + e (p - 1/2), of which a share changes its e at every step.

    bets: the values of e. jump: the share (Vovk et al. 2021, "Retrain or not retrain").
    """

    def __init__(self, bets: tuple[float, ...], jump: float):
        self.bets, self.jump = bets, jump
        self.shares = [1 / len(bets)] * len(bets)

    def log_gain(self, p_values: Iterable[float]) -> float:
        """Return the logarithm of what the wealth is multiplied by over these p-values."""
        each = self.jump / len(self.bets)
        gain = 0.0
        for p in p_values:
            wealth = [
                ((1 - self.jump) * share + each) * (1 + bet * (p - 0.5))
                for share, bet in zip(self.shares, self.bets, strict=True)
            ]
            total = math.fsum(wealth)
            self.shares = [part / total for part in wealth]
            gain += math.log(total)
        return gain


class Conformal(Watch):
    """When a bet has won that what is watched is no longer as it was since the last retraining.

    signal: `loss` or `error` (bets that it rises), or `prediction` (that it changes; no label is
    read). kind: `sr` (Shiryaev-Roberts) or `cusum`. alpha: while the values are exchangeable, the
    mean time between false alarms is at least 1 / alpha ticks, for losses of any kind. jump: the
    share of the bets that changes at every row.
    """

    source = "conformal test"

    def __init__(
        self, alpha: float = 1e-3, kind: str = "sr", signal: str = "loss", jump: float = 0.01
    ):
        require(0 < alpha < 1, f"alpha is {alpha}; it must lie between 0 and 1")
        require(kind in JOINS, f"kind is {kind!r}; it must be one of {', '.join(JOINS)}")
        require(signal in SIGNALS, f"signal is {signal!r}; it must be one of {', '.join(SIGNALS)}")
        require(0 <= jump <= 1, f"jump is {jump}; a share must be within 0 and 1")
        self.alpha, self.kind, self.signal, self.jump = alpha, kind, signal, jump
        self.reset()

    def reset(self) -> None:
        """Forget the values and the bets."""
        self.ranks, self.jumper = Ranks(), Jumper(SIGNALS[self.signal], self.jump)
        self.wealth = np.zeros(1)

    def observe(self, view: View) -> str | None:
        """Bet on the values of a tick."""
        _, values = monitors.signal(self.signal)(view)
        return self.bet(values, generator("conformal", view.tick).random(len(values)))

    def bet(self, values: Floats, ties: Floats) -> str | None:
        """Bet on (m,) values; ties: (m,) uniform random numbers. Return why to retrain, or None."""
        if not len(values):
            return None
        gain = self.jumper.log_gain(self.ranks.p_values(values, ties).tolist())
        with np.errstate(over="ignore"):
            self.wealth = JOINS[self.kind](self.wealth) * np.exp(gain)
        if not self.wealth[0] >= 1 / self.alpha:
            return None
        return f"{self.signal} of {np.mean(values):.3g} on average is not as before"

    def describe(self) -> Clause:
        """Return what it waits for."""
        often = f"at most one false alarm in {in_ticks(round(1 / self.alpha))} on average"
        return Clause("condition", f"when a conformal test alarms on the {self.signal} ({often})")
