"""The decision of a fake scenario along every price."""

from retrainlab.reports.decision.price_grid import PriceSlider, price_sliders
from retrainlab.reports.decision.repriced import Pricing
from retrainlab.reports.decision.sensitivity import PriceAxis, most_decisive_first, price_axes
from retrainlab.reports.decision.summary import summary
from retrainlab.reports.results.decision import Sensitivity
from retrainlab.reports.results.tables import Tables


def axes_of(one: Tables) -> list[tuple[PriceSlider, PriceAxis]]:
    """Each slider of a study of this scenario alone, with the decision along it."""
    sliders = price_sliders(one.runs, one.manifest.prices)
    return price_axes(one, Pricing(one, summary(one)), sliders)


def effects_of(one: Tables) -> tuple[Sensitivity, ...]:
    """What each price does to the decision, the price that decides most first."""
    return most_decisive_first([axis.sensitivity(s.values) for s, axis in axes_of(one)])
