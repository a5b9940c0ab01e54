"""The prediction: a log's own costs, times what other logs' costs became.

Each log of the library says what would follow, were this log like it: cost of a policy x ratio of
that policy there, all policies of one log together. Logs that looked like this one in the past
count more. The level of the costs is carried over as it is; of what sets the policies apart, what
is beyond chance (`sim.forecast.carried`). How far both move on is counted in how steady each log's
past was (`sim.forecast.steadiness`), so that a log whose level wandered, or whose sixths disagreed
on the policies, gets wider intervals than the calm logs of a library had.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import require
from retrainlab.sim.forecast.carried import beyond_chance, chance_of, own_costs
from retrainlab.sim.forecast.library import Library, at_horizon
from retrainlab.sim.forecast.policies import CATALOGUE, NEVER, simplicity
from retrainlab.sim.stream import Floats, Ints

# Chosen on the logs of the library, each kind predicted by the others: docs/forecast.md.
NEAREST = 0.1  # the share of the library that counts as alike
LEVELS = (0.045, 0.955)  # quantiles that hold 90 %
CALM, STEADY = 0.05, 0.05  # unrest and scatter that the steadiest log has
FARTHEST, APART = 4.0, 2.0  # times as far as in a log of the library, level and policies move

TIE = 0.01  # costs that differ by less are equal
TOLD = 0.03  # predicted costs that differ by less are not told apart; no default is left for it
NEAR = 0.05  # what costs at most this share more than the best is near it
STRESS = 0.95
SCALES = (0.2, 0.1, 1.0, 1.0)  # of the traits, in the unit of the past's logarithms

SIMPLICITY = np.array([simplicity(policy) for policy in CATALOGUE])
RESTING = np.array([policy.may_rest for policy in CATALOGUE])


@dataclass(frozen=True, eq=False)
class Past:
    """What a log's own past says.

    cost: (P,) per step of each policy of the catalogue. fresh: loss per step of what retrains most
    often. price: of a retraining, in fresh losses of a step. traits: (4,) see `library.TRAITS`.
    unrest: of its level; scatter: of what sets the policies apart, see `steadiness`. others: cost
    per step of further policies, each with the place of that policy of the catalogue that it is
    most like, whose ratios it gets.
    """

    cost: Floats
    fresh: float
    price: float
    traits: Floats
    unrest: float = 0.0
    scatter: float = 0.0
    others: tuple[tuple[float, int], ...] = ()

    @property
    def all_costs(self) -> Floats:
        """(P + others,) cost per step."""
        return np.array([*self.cost, *(cost for cost, _ in self.others)])

    @property
    def like(self) -> Ints:
        """(P + others,) place in the catalogue."""
        return np.array([*range(len(self.cost)), *(place for _, place in self.others)])


@dataclass(frozen=True, eq=False)
class Prediction:
    """What would follow the past, log by log of the library.

    cost: (K, P) over the horizon, in money. weight: (K,) how much each log counts, 1 in all.
    stress: (P,) cost at the library's 95th percentile, all logs alike. copies: how many times each
    log is among the K.
    """

    cost: Floats
    weight: Floats
    stress: Floats
    copies: int = 1

    def mean(self, reference: int | None = None) -> Floats:
        """(P,) expected cost; or, of a reference, what each policy is expected to save against it.

        The level of a log counts at most as the ends of its 90 % interval. How far it moves is
        stretched in a log of much unrest, so that a few logs of the library, of which everything
        cost many times as much, would be most of a mean.
        """
        level = np.log(self.cost).mean(axis=1)
        ends = quantiles(level[:, None], self.weight, LEVELS)[:, 0]
        values = self.cost if reference is None else self.saving(reference)
        means: Floats = (self.weight * np.exp(np.clip(level, *ends) - level)) @ values
        return means

    def interval(self, values: Floats | None = None, levels: Sequence[float] = LEVELS) -> Floats:
        """(2, P) ends of the 90 % interval; values: (K, P), the costs unless they are given."""
        values = self.cost if values is None else values
        return quantiles(values, self.weight, levels)

    def saving(self, reference: int) -> Floats:
        """(K, P) what each policy saves against one of them."""
        return self.cost[:, [reference]] - self.cost

    def cheaper(self, reference: int) -> Floats:
        """(P,) probability of costing less than one of them; of as much, a half."""
        saved = self.saving(reference)
        return self.weight @ (0.5 * (saved > 0) + 0.5 * (saved >= 0))

    def best(self) -> Floats:
        """(P,) probability of costing least; of equal ones, it is the simplest one's.

        Policies that act alike cost nearly the same. A prediction moves each by errors of its own,
        so that the least of many would seldom be never, were they told apart as closely as costs
        that are known.
        """
        return self.weight @ cheapest(self.cost, simple(self.cost.shape[1]), TOLD)

    def over_cheapest(self) -> Floats:
        """(P,) expected cost, as a multiple of the cheapest policy's."""
        return self.weight @ (self.cost / self.cost.min(axis=1, keepdims=True))

    def near_best(self) -> Floats:
        """(P,) probability of costing at most 5 % more than the least."""
        return self.weight @ (self.cost <= (1 + NEAR) * self.cost.min(axis=1, keepdims=True))

    @property
    def effective_logs(self) -> float:
        """How many logs of equal weight would say as much."""
        return float(1 / (self.weight**2).sum()) / self.copies


