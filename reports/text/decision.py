"""A decision in words: the badge, the headline, the evidence and what the choice saves."""

import math
from typing import Any

from retrainlab.reports.results.decision import (
    Comparison,
    Decision,
    GridEdge,
    Setting,
    Significance,
)
from retrainlab.reports.results.manifest import Manifest, StrategyInfo
from retrainlab.reports.text import baselines
from retrainlab.reports.text.coming_period import meanwhile
from retrainlab.reports.text.format import (
    amount,
    count,
    interval,
    listed,
    mean_count,
    money,
    number,
    percent,
    percent_of,
    plus_minus,
    three_digits,
)
from retrainlab.reports.text.instruction import instruction
from retrainlab.reports.text.phases import begun_later
from retrainlab.reports.text.threshold import unweighed
from retrainlab.sim.optimum.one_stream import FEWEST_TICKS, NEGLIGIBLE
from retrainlab.sim.optimum.several_seeds import FEWEST_SEEDS

UNNAMED = StrategyInfo("")  # a label that the manifest has no words for
BADGES = {
    "retrain": "Retrain",
    "keep": "Do not retrain",
    "baseline": "Baseline wins",
    "undecided": "Undecided",
}
WITHOUT_REFIT = "Act without a refit"  # correct the outputs, put a model back, update it
RECOMMENDED = "recommended"
LENGTHS = {"when": "intervals", "what": "windows"}  # what the ticks of a part are
ON_ONE_STREAM = "over the ticks of this one stream"
SHARE = percent(NEGLIGIBLE).replace(".0", "")
SIGNIFICANCE: dict[Significance, str] = {
    "significant": "significant at 95 %",
    "over time": f"significant at 95 % {ON_ONE_STREAM}",
    "negligible": f"at 95 % nothing saves {SHARE} or more",
    "not proven": "not significant",
    "too short": "one stream, too short for a test",
    "too few": f"fewer than {FEWEST_SEEDS} seeds, too few for a test",
    "not tested": "not tested: there is nothing to compare with",
}
REASONS: dict[Significance, str] = {
    "significant": "significant with all settings counted",
    "over time": "significant with all settings counted",
    "negligible": f"at 95 % no setting saves {SHARE} of what never costs",
    "not proven": "not significant with all settings counted",
    "too short": "too few ticks for a test",
    "too few": "too few for a test",
}
WITHIN = (
    "The interval measures chance within this one stream, for a first model like this one. It does "
    "not cover drift that did not come, and it is no forecast."
)
NO_DRIFT = (
    "This stream does not drift: what is saved comes from training on more data, and not from "
    "repairing a drift."
)

WEAK = (
    "Real savings are left undecided most often where the drift comes late in the log, and where "
    "few seasons have come."
)


def sentence(decision: Decision, manifest: Manifest) -> str:
    """Return the whole decision in one paragraph."""
    further = (*unweighed(manifest), *notes(decision))
    return " ".join((headline(decision, manifest), evidence(decision), *further))


def badge(decision: Decision) -> str:
    """Return what to do in two or three words."""
    if decision.kind == "retrain" and decision.setting(decision.choice).retrainings == 0:
        return WITHOUT_REFIT
    return BADGES[decision.kind]


def mark_of_choice(decision: Decision) -> str:
    """Return what the mark of the choice says; where nothing is proven, nothing is recommended."""
    return "costs least" if decision.kind == "undecided" else RECOMMENDED


def significance(decision: Decision) -> str:
    """Return how sure it is, in a few words."""
    words = SIGNIFICANCE[decision.significance]
    over_ticks = decision.seeds == 1 and decision.significance in ("negligible", "not proven")
    return f"{words} {ON_ONE_STREAM}" if over_ticks else words


def headline(decision: Decision, manifest: Manifest) -> str:
    """Return what to do, in one sentence; manifest: of the study, for the words of a setting.

    Others say what would decide an open one, and at which end of the grid the setting lies.
    """
    if decision.kind == "baseline":
        return f"No strategy here beats the baseline {decision.choice}."
    if decision.kind == "keep":
        return "Do not retrain."
    unit = manifest.scenarios[decision.scenario].tick_name
    if decision.kind == "undecided":
        why = "never is missing" if decision.rival is None else "that is not proven"
        ways = _what_decides(decision, unit)
        said = f"Undecided: {decision.choice} costs least, and {why}. {ways}"
    else:
        words = manifest.strategies.get(decision.choice, UNNAMED)
        said = instruction(decision.choice, words, unit)
    return " ".join([said, *(_grid_end(edge, unit) for edge in decision.edges)])


def _grid_end(edge: GridEdge, unit: str) -> str:
    """Say that a value is the last one that was tried; unit: what a tick is called."""
    part, option = edge.parameter.split(".")[0], edge.parameter.split(".")[-1]
    if option == "ticks" and part in LENGTHS:
        end = "shortest" if edge.end == "smallest" else "longest"
        kind, value = LENGTHS[part], count(int(edge.value), unit)
    else:
        kind, value, end = "values", f"{option} {edge.value:,.4g}", edge.end
    beyond = end.replace("est", "er")
    return f"Of the {kind} tried, {value} is the {end}: try {beyond} ones."


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
    return f"Total cost {choice}; never has no result here, so there is nothing to hold it against."


def _gap(decision: Decision) -> str:
    """Write the comparison that decides: "31 % less (600 ± 4), on 6 of 6 seeds, ..."."""
    gap = decision.evidence
    assert gap is not None
    text = saved(gap, decision.prices.currency)
    reason = REASONS[decision.significance]
    if decision.seeds == 1:
        return f"{text}, on one stream; {reason}"
    return f"{text}, cheaper on {gap.cheaper} of {count(gap.seeds, 'seed')}; {reason}"


