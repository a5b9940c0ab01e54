"""The table of the forecast of the coming period: its columns, and a row for each policy."""

from typing import Any

from retrainlab.reports.results.coming_period import ComingPeriod, Expected, PolicyForecast
from retrainlab.reports.text.format import three_digits
from retrainlab.sim.forecast.policies import CATALOGUE, NEVER

USUAL = CATALOGUE[NEVER].name
HEADINGS = (
    "policy",
    "expected cost",
    "90 % interval",
    "saves against never",
    "cheaper than never",
    "costs least",
    "within 5 % of the least",
    "stress: cost at the 95th percentile",
    "cost of as many ticks of this log",
)
IN_MONEY = (HEADINGS[1], HEADINGS[2], HEADINGS[3], HEADINGS[7], HEADINGS[8])


def table(coming: ComingPeriod) -> dict[str, Any]:
    """Return headings, which of them are amounts of money, and the rows."""
    extra = _extra_headings(coming)
    return {
        "headings": [*HEADINGS, *extra],
        "in_money": [*IN_MONEY, *(heading for heading in extra if heading.startswith("saves"))],
        "rows": [_row(policy, coming) for policy in coming.policies],
    }


def _row(policy: PolicyForecast, coming: ComingPeriod) -> dict[str, Any]:
    """Return the cells of a policy, in the order of the headings."""
    is_never = policy.label == USUAL
    cells = [
        three_digits(policy.cost.mean),
        f"{three_digits(policy.cost.low)} to {three_digits(policy.cost.high)}",
        "" if is_never else _interval(policy.saved_never),
        "" if is_never else share(policy.cheaper_never),
        share(policy.best),
        share(policy.near_best),
        three_digits(policy.stress),
        three_digits(policy.past),
    ]
    if _has_current(coming):
        saved, cheaper = policy.saved_current, policy.cheaper_current
        if policy.role == "current_policy" or saved is None:
            cells += ["", ""]
        else:
            cells += [_interval(saved), share(cheaper)]
    if _has_incumbent(coming):
        saved = policy.saved_incumbent if policy.role != "incumbent" else None
        cells.append("" if saved is None else _interval(saved))
    return {"label": policy.label, "cells": cells, "is_choice": policy.label == coming.choice}


def _has_current(coming: ComingPeriod) -> bool:
    return any(policy.role == "current_policy" for policy in coming.policies)


def _has_incumbent(coming: ComingPeriod) -> bool:
    return any(policy.role == "incumbent" for policy in coming.policies)


def _extra_headings(coming: ComingPeriod) -> list[str]:
    current = ["saves against today's policy", "cheaper than today's policy"]
    done = ["saves against what you did"]
    return [*current * _has_current(coming), *done * _has_incumbent(coming)]


def share(value: float) -> str:
    """Write a probability to two digits; none is certain."""
    if value >= 0.995:
        return "> .99"
    return "< .01" if value < 0.005 else f"{value:.2f}".removeprefix("0")


def ends(value: Expected) -> str:
    """Write the ends of an interval."""
    return f"from {three_digits(value.low)} to {three_digits(value.high)}"


def _interval(value: Expected) -> str:
    return f"{three_digits(value.mean)}, {ends(value)}"
