"""Colour, marker and dash of every detector: by its name, the same in all figures.

Eight colours tell the detectors of one kind apart, those on errors or those without labels;
between the kinds a colour comes again with another marker and dash.
"""

from typing import Any

from retrainlab.reports.drawing.marks import RING, Dash, Mark, mark

LONG: Dash = (0, (7, 1.5))
SHORT: Dash = (0, (2.2, 1.2))
MIXED: Dash = (0, (4, 1.2, 1, 1.2))
DOTS: Dash = (0, (1, 1.2))
BLUE, RED, GREEN, PINK = "#0072b2", "#d55e00", "#009e73", "#b0408a"
OCHRE, BROWN, VIOLET, SKY = "#b07d00", "#7a4a2b", "#6a51a3", "#3b97c4"
KNOWN = {
    "adwin": Mark(BLUE, "o", "-"),
    "ddm": Mark(RED, "^", "-"),
    "eddm": Mark(OCHRE, "v", LONG),
    "fhddm": Mark(GREEN, "s", "-"),
    "hddm_a": Mark(PINK, "D", "-"),
    "hddm_w": Mark(SKY, "P", SHORT),
    "kswin": Mark(BROWN, "X", MIXED),
    "page_hinkley": Mark(VIOLET, "p", LONG),
    "ks": Mark(BLUE, "s", SHORT),
    "ks_predictions": Mark(SKY, "^", "-"),
    "chi_square": Mark(OCHRE, "D", LONG),
    "psi": Mark(GREEN, "o", MIXED),
    "wasserstein": Mark(RED, "P", SHORT),
    "discriminator": Mark(PINK, "p", MIXED),
    "control_band": Mark(BROWN, "v", "-"),
}
GREY = "#6b7280"
NULLS = {
    "never": Mark(GREY, "_", DOTS),
    "every": Mark(GREY, "|", (0, (5, 2))),
    "random": Mark(GREY, "x", DOTS),
}
CONFIGURED = RING | {"markersize": 13}


def mark_of(detector: str, null: bool = False) -> Mark:
    """Return the mark of a detector; grey if it is a null detector, with labels or without."""
    if null:
        return NULLS.get(detector.removesuffix("_unlabelled"), NULLS["random"])
    return KNOWN.get(detector) or mark(detector)


def curve_style(detector: str) -> dict[str, Any]:
    """Keyword arguments of a detector's line with its points."""
    style = mark_of(detector)
    return {
        "color": style.colour,
        "marker": style.marker,
        "linestyle": style.dash,
        "linewidth": 1.5,
        "markersize": 6,
        "markeredgecolor": "white",
        "markeredgewidth": 0.6,
    }
