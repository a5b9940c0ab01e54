"""Dark mode: the colours of figures as CSS variables, with their dark counterparts."""

import re
from types import MappingProxyType

PANEL = "#1e2226"
DARK = MappingProxyType(
    {
        # Panel, ink, faint ink, axes, grid, threads, and what lies behind data.
        **{"#ffffff": PANEL, "#1f2328": "#e8eaed", "#5b6470": "#a9b1ba", "#8a929c": "#7d8691"},
        **{"#e6e8eb": "#343a41", "#d5d9de": "#4b535c", "#d9dde2": "#3a4047", "#f1f3f5": "#262b30"},
        **{"#f6f7f9": "#262b30", "#c3c9d1": "#5a626c", "#c9cfd6": "#4b5259"},
        # Drifts: concept, covariate, prior, others; the paler one is its run-up.
        **{"#f3d9c9": "#4d382c", "#f9ebe1": "#3a2f29", "#d3e2f1": "#2a3f56", "#e8f0f8": "#273440"},
        **{"#d8e9d2": "#2f4a2a", "#eaf3e6": "#29382a", "#e2e2e2": "#3f4347", "#eeeeee": "#33373b"},
        **{"#efc765": "#8a6d1f", "#fcf3dc": "#3a3424"},
        # Strategies and baselines.
        **{"#1a1a1a": "#f4f4f4", "#0072b2": "#5ab4ec", "#d55e00": "#ff9150", "#009e73": "#33cc9c"},
        **{
            "#b0408a": "#e88fca",
            "#8a6d00": "#dcb447",
            "#8f4426": "#e59a78",
            "#7a4a2b": "#d3a07b",
            "#6a51a3": "#b9a8ea",
        },
        **{"#5f5f5f": "#b4b4b4", "#882255": "#e585b0", "#332288": "#a597f2", "#6b6b00": "#c8c85c"},
        **{"#117a72": "#55c8be", "#8c510a": "#dba562", "#c2185b": "#f58bb2", "#4d4d9c": "#aaaaf2"},
        **{"#6b5344": "#cdb3a1", "#4f6f00": "#a9c94a", "#a3262e": "#f08a90", "#0a6f8f": "#5cc3e0"},
        **{"#5a4fcf": "#aca6f5", "#8a5a83": "#d7a8d0", "#2e7d32": "#7cc97f", "#00618a": "#63b5dc"},
        **{"#b3541e": "#f0a070"},
        # Errors among the costs, and detectors.
        **{"#44546a": "#8ea1bd", "#b07d00": "#e3b23c", "#3b97c4": "#79c6ec", "#6b7280": "#9ea7b3"},
    }
)
COLOUR = re.compile("|".join(DARK))


def css_colour(colour: str) -> str:
    """Return what a page writes for a colour, so that it follows the page's scheme."""
    return f"var(--{colour[1:]})" if colour in DARK else colour


def with_css_colours(svg: str) -> str:
    """Return the text of an SVG whose colours follow the page's scheme."""
    return COLOUR.sub(lambda hit: css_colour(hit[0]), svg)


def css_declarations(dark: bool) -> str:
    """Return the names with their colours, as the declarations of a style sheet."""
    return " ".join(f"--{light[1:]}: {DARK[light] if dark else light};" for light in DARK)
