"""References of a scenario: what the oracle costs."""

import math

import pandas as pd

from retrainlab.reports.analysis.tables import Tables


def oracle_of(tables: Tables) -> pd.DataFrame:
    """Return the oracle's costs by seed; empty where there is no oracle."""
    found = tables.references
    return found[found["reference"] == "oracle"].set_index("seed")


def oracle_cost(tables: Tables) -> float:
    """Mean cost of the oracle over seeds; nan where there is none."""
    oracle = oracle_of(tables)["cost"]
    return float(oracle.mean()) if len(oracle) else math.nan
