"""Cache of fits and predictions, shared by all strategies of one stream and one learner.

A fit is a pure function of (stream, learner, recipe), and its seed comes from the recipe's key:
the training rows, or a digest of what an earlier model was made of and of what was done with it. A
prediction is a pure function of (fit, block), where the blocks are the same for all: the last
bits of a matrix product depend on the batch, so batches must not depend on who asks.
Nothing here can change a result: with the cache off, everything is computed anew and is equal.
"""

import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.estimators.model_size import size_of
from retrainlab.sim.replay.audit import Audit
from retrainlab.sim.replay.blocks import block_starts
from retrainlab.sim.replay.derivation import derived_model, joint_weight
from retrainlab.sim.replay.learners import Constant, Learner
from retrainlab.sim.replay.losses import Loss
from retrainlab.sim.replay.lru_cache import LruCache
from retrainlab.sim.replay.predictions import Prediction, monitored_value
from retrainlab.sim.replay.recipes import Recipe, Refit, Update, key_of, with_rows
from retrainlab.sim.replay.row_loss import RowLoss
from retrainlab.sim.replay.sufficient import window_fits
from retrainlab.sim.replay.summary import Span, tick_size
from retrainlab.sim.rows import Rows, before, count, first, last, normal, shifted, since
from retrainlab.sim.seeds import seed_of
from retrainlab.sim.stream import Floats, Stream

BLOCK_ROWS = 1024
MEMO_BYTES = 128 * 2**20


@dataclass(frozen=True, eq=False)
class Fit:
    """A model: the rows of its training, the seconds it took when it was really trained.

    parents: of a recalibration or a blend, the models that predict; it was trained on no rows.
    seen: the newest row of the trainings before its own, -1 for none.
    """

    key: tuple[Any, ...]
    rows: Rows
    model: Any
    seconds: float
    parents: tuple["Fit", ...] = ()
    seen: int = -1

    @property
    def newest_row(self) -> int:
        """The newest row that it, or a model it was made of, was trained on."""
        return max(self.seen, last(self.rows)) if count(self.rows) else self.seen

    @property
    def constant(self) -> bool:
        """Whether a constant stands in for the learner (one class, or too few rows)."""
        return isinstance(self.model, Constant)


@dataclass(frozen=True, eq=False)
class Served:
    """What predictions for some consecutive rows come down to, (m,) each.

    monitored: one number a prediction (`losses.monitored_value`).
    seen: the loss against the label that arrives, which monitors may see;
    loss: the loss against the truth that is scored; the same array unless the two differ.
    probabilities: (m, k) of the classes; None where they are not kept, or are not predicted.
    """

    decision: NDArray[Any]
    monitored: Floats
    seen: Floats
    loss: Floats
    probabilities: Floats | None = None

    @property
    def nbytes(self) -> int:
        """Memory held."""
        arrays = [self.decision, self.monitored, self.seen, self.probabilities]
        arrays += [] if self.loss is self.seen else [self.loss]
        return sum(array.nbytes for array in arrays if array is not None)


