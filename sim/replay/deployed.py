"""Deployed models: the lowest mean loss that any of them has shown."""

import math
from collections.abc import Callable

from retrainlab.sim.replay.served import ServedModels
from retrainlab.sim.rows import Rows, count

LabelledRows = Callable[[int, int], Rows]


class DeployedModels:
    """What the models that have been put into service have shown so far.

    It does not know what has been revealed: `View`, which does, asks for known rows alone.
    final: whether a label that is not known when its tick is labelled never comes.
    """

    def __init__(self, record: ServedModels, final: bool):
        self._record, self._final = record, final
        self._shown: dict[tuple[int, int], float] = {}

    def lowest_mean_loss(self, ticks: int, labelled: int, known: LabelledRows) -> float:
        """Return the lowest mean loss a row that a model has shown in its first ticks of service.

        labelled: first tick whose labels are not known. known: gives the rows with a known label
        from a tick to before another one. Models that served fewer ticks do not count; inf
        where none is left.
        """
        starts = self._record.starts
        ends = [*starts[1:], labelled]
        means = [
            self._mean(number, start, ticks, known)
            for number, (start, end) in enumerate(zip(starts, ends, strict=True))
            if start + ticks <= min(end, labelled)
        ]
        return min(means, default=math.inf)

    def _mean(self, number: int, start: int, ticks: int, known: LabelledRows) -> float:
        """Return the mean loss of a model over some ticks; inf where they have no label."""
        key = number, ticks
        if key not in self._shown or not self._final:
            rows, fit = known(start, start + ticks), self._record.served[number]
            losses = self._record.fits.seen_losses(fit, rows)
            self._shown[key] = float(losses.mean()) if count(rows) else math.inf
        return self._shown[key]
