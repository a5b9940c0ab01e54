"""The forecast of the coming period in words: the choice, the exam, and its limits."""

from typing import Any

from retrainlab.reports.results.coming_period import (
    ComingPeriod,
    Exam,
    Examined,
    Expected,
    PolicyForecast,
)
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.manifest import ScenarioInfo
from retrainlab.reports.text.coming_table import USUAL, ends, share, table
from retrainlab.reports.text.format import (
    count,
    from_to,
    listed,
    money,
    number,
    percent_of,
    three_digits,
)

WEAK = (
    "Where it fails, measured on logs that the library does not hold: a first jump after a quiet "
    "past, which no past can announce (the stress cost is for that), a few sudden jumps, and real "
    "logs whose level is unlike any before."
)


def coming_words(
    coming: ComingPeriod | None, info: ScenarioInfo, currency: str | None = None
) -> dict[str, Any]:
    """Return what the page says of the forecast; empty where none was asked."""
    if coming is None:
        return {}
    if coming.refusal:
        return {"lines": [f"No forecast: {coming.refusal}."], "rows": [], "notes": []}
    return {
        "lines": [headline(coming, info, currency)],
        "reading": _reading(info),
        **table(coming),
        "notes": notes(coming, info, currency),
    }


def headline(coming: ComingPeriod, info: ScenarioInfo, currency: str | None = None) -> str:
    """Say what to do in the coming period, what it costs, and how sure that is."""
    choice = coming.of(coming.choice)
    period = f"{number(coming.ticks)} {info.tick_name}s"
    is_usual = choice.label == USUAL
    saved = "" if is_usual else f" It {_saves(choice.saved_never, currency)} against never."
    return (
        f"Over the next {period}, follow the policy “{choice.label}”. It is expected to cost "
        f"{_expected(choice.cost, currency)} (90 % interval), {_above_cheapest(coming)}. With "
        f"probability {share(choice.best)} it is the cheapest, and with {share(choice.near_best)} "
        f"at most 5 % above the cheapest.{saved}"
    )


def finding(coming: ComingPeriod, currency: str | None = None) -> str:
    """Return what the figure of the forecast shows, as a title."""
    cost = coming.of(coming.choice).cost
    return f"{coming.choice}: expected to cost {_expected(cost, currency)}"


def meanwhile(decision: Decision) -> str:
    """Say what to do while it is undecided, and why a forecast says otherwise; else empty."""
    coming = decision.coming_period
    if coming is None or coming.refusal:
        return ""
    if decision.kind == "retrain" and coming.choice == USUAL:
        return (
            "This is what the log shows. The drift of this log need not come again: in the coming "
            f"period “never” is expected to cost {_above_cheapest(coming)}."
        )
    if decision.kind != "undecided":
        return ""
    choice = coming.of(coming.choice)
    return (
        f"Meanwhile follow the policy “{choice.label}”: in the coming period it is expected to "
        f"cost {_above_cheapest(coming)}; it is the cheapest with probability "
        f"{share(choice.best)}."
    )


def _above_cheapest(coming: ComingPeriod) -> str:
    """Say how far above the cheapest policy the choice is expected to be, and why it is chosen."""
    choice = coming.of(coming.choice)
    over = f"{_percent_over(choice)} more than whichever policy turns out cheapest"
    lowest = min(
        (policy for policy in coming.policies if policy.role != "incumbent"),
        key=lambda policy: policy.over_cheapest,
    )
    if lowest is choice:
        return f"{over}, the least of all"
    is_default = choice.label == USUAL or choice.role == "current_policy"
    rule = "3 % are no reason to change" if is_default else "within 1 % the simpler one is taken"
    return f"{over} (the least of all is {_percent_over(lowest)}; {rule})"


def _percent_over(policy: PolicyForecast) -> str:
    return f"{three_digits(100 * (policy.over_cheapest - 1))} %"


def in_terminal(coming: ComingPeriod, info: ScenarioInfo, currency: str | None = None) -> str:
    """Say the forecast in the terminal's last lines."""
    if coming.refusal:
        return f"The coming period: no forecast: {coming.refusal}."
    exam = f" {_exam(coming.exam, currency)}" if coming.exam else ""
    return f"The coming period: {headline(coming, info, currency)}{exam}"


def notes(coming: ComingPeriod, info: ScenarioInfo, currency: str | None = None) -> list[str]:
    """Say how far the forecast can be trusted: exam, widths, stress, library, limits."""
    lines = [_exam(coming.exam, currency) if coming.exam else _no_exam(coming, info)]
    lines += [_power(coming), _unrest(coming), _stress(coming)]
    lines += [*_like(coming, currency), *_uncorrected(coming), _library(coming), WEAK]
    return lines


def _reading(info: ScenarioInfo) -> str:
    """Say what the names of the policies mean."""
    unit = f"{info.tick_name}s"
    return (
        f"How to read a policy: “every n, last m” retrains every n {unit}, on the last m. An "
        f"alarm retrains when the loss above that of the model's first {unit} adds up to so many "
        "times the price of a retraining; “since the alarm”: on what came since the loss rose. "
        "“Reuse first”: where an earlier model takes back half of what the newest loss is above "
        "that of the first, it is put back in place of a training. “Blended”: the new model votes "
        "with up to nine earlier ones. “Corrected”: between trainings, predicted numbers are moved "
        "by their mean error on the newest steps, and probabilities to the class shares of these."
    )


