"""Published figures of 2020, and the same figures measured on a panel of shops."""

from dataclasses import dataclass

import numpy as np

from retrainlab.scenarios.toilet_paper_2020.market import Market
from retrainlab.sim.stream import Floats

YEAR = 364  # days back to the same weekday of the year before


@dataclass(frozen=True)
class PublishedFigure:
    """A published figure for the days `first` to `last`, both included.

    value: sales over those of the same weekdays a year before, or the share of shops out of stock.
    rounding: half a unit of the last digit given. source: who published it; docs/toilet_paper.md.
    """

    what: str
    first: str
    last: str
    value: float
    rounding: float
    source: str

    def days(self, first_day: np.datetime64) -> slice:
        """Where the days stand in an array that starts on `first_day`."""
        start, stop = ((np.datetime64(d) - first_day).astype(int) for d in (self.first, self.last))
        return slice(int(start), int(stop) + 1)


SALES_FIGURES = (
    PublishedFigure("week to 14 March", "2020-03-08", "2020-03-14", 3.1, 0.05, "Nielsen"),
    PublishedFigure("week to 21 March", "2020-03-15", "2020-03-21", 2.2, 0.05, "Nielsen"),
    PublishedFigure("March", "2020-03-01", "2020-03-31", 2.1, 0.05, "press reports"),
    PublishedFigure("2 March to 2 May", "2020-03-02", "2020-05-02", 1.7, 0.05, "press reports"),
    PublishedFigure("8 to 18 April", "2020-04-08", "2020-04-18", 1.27, 0.005, "NCSolutions"),
    PublishedFigure("week to 13 June", "2020-06-07", "2020-06-13", 1.0, 0.05, "Nielsen"),
    PublishedFigure("the year", "2020-01-01", "2020-12-31", 1.22, 0.005, "NielsenIQ"),
)
OUT_FIGURES = (
    PublishedFigure("normal times", "2019-01-01", "2019-12-31", 0.06, 0.005, "industry reports"),
    PublishedFigure("23 March", "2020-03-23", "2020-03-23", 0.70, 0.005, "NCSolutions"),
    PublishedFigure("12 April", "2020-04-12", "2020-04-12", 0.73, 0.005, "NCSolutions"),
    PublishedFigure("19 April", "2020-04-19", "2020-04-19", 0.48, 0.005, "NCSolutions"),
    PublishedFigure("November", "2020-11-10", "2020-11-25", 0.20, 0.005, "IRI"),
)


def sales_ratio(figure: PublishedFigure, sales: Floats, first_day: np.datetime64) -> float:
    """Sales of the figure's days over those a year before, of (days,) sales from `first_day` on.

    nan where the days do not reach over both years.
    """
    days = figure.days(first_day)
    if days.start < YEAR or days.stop > len(sales):
        return np.nan
    return float(sales[days].sum() / sales[days.start - YEAR : days.stop - YEAR].sum())


def out_share(figure: PublishedFigure, out: Floats, first_day: np.datetime64) -> float:
    """Mean over the figure's days of the (days,) share of shops out of stock; nan as above."""
    days = figure.days(first_day)
    return float(out[days].mean()) if days.start >= 0 and days.stop <= len(out) else np.nan


def panel_figures(market: Market) -> tuple[tuple[str, str], ...]:
    """The figures whose days the market covers, as text: this panel compared with 2020."""
    first, sales, out = market.days[0], market.sales.sum(axis=1), market.out.mean(axis=1)
    facts = []
    for figure in SALES_FIGURES:
        ratio = sales_ratio(figure, sales, first)
        seen = f"x{ratio:.2f} (in 2020 x{figure.value:g}, {figure.source})"
        facts.append((f"Sales, {figure.what}, over the year before", seen, ratio))
    for figure in OUT_FIGURES:
        share = out_share(figure, out, first)
        seen = f"{100 * share:.0f} % (in 2020 {100 * figure.value:.0f} %, {figure.source})"
        facts.append((f"Shops out of stock, {figure.what}", seen, share))
    return tuple((what, seen) for what, seen, value in facts if not np.isnan(value))
