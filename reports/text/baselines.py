"""Baselines in words: what to do where one wins, and how alike neighbouring rows are."""

import math

from retrainlab.reports.decision.candidates import INCUMBENT
from retrainlab.reports.results.decision import Decision, Setting
from retrainlab.reports.text.format import money, percent, percent_of, three_digits
from retrainlab.sim.stream import WHAT_WAS_DONE

ACTIONS = {
    "majority": "Serve the most frequent class of all known labels",
    "mean": "Serve the mean of all known labels",
    "newest_majority": "Serve the most frequent class of the newest labelled tick",
    "newest_mean": "Serve the mean of the newest labelled tick",
    "no_change": "Serve the newest known label, of the row's entity where there is one",
}
LOSSES = {
    True: "loss=zero_one, loss=log, or loss=own with what each error costs you",
    False: "loss=absolute, loss=squared, loss=pinball, or loss=own",
}
IMBALANCED = 0.75  # share of one class from which accuracy alone says little


def notes(decision: Decision) -> tuple[str, ...]:
    """Return what has to be said about baselines, in sentences; most decisions need none."""
    chosen = decision.setting(decision.choice)
    written = []
    if decision.kind == "baseline":
        written += [f"{ACTIONS[chosen.strategy]}: no model is needed.", _oracle(decision)]
    if chosen.role == "baseline":
        written.append(_imbalance(decision, chosen))
    if decision.kind == "baseline":
        written.append(_next_step(chosen))
    written.append(_row_by_row(decision))
    return tuple(sentence for sentence in written if sentence)


def _oracle(decision: Decision) -> str:
    """Say what the best schedule of retrainings could have done against the baseline."""
    gap = decision.against.oracle
    if gap is None:
        return ""
    cost = money(three_digits(gap.reference_cost), decision.prices.currency)
    who = "The oracle, the cheapest schedule of retrainings with the whole stream known,"
    costs = f"{who} costs {cost}"
    size = percent_of(abs(gap.saving), gap.cost)
    if gap.saving >= 0:
        return f"{costs}, {size} more than the baseline: no schedule of this model beats it."
    return f"{costs}, {size} less than the baseline, but only by knowing the future."


def _imbalance(decision: Decision, chosen: Setting) -> str:
    """Say that accuracy says little where most rows are of one class."""
    common = [s for s in decision.settings if s.strategy == "majority"]
    if not common or common[0].score < IMBALANCED or math.isnan(chosen.balanced_accuracy):
        return ""
    best = decision.setting(decision.best)
    return (
        f"{percent(common[0].score)} of the rows are of the class that majority predicts, so "
        "accuracy says little here. Balanced accuracy, the mean recall over the classes, is "
        f"{percent(chosen.balanced_accuracy)} for {chosen.label} and "
        f"{percent(best.balanced_accuracy)} for {best.label}."
    )


def _next_step(chosen: Setting) -> str:
    """Say what to try before a model is given up."""
    feature = ", with the newest known label among them" if chosen.strategy == "no_change" else ""
    losses = LOSSES[not math.isnan(chosen.balanced_accuracy)]
    return (
        f"Before a model is given up, try a loss that prices what matters ({losses}), richer "
        f"features{feature}, or a longer warm-up (world.warmup)."
    )


def _row_by_row(decision: Decision) -> str:
    """Say that labels which come before the next row would make no_change the best of all.

    Empty where they would not: where a strategy or a baseline scores as high under the clocks of
    the study. Of classes that come in any order, the label before is no better than majority.
    """
    score = decision.no_change_row_by_row
    best = max((s for s in decision.settings if s.role == "strategy"), key=lambda s: s.score)
    if not score > max(s.score for s in decision.settings if s.role in ("strategy", "baseline")):
        return ""
    return (
        f"Neighbouring rows are alike: if each label came before the next row, no_change would "
        f"score {percent(score)}, and the best strategy here, {best.label}, scores "
        f"{percent(best.score)}. Where labels do come that fast, use ticks of one row and give the "
        "model the newest label as a feature."
    )


def level_name(strategy: str) -> str:
    """Return what a level line and a switch call a baseline, never, the oracle or the incumbent."""
    return WHAT_WAS_DONE if strategy == INCUMBENT else strategy
