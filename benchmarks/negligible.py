"""Whether settings of one stream save too little to matter: the whole test, and a part of it."""

import numpy as np

from benchmarks.measure import Measurement, quickest
from retrainlab.sim.optimum.one_stream import (
    is_negligible,
    is_surely_not_negligible,
    stream_test,
)
from retrainlab.sim.seeds import generator


def run(ticks: int = 334, settings: int = 187, repeats: int = 15) -> list[Measurement]:
    """Ask of settings that do much the same, as those of a sweep do, as a page does at each price.

    Only half of what their intervals hold would be negligible, so that a few studies tell.
    """
    random = generator(0, "benchmarks", "negligible")
    parts = random.standard_normal((ticks, 10)) @ random.standard_normal((10, settings))
    gains = parts + 0.1 * random.standard_normal((ticks, settings)) - 0.5
    spent, costs = np.zeros_like(gains), np.full(ticks, 1.0)
    reach = stream_test(gains, spent).high.max() / 2
    costs *= reach / (0.05 * costs.sum())

    def whole() -> bool:
        return is_negligible(gains, costs, stream_test(gains, spent).above)

    def few() -> bool:
        return not is_surely_not_negligible(gains, spent, costs)

    assert few() is whole() is False
    slow, quick = quickest(repeats, whole, few)
    return [
        Measurement(
            f"whole test / a few studies, {settings} settings",
            slow / quick,
            least=3,
            note=f"{slow * 1e3:.1f} against {quick * 1e3:.1f} ms",
        )
    ]
