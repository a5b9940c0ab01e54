"""Law 10: the oracle against brute force, against strategies, and over prices."""

from collections.abc import Sequence
from itertools import chain, combinations, product

import numpy as np

from retrainlab.experiments.validation.setting import fits_of, replayed
from retrainlab.scenarios.sudden import Sudden
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.oracle.candidates import LossTable, candidate_grid, loss_table
from retrainlab.sim.oracle.schedule import best_schedule, floor, frontier, hull
from retrainlab.sim.prices import Prices, price
from retrainlab.sim.replay.clause import clauses
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.ledger import Ledger
from retrainlab.sim.replay.strategy import What, When
from retrainlab.sim.stream import Floats
from retrainlab.sim.world import World
from retrainlab.strategies.what import Everything, Last, Mixed, SinceAlarm, SinceFit
from retrainlab.strategies.when import At, Every, Never, OnAlarm, OnDrop, OnExcess

SHORT, LONG = World(1, 1, warmup=3), World(1, 1, warmup=10)
HORIZON = 10  # ticks served, at most, where every schedule is tried
WINDOWS = (None, 10)
PRICES = [Prices(1, *more) for more in product((0.5, 4, 16), (0, 0.02), (0, 0.1))]
ROUNDING = 1e-9
# What it is trained on is among the oracle's candidates.
INSIDE: list[tuple[When, What]] = [
    (Never(), Everything()),
    *((Every(k), Everything()) for k in (3, 10, 25)),
    *((Every(k), Last(10)) for k in (3, 10, 25)),
    (OnAlarm("ADWIN"), Everything()),
    (OnDrop("accuracy", 0.05), Last(10)),
    (OnExcess(20.0), Last(10)),
]
OUTSIDE: list[tuple[When, What]] = [
    (Every(7), Last(4)),
    (Every(5), SinceFit()),
    (Every(10), Mixed(5, 0.2)),
    (OnAlarm("ADWIN"), SinceAlarm(200)),
]


def oracle(size: float = 1.0) -> Law:
    """Law 10. size: rows a tick of the longer stream, as a share of 100."""
    rows, horizon = int(100 * size), HORIZON if size >= 1 else HORIZON - 3
    stream = Sudden(150, rows, features=3, at=(50, 110))(0)
    fits = fits_of(stream, "logistic")
    candidates = candidate_grid(stream, LONG, 1, WINDOWS)
    table = loss_table(fits, LONG, candidates)
    inside = [replayed(fits, LONG, *parts) for parts in INSIDE]
    ledgers = inside + [replayed(fits, LONG, *parts) for parts in OUTSIDE]

    least = [_cost(best_schedule(table, p).quantities(), p) for p in PRICES]
    lowest = [_cost(floor(fits, LONG, p, ledgers, candidates).quantities(), p) for p in PRICES]
    exact = "exact: of the same fits, the oracle's schedule is the cheapest"
    floored = "exact: the floor also has the fits of strategies that pick others"
    return Law(
        10,
        "The oracle",
        "The oracle, the cheapest schedule by dynamic programming, is that of brute force; no "
        "strategy on the same fits is cheaper; its losses over all prices lie on a convex curve.",
        f"Scenario sudden, {rows} rows a tick. Every schedule of up to {horizon} served ticks is "
        f"replayed. On 140 served ticks, {len(ledgers)} strategies against trainings at every "
        f"tick on everything or on 10 ticks, at {len(PRICES)} prices; then at 100 prices.",
        (
            *(_brute_force(what, horizon) for what in (Everything(), Last(3))),
            Check(
                f"strategies of {len(inside)} below the oracle",
                0,
                _cheaper(inside, least),
                0,
                exact,
            ),
            Check(f"of {len(ledgers)} below its floor", 0, _cheaper(ledgers, lowest), 0, floored),
            *_convex(table),
        ),
        (_chart(table, inside),),
    )


def _cost(quantities: dict[str, float], prices: Prices) -> float:
    return float(price(quantities, prices)["cost"])


