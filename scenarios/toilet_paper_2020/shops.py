"""Panel of shops in normal times: expected sales per day, prices and promotions."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats

Days = NDArray[np.datetime64]

# Of an average day, Monday to Sunday: most households do the week's shopping from Friday on.
WEEKDAYS = np.array([0.93, 0.88, 0.89, 0.94, 1.10, 1.22, 1.04])
SEASON = 0.03  # winter above, summer below an average day
PACKS = 21.0  # a day in a shop of 1,000 square metres
ROTATION = 8  # weeks: promotions go round, so that every week an eighth of the shops has one
DISCOUNTS = np.array([0.1, 0.2, 0.3])
ELASTICITY = -1.2
DISPLAY = 1.1  # a promoted product also stands where one sees it


@dataclass(frozen=True)
class Panel:
    """What is known of the days and shops before the first pack is sold.

    weekday: (days,) 0 is Monday. week: (days,) ISO week of the year. size: (shops,) square metres.
    price, promotion: (days, shops) for a pack, and 1 in a promoted week.
    usual: (days, shops) median packs that shoppers want on such a day in normal times.
    """

    weekday: Floats
    week: Floats
    size: Floats
    price: Floats
    promotion: Floats
    usual: Floats


def weekday_of(days: Days) -> NDArray[np.int64]:
    """(days,) 0 for Monday to 6 for Sunday; day 0 of the calendar, 1970-01-01, was a Thursday."""
    return (days.astype("datetime64[D]").astype(np.int64) + 3) % 7


def season_of(days: Days) -> Floats:
    """(days,) demand of an average shop by weekday and time of the year, around 1."""
    in_year = (days - days.astype("datetime64[Y]")).astype(np.int64)
    return WEEKDAYS[weekday_of(days)] * (1 + SEASON * np.cos(2 * np.pi * (in_year - 14) / 365.25))


def draw_panel(seed: int, days: Days, shops: int) -> Panel:
    """Draw the shops, their prices and their promotions, which never depend on the panic."""
    rng = generator(seed, "toilet_paper", "shops")
    size = 400 * 6 ** rng.random(shops)  # 400 to 2,400 square metres
    place = np.exp(0.1 * rng.standard_normal(shops))  # what no feature says, but past sales do
    regular = np.round(rng.uniform(5, 8, shops), 2)
    weeks = (days.astype(np.int64) + 3) // 7
    weeks -= weeks[0]
    turn = rng.permutation(shops)
    rng = generator(seed, "toilet_paper", "discounts")
    discount = DISCOUNTS[rng.integers(len(DISCOUNTS), size=(int(weeks[-1]) + 1, shops))][weeks]
    promotion = (weeks[:, None] + turn) % ROTATION == 0
    cut = 1 - promotion * discount
    uplift = cut**ELASTICITY * np.where(promotion, DISPLAY, 1.0)
    return Panel(
        weekday=weekday_of(days).astype(np.float64),
        week=np.array([d.isocalendar().week for d in days.astype(date)], dtype=np.float64),
        size=size,
        price=regular * cut,
        promotion=promotion.astype(np.float64),
        usual=PACKS * (size / 1000) ** 0.8 * place * season_of(days)[:, None] * uplift,
    )
