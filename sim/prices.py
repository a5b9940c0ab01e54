"""Cost parts: one table of what has a price, and the cost of a run's quantities.

Prices turn quantities into cost afterwards: a new price needs no replay. A cost part is one field
of `Prices`; the tables, the oracle, the pages and the bars read `cost_parts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from math import isfinite
from typing import Any, NamedTuple

from retrainlab.sim.errors import require

LONGEST = 20  # characters of a currency


class CostPart(NamedTuple):
    """One line of the cost: price times quantity.

    name: of the price, as in `prices.fit`. quantity: what is counted (`Ledger.quantities`).
    column: of the tables that hold the cost. heading: what was paid for, in the plural. unit: what
    the price is for. retraining: whether it is part of the cost of retraining. measured: whether
    the quantity is measured, and so differs from run to run. optional: whether tables may be
    without it, such as those of studies that were made before it was counted; it is 0 then.
    divisor: of the price of a retraining, which gives the price where nobody sets it.
    """

    name: str
    quantity: str
    column: str
    heading: str
    unit: str
    retraining: bool = True
    measured: bool = False
    optional: bool = False
    divisor: float | None = None


def priced(default: float | None, **about: Any) -> Any:
    """Declare a price: its default, and the other fields of its `CostPart`."""
    return field(default=default, metadata=about)


@dataclass(frozen=True)
class Prices:
    """The table of cost parts, with the price of each; a price is a number of at least 0.

    currency: of all prices, as "EUR"; None where they are in no currency. An update or a switch
    that is given no price costs its share of a retraining, and keeps that price when `replace`
    changes the price of a retraining; `at_fit` moves it along.
    """

    error: float = priced(
        1.0,
        quantity="loss",
        column="cost_error",
        heading="errors",
        unit="unit of loss",
        retraining=False,
    )
    fit: float = priced(
        100.0, quantity="retrainings", column="cost_fit", heading="fits", unit="retraining"
    )
    row: float = priced(
        0.0,
        quantity="train_rows",
        column="cost_rows",
        heading="training rows",
        unit="row trained on",
    )
    label: float = priced(
        0.0, quantity="labels", column="cost_labels", heading="labels", unit="label bought"
    )
    second: float = priced(
        0.0,
        quantity="fit_seconds",
        column="cost_seconds",
        heading="seconds",
        unit="second of training",
        measured=True,
    )
    update: float = priced(
        None,
        quantity="updates",
        column="cost_updates",
        heading="updates",
        unit="update",
        optional=True,
        divisor=10,
    )
    deploy: float = priced(
        None,
        quantity="switches",
        column="cost_switches",
        heading="switches",
        unit="model put into service without a training",
        optional=True,
        divisor=100,
    )
    currency: str | None = None

    def __post_init__(self) -> None:
        self._require_amount("fit", self.fit)
        for part in cost_parts(self):
            if getattr(self, part.name) is None and part.divisor is not None:
                object.__setattr__(self, part.name, self.fit / part.divisor)
        for name, value in amounts(self).items():
            self._require_amount(name, value)
        _require_currency(self.currency)

    @staticmethod
    def _require_amount(name: str, value: Any) -> None:
        require(
            isinstance(value, (int, float))
            and not isinstance(value, bool)
            and isfinite(value)
            and value >= 0,
            f"{name} is {value}; a price must be a number of at least 0",
        )

    def at_fit(self, fit: float) -> "Prices":
        """Return these prices at another price of a retraining.

        What costs its usual share of it goes on costing that share.
        """
        parts = [(part.name, part.divisor) for part in cost_parts(self) if part.divisor]
        moved = {
            name: fit / divisor
            for name, divisor in parts
            if getattr(self, name) == self.fit / divisor
        }
        return self.with_amounts({"fit": fit, **moved})

    def as_floats(self) -> "Prices":
        """Return the same prices, whole numbers among them as floats."""
        return self.with_amounts({name: float(value) for name, value in amounts(self).items()})

    def with_amounts(self, changed: Mapping[str, float]) -> "Prices":
        """Return these prices with some changed, by name."""
        return replace(self, **dict[str, Any](changed))


def _require_currency(currency: Any) -> None:
    if currency is None:
        return
    is_text = isinstance(currency, str) and currency.isprintable() and currency.strip() != ""
    size = f", not of {len(currency)} characters" if isinstance(currency, str) else ""
    require(
        is_text and len(currency) <= LONGEST,
        f"currency is {str(currency)[:LONGEST]!r}; it must be a short text, as EUR, of 1 to "
        f"{LONGEST} printable characters{size}",
    )


def amounts(prices: Prices) -> dict[str, float]:
    """Return the price of each cost part by its name, in order."""
    return {part.name: getattr(prices, part.name) for part in cost_parts(prices)}


def cost_parts(prices: Prices | None = None) -> tuple[CostPart, ...]:
    """Return the table of cost parts, in order: of these prices, or of `Prices` itself."""
    return _cost_parts(Prices if prices is None else type(prices))


@cache
def _cost_parts(kind: type[Prices]) -> tuple[CostPart, ...]:
    return tuple(CostPart(part.name, **part.metadata) for part in fields(kind) if part.metadata)


def price(quantities: Mapping[str, Any], prices: Prices) -> dict[str, Any]:
    """Return the cost, split by what it was spent on; linear in each price.

    quantities: those that the cost parts name - numbers, or columns of a table of runs.
    cost_retraining is the sum of the parts of retraining; cost is the total. Raises `InputError`
    for what holds no quantities, as a ledger itself, or lacks one that has a price.
    """
    require(
        isinstance(prices, Prices),
        f"prices is a {type(prices).__name__}; price takes quantities, and prices such as "
        "make_prices('prices.fit=50') gives",
    )
    require(
        hasattr(quantities, "__getitem__"),
        f"quantities is a {type(quantities).__name__}; of a ledger they are ledger.quantities()",
    )
    parts = cost_parts(prices)
    spent = {part.column: getattr(prices, part.name) * _of(quantities, part) for part in parts}
    retraining = sum(spent[part.column] for part in parts if part.retraining)
    rest = sum(spent[part.column] for part in parts if not part.retraining)
    return {**spent, "cost_retraining": retraining, "cost": rest + retraining}


def _of(quantities: Mapping[str, Any], part: CostPart) -> Any:
    """Return a quantity; 0 of an optional one that is not there."""
    name = part.quantity
    is_there = name in quantities
    require(is_there or part.optional, f"the quantities have no {name!r}")
    return quantities[name] if is_there else 0
