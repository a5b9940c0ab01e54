"""Daily sales of toilet paper in a panel of shops, through the panic of 2020.

Median demand of a shop on a day = its normal demand (scenarios/shops.py) x the day's course
(scenarios/panic.py); demand = median x W, log W ~ N(0, noise^2), new for each shop and day. Shops
are short of stock in spells (scenarios/market.py) and then record what the stock lets them sell
(scenarios/shelf.py). docs/toilet_paper.md sets the figures beside the public ones.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np

from retrainlab.scenarios.synthetic.base import is_number, is_whole
from retrainlab.scenarios.toilet_paper_2020.demand import LAST_DAY, PHASES
from retrainlab.scenarios.toilet_paper_2020.market import Details, Market, draw_market
from retrainlab.scenarios.toilet_paper_2020.published import panel_figures
from retrainlab.scenarios.toilet_paper_2020.shops import Days
from retrainlab.sim.errors import require
from retrainlab.sim.stream import Drift, Floats, Ints, Stream, even_ticks

FEATURES = ("weekday", "week", "price", "promotion", "size", "sales_1", "sales_7", "sales_28")
LAGS = (1, 7, 28)
HISTORY = max(LAGS)  # days generated before the first one, so that its past sales are known
TARGETS = ("sales", "demand")


@dataclass(frozen=True)
class ToiletPaper:
    """Packs that each shop sells on each day: a tick is a day, its rows are the shops.

    shops: number of shops. start: first day, YYYY-MM-DD. ticks: days; the last is 2020-12-31 or
    earlier. noise: standard deviation of the logarithm of a shop's daily demand, above 0, at most
    .5. magnitude: of the panic, 0 to 3; 1 is 2020, 0 no panic (see
    `scenarios.toilet_paper_2020.demand.course`). score_against: sales (what the tills recorded) or
    demand (what shoppers wanted).

    What a planner sees in a single shop, and none of it by default: empty: share of the shops with
    short stock that sell nothing all day, 0 to .5. regions: how many; the panic comes to the last
    `region_days` days after the first, and the region of a shop is a feature. whole_packs: sales
    and demand are whole packs. summer: share by which sales are lower at the height of a slump in
    the summer of 2020, 0 to .4, and made up for in the autumn.

    `ceiling` belongs to a forecaster who knows the course, each shop's normal demand and which
    shops were short yesterday, but neither which will be short today nor today's W.
    `concept` is 0 in normal times, 1 in the panic, 2 in its aftermath.
    """

    tick_name: ClassVar[str] = "day"

    shops: int = 40
    start: str = "2018-01-01"
    ticks: int = 1096
    noise: float = 0.25
    magnitude: float = 1.0
    score_against: str = "sales"
    empty: float = 0.0
    regions: int = 1
    region_days: int = 6
    whole_packs: bool = False
    summer: float = 0.0

    def __post_init__(self) -> None:
        self._need("shops", is_whole(self.shops) and self.shops >= 1, "it must be 1 or more")
        for option, least, most in (
            ("noise", 0.01, 0.5),
            ("magnitude", 0.0, 3.0),
            ("empty", 0.0, 0.5),
            ("summer", 0.0, 0.4),
        ):
            value = getattr(self, option)
            holds = is_number(value) and least <= value <= most
            self._need(option, holds, f"it must be a number from {least} to {most}")
        right = f"choose one of {', '.join(TARGETS)}"
        self._need("score_against", self.score_against in TARGETS, right)
        holds = is_whole(self.regions) and 1 <= self.regions <= self.shops
        self._need("regions", holds, f"it must be a number of regions from 1 to {self.shops} shops")
        holds = is_whole(self.region_days) and 0 <= self.region_days <= 28
        self._need("region_days", holds, "it must be a number of days from 0 to 28")
        self._need("whole_packs", isinstance(self.whole_packs, bool), "it must be true or false")
        self._need_days()

    def __call__(self, seed: int) -> Stream:
        """Draw the stream of this seed."""
        market = self.market(seed)
        on_demand = self.score_against == "demand"
        error = market.demand_error if on_demand else market.best_error
        names, categories = self.features
        served = slice(HISTORY, None)
        return Stream(
            x=features(market, with_region=self.regions > 1),
            y=market.sales[served].ravel(),
            offsets=even_ticks(self.ticks, self.shops),
            task="regression",
            drifts=self._drifts(),
            ceiling=-error[served].ravel(),
            concept=np.repeat(self._concepts(market.days[served]), self.shops),
            features=names,
            categorical=categories,
            scored=market.demand[served].ravel() if on_demand else None,
            entity=np.tile(np.arange(self.shops), self.ticks),
            tick_name=self.tick_name,
            story=self._story(),
            facts=(("time span", f"{self.start} to {self._last}"), *panel_figures(market)),
        )

    def market(self, seed: int) -> Market:
        """Draw the whole truth of this seed, from `HISTORY` days before the first tick."""
        days = self._first + np.arange(-HISTORY, self.ticks)
        details = Details(self.empty, self.regions, self.region_days, self.whole_packs, self.summer)
        return draw_market(seed, days, self.shops, self.noise, self.magnitude, details)

    @property
    def features(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Names of the features, and which of them are categories."""
        weekday = FEATURES.index("weekday")
        if self.regions == 1:
            return FEATURES, (weekday,)
        return (*FEATURES, "region"), (weekday, len(FEATURES))

    @property
    def _first(self) -> np.datetime64:
        return np.datetime64(self.start, "D")

    @property
    def _last(self) -> np.datetime64:
        return self._first + self.ticks - 1

    def _need(self, option: str, holds: bool, right: str) -> None:
        value = getattr(self, option)
        require(holds, f"scenario.toilet_paper.{option} is {value!r}; {right}")

    def _need_days(self) -> None:
        """The days end where the course ends, and a panic that is asked for lies among them."""
        right = f"it must be a day such as 2018-01-01, before {LAST_DAY}"
        self._need("start", is_day(self.start) and bool(self._first < LAST_DAY), right)
        most = days_between(self._first, LAST_DAY) + 1
        holds = is_whole(self.ticks) and 2 <= self.ticks <= most
        right = f"it must be a whole number of days from 2 to {most}, as the course ends {LAST_DAY}"
        self._need("ticks", holds, right)
        least = days_between(self._first, PHASES[0].first) + 1
        reaches = self.magnitude == 0 or self.ticks >= least
        right = f"the panic starts on {PHASES[0].first}: take {least} or more, or magnitude=0"
        self._need("ticks", reaches, right)

    def _drifts(self) -> tuple[Drift, ...]:
        """The phases that touch the stream, cut to it. Magnitudes are nan: see the docs."""
        drifts = []
        for phase in PHASES if self.magnitude else ():
            start = max(days_between(self._first, phase.first), 0)
            stop = min(days_between(self._first, phase.stop), self.ticks)
            if start < stop:
                drifts.append(Drift("concept", start, stop, np.nan, phase.note))
        return tuple(drifts)

    def _concepts(self, days: Days) -> Ints:
        concept = np.zeros(len(days), dtype=np.int64)
        for phase in PHASES if self.magnitude else ():
            concept[days >= phase.first] = phase.concept
        return concept

    def _story(self) -> str:
        span = f"{self.start} to {self._last}"
        what = f"Packs of toilet paper sold daily in {self.shops} shops, {span}."
        if not self.magnitude:
            return f"{what} Nothing unusual happens."
        return (
            f"{what} In March 2020 panic buying multiplies sales and empties the shelves; a slump "
            "while pantries are full, a higher level from working at home and a smaller wave in "
            "November follow."
        )


def is_day(value: object) -> bool:
    """Whether the value is a text like 2018-01-01 that names a day."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def days_between(first: np.datetime64, last: np.datetime64) -> int:
    """Days from the first to the last, negative if that comes earlier."""
    return int((last - first).astype(np.int64))


def features(market: Market, with_region: bool = False) -> Floats:
    """(ticks * shops, d) `FEATURES` of each shop and day: what is known the evening before.

    with_region: whether the shop's region comes after them.
    """
    panel, sales = market.panel, market.sales
    shape = (len(sales) - HISTORY, sales.shape[1])
    columns = (
        panel.weekday[HISTORY:, None],
        panel.week[HISTORY:, None],
        panel.price[HISTORY:],
        panel.promotion[HISTORY:],
        panel.size[None, :],
        *(sales[HISTORY - lag : len(sales) - lag] for lag in LAGS),
        *[market.region[None, :]] * with_region,
    )
    return np.stack([np.broadcast_to(c, shape).ravel() for c in columns], axis=1)
