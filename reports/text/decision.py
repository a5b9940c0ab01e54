"""A decision in words: the badge, the headline, the evidence and what the choice saves."""

import math
from typing import Any

from retrainlab.reports.analysis.decision import (
    Comparison,
    Decision,
    Phases,
    Setting,
    Significance,
)
from retrainlab.reports.analysis.manifest import Manifest, StrategyInfo
from retrainlab.reports.text import baselines
from retrainlab.reports.text.format import (
    count,
    listed,
    money,
    number,
    percent,
    percent_of,
    plus_minus,
    price,
)
from retrainlab.reports.text.instruction import instruction

UNNAMED = StrategyInfo("")  # a label that the manifest has no words for
BADGES = {
    "retrain": "Retrain",
    "keep": "Do not retrain",
    "baseline": "Baseline wins",
    "undecided": "Undecided",
}
SIGNIFICANCE: dict[Significance, str] = {
    "significant": "significant at 95 %",
    "ties": "significant that it pays; which setting is best is open",
    "likely": "likely, not certain",
    "not significant": "not significant",
    "not tested": "not tested: there is nothing to compare with",
    "over time": "significant at 95 % over the ticks of this one stream",
    "negligible": "at 95 % nothing saves 5 % or more over the ticks of this one stream",
    "not proven": "not significant over the ticks of this one stream",
    "too short": "one stream, too short for a test",
}
DOUBTS: dict[Significance, str] = {
    "likely": ", likely but not certain",
    "not significant": ", not significant",
}
SINGLE: dict[Significance, str] = {
    "over time": "on one stream, with all settings counted",
    "negligible": "on one stream; at 95 % no setting saves 5 % of what never costs",
    "not proven": "on one stream, which is not significant with all settings counted",
    "too short": "on one stream of too few ticks for a test",
}
WITHIN = (
    "The interval measures chance within this one stream, for a first model like this one. It does "
    "not cover drift that did not come, and it is no forecast."
)

WEAK = (
    "Real savings are left undecided most often where the drift comes late in the log, and where "
    "few seasons have come."
)


def sentence(decision: Decision, manifest: Manifest) -> str:
    """Return the whole decision in one paragraph."""
    return " ".join((headline(decision, manifest), evidence(decision), *notes(decision)))


def badge(decision: Decision) -> str:
    """Return what to do in two or three words."""
    return BADGES[decision.kind]


def significance(decision: Decision) -> str:
    """Return how sure it is, in a few words."""
    return SIGNIFICANCE[decision.significance]


def headline(decision: Decision, manifest: Manifest) -> str:
    """Return what to do, in one sentence; manifest: of the study, for the words of a setting."""
    if decision.kind == "baseline":
        return f"No strategy here beats the baseline {decision.choice}."
    if decision.kind == "keep":
        doubt = " on this evidence" if decision.significance == "not significant" else ""
        return f"Do not retrain{doubt}."
    if decision.kind == "undecided":
        return f"Undecided: {decision.choice} costs least, and that is not proven."
    words = manifest.strategies.get(decision.choice, UNNAMED)
    verb = "probably retrain" if decision.significance == "likely" else "retrain"
    unit = manifest.scenarios[decision.scenario].tick_name
    return instruction(decision.choice, words, unit, verb)


def evidence(decision: Decision) -> str:
    """Return the costs that decide, and how much they differ."""
    choice = _cost(decision, decision.choice)
    if decision.rival is None or decision.evidence is None:
        return _nothing_to_compare(decision, choice)
    rival, gap = _cost(decision, decision.rival), _gap(decision)
    if decision.kind == "baseline":
        return (
            f"{decision.choice} costs {choice}, the cheapest strategy, {decision.rival}, "
            f"{rival}: {gap}."
        )
    if decision.kind == "keep":
        return (
            f"Total cost {choice} for {decision.choice}; the cheapest strategy that retrains, "
            f"{decision.rival}, costs {rival}: {gap}."
        )
    return f"Total cost {choice} against {rival} for {decision.rival}: {gap}."


def _nothing_to_compare(decision: Decision, choice: str) -> str:
    if decision.kind == "keep":
        return f"Nothing that was tried retrained at all; {decision.choice} costs {choice}."
    return (
        f"Total cost {choice}; never was not in this study, so it cannot say whether retraining "
        "pays at all."
    )


