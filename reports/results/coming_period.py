"""The coming period: what each policy will cost, the exam on the log's own second half, as data."""

import math
from dataclasses import dataclass
from typing import Literal

Role = Literal["policy", "current_policy", "incumbent"]


@dataclass(frozen=True)
class Expected:
    """An expected amount of money, with the ends of its 90 % interval."""

    mean: float
    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class PolicyForecast:
    """What a policy will cost over the coming period.

    role: of the catalogue, or a setting that was replayed: today's policy, or what was really done;
    like: the policy of the catalogue whose ratios these get, else the label itself. overrides:
    words of the command line that replay it; empty where there are none. past: what it cost over
    as many ticks of the log. saved_*: against never, today's policy, what was done; cheaper_*:
    probability of costing less; None and nan where there is no such reference. best, near_best:
    probability of costing least (of equal ones, the simplest), and at most 5 % more. over_cheapest:
    expected cost, as a multiple of the cheapest policy's. stress: cost at the 95th percentile of
    the library's ratios.
    """

    label: str
    role: Role
    like: str
    overrides: str
    past: float
    cost: Expected
    saved_never: Expected
    saved_current: Expected | None
    saved_incumbent: Expected | None
    cheaper_never: float
    cheaper_current: float
    best: float
    near_best: float
    over_cheapest: float
    stress: float


@dataclass(frozen=True)
class Examined:
    """What was predicted of a policy's cost in the second half of the log, and what it cost."""

    label: str
    cost: Expected
    true: float


@dataclass(frozen=True)
class Exam:
    """The prediction of the log's second half from its first.

    ticks: of each half. choice: of the first half's prediction; best: what cost least in the
    second.
    """

    ticks: int
    choice: str
    best: str
    policies: tuple[Examined, ...]

    @property
    def held(self) -> int:
        """Number of policies whose interval held the true cost."""
        return sum(policy.true in policy.cost for policy in self.policies)

    def of(self, label: str) -> Examined:
        """Return what was predicted of a policy."""
        return next(policy for policy in self.policies if policy.label == label)


@dataclass(frozen=True)
class Width:
    """How wide the interval of the choice is, as a share of its cost, with `times` the log."""

    times: float
    share: float


@dataclass(frozen=True)
class ComingPeriod:
    """The forecast of one log.

    refusal: why there is none, in a sentence; the rest is empty then. ticks: of the coming period;
    past_ticks: of the log. choice: never or today's policy where it is within 3 % of the lowest
    expected cost relative to the cheapest policy's; else the policy of the lowest one, and of ties
    the simplest. policies: by
    expected cost. exam: None where the log is too short for one. widths: with this log, and with
    twice and four times it. library: how many logs of each kind it holds. alike: how many logs of
    equal weight the prediction rests on. unrest, usual_unrest: standard deviation of the logarithm
    of the loss between sixths of this log, and of the median log of the library. cheapest: the
    setting that cost least on the log, where it is none of the policies; cheapest_like: the policy
    that it is most like. uncorrected: policies that correct outputs, and corrected none on this
    log.
    """

    refusal: str = ""
    ticks: int = 0
    past_ticks: int = 0
    choice: str = ""
    policies: tuple[PolicyForecast, ...] = ()
    exam: Exam | None = None
    widths: tuple[Width, ...] = ()
    library: dict[str, int] | None = None
    alike: float = math.nan
    unrest: float = math.nan
    usual_unrest: float = math.nan
    cheapest: str = ""
    cheapest_like: str = ""
    uncorrected: tuple[str, ...] = ()

    def of(self, label: str) -> PolicyForecast:
        """Return the forecast of a policy."""
        return next(policy for policy in self.policies if policy.label == label)
