"""The map of strategies: one study with every value of an option as a scenario of its own.

Its prices are put on the saved quantities afterwards (`reports.analysis.map_winners`), without a
replay.
"""

import inspect
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from retrainlab.experiments.config.build import build, locate, suggest
from retrainlab.experiments.study import study
from retrainlab.experiments.study.manifest import Study
from retrainlab.reports.decision.price_grid import round_prices
from retrainlab.reports.results.manifest import MapInfo
from retrainlab.sim.errors import InputError, require

SHARES = (0.05, 0.1, 0.15, 0.25, 0.35, 0.5)  # of labels, for a magnitude below 1
FACTORS = (0.25, 0.5, 1, 2, 4)  # for every other value
DECADES = 1.31  # of prices, below and above that of the study: a factor of 20, and rounding
DIGITS = (1, 2, 5)
USUAL = 100.0  # price of a retraining where the study has none


def prepare(config: dict[str, Any], overridden: Iterable[str] = ()) -> Study:
    """Return the study that a map is drawn from.

    Raises `InputError` for what a study refuses, for several scenarios, real data, an option that
    the scenario does not have or that is no number, values and prices that do not rise, one seed,
    and errors without a price.
    """
    options, (name, node) = config["map"], _scenario(config["scenario"])
    axis, values = options["axis"], options["values"]
    usual = _usual_value(name, node, axis)
    if values is None:
        values = _spread(name, node, axis, usual)
    _require_rising("values", values)
    named = {f"{name} {axis}={value}": value for value in values}
    nodes = {key: {**node, axis: value} for key, value in named.items()}
    made = study.prepare({**config, "scenario": nodes}, overridden)
    paid = made.groups[0].prices
    prices = options["prices"]
    if prices is None:
        prices = round_prices(paid.fit, USUAL, DECADES, DIGITS)
    _require_rising("prices", prices)
    require(prices[0] >= 0, f"map.prices begins with {prices[0]}; a price is at least 0")
    require(
        len({group.seed for group in made.groups}) > 1,
        "seeds names one seed, and a map needs several to tell whether a margin is significant; "
        "take more, as in seeds=10",
    )
    require(
        paid.error > 0,
        "prices.error is 0: errors cost nothing, so never retraining is cheapest on the whole map; "
        "give errors a price",
    )
    return replace(made, map=MapInfo(name, axis, named, usual, tuple(prices)))


def _scenario(scenarios: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the name and the options of the one scenario."""
    require(
        len(scenarios) == 1,
        f"scenario is {', '.join(scenarios) or 'empty'}; a map is of one scenario, "
        "as in scenario=gradual",
    )
    ((name, node),) = scenarios.items()
    require(
        getattr(locate(node["_target_"], f"scenario.{name}"), "seeded", True),
        f"scenario.{name} is one stream of real data, whose drift nobody can set; a map needs a "
        "scenario that makes its streams, as in scenario=gradual",
    )
    _made(name, node)
    return name, dict(node)


def _made(name: str, node: Mapping[str, Any]) -> Any:
    """Return the scenario; `InputError` where it refuses its options."""
    options = {key: value for key, value in node.items() if key != "world"}
    return build(options, f"scenario.{name}")


def _usual_value(name: str, node: Mapping[str, Any], axis: Any) -> Any:
    """Return the scenario's own value of the axis; null where the scenario says so."""
    path = f"scenario.{name}"
    parameters = inspect.signature(locate(node["_target_"], path)).parameters
    options = {key: node.get(key, parameter.default) for key, parameter in parameters.items()}
    numbers = [key for key, value in options.items() if value is None or _is_number(value)]
    require(
        axis in numbers,
        f"map.axis is {axis!r}; it must be an option of {path} that is a number; "
        f"{suggest(str(axis), numbers)}",
    )
    return options[axis]


def _spread(name: str, node: Mapping[str, Any], axis: str, usual: Any) -> list[float]:
    """Return values around the scenario's own one, as far as the scenario takes them."""
    if axis == "magnitude" and (usual is None or usual < 1):
        wanted = {*SHARES, *([] if usual is None else [usual])}
    else:
        wanted = {type(usual)(factor * usual) for factor in FACTORS} if usual else set()
    values = [v for v in sorted(wanted) if _is_taken(name, {**node, axis: v})]
    require(
        len(values) > 1,
        f"map.values is null, and nothing can be spread around scenario.{name}.{axis}={usual}; "
        "name the values, as in 'map.values=[1,2,4]'",
    )
    return values


def _is_taken(name: str, node: Mapping[str, Any]) -> bool:
    """Whether the scenario admits these options."""
    try:
        _made(name, node)
    except InputError:
        return False
    return True


def _require_rising(what: str, values: Any) -> None:
    right = "it must be a list of rising numbers, as [1,2,5]"
    is_list = isinstance(values, Sequence) and not isinstance(values, str) and len(values) > 0
    require(is_list and all(map(_is_number, values)), f"map.{what} is {values!r}; {right}")
    rises = all(a < b for a, b in pairwise(values))
    require(rises, f"map.{what} is {values!r}; {right}")


def _is_number(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value)
