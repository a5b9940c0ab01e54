"""The best retraining interval at one price, in a sentence."""

from retrainlab.reports.analysis.cost_curve import INTERVAL
from retrainlab.reports.analysis.price_steps import BestInterval
from retrainlab.reports.text.how_often import bare, named


def best_interval(found: BestInterval, unit: str) -> str:
    """Say which interval costs least, and which ones cost little more; unit: name of a tick."""
    near = f"nearly as good: {bare(found.low)} to {bare(found.high)}"
    if found.low == found.high:
        near = "no other value comes near"
    return f"{found.group}: {named(found.best, INTERVAL, unit)} costs least ({near})."