def _expected(value: Expected, currency: str | None) -> str:
    """Say mean and interval in a sentence."""
    return money(f"{three_digits(value.mean)}{_beyond(value)}, {ends(value)}", currency)


def _beyond(value: Expected) -> str:
    """Say why a mean lies outside its interval, where it does."""
    if value.low <= value.mean <= value.high:
        return ""
    return " on average (a few logs of the library change many times as much as the others)"


def _saves(saved: Expected, currency: str | None) -> str:
    word = "saves" if saved.mean >= 0 else "costs"
    more = "" if saved.mean >= 0 else " more"
    mean = f"{three_digits(abs(saved.mean))}{more}{_beyond(saved)}"
    return f"{word} {mean}, {money(from_to(saved.low, saved.high), currency)},"


def _exam(exam: Exam, currency: str | None) -> str:
    """Say how the same prediction fared on the log's own second half."""
    choice, best = exam.of(exam.choice), exam.of(exam.best)
    kept = "held" if choice.true in choice.cost else "missed"
    return (
        f"Exam on this log: predicted from its first half, the second half's cost lay within the "
        f"interval for {exam.held} of {len(exam.policies)} policies. The choice, {choice.label}, "
        f"was expected to cost {_expected(choice.cost, currency)}, and cost "
        f"{money(three_digits(choice.true), currency)} ({kept}), "
        f"{_above(choice.true, best, currency)}."
    )


def _above(cost: float, best: Examined, currency: str | None) -> str:
    """Say how far a cost is above that of the policy that turned out cheapest."""
    if cost <= best.true:
        return "the cheapest"
    if best.true <= 0:
        least = money(three_digits(best.true), currency)
        return f"more than the cheapest, {best.label}, which cost {least}"
    return f"{percent_of(cost - best.true, best.true)} above the cheapest, {best.label}"


def _no_exam(coming: ComingPeriod, info: ScenarioInfo) -> str:
    return (
        f"No exam: {count(coming.past_ticks, info.tick_name)} are too few to predict the second "
        "half of this log from its first."
    )


def _power(coming: ComingPeriod) -> str:
    """Say what more log would bring."""
    widths = [f"{100 * width.share:.0f} %" for width in coming.widths]
    return (
        f"The interval of the choice is {widths[0]} of its cost wide; with twice as long a log "
        f"{widths[1]}, with four times {widths[2]}. What will drift is most of that width, and no "
        "log shows it."
    )


def _unrest(coming: ComingPeriod) -> str:
    """Say how the log's own level widens or narrows its intervals."""
    own, usual = (three_digits(100 * value) for value in (coming.unrest, coming.usual_unrest))
    return (
        f"From each sixth of this log to another, the loss that no policy avoids differs by "
        f"{own} % (standard deviation); in half of the logs of the library by less than {usual} %. "
        "The larger it is, the wider the intervals."
    )


def _stress(coming: ComingPeriod) -> str:
    never, choice = coming.of("never"), coming.of(coming.choice)
    of_choice = f", and “{choice.label}” {_times(choice)} times" if choice is not never else ""
    return (
        f"Stress: in one of 20 logs of the library, “never” costs more than {_times(never)} times "
        f"what it cost before{of_choice}."
    )


def _times(policy: PolicyForecast) -> str:
    return f"{policy.stress / policy.past:.1f}" if policy.past > 0 else "?"


def _like(coming: ComingPeriod, currency: str | None) -> list[str]:
    """Say whose ratios today's policy and what was done have, and what stands for the setting
    that cost least."""
    lines = [
        f"“{policy.label}” is carried forward from its own cost on this log, as “{policy.like}” is."
        for policy in coming.policies
        if policy.role != "policy"
    ]
    if not coming.cheapest:
        return lines
    like = coming.of(coming.cheapest_like)
    return [
        *lines,
        f"“{coming.cheapest}”, which cost least on this log, is most like “{like.label}”: expected "
        f"to cost {_expected(like.cost, currency)}. What was the best of many in one past is less "
        "so in the next period.",
    ]


def _uncorrected(coming: ComingPeriod) -> list[str]:
    """Say which policies had nothing to correct."""
    if not coming.uncorrected:
        return []
    names = listed([f"“{name}”" for name in coming.uncorrected], 20)
    return [
        f"{names}: no outputs were corrected on this log. Either the learner gives no "
        "probabilities, or no change of the class shares alone was shown."
    ]


def _library(coming: ComingPeriod) -> str:
    """Say what the prediction rests on."""
    library = coming.library or {}
    kinds = listed([f"{name} ({number(n)})" for name, n in library.items()], 20)
    return (
        "The library, which is what the forecast takes for possible, holds "
        f"{count(sum(library.values()), 'log')}, by kind: {kinds}. Those whose past is most like "
        f"this log count most, as {coming.alike:.0f} logs would."
    )
