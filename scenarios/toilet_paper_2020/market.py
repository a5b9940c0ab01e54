"""Market: demand, stockouts and recorded sales of every shop and day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrainlab.scenarios.toilet_paper_2020.demand import Course, course
from retrainlab.scenarios.toilet_paper_2020.shops import Days, Panel, draw_panel
from retrainlab.scenarios.toilet_paper_2020.stockout import Shelf, demand_error
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats, Ints

STICKINESS = 0.7  # correlation of being short on two days in a row, where the course admits it


@dataclass(frozen=True)
class Market:
    """The whole truth. Arrays are (days, shops).

    median: of the day's demand. demand: packs that shoppers wanted. short: whether the shop's
    stock was short. sales: packs recorded. out: whether the shop ran out of stock.
    best, best_error: the best forecast of sales made the evening before, and its expected
    absolute error. demand_error: that of the best forecast of demand. region: (shops,) code.
    """

    days: Days
    panel: Panel
    course: Course
    median: Floats
    demand: Floats
    short: NDArray[np.bool_]
    sales: Floats
    out: NDArray[np.bool_]
    best: Floats
    best_error: Floats
    demand_error: Floats
    region: Ints


@dataclass(frozen=True)
class Details:
    """What a planner sees in a single shop, and an aggregate does not show; none by default.

    empty: share of the short shops that sell nothing all day. regions: how many there are; the
    panic comes to each some days later than to the one before. region_days: to the last of them.
    whole_packs: whether sales and demand are whole packs. summer: depth of a slump in the summer.
    """

    empty: float = 0.0
    regions: int = 1
    region_days: int = 6
    whole_packs: bool = False
    summer: float = 0.0


PLAIN = Details()


def draw_market(
    seed: int, days: Days, shops: int, noise: float, magnitude: float, details: Details = PLAIN
) -> Market:
    """Draw the market; random draws depend on neither noise nor magnitude.

    Other arguments as in `scenarios.toilet_paper_2020.demand.course`. A detail that is not asked
    for leaves every number as it is without.
    """
    panel = draw_panel(seed, days, shops)
    rule = course(days, noise, magnitude, details.empty, details.summer)
    shelf, region = rule.shelf, generator(seed, "toilet_paper", "regions").permutation(shops)
    region %= details.regions
    median = panel.usual * rule.demand[:, None]
    if details.regions > 1:
        median *= regional(panel.usual, days, noise, magnitude, details, region)
    normal = generator(seed, "toilet_paper", "demand").standard_normal(median.shape)
    demand = median * np.exp(noise * normal)
    chance = chances(shelf.short)
    coins = generator(seed, "toilet_paper", "stock").random(median.shape)
    short = spells(chance, coins)
    cap = median * np.where(short, shelf.stock[:, None], shelf.limit[:, None])
    if details.empty:
        coins = generator(seed, "toilet_paper", "empty").random(median.shape)
        cap[short & (coins < details.empty)] = 0.0
    eve = Shelf(chance, shelf.stock[:, None], shelf.limit[:, None], noise, details.empty)
    yesterday = np.vstack([np.zeros((1, shops), dtype=np.int64), short[:-1]])
    out, sales = short & (demand > cap), np.minimum(demand, cap)
    best, best_error = (
        median * np.take_along_axis(values, yesterday, axis=1)
        for values in (eve.median(), eve.error())
    )
    error = median * demand_error(noise)
    if details.whole_packs:
        up = generator(seed, "toilet_paper", "packs").random(median.shape)
        sales, demand = np.floor(sales + up), np.floor(demand + up)
        best, best_error = whole(eve, yesterday, median, best)
        stock = np.full((len(days), 1), np.inf)
        endless = Shelf(np.zeros((len(days), 2)), stock, stock, noise)
        error = whole(endless, yesterday, median, median)[1]
    return Market(
        days=days,
        panel=panel,
        course=rule,
        median=median,
        demand=demand,
        short=short,
        sales=sales,
        out=out,
        best=best,
        best_error=best_error,
        demand_error=error,
        region=region,
    )


def regional(
    usual: Floats, days: Days, noise: float, magnitude: float, details: Details, region: Ints
) -> Floats:
    """(days, shops) demand of a shop's region over that of all; its mean over all shops is 1.

    The course of a region is that of all, some days later. Stock and ration are in units of the
    median demand, so that expected sales of all shops together stay as they are.
    """
    lags = np.round(np.linspace(0, details.region_days, details.regions)).astype(np.int64)
    curves = [
        course(days - lag, noise, magnitude, details.empty, details.summer).demand for lag in lags
    ]
    own = np.stack(curves, axis=1)[:, region]
    mean: Floats = (own * usual).sum(axis=1, keepdims=True) / usual.sum(axis=1, keepdims=True)
    return own / mean


def whole(eve: Shelf, yesterday: Ints, median: Floats, best: Floats) -> tuple[Floats, Floats]:
    """(days, shops) the best forecast in whole packs, and its expected absolute error.

    best: the best one in parts of packs; the error is convex, so that it lies beside it.
    """
    rows = np.take_along_axis(eve.short, yesterday, axis=1)
    shelf = Shelf(rows, eve.stock, eve.limit, eve.noise, eve.empty)
    guesses = np.stack([np.floor(best), np.ceil(best)])
    errors = np.stack([median * shelf.error(guess / median) for guess in guesses])
    place = errors.argmin(axis=0)[None]
    return (
        np.take_along_axis(guesses, place, axis=0)[0],
        np.take_along_axis(errors, place, axis=0)[0],
    )


def chances(share: Floats) -> Floats:
    """(days, 2) P(short today) of a shop that was not short yesterday, and of one that was.

    share: (days,) P(short) that the chain has to hit, below 1. The second exceeds the first by
    STICKINESS, or by less where the share rises or falls too fast for that.
    """
    before, now = share[:-1], share[1:]
    sticky = np.minimum(STICKINESS, np.minimum(now / before, (1 - now) / (1 - before)))
    fresh = now - sticky * before
    first = np.full((1, 2), share[0])
    return np.concatenate([first, np.stack([fresh, fresh + sticky], axis=1)])


def spells(chance: Floats, coins: Floats) -> NDArray[np.bool_]:
    """(days, shops) which shops are short, from `chances` (days, 2) and uniform coins."""
    short = np.zeros(coins.shape, dtype=bool)
    state = short[0]
    for day, (fresh, again) in enumerate(chance):
        short[day] = state = coins[day] < np.where(state, again, fresh)
    return short
