"""Settings that follow the price: a parameter takes the ratio of two prices, at every price.

`follows: {when.loss: fit/error}` in a strategy's file says so. A study replays such a setting at
the ratio of its own prices, and beside it at steps around that ratio, which are no settings of
their own: at another price a report shows the step that is nearest to it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from retrainlab.experiments.study.cells import Cell
from retrainlab.experiments.study.labels import label, parameter_words
from retrainlab.sim.price_ratio import replayed_at, retraining_ratio, steps_around
from retrainlab.sim.prices import Prices

ROLE = "price_step"


def at_prices(cell: Cell, prices: Prices) -> Cell:
    """Return the cell with what follows the price set; the same cell where nothing does.

    Where a price is 0, the nearest step stands for the ratio.
    """
    if cell.follows is None:
        return cell
    return replace(cell, node=cell.node_at(replayed_at(cell.follows.ratio.at(prices))))


def price_ratio(cell: Cell, prices: Prices) -> float:
    """Return the loss that a retraining costs where a cell is replayed."""
    return retraining_ratio(prices) if cell.ratio is None else cell.ratio


def with_price_steps(cells: Sequence[Cell], prices: Prices) -> tuple[Cell, ...]:
    """Return the cells, and after them the steps of those that follow the price."""
    return (*cells, *(step for cell in cells for step in _steps(cell, prices)))


def _steps(cell: Cell, prices: Prices) -> Iterator[Cell]:
    if cell.follows is None:
        return
    ratio = cell.follows.ratio.at(prices)
    for step in steps_around(ratio):
        if step != replayed_at(ratio):
            yield _step(cell, step)


def _step(cell: Cell, ratio: float) -> Cell:
    assert cell.follows is not None
    values = dict.fromkeys(cell.follows.paths, ratio)
    words = {**cell.words, **parameter_words(values)}
    return Cell(
        cell.strategy,
        label(cell.strategy, words),
        cell.node_at(ratio),
        {**cell.parameters, **values},
        words,
        role=ROLE,
        step_of=cell.label,
        ratio=ratio,
    )
