"""What `prices.errors` weighs, where the classes that are served are chosen without it."""

from collections.abc import Iterator
from typing import Any

from retrainlab.reports.results.manifest import Manifest

UNWEIGHED = (
    "The learner's own predict chooses the class that is served, and does not weigh "
    "prices.errors; learner.threshold=bayes serves the class of the least expected cost."
)


def unweighed(manifest: Manifest) -> tuple[str, ...]:
    """Say that kinds of errors cost unlike, and that the learner serves as if they did not."""
    config = manifest.config
    costs = {str(cost) for cost in _leaves((config.get("prices") or {}).get("errors"))}
    is_swept = manifest.sweep is not None and "learner.threshold" in manifest.sweep.keys
    is_chosen = is_swept or (config.get("learner") or {}).get("threshold") is not None
    return (UNWEIGHED,) if len(costs) > 1 and not is_chosen else ()


def _leaves(costs: Any) -> Iterator[Any]:
    """Yield the costs of kinds of errors, which may stand in a mapping of mappings."""
    if isinstance(costs, dict):
        for inner in costs.values():
            yield from _leaves(inner)
    elif costs is not None:
        yield costs
