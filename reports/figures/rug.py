"""When each strategy retrained, as rows of strokes below the scores."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from reports.figures.canvas import INK
from reports.figures.marks import line
from reports.words import shorten

LABEL = 44
STYLE: dict[str, Any] = {"size": 9, "color": INK}


def rug(axes: Axes, retrainings: pd.DataFrame, shown: dict[str, str]) -> None:
    """Draw a row a label: a stroke at each decision to retrain, on the first seed.

    shown: the strategy of each label. The names stand right of the axes and are the legend of
    the lines above.
    """
    first = retrainings[retrainings["seed"] == retrainings["seed"].min()]
    charged = first[first["number"] > 0]
    wide = axes.get_window_extent().width / axes.figure.dpi
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_yticks([])
    axes.grid(False)
    axes.spines["left"].set_visible(False)
    for row, (label, strategy) in enumerate(shown.items()):
        style = line(strategy)
        at = charged.loc[charged["label"] == label, "decided"]
        axes.axhline(row, color="#eceef0", linewidth=0.8, zorder=0)
        axes.vlines(at, row - 0.36, row + 0.36, color=style["color"], linewidth=1.4)
        axes.plot(
            [1 + 0.1 / wide, 1 + 0.52 / wide],
            [row, row],
            transform=axes.get_yaxis_transform(),
            clip_on=False,
            linewidth=2,
            **style,
        )
        axes.annotate(
            shorten(label, LABEL),
            (1, row),
            xycoords=axes.get_yaxis_transform(),
            va="center",
            xytext=(44, 0),
            textcoords="offset points",
            annotation_clip=False,
            **STYLE,
        )
