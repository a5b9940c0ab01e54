"""What a law is on paper: a claim, figures beside what was expected, and curves."""

import math
from dataclasses import dataclass

import numpy as np

from reports.words import number
from sim.stream import Floats

Points = tuple[Floats, Floats]
EXACT = 1e-5  # below this a tolerance is for rounding, and figures are written in full
NOTHING: Points = (np.empty(0), np.empty(0))


@dataclass(frozen=True)
class Row:
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
class Curve:
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
    curves: tuple[Curve, ...]
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
    rows: tuple[Row, ...]
    charts: tuple[Chart, ...]

    @property
    def missed(self) -> tuple[Row, ...]:
        """Rows whose measured figure lies outside the tolerance."""
        return tuple(row for row in self.rows if not row.hit)


def shown(row: Row) -> tuple[str, str, str]:
    """Expected, measured and tolerance as text, to two digits of the tolerance."""
    if row.tolerance < EXACT:
        exact = "exact" if row.tolerance == 0 else f"{row.tolerance:.0e}"
        return f"{row.expected:.6g}", f"{row.measured:.6g}", exact
    decimals = max(0, 1 - math.floor(math.log10(row.tolerance)))
    expected, measured, tolerance = (
        number(value, decimals) for value in (row.expected, row.measured, row.tolerance)
    )
    return expected, measured, f"± {tolerance}"
