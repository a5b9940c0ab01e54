"""Values of a searched parameter in words: "every 20 days", "on the last 20 days"."""

import math

from retrainlab.reports.analysis.cost_curve import CostCurve
from retrainlab.reports.results.parameters import Parameter
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text.format import count


def named(value: float, parameter: Parameter, unit: str) -> str:
    """Write a value as "every 20 days", "on the last 20 days", "with delta=0.002"."""
    if math.isinf(value):
        return "never"
    if parameter.sets == "interval":
        return f"every {count(int(value), unit)}"
    if parameter.sets == "window":
        return f"on the last {count(int(value), unit)}"
    return f"with {parameter.option}={bare(value)}"


def axis_name(parameter: Parameter, unit: str) -> str:
    """Return what an axis says of a parameter."""
    if parameter.sets == "interval":
        return f"{unit}s between retrainings"
    return f"{unit}s trained on" if parameter.sets == "window" else parameter.path


def bare(value: float) -> str:
    """Write a value alone: "1,000", "0.002", "never"."""
    if math.isinf(value):
        return "never"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.4g}"


def unit_of(curve: CostCurve, tables: Tables) -> str:
    """Return what a tick of the curve's scenario is called."""
    return str(tables.manifest.scenarios[curve.scenario].tick_name)
