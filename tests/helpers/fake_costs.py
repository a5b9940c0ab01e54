"""A decision from made-up costs: each label with its cost on each seed."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from fake_study import scenario_info, study_manifest

from retrainlab.reports.analysis.decision import Decision
from retrainlab.reports.analysis.manifest import Manifest, StrategyInfo
from retrainlab.reports.analysis.sensitivity import own_decision
from retrainlab.reports.analysis.summary import COUNTS, summary
from retrainlab.reports.analysis.tables import COLUMNS, OPTIONAL, Tables
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


def decided(
    costs: dict[str, list[float]],
    score: dict[str, float] | None = None,
    strategies: dict[str, StrategyInfo] | None = None,
    ticks: int = TICKS,
    noise: float = 0.0,
    current_policy: str | None = None,
    **info: Any,
) -> Decided:
    """Decide between labels, whose costs are spread over ticks, with noise that adds up to nothing.

    info: changes of what the manifest says of the scenario.
    """
    manifest = study_manifest(
        prices=FREE,
        scenarios={NAME: scenario_info(**info)},
        strategies=strategies or {},
        current_policy=current_policy,
    )
    filled = {"runs": _runs(costs, score or {}), "ticks": _ticks(costs, ticks, noise)}
    tables = _tables(filled, manifest)
    return Decided(own_decision(tables, summary(tables)), manifest)


def costs_table(losses: dict[str, list[float]], fits: dict[str, int], fit: float = 1.0) -> Tables:
    """A scenario of these losses and retrainings by label, at a price of a retraining."""
    prices = Prices(fit=fit)
    manifest = study_manifest(prices=prices, scenarios={NAME: scenario_info()})
    runs = _runs(losses, {})
    runs["retrainings"] = runs["label"].map(fits)
    quantities = {str(name): runs[name] for name in runs}
    runs = runs.assign(**price(quantities, prices))
    return _tables({"runs": runs, "ticks": _ticks(losses, TICKS, 0.0)}, manifest)


def _tables(filled: dict[str, pd.DataFrame], manifest: Manifest) -> Tables:
    names = {**COLUMNS, **OPTIONAL, "probes": ("scenario",)}
    empty = {name: pd.DataFrame(columns=[*columns]) for name, columns in names.items()}
    return Tables(**empty | filled, manifest=manifest)


def _runs(costs: dict[str, list[float]], score: dict[str, float]) -> pd.DataFrame:
    records = []
    for label, values in costs.items():
        strategy = label.split()[0]
        role = "baseline" if strategy in ("no_change", "majority") else "strategy"
        fits = 0 if role == "baseline" or strategy in ("never", "asleep") else 5
        for seed, cost in enumerate(values):
            records.append(
                {
                    **dict.fromkeys((*COLUMNS["runs"], *METRICS, *COUNTS, *COSTS), 0.0),
                    **{"scenario": NAME, "seed": seed, "label": label, "strategy": strategy},
                    **{
                        "role": role,
                        "never": label == "never",
                        "loss": cost,
                        "cost": cost,
                        "cost_error": cost,
                    },
                    **{"retrainings": fits, "score": score.get(label, 0.5)},
                }
            )
    return pd.DataFrame(records)


def _ticks(costs: dict[str, list[float]], ticks: int, noise: float) -> pd.DataFrame:
    parts = []
    for label, values in costs.items():
        for seed, cost in enumerate(values):
            random = noise * generator("fake costs", label, seed).standard_normal(ticks)
            losses = cost / ticks + random - random.mean()
            key = {"scenario": NAME, "seed": seed, "label": label, "tick": range(ticks)}
            parts.append(pd.DataFrame({**key, "loss": losses}))
    return pd.concat(parts, ignore_index=True)
