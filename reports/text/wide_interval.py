"""A wide interval of the best value in words: what loses least within it, and what narrows it."""

import math

from retrainlab.reports.analysis.cost_curve import CostCurve
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text.format import count, money, three_digits
from retrainlab.reports.text.values import named, unit_of
from retrainlab.sim.optimum.optimum import least_regret

WIDE = 2.0  # from which ratio of its ends on an interval is wide


def wide_interval(curve: CostCurve, tables: Tables) -> str:
    """Return two sentences on an interval that is wide; empty where it is not."""
    least = least_within(curve, tables)
    return f"{least} {_narrower(curve, tables)}" if least else ""


def least_within(curve: CostCurve, tables: Tables) -> str:
    """Say which value loses least within an interval that is wide; empty where it is not."""
    best = curve.best
    value, most = least_regret(curve.values, best)
    if math.isnan(value) or best.low == best.high or best.high < WIDE * best.low:
        return ""
    unit, currency = unit_of(curve, tables), tables.manifest.prices.currency
    ends = (best.low, best.high, value)
    low, high, safest = (named(v, curve.parameter, unit).removeprefix("with ") for v in ends)
    return (
        f"The best lies anywhere from {low} to {high}: within that, {safest} loses least, at most "
        f"{money(three_digits(most), currency)} more than the best of them (95 %)."
    )


def _narrower(curve: CostCurve, tables: Tables) -> str:
    if not curve.in_time:
        return (
            f"More seeds narrow it: {4 * curve.best.draws} instead of {curve.best.draws} halve it."
        )
    info = tables.manifest.scenarios[curve.scenario]
    served = info.ticks - info.world.warmup
    return (
        f"A longer log narrows it: {count(4 * served, info.tick_name)} like these instead of "
        f"{served:,} halve it. So does a loss or a learner whose errors vary less from tick to "
        "tick."
    )
