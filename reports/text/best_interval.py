"""The best retraining interval at one price, in a sentence."""

from retrainlab.reports.analysis.price_steps import BestInterval
from retrainlab.reports.results.parameters import Parameter
from retrainlab.reports.text.values import bare, named

EVERY = Parameter("interval", "interval")


def best_interval(best: BestInterval, unit: str) -> str:
    """Say which interval costs least, and which ones cost little more; unit: name of a tick."""
    near = f"nearly as good: {bare(best.low)} to {bare(best.high)}"
    if best.low == best.high:
        near = "no other value comes near"
    return f"{best.group}: {named(best.best, EVERY, unit)} costs least ({near})."
