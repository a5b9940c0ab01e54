"""Demand in 2020: recorded sales and stockouts by day, and the demand that explains both.

The knots are the public figures (scenarios/panic_figures.py) made into curves: between knots the
curves are straight, sales on a logarithmic scale. Demand was never recorded; it is solved
for, so that the expected recorded sales are exactly the curve: see `demand_behind`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrainlab.scenarios.toilet_paper_2020.shops import Days
from retrainlab.scenarios.toilet_paper_2020.stockout import Shelf, sells_out
from retrainlab.sim.stream import Floats

Flags = NDArray[np.bool_]

LAST_DAY = np.datetime64("2020-12-31")

# Recorded sales of the day over those of a normal day. Before the first knot: 1.
SALES: tuple[tuple[str, float], ...] = (
    ("2020-02-23", 1.00),
    ("2020-02-29", 1.25),
    ("2020-03-07", 1.70),
    ("2020-03-10", 2.60),
    ("2020-03-12", 4.10),
    ("2020-03-13", 4.10),
    ("2020-03-15", 2.65),
    ("2020-03-21", 1.82),
    ("2020-03-31", 1.62),
    ("2020-04-08", 1.31),
    ("2020-04-18", 1.23),
    ("2020-05-02", 1.25),
    ("2020-06-10", 0.99),
    ("2020-06-30", 1.06),
    ("2020-07-31", 1.16),
    ("2020-10-18", 1.12),
    ("2020-11-15", 1.40),
    ("2020-12-10", 1.15),
    ("2020-12-31", 1.10),
)
# Share of shops that are out of stock for some part of the day.
NORMALLY_OUT = 0.06
OUT: tuple[tuple[str, float], ...] = (
    ("2020-02-29", NORMALLY_OUT),
    ("2020-03-10", 0.20),
    ("2020-03-16", 0.62),
    ("2020-03-23", 0.70),
    ("2020-03-31", 0.72),
    ("2020-04-12", 0.73),
    ("2020-04-19", 0.48),
    ("2020-05-15", 0.40),
    ("2020-06-30", 0.31),
    ("2020-08-31", 0.12),
    ("2020-10-25", 0.10),
    ("2020-11-10", 0.20),
    ("2020-11-25", 0.20),
    ("2020-12-20", 0.10),
    ("2020-12-31", 0.10),
)
# Purchase limits: no shop sells more than this many times its normal day.
RATION = 3.0
# After the last published figure of early summer, before those of the autumn.
SUMMER = (np.datetime64("2020-06-15"), np.datetime64("2020-09-14"))
RATIONED = (np.datetime64("2020-03-15"), np.datetime64("2020-05-01"))


@dataclass(frozen=True)
class Phase:
    """What the panic did from the day `first` to the day before `stop`."""

    first: np.datetime64
    stop: np.datetime64
    concept: int
    note: str


PANIC, AFTERMATH = 1, 2
PHASES = tuple(
    Phase(np.datetime64(first), np.datetime64(stop), concept, note)
    for first, stop, concept, note in (
        ("2020-02-24", "2020-03-22", PANIC, "run-up and spike"),
        ("2020-03-22", "2020-04-19", PANIC, "empty shelves and rationing"),
        ("2020-04-19", "2020-06-14", AFTERMATH, "pantry slump"),
        ("2020-06-14", "2020-10-19", AFTERMATH, "level of working from home, decaying"),
        ("2020-10-19", "2020-12-11", AFTERMATH, "second wave"),
    )
)


@dataclass(frozen=True)
class Course:
    """What rules each day, (days,) each.

    demand: over normal demand. out: share of shops that run out of stock. shelf: the
    distribution of sales over the day's median demand.
    """

    demand: Floats
    out: Floats
    shelf: Shelf


def between(knots: tuple[tuple[str, float], ...], days: Days, logarithm: bool = False) -> Floats:
    """(days,) the straight line from knot to knot, through their logarithms if asked for."""
    dates, values = zip(*knots, strict=True)
    when = np.array(dates, dtype="datetime64[D]").astype(np.int64)
    what = np.log(values) if logarithm else np.array(values)
    return np.interp(days.astype(np.int64), when, what)


def course(
    days: Days, noise: float, magnitude: float, empty: float = 0.0, summer: float = 0.0
) -> Course:
    """Return the course over the days.

    noise: standard deviation of the logarithm of a shop's daily demand. magnitude: 1 is 2020; 0 is
    no panic; else the logarithm of demand and the rise of stock-outs are multiplied by it.
    empty: share of the short shops that sell nothing all day. summer: see `recorded`.
    """
    out = between(OUT, days)
    rationed = (days >= RATIONED[0]) & (days < RATIONED[1])
    demand = demand_behind(recorded(days, summer), out, rationed, noise, empty)
    demand[days < PHASES[0].first] = 1.0  # to the last bit, which bisection cannot promise
    demand **= magnitude
    out = np.clip(NORMALLY_OUT + magnitude * (out - NORMALLY_OUT), 0, 0.95)
    return Course(demand, out, shelf(demand, out, rationed & (magnitude > 0), noise, empty))


def recorded(days: Days, summer: float = 0.0) -> Floats:
    """(days,) recorded sales over those of a normal day.

    summer: share by which they are lower at the height of a slump in the summer of 2020; what is
    not sold then is sold in the autumn, so that the year stays as it was published.
    """
    plain = np.exp(between(SALES, days, logarithm=True))
    if not summer:
        return plain
    begin, end = SUMMER
    year = np.arange(begin, LAST_DAY + 1)
    sold = np.exp(between(SALES, year, logarithm=True))
    lost = sold * summer * _slump(year)
    later = 1 + lost.sum() / sold[year >= end].sum()
    return plain * np.where(days >= end, later, 1 - summer * _slump(days))


def _slump(days: Days) -> Floats:
    """(days,) 0 outside the summer, rising to 1 in its middle."""
    begin, end = SUMMER
    way = np.clip((days - begin) / (end - begin), 0.0, 1.0)
    slump: Floats = np.sin(np.pi * way) ** 2
    return slump


def shelf(demand: Floats, out: Floats, rationed: Flags, noise: float, empty: float = 0.0) -> Shelf:
    """The distribution of sales that leaves a share `out` of the shops without stock."""
    # The more shops run out, the earlier in the day: from a sixth of the sales lost to a half.
    stock = 0.85 - 0.4 * out
    # A ration never leaves packs on the shelf of a shop that is short.
    limit = np.maximum(np.where(rationed, RATION / demand, np.inf), stock)
    short = np.minimum(out / sells_out(stock, noise, empty), 0.99)
    return Shelf(short, stock, limit, noise, empty)


def demand_behind(
    sales: Floats, out: Floats, rationed: Flags, noise: float, empty: float = 0.0
) -> Floats:
    """(days,) demand over normal demand whose expected recorded sales are `sales` normal days.

    Expected sales rise with demand, so bisection on the logarithm finds it; 60 halvings leave
    less than a float can show.
    """
    none = np.zeros(1, dtype=bool)
    normal = shelf(np.ones(1), np.full(1, NORMALLY_OUT), none, noise, empty).mean()
    low, high = np.full(len(sales), -2.0), np.full(len(sales), 4.0)
    for _ in range(60):
        middle = (low + high) / 2
        demand = np.exp(middle)
        short = demand * shelf(demand, out, rationed, noise, empty).mean() < sales * normal
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.exp((low + high) / 2)
