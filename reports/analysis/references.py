"""References of a scenario: what the oracle costs."""

import pandas as pd

from retrainlab.reports.analysis.statistics import Estimate, estimate
from retrainlab.reports.analysis.tables import Tables


def oracle_of(tables: Tables) -> pd.DataFrame:
    """Return the oracle's costs by seed; empty where there is no oracle."""
    references = tables.references
    return references[references["reference"] == "oracle"].set_index("seed")


def oracle_cost(tables: Tables) -> Estimate:
    """Mean cost of the oracle with its interval over seeds; nan where there is no oracle."""
    return estimate(oracle_of(tables)["cost"])