def notes(decision: Decision) -> tuple[str, ...]:
    """Return what else has to be known: no drift, ties, baselines that score higher."""
    written = [*baselines.notes(decision)]
    if decision.kind == "retrain" and decision.drift == "absent":
        written.append(NO_DRIFT)
    if decision.rests_on is not None:
        written.append(f"This rests on {count(decision.rests_on, 'retraining')} by alarm.")
    if decision.cheaper is not None:
        written.append(_passed_over(decision, decision.cheaper))
    ties = [x for x in decision.ties if not decision.cheaper or x != decision.cheaper.label]
    if ties:
        others, verb = listed(ties, at_most=2), "does" if len(ties) == 1 else "do"
        written.append(f"{others} {verb} not differ significantly from it.")
    if decision.better_baselines:
        scores = [
            f"{label} ({percent(decision.setting(label).score)})"
            for label in decision.better_baselines
        ]
        noun = "baseline" + "s" * (len(scores) > 1)
        written.append(f"By score alone every strategy is behind the {noun} {listed(scores)}.")
    written.append(meanwhile(decision))
    if decision.phases is not None:
        written.append(begun_later(decision.phases, decision.prices.currency))
    if decision.seeds == 1 and decision.significance == "not proven":
        written.append(WEAK)
    if decision.seeds == 1 and decision.evidence is not None:
        written.append(WITHIN)
    return tuple(note for note in written if note)


def _passed_over(decision: Decision, gap: Comparison) -> str:
    """Name the cheapest setting beside a simpler one: "A costs 1.3 % less with 23 retrainings"."""
    cheapest, choice = (decision.setting(label) for label in (gap.label, gap.reference))
    trained, simple = cheapest.retrainings, choice.retrainings
    times = f"{mean_count(trained, 'retraining')} instead of {amount(simple)}"
    if amount(trained) == amount(simple):
        # Of as many, a calendar is the simpler one.
        times = f"as many retrainings ({amount(simple)}), but on no schedule"
    less = f"costs {number(100 * gap.saving / gap.reference_cost, 1)} % less"
    size = money(saving_size(gap), decision.prices.currency)
    return f"{gap.label} {less} ({size}) with {times}; of near ties the simpler one is recommended."


def _what_decides(decision: Decision, unit: str) -> str:
    """Say what would decide: more ticks or seeds at this rate, or a lower price."""
    if decision.rival is None:
        return "A study in which never has finished would decide."
    if decision.seeds == 1:
        otherwise = "A longer stream"
        if decision.significance == "too short":
            shorter = f"shorter ticks (at least {FEWEST_TICKS} that are served)"
            otherwise += f" or, if the data allow them, {shorter}"
        ways = [_amount_needed(decision.ticks_needed, f"{unit}s like these", otherwise)]
    else:
        ways = [_amount_needed(decision.seeds_needed, "seeds in all", "More seeds")]
    if 0 < decision.proven_below < math.inf:
        below = money(three_digits(decision.proven_below), decision.prices.currency)
        ways.append(f"a price of a retraining below {below}")
    if decision.seeds == 1 and decision.drift != "unknown":
        ways.append("more seeds of it")
    *others, last = ways
    return f"{', '.join(others)}, or {last}, would decide." if others else f"{last} would decide."


def _amount_needed(needed: float, unit: str, otherwise: str) -> str:
    return f"About {three_digits(needed)} {unit}" if math.isfinite(needed) else otherwise


def _cost(decision: Decision, label: str) -> str:
    return money(cost(decision.setting(label)), decision.prices.currency)


def cost(setting: Setting) -> str:
    """Write a mean total cost with its interval."""
    return plus_minus(setting.cost, setting.cost_half)


def savings(decision: Decision) -> list[dict[str, Any]]:
    """Return what the choice saves against each reference.

    Entries with `name`, `text` ("44 % less"), `size` ("2,175 ± 228") and `same`, which is true
    where the choice is the reference, or costs the same for sure; text and size are empty then. The
    oracle knows schedules of retrainings only, so that `notes` says how a baseline compares with
    it.
    """
    against = decision.against
    named = {
        "against never": against.never,
        "against today": against.current_policy,
        "against what you did": against.incumbent,
        "against the oracle": against.oracle if decision.kind != "baseline" else None,
    }
    currency = decision.prices.currency
    return [_saving(name, gap, currency) for name, gap in named.items() if gap is not None]


def _saving(name: str, gap: Comparison, currency: str | None) -> dict[str, Any]:
    if name == "against today":
        name = f"{name}, {gap.reference}"
    if gap.same or (gap.saving == 0 and not gap.low < 0 < gap.high):
        return {"name": name, "text": "", "size": "", "same": True}
    size = money(saving_size(gap), currency)
    if gap.seeds == 1 and gap.is_tested:
        size += ", proven" if gap.clear else ", not proven"
    return {"name": name, "text": share(gap), "size": size, "same": False}


def saved(gap: Comparison, currency: str | None) -> str:
    """Write what is saved: "31 % less (600 ± 4)"."""
    return f"{share(gap)} ({money(saving_size(gap), currency)})"


def share(gap: Comparison) -> str:
    """Write how much less a setting costs than its reference: "44 % less"; "more" than nothing."""
    if not gap.reference_cost > 0:
        return _direction(gap)
    return f"{percent_of(abs(gap.saving), gap.reference_cost)} {_direction(gap)}"


def saving_size(gap: Comparison) -> str:
    """Write how much is saved, or lost, without a sign: "600 ± 4", "600, from 520 to 710"."""
    if gap.saving < 0:
        return interval(-gap.saving, -gap.high, -gap.low)
    return interval(gap.saving, gap.low, gap.high)


def _direction(gap: Comparison) -> str:
    return "more" if gap.saving < 0 else "less"
