"""Figures that a search adds: other parameters, pairs of two, and the best interval by price."""

import numpy as np
from matplotlib.figure import Figure

from retrainlab.reports.analysis.cost_curve import CostCurve, plane_of
from retrainlab.reports.analysis.how_often import by_price
from retrainlab.reports.decision.references import oracle_cost
from retrainlab.reports.figures.heatmap import surface
from retrainlab.reports.figures.parameter import parameter_curve
from retrainlab.reports.figures.prices import best_by_price
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text.values import axis_name, named


def searched_figures(tables: Tables, name: str, curves: list[CostCurve]) -> dict[str, Figure]:
    """Draw what a search adds: curves of other parameters, pairs, and T* at other prices."""
    figures: dict[str, Figure] = {}
    prices, unit = tables.manifest.prices, tables.manifest.scenarios[name].tick_name
    for curve in curves:
        strategy, path = curve.strategy, curve.parameter.path
        searched = tables.manifest.search.get(strategy, [])
        if path not in searched or not curve.acted:
            continue
        if not curve.is_interval:
            held = "".join(f" {named(value, other, unit)}" for other, value in curve.held)
            oracle = oracle_cost(tables).mean
            figures[f"parameter {strategy} {path}"] = parameter_curve(
                curve, name, held, oracle, unit
            )
        elif (sweep := by_price(curve, tables)) is not None:
            drawing = best_by_price(curve, sweep, prices.error, prices.fit, name, unit)
            figures[f"price {strategy}"] = drawing
        if curve.held and path == searched[0]:
            figures[f"surface {strategy}"] = _surface(tables, curve, searched, name)
    return figures


def _surface(tables: Tables, curve: CostCurve, searched: list[str], name: str) -> Figure:
    """Draw the costs of all pairs of the curve's parameter and the other one."""
    unit = tables.manifest.scenarios[name].tick_name
    plane, pair = plane_of(tables, curve.strategy, searched), (curve.parameter, curve.held[0][0])
    second, first = divmod(int(np.nanargmin(plane.to_numpy())), plane.shape[1])
    values = (float(plane.columns[first]), float(plane.index[second]))
    both = zip(values, pair, strict=True)
    best = " ".join(named(value, parameter, unit) for value, parameter in both)
    axes = (axis_name(pair[0], unit), axis_name(pair[1], unit))
    least = (
        f"never costs least, then {best}" if np.isinf(curve.best.value) else f"{best} costs least"
    )
    return surface(plane, curve.strategy, name, axes, f"{curve.strategy}: {least}")