def predict(past: Past, library: Library, horizon: float, steps: float) -> Prediction:
    """Return what each policy will cost over the coming period.

    horizon: in lengths of the past; steps: the same in steps. Raises `InputError` for a horizon
    that the library does not know, and for a log that loses nothing, of which there is no ratio.
    """
    require(
        past.fresh > 0 and bool((past.all_costs > 0).all()),
        "the log loses nothing, or less than nothing, so that there is no cost to carry forward",
    )
    profiles, ratios, scatters = library.at_price(past.price)
    profile, ratio = np.log(past.cost / past.fresh), at_horizon(ratios, horizon)
    weight = likeness(profile, past.traits, profiles, library.traits)
    move, chance = ratio.mean(axis=1, keepdims=True), chance_of(past.scatter)
    times = further(past.unrest, library.unrest, CALM, FARTHEST)
    spread = further(past.scatter, scatters, STEADY, APART)
    ends = own_costs(profile, profiles, chance) + times * move + spread * (ratio - move)
    silent = still(profile) & still(profiles + ratio)
    ends = np.where(silent, ends[..., [NEVER]], ends)
    apart = np.log(past.all_costs) - np.log(past.cost)[past.like]
    future = np.concatenate(ends)[:, past.like] + beyond_chance(apart**2, chance) * apart
    cost = past.fresh * steps * np.exp(future)
    wild = ratio + np.maximum(times - 1, 0) * move
    stress = past.all_costs * steps * np.exp(np.quantile(wild[:, past.like], STRESS, axis=0))
    return Prediction(cost, np.tile(weight, len(ends)) / len(ends), stress, len(ends))


def further(own: float, others: Floats, least: float, most: float) -> Floats:
    """(K, 1) how many times as far as in each log of the library something moves on in a log.

    own: unrest or scatter of the log; others: (K,). least: of the steadiest log. most: times.
    """
    times = np.hypot(least, own) / np.hypot(least, others)
    return np.asarray(np.clip(times, 1 / most, most))[:, None]


def still(costs: Floats) -> NDArray[np.bool_]:
    """(.., P) policies that cost what never does, as nothing showed that they act on; costs:
    logarithms."""
    return RESTING & (np.abs(costs - costs[..., [NEVER]]) < TIE / 2)


def simple(count: int) -> Floats:
    """(count,) simplicity of the policies of a prediction; what is no policy of the catalogue is
    already done, and as simple as never."""
    return np.concatenate([SIMPLICITY, np.zeros(max(0, count - len(SIMPLICITY)))])[:count]


def cheapest(cost: Floats, simplicity: Floats, tie: float = TIE) -> Floats:
    """(K, P) 1 for the policy that costs least of each log; of equal ones, for the simplest.

    simplicity: (P,) the smaller, the simpler. tie: costs that differ by a smaller share are equal.
    """
    least = cost <= (1 + tie) * cost.min(axis=1, keepdims=True)
    place = np.argmin(np.where(least, simplicity, np.inf), axis=1)
    return np.asarray(np.eye(cost.shape[1])[place])


def likeness(profile: Floats, traits: Floats, profiles: Floats, others: Floats) -> Floats:
    """(K,) weights of the library's logs, which sum to 1: the more alike its past, the larger.

    profile: (P,) logarithms of the log's own costs over its fresh loss; profiles: (K, P).
    traits: (4,), others: (K, 4). The distance at which a weight has fallen by a factor e is that
    of the nearest `NEAREST` of the logs, so that a strange log is compared with many.
    """
    gaps = np.column_stack([profiles - profile, (others - traits) / SCALES])
    distance = (gaps**2).sum(axis=1)
    weight = np.exp(-distance / max(float(np.quantile(distance, NEAREST)), 1e-12))
    return weight / weight.sum()


def quantiles(values: Floats, weight: Floats, levels: Sequence[float]) -> Floats:
    """(L, P) weighted quantiles of (K, P) values: the least with at least that much weight up to
    it."""
    order = np.argsort(values, axis=0, kind="stable")
    total = np.cumsum(weight[order], axis=0)
    last = len(values) - 1
    places = [np.minimum((total < level * total[-1]).sum(axis=0), last) for level in levels]
    return np.take_along_axis(values, np.take_along_axis(order, np.array(places), 0), 0)


def choice(values: Floats, simplicity: Floats, defaults: Sequence[int] = (NEVER,)) -> int:
    """Return the first of the defaults that is not told from the least value; where none is, the
    policy of the least, and of ties the simplest.

    values: (P,) expected costs, as multiples of the cheapest policy's: in proportion, as the few
    logs in which every policy costs many times as much would decide on sums of money alone.
    simplicity: (P,) the smaller, the simpler.
    """
    for default in defaults:
        if values[default] <= (1 + TOLD) * values.min():
            return default
    ties = np.flatnonzero(values <= (1 + TIE) * values.min())
    return int(ties[np.argmin(simplicity[ties])])
