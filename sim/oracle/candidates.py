"""Candidates of the oracle: trainings it may choose from, and the loss of each model over time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from retrainlab.sim.arrivals import Arrivals, arrivals
from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.replay.fit_cache import Fit, FitCache
from retrainlab.sim.replay.ledger import Ledger
from retrainlab.sim.rows import Rows, count, first, key, last, normal, span
from retrainlab.sim.stream import Floats, Ints, Stream
from retrainlab.sim.world import World

LIMIT_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Candidate:
    """A training that could be decided at the end of tick `decided`, on these rows.

    Candidates are equal, and hashed, by content: the tick and `sim.rows.key`.
    """

    decided: int
    rows: Rows = field(compare=False)
    content: tuple[Any, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", normal(self.rows))
        object.__setattr__(self, "content", key(self.rows))


def candidate_grid(
    stream: Stream, world: World, every: int, windows: Sequence[int | None]
) -> list[Candidate]:
    """Return a candidate every `every` ticks from the warm-up on, for each window.

    windows: how many of the newest labelled ticks to train on, None for all that are known.
    Left out: windows without rows, the second of two with the same rows, and trainings that are
    not ready before the stream ends.
    Raises `InputError` if the interval or a window is not a whole number of ticks of at least 1,
    or if there is no window.
    """
    world.admits(stream)
    require_whole("every", every, 1)
    require(len(windows) > 0, "windows is empty; give numbers of ticks, or None for all known rows")
    for window in windows:
        if window is not None:
            require_whole("a window", window, 1)
    candidates: dict[Candidate, None] = {}
    known = arrivals(stream, world)
    for decided in range(world.warmup - 1 + every, stream.ticks, every):
        if not world.can_serve(decided, stream):
            break
        stop = known.stop(decided)
        for window in windows:
            start = 0 if window is None else max(stop - window, 0)
            rows = known.known(span(stream.offsets[start], stream.offsets[stop]), decided)
            if count(rows):
                candidates[Candidate(decided, rows)] = None
    return list(candidates)


@dataclass(frozen=True, eq=False)
class LossTable:
    """What each of m models loses while it serves.

    models: in the order of their ticks; models[0] is the warm-up's, decided at -1.
    boundaries: (b,) the ticks at which a model may be replaced, in order, then the stream's end.
    ready: (m,) the first tick that a model can serve, in order.
    loss: (m, b) what it loses from then up to a boundary, against the truth that is scored; 0 for
        boundaries before that. Held column by column, 8 m b bytes.
    train_rows, seconds: (m,) what a training is charged in; models[0] is free.
    decided: (m,) the tick at whose end each is decided. arrivals: when labels arrive.
    """

    models: tuple[Candidate, ...]
    boundaries: Ints
    ready: Ints
    loss: Floats
    train_rows: Ints
    seconds: Floats
    decided: Ints
    arrivals: Arrivals

    @property
    def nbytes(self) -> int:
        """Memory of the losses."""
        return self.loss.nbytes


def loss_table(
    fits: FitCache, world: World, candidates: Iterable[Candidate], ledgers: Sequence[Ledger] = ()
) -> LossTable:
    """Train every candidate, and sum up what its model would lose.

    Boundaries are the distinct ticks at which candidates are ready, and the stream's end; also
    those at which trainings of the `ledgers` are, so that `extended` can add these.
    Candidates that are not ready before the stream ends are left out.

    Memory: 8 bytes x models x boundaries, 24 MB for 1,000 ticks x 3 windows. Raises `InputError`
    before anything is trained if that is more than `LIMIT_BYTES`, or if a candidate is decided
    before the first model serves, has no rows, or has rows whose labels have not arrived.
    """
    stream = fits.stream
    world.admits(stream)
    chosen = [c for c in dict.fromkeys(candidates) if world.can_serve(c.decided, stream)]
    for candidate in chosen:
        _require_possible(candidate, stream, world)
    require(
        all(ledger.stream is stream for ledger in ledgers),
        "a ledger is of another stream than the fits; give replays on these fits",
    )
    ready = [world.serves(c.decided) for c in chosen]
    ready += [t.ready for ledger in ledgers for t in ledger.charged]
    history = span(0, stream.offsets[world.warmup])
    warmup = Candidate(-1, arrivals(stream, world).known(history, -1))
    return _filled(fits, world, [warmup, *chosen], np.unique([*ready, stream.ticks]))


def extended(
    table: LossTable, fits: FitCache, world: World, seconds: Mapping[Candidate, float]
) -> LossTable:
    """Return the table with these candidates too, whose ready ticks are boundaries of it already.

    seconds: what each is charged; a candidate that is there keeps its own if those are fewer.
    Raises `InputError` if there is no such boundary: a table is made with the ledgers to come.
    """
    for candidate in seconds:
        _require_possible(candidate, fits.stream, world)
        ready = world.serves(candidate.decided)
        require(
            ready in table.boundaries,
            f"a candidate is ready at tick {ready}, which is no boundary of "
            "the table; make the table with the ledger that the candidate comes from",
        )
    models = dict.fromkeys([*table.models, *seconds])
    table = _filled(fits, world, models, table.boundaries, table)
    charged = [seconds.get(model, np.inf) for model in table.models]
    return replace(table, seconds=np.minimum(table.seconds, charged))


def _filled(
    fits: FitCache,
    world: World,
    models: Iterable[Candidate],
    boundaries: Ints,
    old: LossTable | None = None,
) -> LossTable:
    """Return the table of these models; what stands in an old one is copied, not made again."""
    models = tuple(sorted(models, key=lambda c: c.decided))
    _require_small(len(models), len(boundaries))
    ready = np.array([world.warmup, *(world.serves(c.decided) for c in models[1:])])
    loss = np.empty((len(models), len(boundaries)), order="F")
    seconds = np.zeros(len(models))
    place = {} if old is None else {model: i for i, model in enumerate(old.models)}
    new = [i for i, model in enumerate(models) if model not in place]
    fits.expect((models[i].rows, int(ready[i])) for i in new)
    for i, model in enumerate(models):
        if old is not None and model in place:
            loss[i], seconds[i] = old.loss[place[model]], old.seconds[place[model]]
        else:
            fit = fits.fit(model.rows)
            loss[i], seconds[i] = cumulated(fits, fit, int(ready[i]), boundaries), fit.seconds
    train_rows = np.array([count(model.rows) for model in models])
    decided, known = np.array([model.decided for model in models]), arrivals(fits.stream, world)
    return LossTable(models, boundaries, ready, loss, train_rows, seconds, decided, known)


def _require_possible(candidate: Candidate, stream: Stream, world: World) -> None:
    """Refuse a training that no strategy could have started."""
    decided, rows = candidate.decided, candidate.rows
    who = f"a candidate decided at tick {decided}"
    require(
        decided >= world.warmup,
        f"{who} comes before the first model serves; it must be {world.warmup} or later",
    )
    require(count(rows) > 0, f"{who} has no rows to train on; leave it out")
    known = arrivals(stream, world)
    until = int(stream.offsets[known.stop(decided)])
    require(
        first(rows) >= 0 and last(rows) < until,
        f"{who} is trained on rows {first(rows)} to {last(rows)}; "
        f"labels of rows 0 to {until - 1} are known then",
    )
    arrived, labelled = count(known.known(rows, decided)), count(stream.with_label(rows))
    require(
        arrived == labelled,
        f"{who} is trained on {labelled} labels, of which {labelled - arrived} come later",
    )


def _require_small(models: int, boundaries: int) -> None:
    """Refuse a table that does not fit the limit."""
    size = 8 * models * boundaries
    require(
        size <= LIMIT_BYTES,
        f"the oracle's table of {models - 1:,} candidates x {boundaries:,} ticks takes "
        f"{size / 2**20:,.0f} MB, which is more than {LIMIT_BYTES / 2**20:.0f}; "
        "take candidates at fewer ticks (a larger `every`) or with fewer windows",
    )


def cumulated(fits: FitCache, fit: Fit, start: int, boundaries: Ints) -> Floats:
    """(b,) loss of a model from tick `start` up to each boundary; 0 for those before."""
    offsets = fits.stream.offsets
    total = np.zeros(offsets[-1] - offsets[start] + 1)
    np.cumsum(_losses(fits, fit, start), out=total[1:])
    return total[np.maximum(offsets[boundaries] - offsets[start], 0)]


def _losses(fits: FitCache, fit: Fit, tick: int) -> Floats:
    """(r,) losses of a model on the rows from a tick to the end, block by block."""
    offsets, parts = fits.stream.offsets, []
    while tick < fits.stream.ticks:
        start, stop = fits.block(tick)
        parts.append(fits.serve(fit, tick).loss[offsets[tick] - offsets[start] :])
        tick = stop
    return np.concatenate(parts)
