"""A law as data: its claim, measured figures beside the expected ones, and reference curves."""

from dataclasses import dataclass

import numpy as np

from retrainlab.sim.stream import Floats

Points = tuple[Floats, Floats]
NOTHING: Points = (np.empty(0), np.empty(0))


@dataclass(frozen=True)
class Check:
    """One figure. tolerance: how far measured may lie from expected; why: where that comes from."""

    what: str
    expected: float
    measured: float
    tolerance: float
    why: str

    @property
    def hit(self) -> bool:
        """Whether measured lies within the tolerance; an undefined figure does not."""
        return bool(abs(self.measured - self.expected) <= self.tolerance)


@dataclass(frozen=True)
class ReferenceCurve:
    """The law as a line and the runs as points, each (x, y) of two (m,) arrays."""

    name: str
    law: Points = NOTHING
    measured: Points = NOTHING


@dataclass(frozen=True)
class Chart:
    """Curves over each other. log: whether the horizontal axis is logarithmic."""

    title: str
    x: str
    y: str
    curves: tuple[ReferenceCurve, ...]
    log: bool = False


@dataclass(frozen=True)
class Law:
    """A closed form, and what the laboratory measured of it.

    number: in docs/laws.md. claim: the law in one sentence. setup: what was run, in one sentence.
    """

    number: int
    title: str
    claim: str
    setup: str
    rows: tuple[Check, ...]
    charts: tuple[Chart, ...]

    @property
    def missed(self) -> tuple[Check, ...]:
        """Rows whose measured figure lies outside the tolerance."""
        return tuple(row for row in self.rows if not row.hit)
