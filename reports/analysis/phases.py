"""Phases: what a recommended calendar costs when it begins at other ticks."""

import math
from dataclasses import replace

import pandas as pd

from retrainlab.reports.analysis.decision import Decision, Phases
from retrainlab.reports.analysis.repriced import quantities_of
from retrainlab.reports.analysis.tables import Tables
from retrainlab.sim.optimum.aliasing import aliasing
from retrainlab.sim.prices import price

PHASE = "when.phase"
RESAMPLES = 1_000


def with_phases(decision: Decision, tables: Tables) -> Decision:
    """Return the decision with the phases of its choice, where that was probed.

    tables: of the scenario, at any prices.
    """
    costs = _by_phase(decision, tables)
    if costs.shape[1] < 2:
        return decision
    mean, begun = costs.mean(), costs.columns.to_numpy()
    never = decision.against.never
    low = high = math.nan
    if never is not None:
        half = 0.0 if math.isnan(never.half) else never.half
        low = min(never.saving - half, never.reference_cost - float(mean.max()))
        high = max(never.saving + half, never.reference_cost - float(mean.min()))
    return replace(
        decision,
        phases=Phases(
            tried=costs.shape[1],
            best=int(begun[mean.argmin()]),
            worst=int(begun[mean.argmax()]),
            lowest=float(mean.min()),
            highest=float(mean.max()),
            saving_low=low,
            saving_high=high,
            aliases=_aliases(costs, tables),
        ),
    )


def _aliases(costs: pd.DataFrame, tables: Tables) -> bool:
    """Whether phases differ significantly, and by more than the flat band; of one stream never."""
    if len(costs) < 2:
        return False
    within = float(tables.manifest.optimize["within"])
    return aliasing(costs.to_numpy(), RESAMPLES, within=within).significant


def _by_phase(decision: Decision, tables: Tables) -> pd.DataFrame:
    """(seeds, phases) costs of the choice, from each first tick that was tried, at the price."""
    infos = tables.manifest.strategies
    choice = infos.get(decision.choice)
    if choice is None or tables.probes.empty:
        return pd.DataFrame()
    alike = {
        label: int(infos[label].phase)
        for label in (decision.choice, *tables.probes["label"].unique())
        if label in infos
        and infos[label].strategy == choice.strategy
        and _rest(infos[label].parameters) == _rest(choice.parameters)
    }
    runs = pd.concat([tables.runs, tables.probes])
    runs = runs[runs["label"].isin([*alike])]
    quantities = quantities_of(runs.assign(label=runs["label"].map(alike)), decision.prices)
    return price(quantities, decision.prices)["cost"].dropna()


def _rest(parameters: dict[str, object]) -> dict[str, object]:
    return {path: value for path, value in parameters.items() if path != PHASE}
