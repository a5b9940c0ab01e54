"""Phases: the winning calendar begun at other ticks, to see what it owes to where it began."""

import copy
from collections.abc import Iterable, Mapping

import numpy as np

from retrainlab.experiments.study.cells import Cell
from retrainlab.experiments.study.labels import label, parameter_words

PHASE = "phase"  # the option of a schedule that lets it begin later
PHASES = 8


def winning_calendar(cells: Iterable[Cell], cost: Mapping[str, float]) -> Cell | None:
    """Return the cheapest cell that retrains at a regular interval; cost: by label."""
    calendars = [
        cell for cell in cells if cell.label in cost and np.isfinite(cell.build().interval)
    ]
    return min(calendars, key=lambda cell: (cost[cell.label], cell.label), default=None)


def probes(cell: Cell, served: int) -> list[Cell]:
    """Return the calendar begun at other phases; served: ticks after the warm-up.

    None where its class has no phase, or where few retrainings are left.
    """
    if PHASE not in cell.node["when"]:
        return []
    interval = int(cell.build().interval)
    # At the latest phase two retrainings are left, or else phases only differ in their number.
    if not interval * (3 * PHASES - 1) <= served * PHASES:
        return []
    steps = np.unique(np.arange(1, PHASES) * interval // PHASES)
    return [_at_phase(cell, int(step)) for step in steps if step not in (0, cell.build().phase)]


def _at_phase(cell: Cell, phase: int) -> Cell:
    node = copy.deepcopy(cell.node)
    node["when"][PHASE] = phase
    words = {**cell.words, **parameter_words({f"when.{PHASE}": phase})}
    parameters = {**cell.parameters, f"when.{PHASE}": phase}
    return Cell(cell.strategy, label(cell.strategy, words), node, parameters, words, role="probe")
