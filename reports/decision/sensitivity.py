"""The decision as a function of each price: where it changes, and what comes of it."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pandas as pd

from retrainlab.reports.decision.candidates import INCUMBENT
from retrainlab.reports.decision.crossings import envelope, spans
from retrainlab.reports.decision.decide import answer_at, decide
from retrainlab.reports.decision.phases import with_phases
from retrainlab.reports.decision.price_grid import PriceSlider
from retrainlab.reports.decision.repriced import Pricing, Quantities
from retrainlab.reports.results.decision import Decision, Kind, Outcome, Regime, Sensitivity
from retrainlab.reports.results.tables import Tables
from retrainlab.sim.prices import CostPart, Prices, price
from retrainlab.sim.processes import pool

MANY = 80  # settings of one stream from which on processes pay
FACTOR = 10.0  # the price is looked at a tenth of it, and at so many times it


def own_decision(tables: Tables, rows: pd.DataFrame) -> Decision:
    """Return the decision about one scenario at its own prices; rows: its part of `summary`."""
    (name,) = tables.scenarios
    own = decide(Pricing(tables, rows).at(tables.manifest.prices), name, tables.manifest)
    return with_phases(own, tables)


class PriceAxis:
    """One scenario's decision as a function of one price; all others stay as they are.

    part: what the price is of. own: the scenario's own price. decisions: those made so far.
    """

    def __init__(self, tables: Tables, pricing: Pricing, part: CostPart) -> None:
        """tables, pricing: of the scenario."""
        self.part, self.own = part, float(getattr(pricing.prices, part.name))
        self._pricing, self._tables = pricing, tables
        (self._scenario,) = tables.scenarios
        self.decisions: dict[float, Decision] = {}
        self._answers: dict[float, tuple[Kind, str]] = {}

    def prices(self, value: float) -> Prices:
        """Return all prices where this one has a value."""
        return self._pricing.prices.with_amounts({self.part.name: value})

    def decision(self, value: float) -> Decision:
        """Return the decision at a value of the price."""
        if value not in self.decisions:
            priced = self._pricing.at(self.prices(value))
            self.decisions[value] = decide(priced, self._scenario, self._tables.manifest)
        return self.decisions[value]

    def shown(self, value: float) -> Decision:
        """Return the decision at a value of the price, with the phases of its choice."""
        return with_phases(self.decision(value), self._tables)

    def regimes(self, values: Sequence[float]) -> tuple[Regime, ...]:
        """Return the recommendations by rising price, see `crossings.spans`; values: to start."""
        points = [*values, self.own]
        kept = points if self.own == 0 else [value for value in points if value]
        for value in kept:  # These are shown, so that they are decided in full.
            self.decision(value)
        found = spans(self._answer, kept, self._turns())
        return tuple(Regime(span.low, span.high, *span.answer) for span in found)

    def sensitivity(self, values: Sequence[float]) -> Sensitivity:
        """Return the decision over the whole range of the price; values: to start from."""
        ends = (self.own / FACTOR, self.own * FACTOR)
        tenth, tenfold = map(self._outcome, ends) if self.own else (None, None)
        return Sensitivity(self.part.name, self.own, self.regimes(values), tenth, tenfold)

    def _answer(self, value: float) -> tuple[Kind, str]:
        if value in self.decisions:
            decision = self.decisions[value]
            return decision.kind, decision.choice
        if value not in self._answers:
            priced = self._pricing.at(self.prices(value))
            self._answers[value] = answer_at(priced, self._tables.manifest)
        return self._answers[value]

    def _turns(self) -> list[float]:
        """Return the prices at which another setting, or another strategy, has the least cost."""
        ends = self._pricing.following.turns(self.part, self._pricing.prices)
        turns = [*ends]
        for low, high in pairwise([0.0, *ends, math.inf]):
            parts = self._pricing.parts(self.prices(_between(low, high)))
            turns += [turn for turn in self._crossings(parts) if low < turn < high]
        return turns

    def _crossings(self, parts: Quantities) -> list[float]:
        """Return the prices at which the lowest cost is another setting's, or strategy's."""
        base = price(parts.quantities, self.prices(0.0))["cost"].mean()
        slope = parts.quantities[self.part.quantity].mean()
        means = pd.DataFrame({"base": base, "slope": slope})
        roles = parts.rows["role"].reindex(means.index)
        means, roles = means[roles.ne(INCUMBENT)], roles[roles.ne(INCUMBENT)]
        is_strategy = roles.eq("strategy")
        return [
            turn
            for lines in (means, means[is_strategy])
            for turn in envelope(lines["base"].to_numpy(), lines["slope"].to_numpy())
        ]

    def _outcome(self, value: float) -> Outcome:
        decision = self.decision(value)
        never = decision.against.never
        saving = never.saving if never else math.nan
        return Outcome(value, decision.kind, decision.choice, saving)


def _between(low: float, high: float) -> float:
    """Return a number between two, the second of which may be without end."""
    return low + 1 if math.isinf(high) else (low + high) / 2


def price_axes(
    tables: Tables, pricing: Pricing, sliders: Sequence[PriceSlider]
) -> list[tuple[PriceSlider, PriceAxis]]:
    """Return each slider with the decision along it; tables, pricing: of one scenario."""
    return [(slider, PriceAxis(tables, pricing, slider.part)) for slider in sliders]


def sensitivities(
    tables: Tables,
    rows: pd.DataFrame,
    axes: Sequence[tuple[PriceSlider, PriceAxis]],
    workers: int,
) -> list[Sensitivity]:
    """Return the decision over the whole range of each price.

    rows: the scenario's part of `summary`. workers: processes; the axes are shared out between
    them where one stream has so many settings that its tests take longer than to start processes.
    """
    is_slow = tables.runs["seed"].nunique() == 1 and len(rows) >= MANY
    if workers < 2 or len(axes) < 2 or not is_slow:
        return [axis.sensitivity(slider.values) for slider, axis in axes]
    sliders = [slider for slider, _ in axes]
    explore = partial(_explored, tables, rows)
    effects = []
    for (_, axis), (effect, decisions) in zip(
        axes, pool(min(workers, len(axes))).map(explore, sliders), strict=True
    ):
        axis.decisions.update(decisions)
        effects.append(effect)
    return effects


def _explored(
    tables: Tables, rows: pd.DataFrame, slider: PriceSlider
) -> tuple[Sensitivity, dict[float, Decision]]:
    """Return what `sensitivity` says of an axis, and the decisions that it needed."""
    axis = PriceAxis(tables, Pricing(tables, rows), slider.part)
    return axis.sensitivity(slider.values), axis.decisions


def with_sensitivity(decision: Decision, effects: Sequence[Sensitivity]) -> Decision:
    """Return a decision with what its prices change."""
    fit = next((effect.regimes for effect in effects if effect.name == "fit"), ())
    ranked = most_decisive_first(effects)
    return replace(as_in_regimes(decision, fit), sensitivity=ranked)


def as_in_regimes(decision: Decision, regimes: Sequence[Regime]) -> Decision:
    """Return a decision whose price that proves a saving is the one at which its regimes change.

    regimes: along the price of a retraining. It is one question, searched for in two ways, with
    tests that draw at random: a page has one answer to it.
    """
    if not regimes or not 0 < decision.proven_below < math.inf:
        return decision
    price = float(decision.prices.fit)
    highs = [regime.high for regime in regimes if regime.kind == "retrain"]
    lower = [high for high in highs if high is not None and high <= price]
    return replace(decision, proven_below=max(lower, default=math.nan))


def most_decisive_first(effects: Sequence[Sensitivity]) -> tuple[Sensitivity, ...]:
    """Sort by how little a price has to move, as a factor, until another decision is made."""
    return tuple(sorted(effects, key=lambda effect: (_distance(effect, True), _distance(effect))))


def _distance(effect: Sensitivity, of_kind: bool = False) -> float:
    """Return the log of the smallest factor that changes the kind, or the choice; inf: none."""
    at = regime_of(effect.regimes, effect.price)
    ends = [
        end
        for regime in effect.regimes
        if (regime.kind != at.kind if of_kind else regime != at)
        for end in (regime.low, regime.high)
        if end
    ]
    if not ends or not effect.price:
        return math.inf
    return min(abs(math.log(end / effect.price)) for end in ends)


def regime_of(regimes: Sequence[Regime], value: float) -> Regime:
    """Return the regime that a price lies in; the first one of two that meet there."""
    return next(regime for regime in regimes if value in regime)
