"""Parts of a saving: what a setting gains and pays against never, and what the oracle gains more.

The parts add up exactly. A synthetic stream knows its drifts: before the first one all that is
gained comes from more data. Of a log nobody knows, so that more data and drift are one part.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from retrainlab.reports.decision.actions import REFIT, kinds
from retrainlab.reports.decision.references import oracle_of
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.manifest import ScenarioInfo
from retrainlab.reports.results.over_time import retraining_amounts
from retrainlab.reports.results.tables import Tables
from retrainlab.sim.prices import Prices
from retrainlab.sim.stream import Floats

Name = Literal[
    "more data",
    "drift repaired",
    "fewer errors",
    "another model",
    "retraining",
    "needless retraining",
    "later than the oracle",
    "other retraining",
    "other errors",
]
Parts = dict[Name, float]


@dataclass(frozen=True)
class SavingParts:
    """What lies between never, a setting and the oracle: mean costs over the seeds that all have.

    never, cost, oracle: total costs; oracle: nan where it is not known. gained: from never to the
    setting, remaining: from there to the oracle, which knows schedules of retrainings only, and so
    of no baseline; positive is saved, negative paid. waits: whether the setting retrains on
    alarms, so that a needless retraining is a false alarm. kinds: of its actions.
    """

    label: str
    reference: str
    never: float
    cost: float
    oracle: float
    gained: Parts
    remaining: Parts
    waits: bool
    kinds: frozenset[str] = frozenset({REFIT})


def saving_parts(tables: Tables, decision: Decision) -> SavingParts | None:
    """Return the parts of what the choice saves; None where never has no result.

    tables: of the scenario, at the prices of the decision.
    """
    never = decision.against.never
    if never is None:
        return None
    streams = [
        _Stream(tables, decision.choice, never.reference, seed)
        for seed in _shared_seeds(tables, decision.choice, never.reference)
    ]
    is_strategy = decision.setting(decision.choice).role == "strategy"
    gained = _mean([stream.gained(is_strategy) for stream in streams])
    has_oracle = is_strategy and all(math.isfinite(stream.oracle) for stream in streams)
    info = tables.manifest.strategies.get(decision.choice)
    return SavingParts(
        label=decision.choice,
        reference=never.reference,
        never=float(np.mean([stream.cost(never.reference) for stream in streams])),
        cost=float(np.mean([stream.cost(decision.choice) for stream in streams])),
        oracle=float(np.mean([stream.oracle for stream in streams])),
        gained={} if never.same else gained,
        remaining=_mean([stream.remaining() for stream in streams]) if has_oracle else {},
        waits=info is not None and math.isnan(info.interval),
        kinds=frozenset().union(*(stream.kinds for stream in streams)) or frozenset({REFIT}),
    )


class _Stream:
    """One seed of a scenario, with two of its settings."""

    def __init__(self, tables: Tables, label: str, never: str, seed: int) -> None:
        (name,) = tables.scenarios
        self.label, self.never = label, never
        self.prices: Prices = tables.manifest.prices
        self.info: ScenarioInfo = tables.manifest.scenarios[name]
        ticks = tables.ticks[tables.ticks["seed"] == seed]
        both = ticks[ticks["label"].isin([label, never])]
        self.errors = self.prices.error * both.pivot(index="tick", columns="label", values="loss")
        runs = tables.runs[tables.runs["seed"] == seed].set_index("label")
        mine = (tables.retrainings["seed"] == seed) & (tables.retrainings["label"] == label)
        self.trainings = tables.retrainings[mine & tables.retrainings["charged"].astype(bool)]
        self.concept = tables.streams[tables.streams["seed"] == seed].set_index("tick")["concept"]
        self.schedule = tables.schedule.loc[tables.schedule["seed"] == seed, "decided"]
        references = oracle_of(tables)
        is_known = seed in references.index
        totals = references.loc[seed, ["cost", "cost_retraining"]] if is_known else [math.nan] * 2
        self.oracle, self.oracle_paid = map(float, totals)
        self._costs = runs["cost"].astype(float).to_dict()
        self._paid = runs["cost_retraining"].astype(float).to_dict()

    def cost(self, label: str) -> float:
        """Return the total cost of a label."""
        return float(self._costs[label])

    @property
    def kinds(self) -> frozenset[str]:
        """Which actions the setting paid for."""
        return frozenset(kinds(self.trainings))

    @property
    def paid(self) -> float:
        """What the setting paid for retraining."""
        return float(self._paid[self.label])

    def gained(self, is_strategy: bool) -> Parts:
        """Return what the setting gains and pays against never; the rest of the cost is labels.

        is_strategy: else it is a baseline or the model in service, which the study never trained.
        """
        saved = self.errors[self.never] - self.errors[self.label]
        needless = self._needless()
        parts: Parts = {"needless retraining": -needless}
        parts["retraining"] = self._paid[self.never] - self.paid + needless
        if not is_strategy:
            return {"another model": float(saved.sum()), **parts}
        if not self.info.truth_known:
            return {"fewer errors": float(saved.sum()), **parts}
        is_before = saved.index < self._first_drift()
        return {
            "more data": float(saved[is_before].sum()),
            "drift repaired": float(saved[~is_before].sum()),
            **parts,
        }

    def remaining(self) -> Parts:
        """Return what the oracle gains more than the setting."""
        late, paid = self._late(), self.paid - self.oracle_paid
        rest = self.cost(self.label) - self.oracle - late - paid
        return {"later than the oracle": late, "other retraining": paid, "other errors": rest}

    def _first_drift(self) -> float:
        """Return the tick of the first drift: of this seed where its concept changes."""
        served = self.concept[self.concept.index >= self.errors.index[0]]
        changed = served.index[served != self.concept.iloc[0]]
        listed = [drift.start for drift in self.info.drifts if drift.magnitude != 0]
        return float(min([*changed[:1], *([] if len(changed) else listed)], default=math.inf))

    def _needless(self) -> float:
        """Cost of retrainings with no drift between the one before, or the start, and it."""
        if not self.info.truth_known:
            return 0.0
        amounts = retraining_amounts(self.trainings, self.prices)
        decided = self.trainings["decided"].to_numpy(float)
        before = np.concatenate([[self.errors.index[0]], decided])[:-1]
        drifts = [(drift.start, drift.stop) for drift in self.info.drifts if drift.magnitude != 0]
        is_new = np.zeros(len(decided), bool)
        for start, stop in drifts:
            is_new |= (start <= decided) & (before <= max(stop, start + 1))
        return float(amounts[~is_new].sum())

    def _late(self) -> float:
        """Cost of errors between a deployment of the oracle and the setting's next one.

        Only what is above the setting's errors just after that deployment, over as many ticks.
        """
        errors, late = self.errors[self.label], 0.0
        for start, stop, end in self._waits():
            after = errors[(errors.index >= stop) & (errors.index < min(end, 2 * stop - start))]
            waiting = errors[(errors.index >= start) & (errors.index < stop)]
            if len(after):
                late += max(0.0, float(waiting.sum() - len(waiting) * after.mean()))
        return late

    def _waits(self) -> Iterator[tuple[float, float, float]]:
        """Yield the oracle's deployment, the setting's next, and the oracle's next."""
        end = float(self.errors.index[-1]) + 1
        deployed = np.sort(self.trainings["deployed"].dropna().to_numpy(float))
        ahead = self.schedule.to_numpy(float) + self.info.world.fit_delay + 1
        for start, stop in pairwise([*np.sort(ahead), end]):
            later: Floats = deployed[(deployed > start) & (deployed < stop)]
            if len(later) and not ((deployed <= start) & (deployed > start - 2)).any():
                yield float(start), float(later[0]), float(stop)


def _shared_seeds(tables: Tables, *labels: str) -> list[int]:
    """Return the seeds on which all labels have a result."""
    runs = tables.runs
    return sorted(set.intersection(*(set(runs.loc[runs["label"] == x, "seed"]) for x in labels)))


def _mean(parts: list[Parts]) -> Parts:
    """Return the mean of each part over the seeds."""
    table = pd.DataFrame(parts).fillna(0.0).mean()
    return {name: float(table[name]) for name in parts[0]} if parts else {}
