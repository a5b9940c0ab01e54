"""Detectors in batches against their own code, and looks at samples against the plain tests."""

from functools import partial
from typing import Any

import numpy as np
from river.drift import KSWIN, binary
from scipy import stats
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from benchmarks.measure import Measurement, quickest
from retrainlab.scenarios.error_rates import ErrorRates
from retrainlab.sim.stream import Floats
from retrainlab.strategies.detectors import registry
from retrainlab.strategies.detectors.bins import counts
from retrainlab.strategies.detectors.discriminator import Discriminator
from retrainlab.strategies.detectors.distance import stability_index

RIVER = {"KSWIN": partial(KSWIN, seed=1), "HDDM_A": binary.HDDMA, "HDDM_W": binary.HDDMW}
LEAST = 10


def run(
    rows: int = 20_000, slow: int = 3000, looks: int = 60, repeats: int = 3
) -> list[Measurement]:
    """Compare each; slow: rows of KSWIN, which takes a millisecond for one."""
    figures = []
    for name, make in RIVER.items():
        size = slow if name == "KSWIN" else rows
        values = ErrorRates(rows=size, start=size // 2)(0).values
        registry.feed(make(), values[:1])  # compares the function with the library once
        own, batches = quickest(
            repeats,
            lambda: registry.feed_own(make(), values),  # noqa: B023
            lambda: registry.feed(make(), values),  # noqa: B023
        )
        figures.append(Measurement(f"own code / batches, {name}", own / batches, least=LEAST))
    samples = np.random.default_rng(0).standard_normal((looks, 200, 5))
    old = np.random.default_rng(1).standard_normal((500, 5))
    for name, plain in PLAIN.items():
        detector = registry.make(name)[0]
        plainly, prepared = quickest(
            repeats,
            lambda: [plain(detector, old, new) for new in samples],  # noqa: B023
            lambda: [detector.differs(old, new) for new in samples],  # noqa: B023
        )
        figures.append(Measurement(f"plain tests / prepared ones, {name}", plainly / prepared))
    return figures


def _by_feature(test: Any, old: Floats, new: Floats) -> list[float]:
    return [test(old[:, j], new[:, j]) for j in range(old.shape[1])]


def _ks(_: Any, old: Floats, new: Floats) -> list[float]:
    return _by_feature(lambda a, b: stats.ks_2samp(a, b, method="asymp").pvalue, old, new)


def _wasserstein(_: Any, old: Floats, new: Floats) -> list[float]:
    return _by_feature(stats.wasserstein_distance, old, new)


def _chi_square(_: Any, old: Floats, new: Floats) -> list[float]:
    def test(a: Floats, b: Floats) -> float:
        table = counts(a, b, 10, categorical=False)
        return float(stats.chi2_contingency(table, correction=False).pvalue)

    return _by_feature(test, old, new)


def _psi(_: Any, old: Floats, new: Floats) -> list[float]:
    return _by_feature(lambda a, b: stability_index(counts(a, b, 10, False)), old, new)


def _discriminator(detector: Discriminator, old: Floats, new: Floats) -> Any:
    x, which = np.concatenate([old, new]), np.repeat([0, 1], [len(old), len(new)])
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    return cross_val_predict(detector.classifier, x, which, cv=folds, method="predict_proba")


PLAIN = {
    "KS": _ks,
    "ChiSquare": _chi_square,
    "PSI": _psi,
    "Wasserstein": _wasserstein,
    "Discriminator": _discriminator,
}
