"""Runs beside each other at one price: what changed in the policy, and what in the prices alone."""

import math
from dataclasses import dataclass

import pandas as pd

from retrainlab.reports.decision.decide import decide
from retrainlab.reports.decision.repriced import Pricing
from retrainlab.reports.decision.summary import summary
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.tables import Tables
from retrainlab.sim.prices import Prices, amounts


@dataclass(frozen=True)
class RunChange:
    """A scenario of a run against the same one of the first run.

    before: decision of the first run. after: of this run, at its own prices; common: at those of
    the first run. price_share: of the change of the recommended setting's cost, the share that
    comes from the prices; nan where the cost is the same, or both parts have not one sign.
    """

    before: Decision
    after: Decision
    common: Decision
    price_share: float

    @property
    def is_same(self) -> bool:
        """Whether the same is recommended."""
        return answer(self.before) == answer(self.after)

    @property
    def is_price_alone(self) -> bool:
        """Whether the same is recommended as in the first run, at the first run's prices."""
        return answer(self.before) == answer(self.common)


def answer(decision: Decision) -> tuple[str, str]:
    """Return what is recommended, so that two answers can be compared."""
    return decision.kind, decision.choice


def at_prices_of(one: Tables, prices: Prices) -> tuple[pd.DataFrame, Decision]:
    """Return (seeds, labels) total costs and the decision of one scenario at other prices."""
    (name,) = one.scenarios
    priced = Pricing(one, summary(one)).at(one.manifest.prices.with_amounts(amounts(prices)))
    return priced.costs, decide(priced, name, one.manifest)


def change(before: Decision, after: Decision, common: Decision) -> RunChange:
    """Return what changed between two runs; see `RunChange`."""
    first, middle, last = (d.setting(d.choice).cost for d in (before, common, after))
    policy, price = middle - first, last - middle
    is_split = policy * price >= 0 and policy + price != 0
    return RunChange(before, after, common, price / (policy + price) if is_split else math.nan)
