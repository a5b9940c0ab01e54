"""Descriptions of figures with their values, for those who do not see them."""

from typing import Any

import pandas as pd

from retrainlab.reports.results.decision import Decision
from retrainlab.reports.text.decision import mark_of_choice
from retrainlab.reports.text.format import mean_count, percent, three_digits

MOST = 8  # settings of which the values are said


def descriptions(
    rows: pd.DataFrame, decision: Decision, name: str, metric: str, measured: str
) -> dict[str, str]:
    """Return a description by figure; measured: what is drawn over time."""
    strategies = rows[rows["role"] == "strategy"]
    best = strategies.drop_duplicates("strategy").to_dict("records")[:MOST]
    choice = f"{mark_of_choice(decision)}: {decision.choice}"
    return {
        "tradeoff": (
            f"{name}: {metric} against the cost of retraining of {len(strategies)} settings, with "
            f"the Pareto frontier; {choice}. {_each(best, _score)}"
        ),
        "interval": (
            f"{name}: total cost against the interval between retrainings. {_each(best, _cost)}"
        ),
        "timeline": (
            f"{name}: {measured} over time for the best setting of each strategy, drifts shaded, "
            "and below it the models that served, the retrainings and the alarms. Means: "
            f"{_each(best, _score)}"
        ),
        "costs": (
            f"{name}: mean total cost of the best setting of each strategy, split into what it was "
            f"spent on. {_each(best, _cost)}"
        ),
        "seeds": (
            f"{name}: cost of the best setting of each strategy on every seed, with means and "
            f"intervals. {_each(best, _cost)}"
        ),
        "sensitivity": (
            f"{name}: what is recommended as each price goes from a tenth to ten times the "
            "study's; the table above has the values."
        ),
        "closeup": f"{name}: the same while it drifts, drawn larger and smoothed less.",
    }


def _each(rows: list[dict[Any, Any]], write: Any) -> str:
    return "; ".join(f"{row['label']}: {write(row)}" for row in rows) + "."


def _score(row: dict[Any, Any]) -> str:
    return f"{percent(row['score'])} with {mean_count(row['retrainings'], 'retraining')}"


def _cost(row: dict[Any, Any]) -> str:
    return f"{three_digits(row['cost'])}"
