"""What changed between two runs, in a sentence."""

import math

from retrainlab.reports.analysis.compared_runs import RunChange
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.text.format import number, percent_of

STEADY = 0.005  # share of the cost, below which it is called the same


def sentence(
    change: RunChange, first: str, run: str, scenario: str, is_one_loss: bool = True
) -> str:
    """Say whether the recommendation changed, and how much of the change is the price.

    first, run: names of the two runs. is_one_loss: whether both count the same loss; costs of
    another one are not compared.
    """
    before, after = answer_words(change.before), answer_words(change.after)
    if change.is_same:
        text = f"{scenario}: the recommendation of {run} is that of {first}, {before}."
    elif change.is_price_alone and is_one_loss:
        text = (
            f"{scenario}: in {run} the recommendation changed from {before} to {after}; at the "
            f"prices of {first} it stays, so the price alone changed it."
        )
    else:
        text = f"{scenario}: in {run} the recommendation changed from {before} to {after}."
    return f"{text} {_cost(change)}".strip() if is_one_loss else text


def answer_words(decision: Decision) -> str:
    """Say what is recommended in a few words."""
    if decision.kind == "undecided":
        return f"undecided ({decision.choice} costs least)"
    return "never" if decision.kind == "keep" else decision.choice


def _cost(change: RunChange) -> str:
    """Say how the cost of what is recommended changed; nothing between two currencies."""
    if change.before.prices.currency != change.after.prices.currency:
        return ""
    first = change.before.setting(change.before.choice).cost
    last = change.after.setting(change.after.choice).cost
    if first <= 0 or abs(last - first) < STEADY * first:
        return ""
    size = percent_of(abs(last - first), first)
    text = f"Its cost is {size} {'higher' if last > first else 'lower'}"
    if math.isnan(change.price_share):
        return f"{text}."
    return f"{text}; {number(100 * change.price_share, 0)} % of it is the price."