class FitCache:
    """Trains and predicts for all replays of one stream with one learner and one loss.

    probabilities: whether predictions keep those of the classes, for metrics that need them.
    is_first: whether these are the first fits of a study; one of them is made twice (`Audit`).
    block_rows: predictions are made for blocks of ticks with at least so many rows; with 0 each
        tick is a block, so that neither predictions nor sums depend on ticks that come later.
    """

    def __init__(
        self,
        stream: Stream,
        learner: Learner,
        loss: Loss,
        seed: int = 0,
        memo_bytes: int = MEMO_BYTES,
        probabilities: bool = False,
        block_rows: int = BLOCK_ROWS,
        is_first: bool = False,
    ):
        if stream.weight is not None:
            learner.require_weights()
        self.stream = stream
        self.seed = seed
        self.learner = learner
        self.windows = window_fits(learner, stream)
        self.audit = Audit(learner, is_first)
        self.loss = loss
        self.row_loss = RowLoss(loss, stream)
        self.memo_bytes = memo_bytes
        self.keeps_probabilities = probabilities and stream.task == "classification"
        self.models = LruCache(memo_bytes // 2)
        self.predictions = LruCache(memo_bytes)
        self._sizes: dict[int, int] = {}
        self.block_rows = block_rows
        self.block_starts = block_starts(stream, block_rows)
        few = stream.task == "classification" and len(stream.classes) < 128
        self.decision_type = np.dtype(np.int8) if few else stream.y.dtype

    def fit(self, rows: Rows) -> Fit:
        """Return the model trained on these rows; `InputError` once the learner is refused."""
        return self.made(Refit(rows))

    def made(self, recipe: Recipe, models: Sequence[Fit] = ()) -> Fit:
        """Return the model of a recipe; models: those that it is made of (`recipes.derived`)."""
        self.audit.require_accepted()
        kept = with_rows(recipe, lambda rows: self.stream.with_label(normal(rows)))
        if kept is None:  # a training without rows: the learner's constant
            kept = Refit(slice(0, 0))
        name = key_of(kept, [fit.key for fit in models])
        fit = self.models.get(name, lambda: self._make(name, kept, models), size_of)
        # Models take half of the memory at most; predictions have what models leave.
        self.predictions.shrink(self.memo_bytes - self.models.used)
        return fit

    def _make(self, name: tuple[Any, ...], recipe: Recipe, models: Sequence[Fit]) -> Fit:
        start = time.perf_counter()
        seen = max((fit.newest_row for fit in models), default=-1)
        if not isinstance(recipe, Refit | Update):
            model = derived_model(recipe, [fit.model for fit in models])
            return Fit(name, slice(0, 0), model, 0.0, tuple(models), seen)
        rows, x = recipe.rows, self.stream.x
        weight = joint_weight(self.stream.weight, recipe)
        training = (x[rows], self.stream.y[rows], seed_of("fit", self.seed, name), weight)
        if isinstance(recipe, Update):
            model = self.learner.updated(models[0].model, *training)
            return Fit(name, rows, model, time.perf_counter() - start, seen=seen)
        model = self.windows and self.windows.fit(rows, weight)
        if model is None:
            model = self.learner.fit(*training)
        seconds = time.perf_counter() - start
        if not isinstance(model, Constant):
            unseen = x[last(rows) + 1 :][:BLOCK_ROWS]
            self.audit.require_repeatable(model, training, unseen)
        return Fit(name, rows, model, seconds)

    def expect(self, models: Iterable[tuple[Rows, int]]) -> None:
        """Be told what will be asked for: training rows, and the tick from which on to predict.

        Nothing follows from it here; a cache that others fill can have it made at once.
        """

    def block(self, tick: int) -> tuple[int, int]:
        """First tick of the tick's block, and first tick after it."""
        after = bisect_right(self.block_starts, tick)
        return self.block_starts[after - 1], self.block_starts[after]

    def blocks_from(self, tick: int) -> list[int]:
        """First ticks of the blocks from that of a tick on."""
        return self.block_starts[bisect_right(self.block_starts, tick) - 1 : -1]

    def serve(self, fit: Fit, tick: int) -> Served:
        """Return the fit's predictions for the whole block that holds the tick."""
        first, stop = self.block(tick)
        return self.predictions.get(
            (fit.key, first), lambda: self._predict(fit, first, stop), lambda s: s.nbytes
        )

    def probabilities(self, fit: Fit, tick: int) -> Floats | None:
        """(m, k) of the whole block that holds the tick; None if the model gives none.

        Where predictions do not keep them, the block is predicted once more.
        """
        if self.keeps_probabilities:
            return self.serve(fit, tick).probabilities
        given = self.given(fit, self.block(tick)[0]).given
        return given if self.stream.task == "classification" and given.ndim == 2 else None

    def _predict(self, fit: Fit, first: int, stop: int) -> Served:
        stream = self.stream
        rows = slice(int(stream.offsets[first]), int(stream.offsets[stop]))
        if rows.start == rows.stop:
            nothing, classes = np.empty(0), len(stream.classes)
            kept = np.empty((0, classes)) if self.keeps_probabilities else None
            return Served(stream.y[rows], nothing, nothing, nothing, kept)
        given = self.predicted(fit, first, rows)
        # Copies of columns, so that the cache keeps no whole matrix behind a view of one column.
        monitored = np.ascontiguousarray(monitored_value(given, stream.task), dtype=np.float64)
        decided = given.decision.astype(self.decision_type, copy=False)
        decision = np.ascontiguousarray(decided)
        seen = self.row_loss.counted(stream.y[rows], given, rows)
        loss = seen
        if stream.scored is not None:
            loss = self.row_loss.counted(stream.scored[rows], given, rows)
        kept = given.given if self.keeps_probabilities and given.given.ndim == 2 else None
        return Served(decision, monitored, seen, loss, kept)

    def given(self, fit: Fit, first: int) -> Prediction:
        """Return what a fit predicts for the block that begins at `first`, kept as it is.

        For models that are made of others, and for strategies that compare models.
        """
        stop = self.block(first)[1]
        rows = slice(int(self.stream.offsets[first]), int(self.stream.offsets[stop]))
        return self.predictions.get(
            ("given", fit.key, first),
            lambda: self.predicted(fit, first, rows),
            lambda given: given.given.nbytes + given.decision.nbytes,
        )

    def predicted(self, fit: Fit, first: int, rows: slice) -> Prediction:
        """Return what the learner predicts for the rows of the block that begins at `first`."""
        x = self.stream.x[rows]
        if fit.parents:
            parts = [self.given(parent, first) for parent in fit.parents]
            return self.learner.combined(fit.model, parts, x)
        given = self.learner.predict(fit.model, x)
        if not fit.constant:
            self.audit.require_rows_alone(fit.key, fit.model, x, given)
        return given

    def summary(self, fit: Fit, tick: int, since: int) -> tuple[int, Floats]:
        """First tick and (C, t) sums of the tick's block, without ticks before `since`."""
        start, stop = self.block(tick)
        first = max(start, since)
        return first, self.predictions.get(
            (fit.key, start, since),
            lambda: self._summarise(fit, start, self._span(first, stop, since)),
            lambda sums: sums.nbytes,
        )

    def _span(self, first: int, stop: int, since: int) -> Span:
        if since not in self._sizes:
            self._sizes[since] = tick_size(self.stream, since) if self.block_rows else 0
        return self.predictions.get(
            ("span", first, since),
            lambda: Span(self.stream, first, stop, self._sizes[since]),
            lambda span: span.nbytes,
        )

    def _summarise(self, fit: Fit, block: int, span: Span) -> Floats:
        given = self.serve(fit, block)
        # What lies before the span is the beginning of its block.
        cut = slice(len(given.loss) - len(span.truth), None)
        return span.summarise(given.decision[cut], given.monitored[cut], given.loss[cut])

    def seen_losses(self, fit: Fit, rows: Rows) -> Floats:
        """(m,) losses of a fit on rows that have a label, in order."""
        return self._joined(rows, lambda tick: self.serve(fit, tick).seen)

    def outputs(self, fit: Fit, rows: Rows) -> NDArray[Any]:
        """(m,) or (m, k) what a fit predicts for rows, in order."""
        return self._joined(rows, lambda tick: self.given(fit, self.block(tick)[0]).given)

    def _joined(self, rows: Rows, read: Callable[[int], NDArray[Any]]) -> NDArray[Any]:
        """(m, ...) values of rows; read: gives those of the block that holds a tick."""
        offsets, parts = self.stream.offsets, []
        while count(rows):
            tick = int(np.searchsorted(offsets, first(rows), side="right")) - 1
            start, stop = self.block(tick)
            here = before(rows, int(offsets[stop]))
            parts.append(read(tick)[shifted(here, -int(offsets[start]))])
            rows = since(rows, int(offsets[stop]))
        return np.concatenate(parts) if parts else np.empty(0)
