"""How different two colours look: distance in CIELAB (1976), and text that is read on a colour."""

from functools import cache

import numpy as np
from matplotlib.colors import to_rgb

from retrainlab.reports.drawing.dark import DARK

WHITE = np.array([0.9505, 1.0, 1.089])  # D65
TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]],
)


@cache
def distance(one: str, two: str) -> float:
    """Return the distance of two colours ("#rrggbb") on the page where they differ less."""
    pairs = [(one, two), (DARK.get(one, one), DARK.get(two, two))]
    return min(float(np.linalg.norm(lab(a) - lab(b))) for a, b in pairs)


def lab(colour: str) -> np.ndarray:
    """(3,) lightness, green to red, and blue to yellow."""
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    ratio = TO_XYZ @ linear / WHITE
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def readable_on(colour: str) -> str:
    """Return white or ink, whichever has more contrast on a colour (WCAG 2.2, 1.4.3)."""
    parts = np.array(to_rgb(colour))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#000000"
