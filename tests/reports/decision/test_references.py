"""What the oracle reaches by some actions only: read from the table of references."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from retrainlab.reports.decision.references import reached_by_actions

COSTS = {
    "oracle": (10.0, 20.0),
    "oracle with reuse": (12.0, 22.0),
    "oracle of refits": (30.0, 50.0),
    "evenly spaced": (40.0, 40.0),
}


def tables(*names: str) -> Any:
    rows = [(name, seed, cost) for name in names for seed, cost in enumerate(COSTS[name])]
    return SimpleNamespace(references=pd.DataFrame(rows, columns=["reference", "seed", "cost"]))


def test_oracles_of_some_actions_are_held_against_the_oracle_of_all():
    refits, reuse = reached_by_actions(tables(*COSTS))
    assert [refits.name, reuse.name] == ["oracle of refits", "oracle with reuse"]
    assert refits.cost.mean == 40
    assert (refits.regret.mean, reuse.regret.mean) == (25, 2)
    assert reuse.regret.half == pytest.approx(0)


def test_a_study_of_refits_has_one_oracle():
    assert reached_by_actions(tables("oracle", "evenly spaced")) == []
