"""Ground truth of River's generators, from River's source (checked with River 0.26.1)."""

from collections.abc import Iterator, Mapping
from math import nan, pi, sqrt
from typing import Any

# Whole numbers that name things, by the beginning of the feature's name.
NOMINAL = {
    "Agrawal": ("car", "zipcode"),
    "RandomTree": ("x_cat_",),
    "STAGGER": ("size", "color", "shape"),
}
# Labels that are a function of the features.
NOISE_FREE = ("Mixed", "RandomTree", "STAGGER", "Sine")
# Labels that are a function of the features plus a standard normal error.
UNIT_NOISE = ("Friedman", "FriedmanDrift", "Planes2D")


def ceiling(generator: str, given: Mapping[str, Any]) -> float:
    """Return the best expected score of every row, nan where it is not known.

    The probability of a hit, or minus the expected absolute error. Overlapping classes
    (RandomRBF, Waveform, AnomalySine), perturbed features (Agrawal), noisy segments (LED) and
    a mix of two rules (FriedmanDrift gsg) are not known.
    """
    if generator == "SEA":
        return _flipped(given["noise"])
    if generator == "Hyperplane":
        return _flipped(max(0.0, given["noise_percentage"] - 0.01))
    if generator in NOISE_FREE or (generator == "Agrawal" and given["perturbation"] == 0):
        return 1.0
    if generator == "LED" and given["noise_percentage"] <= 0.01:
        return 1.0
    if generator == "Mv":
        return 0.0
    if generator in UNIT_NOISE and given.get("drift_type") != "gsg":
        return -sqrt(2 / pi)
    return nan


def _flipped(probability: float) -> float:
    """Return the best share of hits where labels are flipped with the probability.

    Hyperplane and LED compare 0.01 + U with it, so that they flip one point less than they say.
    """
    return max(probability, 1.0 - probability)


def drift_spans(
    generator: str, given: Mapping[str, Any], rows: int
) -> Iterator[tuple[int, int, str]]:
    """Yield first row, first row after the change, and a note, of each drift of the label rule."""
    if generator == "Hyperplane" and given["mag_change"] > 0 and given["n_drift_features"] > 0:
        yield 0, rows, "the weights move with every row"
    if generator == "RandomRBFDrift" and given["change_speed"] > 0 < given["n_drift_centroids"]:
        yield 0, rows, "the centroids move with every row"
    if generator == "FriedmanDrift":
        width = given["transition_window"] if given["drift_type"] == "gsg" else 0
        for position in given["position"]:
            yield position, position + width, f"drift type {given['drift_type']}"