def _brute_force(what: What, horizon: int) -> Check:
    """The largest difference in cost between the oracle and the best of all schedules."""
    window = getattr(what, "ticks", None)
    prices = [p for p in PRICES if window is None or not p.label]
    worst, tried = 0.0, 0
    for served in range(3, horizon + 1):
        stream = Sudden(SHORT.warmup + served, 10, 2, at=(6,) if served > 3 else ())(served)
        fits = fits_of(stream, "logistic")
        candidates = candidate_grid(stream, SHORT, 1, [window])
        table = loss_table(fits, SHORT, candidates)
        schedules = _every_schedule(fits, [c.decided for c in candidates], what)
        tried += len(schedules)
        for p in prices:
            least = min(_cost(quantities, p) for quantities in schedules)
            best = _cost(best_schedule(table, p).quantities(), p)
            worst = max(worst, abs(best - least))
    (rows,) = clauses(what)
    name = f"oracle minus brute force, trained on {rows.in_units()}, {tried} schedules"
    return Check(name, 0.0, worst, ROUNDING, f"exact at {len(prices)} prices, but for rounding")


def _every_schedule(fits: FitCache, ticks: Sequence[int], what: What) -> list[dict[str, float]]:
    """Quantities of a replay of every subset of the ticks."""
    subsets = chain.from_iterable(combinations(ticks, k) for k in range(len(ticks) + 1))
    return [replayed(fits, SHORT, At(subset), what).quantities() for subset in subsets]


def _cheaper(ledgers: Sequence[Ledger], least: Sequence[float]) -> int:
    """How many ledgers cost less than the oracle at one of the prices or more."""
    cheaper = 0
    for ledger in ledgers:
        costs = [_cost(ledger.quantities(), p) for p in PRICES]
        cheaper += any(c < o - ROUNDING * abs(o) for c, o in zip(costs, least, strict=True))
    return cheaper


def _convex(table: LossTable) -> list[Check]:
    """The schedules chosen at many prices, and their costs, against the frontier."""
    losses, prices = frontier(table), np.geomspace(0.1, 1e4, 100)
    counts, loss = _chosen(table, prices)
    cost = [np.min(losses + fit * np.arange(len(losses))) for fit in prices]
    off = np.abs(loss + prices * counts - cost).max()
    counts, first = np.unique(counts, return_index=True)
    slopes = np.diff(loss[first]) / np.diff(counts)
    bends = int(np.sum(np.diff(slopes) < -ROUNDING * np.abs(slopes[:-1])))
    return [
        Check("bends of the losses over all prices that are not convex", 0, bends, 0, "exact"),
        Check(
            "oracle minus the least of frontier[k] + C k, at most",
            0.0,
            float(off),
            ROUNDING * float(losses[0]),
            "exact, but for rounding",
        ),
    ]


def _chosen(table: LossTable, prices: Floats) -> tuple[Floats, Floats]:
    """(p,) retrainings and loss of the best schedule at each price of a fit."""
    best = [best_schedule(table, Prices(error=1, fit=fit)) for fit in prices.tolist()]
    counts = np.array([schedule.retrainings for schedule in best], dtype=np.float64)
    return counts, np.array([schedule.loss for schedule in best])


def _chart(table: LossTable, ledgers: Sequence[Ledger]) -> Chart:
    losses = frontier(table, limit=60)
    corners = hull(losses)
    line = (corners.astype(np.float64), losses[corners])
    oracle_ = ReferenceCurve("oracle", line, _chosen(table, np.geomspace(0.5, 1e4, 40)))
    quantities = [ledger.quantities() for ledger in ledgers]
    x, y = (np.array([q[name] for q in quantities]) for name in ("retrainings", "loss"))
    strategies = ReferenceCurve("strategies on the same fits", measured=(x.astype(np.float64), y))
    return Chart("Losses against retrainings", "retrainings", "errors", (oracle_, strategies))
