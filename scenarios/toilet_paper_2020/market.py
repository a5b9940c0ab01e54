"""Market: demand, stockouts and recorded sales of every shop and day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrainlab.scenarios.toilet_paper_2020.demand import Course, course
from retrainlab.scenarios.toilet_paper_2020.shops import Days, Panel, draw_panel
from retrainlab.scenarios.toilet_paper_2020.stockout import Shelf
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats

STICKINESS = 0.7  # correlation of being short on two days in a row, where the course admits it


@dataclass(frozen=True)
class Market:
    """The whole truth. Arrays are (days, shops).

    median: of the day's demand. demand: packs that shoppers wanted. short: whether the shop's
    stock was short. sales: packs recorded. out: whether the shop ran out of stock.
    best, best_error: the best forecast of sales made the evening before, and its expected
    absolute error.
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


def draw_market(seed: int, days: Days, shops: int, noise: float, magnitude: float) -> Market:
    """Draw the market; random draws depend on neither noise nor magnitude.

    Other arguments as in `scenarios.toilet_paper_2020.demand.course`.
    """
    panel = draw_panel(seed, days, shops)
    rule = course(days, noise, magnitude)
    shelf = rule.shelf
    median = panel.usual * rule.demand[:, None]
    normal = generator(seed, "toilet_paper", "demand").standard_normal(median.shape)
    demand = median * np.exp(noise * normal)
    chance = chances(shelf.short)
    coins = generator(seed, "toilet_paper", "stock").random(median.shape)
    short = spells(chance, coins)
    cap = median * np.where(short, shelf.stock[:, None], shelf.limit[:, None])
    eve = Shelf(chance, shelf.stock[:, None], shelf.limit[:, None], noise)
    yesterday = np.vstack([np.zeros((1, shops), dtype=np.int64), short[:-1]])
    return Market(
        days=days,
        panel=panel,
        course=rule,
        median=median,
        demand=demand,
        short=short,
        sales=np.minimum(demand, cap),
        out=short & (demand > cap),
        best=median * np.take_along_axis(eve.median(), yesterday, axis=1),
        best_error=median * np.take_along_axis(eve.error(), yesterday, axis=1),
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
