"""The map of strategies in words: where which one wins, and where a study stands on it."""

import math
from itertools import groupby

import pandas as pd

from retrainlab.reports.results.manifest import MapInfo
from retrainlab.reports.text.format import UNKNOWN, count, in_currency, money, number
from retrainlab.sim.prices import Prices

OPEN = "none significantly"


def lines(cells: pd.DataFrame, info: MapInfo, prices: Prices) -> list[str]:
    """Return the map in up to five sentences.

    cells: as `reports.analysis.map_winners` returns them. info: the manifest's entry of the map.
    prices: the study's own.
    """
    fit, currency = float(prices.fit), prices.currency
    price = money(plain(fit), currency)
    sentences = [f"{info.scenario}: {finding(cells)}.", _baselines(cells)]
    at_price = cells[cells["price"] == fit]
    if len(at_price):
        walk = _walk(at_price["value"], at_price)
        sentences.append(f"At a price of {price} a retraining, by {info.axis}: {walk}.")
    at_value = cells[cells["value"] == info.own]
    if info.own is not None and len(at_value):
        walk = _walk(at_value["price"], at_value)
        along = in_currency("by price of a retraining", currency)
        sentences.append(f"At {info.axis} {plain(info.own)}, {along}: {walk}.")
    here = at_value[at_value["price"] == fit]
    sentences += [_here(cell, str(info.axis), price) for _, cell in here.iterrows()]
    return [line for line in sentences if line]


def plain(value: float) -> str:
    """Write a value or a price: "0.25", "2,000"."""
    return f"{value:,.10g}"


def percent(margin: float) -> str:
    """Write a margin: "12 %", "5.6 %", "under 0.1 %"; a dash where it is undefined."""
    if not math.isfinite(margin):
        return UNKNOWN
    if 0 < margin < 0.1:
        return "under 0.1 %"
    return f"{number(margin, 0 if abs(margin) >= 9.95 else 1)} %"


def winners(cells: pd.DataFrame) -> pd.Series:
    """Return how many cells each strategy wins significantly, most first, then by name."""
    won = cells[cells["significant"]].groupby("strategy").size().rename("cells").reset_index()
    won = won.sort_values(["cells", "strategy"], ascending=[False, True])
    return won.set_index("strategy")["cells"]


def finding(cells: pd.DataFrame) -> str:
    """Return the title of the map: in how many of its cells each strategy wins."""
    won = winners(cells)
    open_cells = len(cells) - int(won.sum())
    whole = f"of the {count(len(cells), 'cell')} of the map"
    if won.empty:
        return f"nothing is significantly cheapest in any {whole}"
    first, *others = [f"in {amount}" for amount in won]
    names = list(won.index)
    parts = [f"{names[0]} is significantly cheapest {first} {whole}"]
    parts += [f"{name} {amount}" for name, amount in zip(names[1:], others, strict=True)]
    rest = f"; in {open_cells} nothing is" if open_cells else ""
    return f"{', '.join(parts)}{rest}"


def _baselines(cells: pd.DataFrame) -> str:
    won = cells[cells["significant"] & (cells["role"] == "baseline")]
    where = "1 cell" if len(won) == 1 else f"{len(won)} cells"
    names = " or ".join(sorted(set(won["strategy"])))
    return f"In {where} the baseline {names} wins: no model is worth its cost there." * bool(names)


def _walk(places: pd.Series, cells: pd.DataFrame) -> str:
    """Say who wins along rising places: "never up to 0.1, none significantly at 0.2, .."."""
    names = cells["strategy"].where(cells["significant"], OPEN)
    stretches = [
        (name, [place for place, _ in part])
        for name, part in groupby(zip(places, names, strict=True), key=lambda pair: pair[1])
    ]
    if len(stretches) == 1:
        return f"{stretches[0][0]} everywhere"
    parts = []
    for i, (name, places_won) in enumerate(stretches):
        if i == 0:
            where = f"up to {plain(places_won[-1])}"
        elif i == len(stretches) - 1:
            where = f"from {plain(places_won[0])} on"
        elif len(places_won) == 1:
            where = f"at {plain(places_won[0])}"
        else:
            where = f"from {plain(places_won[0])} to {plain(places_won[-1])}"
        parts.append(f"{name} {where}")
    return ", ".join(parts)


def _here(cell: pd.Series, axis: str, price: str) -> str:
    """Say what is cheapest where the study stands."""
    where = f"At {axis} {plain(cell['value'])} and price {price}"
    low, high = cell["margin_low"], cell["margin_high"]
    spread = f"95 % interval {number(low, 1)} to {number(high, 1)} %"
    margin = f"{percent(cell['margin'])} below {cell['runner_up']} ({spread})"
    if cell["significant"]:
        return f"{where}, {cell['label']} is cheapest, {margin}."
    other = cell["open_against"]
    but = "" if other == cell["runner_up"] else f"; whether {other} costs more is open"
    return f"{where}, nothing is significantly cheapest: {cell['label']} is {margin}{but}."
