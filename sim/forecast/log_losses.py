"""The losses of one real log: models are trained and served as a replay does, where they are asked.

Nothing after the last step that a policy lives through is read: a model is trained on labels that
have arrived, and serves rows of the step that it is asked for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.arrivals import arrivals
from retrainlab.sim.errors import require
from retrainlab.sim.forecast.losses import Models
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.corrections import ClassShares, Correction
from retrainlab.sim.replay.estimated import by_residuals, by_shares
from retrainlab.sim.replay.fit_cache import Fit, FitCache
from retrainlab.sim.replay.recipes import Blend, Recalibrate
from retrainlab.sim.rows import Rows, count, span
from retrainlab.sim.stream import Floats, Ints, Stream
from retrainlab.sim.world import World


@dataclass(frozen=True)
class Steps:
    """The steps of a span of ticks: `count` of them, from tick `first` on, `length` ticks each.

    A length need not be whole; each step ends at the tick that is nearest.
    """

    first: int
    length: float

    def tick(self, step: float) -> int:
        """Return the first tick of a step; of one before the log 0."""
        return max(0, self.first + round(step * self.length))


class LogLosses:
    """The losses of one log, see `sim.forecast.backtest.Losses`; models are numbers of fits.

    price: what a training costs besides its rows; the fit's own price, unless it is set.
    """

    logs = 1

    def __init__(self, fits: FitCache, world: World, prices: Prices, steps: Steps):
        self.fits, self.world, self.prices, self.steps = fits, world, prices, steps
        self.label_lag = int(np.ceil(_label_delay(fits.stream, world) / steps.length))
        self.fit_delay = world.fit_delay / steps.length
        self.price = np.array([float(prices.fit)])
        self._arrivals = arrivals(fits.stream, world)
        self._made: list[Rows | Blend | Recalibrate] = []
        self._places: dict[Any, int] = {}
        self._losses: dict[tuple[int, int], float] = {}

    @property
    def switch(self) -> Floats:
        """(1,) the price of a switch, which keeps its share of that of a training."""
        return np.array([self.prices.at_fit(float(self.price[0])).deploy])

    def first(self, begin: int) -> Models:
        """Return the model of the warm-up, or one of as many of the newest labelled ticks."""
        decided = self.steps.tick(begin) - 1 if begin else -1
        stop = self._arrivals.stop(decided)
        return self._model(max(0, stop - self.world.warmup), stop, decided)

    def trainable(self, start: Ints, stop: int) -> NDArray[np.bool_]:
        """(1,) whether a label of the rows has arrived."""
        return np.array([count(self._known(int(start[0]), stop)) > 0])

    def trained(self, start: Ints, stop: int, wanted: NDArray[np.bool_]) -> Models:
        """(1,) the model of such rows."""
        decided = self.steps.tick(stop) - 1
        first = min(self.steps.tick(int(start[0])), self._arrivals.stop(decided))
        return self._model(first, self._arrivals.stop(decided), decided)

    def blended(self, members: Sequence[Models], weights: Floats) -> Models:
        """(1,) the number of a blend; members that weigh nothing are left out."""
        heavy = np.flatnonzero(weights[:, 0] > 0).tolist()
        models = tuple(int(members[i][0]) for i in heavy)
        shares = tuple(float(weights[i, 0]) for i in heavy)
        return self._number((models, shares), Blend(models, shares))

    def corrected(
        self, base: Models, serving: Models, steps: int, stop: int, wanted: NDArray[np.bool_]
    ) -> tuple[Models, Ints]:
        """(1,) the number of the corrected model."""
        number, model = int(base[0]), self._fit(int(base[0]))
        correction: Correction | None
        if self.fits.stream.task == "regression":
            start = stop - self.label_lag - steps
            correction = by_residuals(self.fits, model, self._known(start, stop))
        else:
            start, offsets = max(stop - steps, 0), self.fits.stream.offsets
            served = span(*(offsets[self.steps.tick(step)] for step in (start, stop)))
            given = self.fits.outputs(model, served)
            if given.ndim != 2:  # there are no probabilities to correct
                return serving, np.array([stop])
            before, known = self._correction(int(serving[0])), self._known(start, stop)
            correction = by_shares(self.fits, model, given, before, known)
        if correction is None:
            return base, np.array([start])
        made = Recalibrate(number, correction)
        return self._number((number, correction), made), np.array([start])

    def loss(self, models: Models, step: int) -> Floats:
        """(1,) what the model loses in a step, in money."""
        at = int(models[0]), step
        if at not in self._losses:
            self._losses[at] = self._summed(self._fit(at[0]), step)
        return np.array([self.prices.error * self._losses[at]])

    def charge(self, start: Ints, stop: int) -> Floats:
        """(1,) what a training costs: itself, and its rows."""
        rows = count(self._known(int(start[0]), stop)) if self.prices.row else 0
        return np.asarray(self.price + self.prices.row * rows)

    def labels(self, start: Ints, stop: Ints) -> Floats:
        """(1,) what the labels of some steps cost."""
        if not self.prices.label or stop[0] <= start[0]:
            return np.zeros(1)
        offsets = self.fits.stream.offsets
        ends = (self.steps.tick(int(step[0])) for step in (start, stop))
        rows = span(*(offsets[tick] for tick in ends))
        return np.array([self.prices.label * count(self.fits.stream.with_label(rows))])

    def _known(self, start: int, stop: int) -> Rows:
        """Rows since step `start` whose labels are known at the end of step `stop - 1`."""
        decided, offsets = self.steps.tick(stop) - 1, self.fits.stream.offsets
        last = self._arrivals.stop(decided)
        first = min(self.steps.tick(start), last)
        return self._arrivals.known(span(offsets[first], offsets[last]), decided)

    def _model(self, first: int, stop: int, decided: int) -> Models:
        """(1,) the number of the model of these ticks; every set of rows has one."""
        offsets = self.fits.stream.offsets
        rows = span(offsets[first], offsets[stop])
        return self._number((first, decided), self._arrivals.known(rows, decided))

    def _number(self, name: Any, made: Rows | Blend | Recalibrate) -> Models:
        """(1,) the number of what is made of rows, or of other models; name: what stands for it."""
        if name not in self._places:
            self._places[name] = len(self._made)
            self._made.append(made)
        return np.array([self._places[name]])

    def _fit(self, number: int) -> Fit:
        """Return a model by its number."""
        made = self._made[number]
        if isinstance(made, Blend | Recalibrate):
            models = [member for member in made.models if isinstance(member, int)]
            return self.fits.made(made, [self._fit(member) for member in models])
        return self.fits.fit(made)

    def _correction(self, number: int) -> ClassShares | None:
        """Return the class shares that a model is corrected to, if it is."""
        made = self._made[number]
        if isinstance(made, Recalibrate) and isinstance(made.correction, ClassShares):
            return made.correction
        return None

    def _summed(self, fit: Fit, step: int) -> float:
        """Return what a model loses on the rows of a step, block by block."""
        offsets = self.fits.stream.offsets
        tick, stop = self.steps.tick(step), self.steps.tick(step + 1)
        total = 0.0
        while tick < stop:
            first, end = self.fits.block(tick)
            loss = self.fits.serve(fit, tick).loss
            cut = slice(offsets[tick] - offsets[first], offsets[min(end, stop)] - offsets[first])
            total += float(loss[cut].sum())
            tick = end
        return total


class Several:
    """The losses of K real logs side by side, which have the same delays."""

    def __init__(self, parts: Sequence[LogLosses]):
        self.parts, self.logs = tuple(parts), len(parts)
        delays = {(part.label_lag, part.fit_delay) for part in parts}
        require(len(delays) == 1, f"logs side by side have one pair of delays, and not {delays}")
        ((self.label_lag, self.fit_delay),) = delays

    @property
    def price(self) -> Floats:
        """(K,) of a training."""
        return np.concatenate([part.price for part in self.parts])

    @price.setter
    def price(self, price: Floats) -> None:
        for i, part in enumerate(self.parts):
            part.price = price[i : i + 1]

    @property
    def switch(self) -> Floats:
        """(K,) the price of a switch."""
        return np.concatenate([part.switch for part in self.parts])

    def first(self, begin: int) -> Models:
        """(K,) the models that serve from a step on."""
        return np.concatenate([part.first(begin) for part in self.parts])

    def trainable(self, start: Ints, stop: int) -> NDArray[np.bool_]:
        """(K,) whether a label of the rows has arrived."""
        return self._each(lambda part, i: part.trainable(start[i : i + 1], stop))

    def trained(self, start: Ints, stop: int, wanted: NDArray[np.bool_]) -> Models:
        """(K,) models of such rows; of logs where none is wanted the first."""
        models = np.zeros(self.logs, dtype=np.int64)
        for i in np.flatnonzero(wanted):
            models[i] = self.parts[i].trained(start[i : i + 1], stop, wanted[i : i + 1])[0]
        return models

    def blended(self, members: Sequence[Models], weights: Floats) -> Models:
        """(K,) the blends."""
        return self._each(
            lambda part, i: part.blended(
                [member[i : i + 1] for member in members], weights[:, i : i + 1]
            )
        )

    def corrected(
        self, base: Models, serving: Models, steps: int, stop: int, wanted: NDArray[np.bool_]
    ) -> tuple[Models, Ints]:
        """(K,) the corrected models, and the first step whose labels are read."""
        models, start = serving.copy(), np.full(self.logs, stop)
        for i in np.flatnonzero(wanted):
            one = slice(i, i + 1)
            models[one], start[one] = self.parts[i].corrected(
                base[one], serving[one], steps, stop, wanted[one]
            )
        return models, start

    def loss(self, models: Models, step: int) -> Floats:
        """(K,) what the models lose in a step."""
        return self._each(lambda part, i: part.loss(models[i : i + 1], step))

    def charge(self, start: Ints, stop: int) -> Floats:
        """(K,) what a training costs."""
        return self._each(lambda part, i: part.charge(start[i : i + 1], stop))

    def labels(self, start: Ints, stop: Ints) -> Floats:
        """(K,) what the labels of some steps cost."""
        return self._each(lambda part, i: part.labels(start[i : i + 1], stop[i : i + 1]))

    def _each(self, one: Callable[[LogLosses, int], NDArray[Any]]) -> NDArray[Any]:
        return np.concatenate([one(part, i) for i, part in enumerate(self.parts)])


def _label_delay(stream: Stream, world: World) -> float:
    """Return the ticks after which labels are known; nine tenths of those of the warm-up, where
    each comes at its own time."""
    if stream.arrival is None:
        return world.label_delay
    rows = np.arange(stream.offsets[world.warmup])
    late = stream.arrival[rows] - stream.tick_of_row()[rows]
    return float(np.quantile(np.minimum(late, world.warmup), 0.9))
