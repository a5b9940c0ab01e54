"""References of a scenario: what the oracle costs, and what it could reach by which actions."""

from dataclasses import dataclass

import pandas as pd

from retrainlab.reports.decision.statistics import Difference, Estimate, estimate, paired
from retrainlab.reports.results.tables import Tables

ORACLE = "oracle"


@dataclass(frozen=True)
class Reached:
    """What an oracle costs that may use some actions only, and how much more than with all."""

    name: str
    cost: Estimate
    regret: Difference


def oracle_of(tables: Tables) -> pd.DataFrame:
    """Return the oracle's costs by seed; empty where there is no oracle."""
    references = tables.references
    return references[references["reference"] == ORACLE].set_index("seed")


def oracle_cost(tables: Tables) -> Estimate:
    """Mean cost of the oracle with its interval over seeds; nan where there is no oracle."""
    return estimate(oracle_of(tables)["cost"])


def reached_by_actions(tables: Tables) -> list[Reached]:
    """Return the oracles of some actions, the most expensive first; empty for a study of refits."""
    references, least = tables.references, oracle_of(tables)["cost"]
    names = references["reference"].astype(str)
    costs = [
        (name, part.set_index("seed")["cost"])
        for name, part in references.groupby(names)
        if str(name).startswith(f"{ORACLE} ")
    ]
    reached = [Reached(str(name), estimate(cost), paired(cost, least)) for name, cost in costs]
    return sorted(reached, key=lambda each: -each.cost.mean)
