"""The catalogue: policies that are simulated on losses alone, many logs at once.

Time is counted in steps: a log is cut into `PAST` of them, whatever its length, so that a policy is
the same on every log. A policy is when x what x how: when to retrain, on which steps, and what
becomes of the models before. What models lose is the business of the `Losses` that the policy runs
on (`sim.forecast.losses`).
"""

from dataclasses import dataclass

import numpy as np

from retrainlab.sim.forecast.how import REFIT, BlendIn, Corrected, How, ReuseFirst
from retrainlab.sim.forecast.what import Everything, Last, SinceAlarm, What
from retrainlab.sim.forecast.when import Every, Excess, Never, When

PAST = 48  # steps that a log is cut into
SHORT, LONG = 6, 16  # steps of the two windows


@dataclass(frozen=True)
class Policy:
    """A policy of the catalogue."""

    name: str
    when: When
    what: What
    how: How = REFIT

    @property
    def interval(self) -> float:
        """Steps between two of its actions (inf: there are none; nan: they are irregular)."""
        return self.when.interval if np.isinf(self.how.every) else self.how.every

    @property
    def may_rest(self) -> bool:
        """Whether it may turn out to do what never does: it acts where something shows."""
        corrects_alone = np.isinf(self.when.interval) and self.interval < np.inf
        return bool(np.isnan(self.interval) or corrects_alone)

    @property
    def is_plain(self) -> bool:
        """Whether what it trains can be told before anything is predicted."""
        return not (self.when.watches or self.how.keep)


CATALOGUE = (
    Policy("never", Never(), Everything()),
    *(Policy(f"every {k}, short", Every(k), Last(SHORT)) for k in (2, 4, 8, 16)),
    *(Policy(f"every {k}, long", Every(k), Last(LONG)) for k in (4, 8)),
    *(Policy(f"every {k}, all", Every(k), Everything()) for k in (4, 8, 16)),
    Policy("alarm, short", Excess(), Last(SHORT)),
    Policy("alarm, all", Excess(), Everything()),
    Policy("early alarm, since", Excess(0.5), SinceAlarm()),
    Policy("alarm, since", Excess(), SinceAlarm()),
    Policy("late alarm, since", Excess(2.0), SinceAlarm()),
    Policy("rare alarm, since", Excess(1.0, gap=12), SinceAlarm()),
    Policy("every 4, reuse", Every(4, watches=True), Last(SHORT), ReuseFirst()),
    Policy("every 8, reuse", Every(8, watches=True), Last(SHORT), ReuseFirst()),
    Policy("alarm, reuse", Excess(), Last(SHORT), ReuseFirst()),
    Policy("early alarm, reuse", Excess(0.2), Last(SHORT), ReuseFirst()),
    Policy("every 16, blend", Every(16), Last(LONG), BlendIn()),
    Policy("alarm, blend", Excess(), SinceAlarm(), BlendIn()),
    Policy("never, corrected", Never(), Everything(), Corrected()),
    Policy("never, corrected often", Never(), Everything(), Corrected(every=1, steps=2)),
    Policy("every 16, corrected", Every(16), Everything(), Corrected()),
)
NEVER, OFTEN = 0, 1  # places of never, and of what retrains most often on the newest steps


def simplicity(policy: Policy) -> float:
    """Return a number, the smaller the simpler a policy: never, rare calendars, then alarms and
    what uses earlier models."""
    interval = policy.when.interval
    return 1e3 if np.isnan(interval) or policy.how.keep else 1 / interval
