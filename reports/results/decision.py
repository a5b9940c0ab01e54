"""The decision about one scenario at one price, as data: what to do and what speaks for it."""

import math
from dataclasses import dataclass
from typing import Literal

from retrainlab.reports.results.coming_period import ComingPeriod
from retrainlab.sim.prices import Prices

Kind = Literal["retrain", "keep", "baseline", "undecided"]
Drifting = Literal["present", "absent", "unknown"]
Significance = Literal[
    "significant",
    "over time",
    "negligible",
    "not proven",
    "too short",
    "too few",
    "not tested",
]


@dataclass(frozen=True)
class Comparison:
    """What a setting saves against a reference, paired by seed.

    cost, reference_cost: mean total costs over the seeds that both have. saving: their difference,
    negative where the setting costs more. low, high: ends of its 95 % interval, which holds
    together with those of all other settings and need not be symmetric; nan where there is no test.
    seeds: how many both have. cheaper: on how many of them the setting costs less.
    """

    label: str
    reference: str
    cost: float
    reference_cost: float
    saving: float
    low: float
    high: float
    seeds: int
    cheaper: int

    @property
    def same(self) -> bool:
        """Whether the setting is the reference."""
        return self.label == self.reference

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0; never so without one."""
        return self.low > 0 or self.high < 0

    @property
    def is_tested(self) -> bool:
        """Whether the saving has an interval."""
        return not math.isnan(self.low)


@dataclass(frozen=True)
class References:
    """What the choice saves against each reference; None where there is no such reference.

    never: the strategy that never retrains. current_policy: the setting in use today. oracle: the
    best schedule, found with the whole stream known. incumbent: what was really done.
    """

    never: Comparison | None
    current_policy: Comparison | None
    oracle: Comparison | None
    incumbent: Comparison | None = None


@dataclass(frozen=True)
class Regime:
    """Prices from `low` to `high` (None: without end) at which the same is recommended."""

    low: float
    high: float | None
    kind: Kind
    choice: str

    def __contains__(self, price: float) -> bool:
        return self.low <= price and (self.high is None or price <= self.high)


@dataclass(frozen=True)
class Outcome:
    """The recommendation at another price, and its saving against never (nan: unknown)."""

    price: float
    kind: Kind
    choice: str
    saving: float


@dataclass(frozen=True)
class Sensitivity:
    """The decision as one price moves, with all other prices as they are.

    name: of the price, as in `prices.fit`. price: the study's. regimes: by rising price, without a
    gap from 0 on. tenth, tenfold: at a tenth and at ten times the price; None where it is 0.
    """

    name: str
    price: float
    regimes: tuple[Regime, ...]
    tenth: Outcome | None
    tenfold: Outcome | None


@dataclass(frozen=True)
class Phases:
    """A recommended calendar that was begun at other phases as well.

    tried: how many phases, its own among them. best, worst: ticks later that it begins. lowest,
    highest: mean costs there. saving_low, saving_high: what it saves against never, at 95 % and at
    any of the phases; nan without never. aliases: the phases differ significantly, and by more
    than the flat band: the interval is in step with the drift.
    """

    tried: int
    best: int
    worst: int
    lowest: float
    highest: float
    saving_low: float
    saving_high: float
    aliases: bool


@dataclass(frozen=True)
class GridEdge:
    """The choice lies at the end of the values that were tried of a parameter: try beyond.

    parameter: its path. value: the choice's. end: "smallest" or "largest" of the values tried.
    """

    parameter: str
    value: float
    end: Literal["smallest", "largest"]


@dataclass(frozen=True)
class Setting:
    """A setting of a strategy, or a baseline: means over seeds, halves of 95 % intervals.

    role: "strategy", "baseline" or "incumbent". gap: ceiling minus score, nan where the ceiling
    is unknown. errors, retraining: the two parts of the cost. balanced_accuracy: nan for a
    regression.
    """

    label: str
    strategy: str
    role: str
    score: float
    score_half: float
    balanced_accuracy: float
    gap: float
    retrainings: float
    cost: float
    cost_half: float
    errors: float
    retraining: float


@dataclass(frozen=True)
class Decision:
    """What to do about one scenario at one price of a retraining, with the evidence.

    choice: label of the recommended setting; of an undecided scenario the cheapest one. overrides:
    the same as words for the command line, quoted for a shell; empty for a baseline. best: the
    cheapest strategy, another one than the choice where a baseline, never or a simpler setting is
    recommended. rival: what the choice was weighed against, None where there was nothing.
    evidence: the comparison that decides, of the choice with its rival or the other way round.
    significance: of that comparison, at 95 %, all settings counted. "significant": over seeds, and
    "over time": over the ticks of a single stream. "negligible": no setting saves much. "not
    proven": neither. "too few": seeds for a test; "too short": a stream for it. "not tested": there
    is nothing to compare, or never is missing.
    better_baselines: those that score higher than every strategy although they cost more.
    sensitivity: to each price, the one first that changes the decision soonest; empty where other
    prices were not looked at.
    no_change_row_by_row: score of the label before, if every label came before the next row.
    ties: settings that retrain and do not differ significantly from the choice. cheaper: where a
    simpler setting is recommended, the cheapest proven one against it.
    ticks_needed, seeds_needed: how many of them in all would decide; nan where that is no question.
    proven_below: the price of a retraining below which some setting is proven to save; nan where
    none is or that is no question. rests_on: how many retrainings a choice that waits for alarms
    rests on, where these are few, else None. edges: ends of the grid at which the choice lies.
    drift: what the truth says of it; where it is absent, a saving is one of more data.
    settings: strategies by cost, then what was really done, then baselines by cost. phases: of a
    calendar that is recommended and was probed, else None. coming_period: the forecast, of a log of
    real data at the study's own prices, else None.
    """

    scenario: str
    kind: Kind
    choice: str
    overrides: str
    best: str
    rival: str | None
    evidence: Comparison | None
    significance: Significance
    seeds: int
    prices: Prices
    sensitivity: tuple[Sensitivity, ...]
    against: References
    ties: tuple[str, ...]
    better_baselines: tuple[str, ...]
    cheaper: Comparison | None
    no_change_row_by_row: float
    ticks_needed: float
    seeds_needed: float
    proven_below: float
    rests_on: int | None
    edges: tuple[GridEdge, ...]
    drift: Drifting
    settings: tuple[Setting, ...]
    phases: Phases | None = None
    coming_period: ComingPeriod | None = None

    def setting(self, label: str) -> Setting:
        """Return the setting of a label; `KeyError` if there is none."""
        for setting in self.settings:
            if setting.label == label:
                return setting
        raise KeyError(label)
