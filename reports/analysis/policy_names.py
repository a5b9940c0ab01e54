"""The policies of the catalogue in ticks: their labels, and how they are replayed."""

import shlex
from math import inf, isnan

from retrainlab.sim.forecast.policies import Policy
from retrainlab.sim.forecast.what import SinceAlarm
from retrainlab.sim.forecast.when import Excess

EARLIER = {"reuse": ", reuse first", "blend": ", blended"}
CORRECTS = {"regression": "residuals", "classification": "label_shift"}  # by task, the strategy


def label(policy: Policy, length: float) -> str:
    """Return a policy's label; length: ticks a step."""
    when, how = policy.when, policy.how
    corrected = f"corrected every {_ticks(how.every, length)}" if how.every < inf else ""
    if when.interval == inf:
        return f"{corrected}, last {_ticks(how.steps, length)}" if corrected else "never"
    extra = f", {corrected}" if corrected else EARLIER.get(how.action, "")
    rows = f"{_rows(policy, length)}{extra}"
    if not isinstance(when, Excess):
        return f"every {_ticks(when.interval, length)}, {rows}"
    gap = f", at most every {_ticks(when.gap, length)}" if when.gap > 1 else ""
    return f"alarm at {when.times:g} x the price, {rows}{gap}"


def overrides(policy: Policy, length: float, loss: float, task: str) -> str:
    """Return the words that replay it, quoted for a shell; empty where no strategy is the same.

    loss: the excess loss that costs as much as a retraining. task: of the log.
    """
    when, what, how = policy.when, policy.what, policy.how
    if when.interval == inf and how.every < inf:
        name = CORRECTS[task]
        every, steps = _ticks(how.every, length), _ticks(how.steps, length)
        own = f"strategy.{name}"
        return f"strategy={name} {own}.when.ticks={every} {own}.what.ticks={steps}"
    if when.interval == inf:
        return "strategy=never"
    if how.keep:
        return ""
    is_calendar = not isnan(when.interval)
    if is_calendar and what.window == inf:
        return f"strategy=periodic strategy.periodic.when.ticks={_ticks(when.interval, length)}"
    name = "sliding_window" if is_calendar else "excess"
    is_unlike = isinstance(when, Excess) and (loss <= 0 or when.gap > 1)
    if isnan(what.window) or is_unlike:
        return ""
    words = [f"strategy={name}"]
    if isinstance(when, Excess):
        words.append(f"strategy.excess.when.loss={when.times * loss:.6g}")
    else:
        words.append(f"strategy.{name}.when.ticks={_ticks(when.interval, length)}")
    if what.window == inf:
        everything = "{_target_:retrainlab.strategies.what.Everything}"
        return shlex.join([*words, f"strategy.{name}.what={everything}"])
    return shlex.join([*words, f"strategy.{name}.what.ticks={_ticks(what.window, length)}"])


def _rows(policy: Policy, length: float) -> str:
    if isinstance(policy.what, SinceAlarm):
        return "since the alarm"
    window = policy.what.window
    return "everything" if window == inf else f"last {_ticks(window, length)}"


def _ticks(steps: float, length: float) -> int:
    """Return steps in ticks: a whole number, 1 or more."""
    return max(1, round(steps * length))