def _gap(decision: Decision) -> str:
    """Write the comparison that decides: "31 % less (600 ± 4), cheaper on 6 of 6 seeds"."""
    gap = decision.evidence
    assert gap is not None
    size = money(plus_minus(abs(gap.saving), gap.half), decision.prices.currency)
    text = f"{share(gap)} ({size})" if gap.reference_cost > 0 else f"{size} {_direction(gap)}"
    if decision.significance in SINGLE:
        return f"{text}, {SINGLE[decision.significance]}"
    doubt = DOUBTS.get(decision.significance, "")
    return f"{text}{doubt}, cheaper on {gap.cheaper} of {count(gap.seeds, 'seed')}"


def notes(decision: Decision) -> tuple[str, ...]:
    """Return what else has to be known: what would decide, ties, baselines that score higher."""
    written = [*baselines.notes(decision)]
    if decision.kind == "undecided":
        written.append(_what_decides(decision))
    if decision.rests_on is not None:
        written.append(f"This rests on {count(decision.rests_on, 'retraining')} by alarm.")
    if decision.ties:
        others = f"{listed(list(decision.ties), at_most=2)} cannot be told apart from it"
        written.append(f"Not significant: {others} with {count(decision.seeds, 'seed')}.")
    if decision.better_baselines:
        scores = [
            f"{label} ({percent(decision.setting(label).score)})"
            for label in decision.better_baselines
        ]
        written.append(f"By score alone every strategy is behind the baseline {listed(scores)}.")
    if decision.phases is not None:
        written.append(_begun_later(decision.phases))
    if decision.significance == "not proven":
        written.append(WEAK)
    if decision.significance in SINGLE:
        written.append(WITHIN)
    return tuple(written)


def _begun_later(phases: Phases) -> str:
    """Say what a calendar costs at other phases, and warn where it aliases with the drift."""
    low, high = number(phases.lowest, 0), number(phases.highest, 0)
    text = f"Begun at {phases.tried} different ticks it costs {low} to {high}"
    if not math.isnan(phases.saving_low):
        saved = f"{number(phases.saving_low, 0)} to {number(phases.saving_high, 0)}"
        text += f"; chance and phase together, it saves {saved} against never"
    if not phases.aliases:
        return f"{text}."
    return (
        f"Caution: this interval aliases with the drift. {text}. An interval that shares no factor "
        "with the period of the drift, or a trigger, is safer."
    )


def _what_decides(decision: Decision) -> str:
    """Say what would decide: more ticks at this rate, a lower price, or more streams."""
    ways = ["a longer stream", "more seeds of a simulated one"]
    if math.isfinite(decision.ticks_needed):
        ways = [f"about {number(decision.ticks_needed, 0)} ticks like these"]
        ways.append("more seeds of a simulated stream")
    if decision.proven_below > 0:
        ways.insert(1, f"a price of a retraining below {price(decision.proven_below)}")
    text = f"{', '.join(ways[:-1])}, or {ways[-1]}, would decide."
    return text[0].upper() + text[1:]


def _cost(decision: Decision, label: str) -> str:
    return money(cost(decision.setting(label)), decision.prices.currency)


def cost(setting: Setting) -> str:
    """Write a mean total cost with its interval."""
    return plus_minus(setting.cost, setting.cost_half)


def savings(decision: Decision) -> list[dict[str, Any]]:
    """Return what the choice saves against each reference.

    Entries with `name`, `text` ("44 % less"), `size` ("2,175 ± 228") and `same`, which is true
    where the choice is the reference; text and size are empty then. The oracle knows schedules of
    retrainings only, so that `notes` says how a baseline compares with it.
    """
    against = decision.against
    named = {
        "against never": against.never,
        "against today": against.current_policy,
        "against the oracle": against.oracle if decision.kind != "baseline" else None,
    }
    currency = decision.prices.currency
    return [_saving(name, gap, currency) for name, gap in named.items() if gap is not None]


def _saving(name: str, gap: Comparison, currency: str | None) -> dict[str, Any]:
    if name == "against today":
        name = f"{name}, {gap.reference}"
    if gap.same:
        return {"name": name, "text": "", "size": "", "same": True}
    size = money(plus_minus(abs(gap.saving), gap.half), currency)
    if gap.seeds == 1 and not math.isnan(gap.half):
        size += ", proven" if gap.clear else ", not proven"
    return {"name": name, "text": share(gap), "size": size, "same": False}


def share(gap: Comparison) -> str:
    """Write how much less a setting costs than its reference: "44 % less"."""
    return f"{percent_of(abs(gap.saving), gap.reference_cost)} {_direction(gap)}"


def _direction(gap: Comparison) -> str:
    return "more" if gap.saving < 0 else "less"
