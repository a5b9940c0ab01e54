"""A decision from made-up costs: each label with its cost on each seed."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from fake_study import scenario_info, study_manifest

from retrainlab.reports.decision.sensitivity import own_decision
from retrainlab.reports.decision.summary import COUNTS, summary
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.manifest import Manifest, StrategyInfo
from retrainlab.reports.results.tables import COLUMNS, OPTIONAL, Tables
from retrainlab.reports.text import decision as words
from retrainlab.sim.metrics import METRICS
from retrainlab.sim.prices import Prices, cost_parts, price
from retrainlab.sim.seeds import generator

NAME = "scenario"
TICKS = 10  # too few for a test over time
COSTS = [name for part in cost_parts() for name in (part.quantity, part.column)]
FREE = Prices(fit=0.0)  # errors alone cost, so that a cost is a loss


@dataclass(frozen=True)
class Decided:
    """A decision, and the manifest that its words come from."""

    decision: Decision
    manifest: Manifest

    @property
    def summary(self) -> tuple[str, str, str]:
        """Kind, significance and choice."""
        return self.decision.kind, self.decision.significance, self.decision.choice

    @property
    def headline(self) -> str:
        return words.headline(self.decision, self.manifest)

    @property
    def evidence(self) -> str:
        return words.evidence(self.decision)

    @property
    def sentence(self) -> str:
        return words.sentence(self.decision, self.manifest)

    def changed(self, **changes: Any) -> "Decided":
        return Decided(replace(self.decision, **changes), self.manifest)


Costs = dict[str, list[float | None]]


def decided(costs: Costs, **options: Any) -> Decided:
    """Decide between labels; options: of `study`."""
    tables = study(costs, **options)
    return Decided(own_decision(tables, summary(tables)), tables.manifest)


def study(
    costs: Costs,
    score: dict[str, float] | None = None,
    strategies: dict[str, StrategyInfo] | None = None,
    ticks: int = TICKS,
    noise: float = 0.0,
    fits: dict[str, float] | None = None,
    concepts: int = 2,
    prices: Prices = FREE,
    current_policy: str | None = None,
    **info: Any,
) -> Tables:
    """Return a study whose losses are spread over ticks, with noise that adds up to nothing.

    costs: of errors, by label and seed; None where the replay failed. fits: mean retrainings of a
    label, where they are not 5. concepts: how many a stream has. info: changes of what the manifest
    says of the scenario.
    """
    manifest = study_manifest(
        prices=prices,
        scenarios={NAME: scenario_info(**info)},
        strategies=strategies or {},
        current_policy=current_policy,
        optimize={"resamples": 200, "within": 0.05},
    )
    names = {**COLUMNS, **OPTIONAL, "probes": ("scenario",), "price_steps": ("scenario", "label")}
    empty = {name: pd.DataFrame(columns=[*columns]) for name, columns in names.items()}
    filled = {
        "runs": _runs(costs, score or {}, fits or {}, prices),
        "ticks": _ticks(costs, ticks, noise),
        "streams": pd.DataFrame({"scenario": NAME, "seed": 0, "concept": range(concepts)}),
    }
    return Tables(**empty | filled, manifest=manifest)


def _runs(
    costs: Costs, score: dict[str, float], trained: dict[str, float], prices: Prices
) -> pd.DataFrame:
    records = []
    for label, values in costs.items():
        strategy = label.split()[0]
        role = "baseline" if strategy in ("no_change", "majority") else "strategy"
        fits = 0 if role == "baseline" or strategy in ("never", "asleep") else trained.get(label, 5)
        for seed, loss in enumerate(values):
            if loss is None:
                continue
            record = dict.fromkeys((*COLUMNS["runs"], *METRICS, *COUNTS, *COSTS), 0.0)
            record |= {"scenario": NAME, "seed": seed, "label": label, "strategy": strategy}
            record |= {"role": role, "never": label == "never", "score": score.get(label, 0.5)}
            record |= {"loss": loss, "retrainings": fits}
            records.append(record | price(record, prices))
    return pd.DataFrame(records)


def _ticks(costs: Costs, ticks: int, noise: float) -> pd.DataFrame:
    parts = []
    for label, values in costs.items():
        for seed, cost in enumerate(values):
            if cost is None:
                continue
            random = noise * generator("fake costs", label, seed).standard_normal(ticks)
            losses = cost / ticks + random - random.mean()
            key = {"scenario": NAME, "seed": seed, "label": label, "tick": range(ticks)}
            parts.append(pd.DataFrame({**key, "loss": losses}))
    return pd.concat(parts, ignore_index=True)
