"""Strategies and baselines of one scenario side by side, and what a rule says of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from retrainlab.reports.decision.actions import Kinds
from retrainlab.reports.decision.equal_costs import larger_first
from retrainlab.reports.decision.negligible import Lower, bounded, bounded_lead, kept
from retrainlab.reports.decision.savings import Savings, over_seeds, over_ticks
from retrainlab.reports.decision.statistics import means_of
from retrainlab.reports.results.decision import Comparison, Kind, Significance
from retrainlab.reports.results.label_index import label_index
from retrainlab.reports.results.over_time import OverTime
from retrainlab.sim.optimum.one_stream import BASELINE_BLOCKS, BLOCKS
from retrainlab.sim.optimum.several_seeds import proven_below
from retrainlab.sim.stream import Floats

INCUMBENT = "incumbent"  # role of what was really done
LEVELS = ("baseline", INCUMBENT)  # roles without an interval to choose, drawn as one level


@dataclass(frozen=True, eq=False)
class Candidates:
    """The strategies and baselines of one scenario side by side.

    costs: (seeds, labels). fits: (seeds, labels) retrainings, of which each costs `price`.
    order: all labels, the cheapest first; strategies and baselines are its two kinds. idle:
    strategies that never retrained on any seed. never: the label that all are held against, None
    where it is missing. incumbent: what was really done, which is no choice, where it is known.
    over_time: the costs of each tick, where there is a single stream. lower: the same replays
    where what they do has lower prices.
    """

    costs: pd.DataFrame
    fits: pd.DataFrame
    price: float
    order: list[str]
    strategies: list[str]
    baselines: list[str]
    idle: list[str]
    never: str | None
    over_time: OverTime | None
    lower: Lower
    incumbent: str | None = None
    _savings: dict[str, Savings] = field(default_factory=dict, repr=False)

    @property
    def is_one_stream(self) -> bool:
        """Whether the ticks of a single stream decide."""
        return self.over_time is not None and self.never is not None

    @property
    def best(self) -> str:
        """The cheapest strategy."""
        return self.strategies[0]

    @cached_property
    def active(self) -> list[str]:
        """Strategies that retrained on some seed, the cheapest first."""
        return [label for label in self.strategies if label not in self.idle]

    @cached_property
    def by_label(self) -> dict[str, Floats]:
        """(seeds,) costs of each label."""
        return dict(zip(map(str, self.costs), self.costs.to_numpy(float).T, strict=True))

    def left_open(self, never: str) -> tuple[str, str]:
        """Return the cheaper and the more expensive of never and the setting that leaves it open.

        That is the cheapest setting where it saves; where never costs least it is the one that may
        still save most, because the cheapest one may be proven to save nothing.
        """
        savings, active = self.savings(never), self.active
        at = savings.places(active)
        if savings.saving[at[0]] > 0:
            return active[0], never
        high = savings.high[at]
        return never, active[int(np.argmax(np.where(np.isnan(high), np.inf, high)))]

    def rival_of(self, baseline: str) -> str:
        """Return the cheapest strategy; where only others are open, the least sure of them."""
        lead = self.lead(baseline)
        if lead.proven.all() or not lead.proven[lead.place[self.best]]:
            return self.best
        low = np.where(np.isnan(lead.low), -np.inf, lead.low)
        return lead.labels[int(np.argmin(low))]

    def proven_below(self, never: str) -> float:
        """Return the price of a retraining below which some setting is proven to save; or nan."""
        active = self.active
        if self.over_time is not None:
            return self.over_time.proven_below(never, active)
        places = self.fits.columns.get_indexer(label_index([never, *active]))
        number = self.fits.to_numpy(float)[:, places]
        fits, gains = number[:, 1:] - number[:, :1], -self.spent_more(active, never)
        return proven_below(gains + self.price * fits, fits, len(active))

    def spent_more(self, labels: Sequence[str], reference: str) -> Floats:
        """(seeds, labels) what each label cost more than a reference."""
        columns = np.column_stack([self.by_label[label] for label in labels])
        more: Floats = columns - self.by_label[reference][:, None]
        return more

    def savings(self, reference: str) -> Savings:
        """Return what each strategy saves against a reference, all that retrained counted."""
        if reference not in self._savings:
            tested = self.tested(reference)
            is_never = reference == self.never
            self._savings[reference] = bounded(self, tested) if is_never else tested
        return self._savings[reference]

    def tested(self, reference: str) -> Savings:
        """Return the same by the test at these prices alone."""
        counted = [label for label in self.active if label != reference]
        return self._test(reference, counted, len(counted), BLOCKS)

    @property
    def is_negligible(self) -> bool:
        """Whether no setting can save a share of never's cost that matters."""
        return kept(self, self.savings(str(self.never)))

    def lead(self, baseline: str) -> Savings:
        """Return what a baseline saves against each strategy, all pairs of the kind counted."""
        if baseline not in self._savings:
            tested = self.tested_lead(baseline)
            self._savings[baseline] = bounded_lead(self, baseline, tested)
        return self._savings[baseline]

    def tested_lead(self, baseline: str) -> Savings:
        """Return the same by the test at these prices alone."""
        pairs = len(self.strategies) * len(self.baselines)
        return self._test(baseline, self.strategies, pairs, BASELINE_BLOCKS).turned

    def compare(self, a: str, b: str) -> Comparison:
        """Return what a saves against b; its interval is that of `evidence`."""
        both = np.stack([self.by_label[a], self.by_label[b]])
        both = both[:, ~np.isnan(both).any(axis=0)]
        cost, reference_cost = map(float, both.mean(axis=1) if both.size else (np.nan, np.nan))
        low, high = self.interval(a, b)
        saving = reference_cost - cost  # a sum in another order: rounding must not leave it outside
        return Comparison(
            label=a,
            reference=b,
            cost=cost,
            reference_cost=reference_cost,
            saving=saving,
            low=float(np.minimum(low, saving)),
            high=float(np.maximum(high, saving)),
            seeds=both.shape[1],
            cheaper=int((both[0] < both[1]).sum()),
        )

    def interval(self, a: str, b: str) -> tuple[float, float]:
        """Return the ends of the interval of what a saves against b; nan where there is no test.

        A pair has one interval, whichever of the two is asked for first: that of the baseline, else
        of all settings against never, else of all against the cheaper of the two.
        """
        first, second = self._in_order(a, b)
        if second == self.incumbent:
            savings, label = self._against_incumbent(), first
        elif first in self.baselines:
            savings, label = self.lead(first), second
        else:
            savings, label = self.savings(second), first
        low, high = savings.ends(label)
        return (low, high) if first == a else (-high, -low)

    def _in_order(self, a: str, b: str) -> tuple[str, str]:
        """Return a baseline and the strategy that it leads, or a setting and its reference."""
        if self.incumbent in (a, b):
            return (b, a) if a == self.incumbent else (a, b)
        for baseline, other in ((a, b), (b, a)):
            if baseline in self.baselines and other in self.strategies:
                return baseline, other
        reference, label = sorted((a, b), key=self._place)
        return label, reference

    def _place(self, label: str) -> tuple[bool, bool, int]:
        return label != self.never, label not in self.idle, self.strategies.index(label)

    def differ(self, a: str, b: str) -> bool:
        """Whether the costs of a and b, two strategies, differ significantly."""
        if self.over_time is not None and self.over_time.is_open(a, b):
            return False
        low, high = self.interval(a, b)
        return low > 0 or high < 0

    def _against_incumbent(self) -> Savings:
        """Test what each strategy and baseline saves against what was really done."""
        assert self.incumbent is not None
        if self.incumbent not in self._savings:
            labels = [*self.strategies, *self.baselines]
            test = self._test(self.incumbent, labels, len(labels), BASELINE_BLOCKS, labels)
            self._savings[self.incumbent] = test
        return self._savings[self.incumbent]

    def _test(
        self,
        reference: str,
        counted: list[str],
        comparisons: int,
        blocks: int,
        labels: list[str] | None = None,
    ) -> Savings:
        """Test what each label, else each strategy, saves against a reference."""
        labels = labels or self.strategies
        if self.over_time is not None:
            return over_ticks(self.over_time, reference, labels, counted, blocks)
        return over_seeds(-self.spent_more(labels, reference), labels, max(1, comparisons))


