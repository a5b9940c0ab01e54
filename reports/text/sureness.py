"""How sure a decision is, in numbers."""

from retrainlab.reports.results.decision import Comparison, Decision
from retrainlab.reports.text.decision import ON_ONE_STREAM, significance
from retrainlab.reports.text.format import count, money, three_digits


def sureness(decision: Decision) -> str:
    """Return how sure it is in numbers: the interval of the comparison that decides."""
    gap = decision.evidence
    if gap is None or not gap.is_tested:
        return f"{significance(decision).capitalize()}."
    proof = "proven" if gap.clear else "not proven: the interval holds 0"
    saves = f"{gap.label} {_saves(gap, decision.prices.currency)} ({proof})."
    if gap.seeds == 1:
        return f"At 95 % {ON_ONE_STREAM}, {saves}"
    return f"At 95 % {saves} It costs less on {gap.cheaper} of {count(gap.seeds, 'seed')}."


def _saves(gap: Comparison, currency: str | None) -> str:
    """Say what is saved, or lost, with the smaller amount first."""
    if gap.high < 0:
        low, high = three_digits(-gap.high), money(three_digits(-gap.low), currency)
        return f"costs between {low} and {high} more than {gap.reference}"
    low, high = three_digits(gap.low), money(three_digits(gap.high), currency)
    return f"saves between {low} and {high} against {gap.reference}"
