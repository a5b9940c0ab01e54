"""Phases: what a recommended calendar costs when it begins at other ticks."""

import math
from dataclasses import replace

import pandas as pd

from retrainlab.reports.decision.repriced import quantities_of
from retrainlab.reports.results.decision import Decision, Phases
from retrainlab.reports.results.tables import Tables
from retrainlab.sim.optimum.aliasing import Aliasing, aliasing
from retrainlab.sim.prices import Prices, price

PHASE = "when.phase"
RESAMPLES = 1_000


def with_phases(decision: Decision, tables: Tables) -> Decision:
    """Return the decision with the phases of its choice, where that was probed.

    tables: of the scenario, at any prices.
    """
    costs = costs_by_phase(decision.choice, tables, decision.prices)
    if costs.shape[1] < 2:
        return decision
    mean, begun = costs.mean(), costs.columns.to_numpy()
    never = decision.against.never
    low = high = math.nan
    if never is not None and never.is_tested:
        low = min(never.low, never.reference_cost - float(mean.max()))
        high = max(never.high, never.reference_cost - float(mean.min()))
    aliased = aliasing_of(costs, tables)
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
            aliases=aliased is not None and aliased.significant,
        ),
    )


def aliasing_of(costs: pd.DataFrame, tables: Tables) -> Aliasing | None:
    """Say whether phases differ significantly, and by more than the flat band.

    costs: (seeds, phases). None where there is one phase, or one stream, which shows no noise.
    """
    if costs.shape[1] < 2 or len(costs) < 2:
        return None
    within = float(tables.manifest.optimize["within"])
    return aliasing(costs.to_numpy(), RESAMPLES, within=within)


def costs_by_phase(label: str, tables: Tables, prices: Prices) -> pd.DataFrame:
    """(seeds, phases) costs of a setting, from each first tick at which it was begun.

    tables: of the scenario. Empty where no other phase of the setting was probed.
    """
    infos = tables.manifest.strategies
    setting = infos.get(label)
    if setting is None or tables.probes.empty:
        return pd.DataFrame()
    alike = {
        other: int(infos[other].phase)
        for other in (label, *tables.probes["label"].unique())
        if other in infos
        and infos[other].strategy == setting.strategy
        and _rest(infos[other].parameters) == _rest(setting.parameters)
    }
    if len(alike) < 2:
        return pd.DataFrame()
    runs = pd.concat([tables.runs, tables.probes])
    runs = runs[runs["label"].isin([*alike])]
    quantities = quantities_of(runs.assign(label=runs["label"].map(alike)), prices)
    costs: pd.DataFrame = price(quantities, prices)["cost"].dropna()
    return costs.set_axis(costs.columns.astype(int), axis="columns")


def _rest(parameters: dict[str, object]) -> dict[str, object]:
    return {path: value for path, value in parameters.items() if path != PHASE}