@dataclass(frozen=True)
class Verdict:
    """What the rule comes to, before it is put beside the references."""

    kind: Kind
    choice: str
    rival: str | None
    evidence: Comparison | None
    significance: Significance
    ties: tuple[str, ...] = ()
    ticks_needed: float = math.nan
    seeds_needed: float = math.nan
    proven_below: float = math.nan
    cheaper: Comparison | None = None


def candidates_of(
    costs: pd.DataFrame,
    fits: pd.DataFrame,
    price: float,
    kinds: Kinds,
    never: str | None,
    over_time: OverTime | None,
    lower: Lower,
) -> Candidates:
    """Put strategies and baselines in order: by what they save against never, seed by seed.

    Of what costs the same never is first, so that it is named and not a setting that did nothing;
    then the larger interval or window is.

    costs, fits: (seeds, labels). price: of a retraining. kinds: of these labels. lower: see
    `Candidates`. A setting that failed on some seeds is held against never on the others, and not
    by its mean alone.
    """
    labels, values, roles = list(map(str, costs)), costs.to_numpy(float), kinds.roles
    if never is None:
        mean = means_of(values)
    else:
        mean = -means_of(values[:, labels.index(never)][:, None] - values)
    is_other = np.array([label != never for label in labels])
    turns = {label: turn for turn, label in enumerate(larger_first(labels))}
    ties = np.array([turns[label] for label in labels])
    ranked = [labels[place] for place in np.lexsort((ties, is_other, mean))]
    rank = [label for label in ranked if roles[label] != INCUMBENT]
    strategies = [label for label in rank if roles[label] == "strategy"]
    idle = [label for label in strategies if kinds.actions[label] == 0]
    baselines = [label for label in rank if label not in strategies]
    incumbent = next((label for label in ranked if roles[label] == INCUMBENT), None)
    return Candidates(
        costs, fits, price, rank, strategies, baselines, idle, never, over_time, lower, incumbent
    )
