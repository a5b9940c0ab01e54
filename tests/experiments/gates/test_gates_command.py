"""`retrainlab gates`: scores of gates on clean and damaged streams, and limits that fail closed."""

import pandas as pd
import pytest
from command_line import retrainlab

from retrainlab.reports.analysis.gate_scores import Limits, exceeded, scores, stream_name
from retrainlab.sim.errors import InputError

WORDS = [
    "gates",
    "scenario=stationary",
    "scenario.stationary.ticks=90",
    "scenario.stationary.at=[40]",
    "scenario.stationary.rows=30",
    "damage=wrong_labels",
    "damage.wrong_labels.start=40",
    "'gate=[always,if_recovers]'",
    "engine=serial",
    "seeds=2",
]
TABLE = pd.DataFrame(
    {
        "stream": ["a", "a with wrong_labels"],
        "label": ["open", "open"],
        "seeds": [4, 4],
        "served": [float("nan"), 0.5],
        "served_half": [float("nan"), 0.1],
        "waited": [3.0, 4.0],
        "waited_half": [1.0, float("nan")],
        "below": [0, 2],
    }
)
