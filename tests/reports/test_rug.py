"""The rug below the time line: a stroke for each action, by what it does."""

import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from retrainlab.reports.figures.rug import rug, strokes

DONE = ["refit", "refit", "update", "reuse"]
ALARMS = pd.DataFrame({"seed": [], "label": [], "tick": []})


def retrainings(actions: list[str]) -> pd.DataFrame:
    """A setting that did these, one every 10 ticks, after the warm-up."""
    return pd.DataFrame(
        {
            "seed": 0,
            "label": "one",
            "decided": range(-1, 10 * len(actions), 10),
            "deployed": [float(10 * i) for i in range(len(actions) + 1)],
            "charged": [False, *[True] * len(actions)],
            "action": ["refit", *actions],
        }
    )


def test_every_action_has_a_stroke_by_its_kind():
    axes = Figure().add_subplot()
    rug(axes, retrainings(DONE), ALARMS, {"one": "own"}, 50)
    lines = [each for each in axes.collections if isinstance(each, LineCollection)]
    assert [len(each.get_segments()) for each in lines] == [2, 1, 1]
    heights = [each.get_segments()[0][:, 1].tolist() for each in lines]
    assert heights == [[-0.3, 0.36], [-0.17, 0.17], [-0.3, 0.36]]
    assert len({str(each.get_linestyle()) for each in lines}) == 2


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        (["refit"], "strokes decisions to retrain"),
        (["refit", "update"], "strokes decisions to retrain, short ones to update"),
        (
            ["blend"],
            "dotted strokes decisions to reuse, correct or blend models",
        ),
    ],
)
def test_the_caption_names_the_strokes_that_there_are(actions, words):
    assert strokes(retrainings(actions), ["one"]) == words
