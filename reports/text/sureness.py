"""How sure a decision is, in numbers."""

from retrainlab.reports.analysis.decision import Comparison, Decision
from retrainlab.reports.text.decision import ON_ONE_STREAM, significance
from retrainlab.reports.text.format import count, money, number


def sureness(decision: Decision) -> str:
    """Return how sure it is in numbers: the interval of the comparison that decides."""
    gap = decision.evidence
    if gap is None or not gap.is_tested:
        return f"{significance(decision).capitalize()}."
    low, high = (number(end, _digits(gap)) for end in (gap.low, gap.high))
    ends = f"{low} and {money(high, decision.prices.currency)}"
    proof = "proven" if gap.clear else "not proven: the interval holds 0"
    saves = f"{gap.label} saves between {ends} against {gap.reference} ({proof})."
    if gap.seeds == 1:
        return f"At 95 % {ON_ONE_STREAM}, {saves}"
    return f"At 95 % {saves} It costs less on {gap.cheaper} of {count(gap.seeds, 'seed')}."


def _digits(gap: Comparison) -> int | None:
    return 0 if max(abs(gap.low), abs(gap.high)) >= 10 else None
