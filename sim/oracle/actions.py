"""The oracle over all actions: earlier models are put back, or their outputs corrected, as well.

A refit costs what it costs once; from then on its model may serve at any time, at the price of a
switch for each return. A correction of a model that is there costs a switch. For given refits the
cheapest way to serve is a dynamic program over (tick, model), where the action is how a model is
entered. Which refits to pay for is a facility location problem, which is NP-hard: of at most
`EXACT` candidates every set is tried, of more a local search adds and removes one at a time until
nothing helps, from no refit and from the best schedule of refits alone. What it finds can be done,
so it is a floor of the strategies only with `floor_of_all`, which takes the cheapest of them too.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.oracle.candidates import LossTable, cumulated
from retrainlab.sim.oracle.schedule import Schedule, best_schedule, charges, labels_bought
from retrainlab.sim.prices import Prices, price
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.ledger import Ledger
from retrainlab.sim.replay.recipes import Recalibrate
from retrainlab.sim.stream import Floats, Ints
from retrainlab.sim.world import World

EXACT = 10  # refits that may be chosen or not, of which every set is tried
Chosen = frozenset[int]


@dataclass(frozen=True, eq=False)
class Corrected:
    """Corrections of models of a table, n in number.

    parent: (n,) position of the model in the table. start: (n,) the first span it may serve, as
    `Spans` counts them. loss: (n, s) that it loses in each span, 0 in those before.
    """

    parent: Ints
    start: Ints
    loss: Floats

    @classmethod
    def none(cls, spans: int) -> "Corrected":
        """Return no corrections."""
        nothing = np.empty(0, dtype=np.int64)
        return cls(nothing, nothing, np.empty((0, spans)))


@dataclass(frozen=True, eq=False)
class Spans:
    """The losses of a table between two boundaries: s spans, of which the first begins the serving.

    start: (m,) the first span that each model may serve. loss: (m, s) in each, 0 in those before.
    """

    start: Ints
    loss: Floats

    @classmethod
    def of(cls, table: LossTable) -> "Spans":
        """Return the spans of a table."""
        start = np.searchsorted(table.boundaries, table.ready, side="right")
        return cls(start, np.diff(table.loss, axis=1, prepend=0.0))


def corrections(
    table: LossTable,
    fits: FitCache,
    world: World,
    parents: Iterable[int],
    correct: Callable[[Any, int], Any],
) -> Corrected:
    """Return the corrections of some models at every boundary from which they may serve on.

    correct: from a fit and the tick at whose end it is decided, the correction, or None.
    """
    spans = Spans.of(table)
    rows: list[tuple[int, int, Floats]] = []
    for parent in parents:
        fit = fits.fit(table.models[parent].rows)
        for place, ready in enumerate(table.boundaries[:-1].tolist()):
            decided = ready - 1
            if place + 1 <= spans.start[parent] or decided < world.warmup:
                continue
            correction = correct(fit, decided)
            if correction is not None:
                made = fits.made(Recalibrate(0, correction), [fit])
                rows.append((parent, place + 1, cumulated(fits, made, ready, table.boundaries)))
    if not rows:
        return Corrected.none(len(table.boundaries))
    losses = np.diff(np.array([row[2] for row in rows]), prepend=0.0)
    return Corrected(np.array([row[0] for row in rows]), np.array([row[1] for row in rows]), losses)


@dataclass(frozen=True, eq=False)
class _Problem:
    """What the search looks at: losses, charges, and what may be done.

    charge: (m,) of each refit, labels aside. known: costs of the refits looked at so far.
    """

    table: LossTable
    spans: Spans
    corrected: Corrected
    prices: Prices
    charge: Floats
    may_reuse: bool
    known: dict[Chosen, float] = field(default_factory=dict, repr=False)

    @cached_property
    def by_span(self) -> tuple[Floats, Floats]:
        """(s, m) and (s, c) cost of errors of models and of corrections, span by span."""
        error, parts = self.prices.error, (self.spans.loss, self.corrected.loss)
        models, corrections = (error * np.ascontiguousarray(part.T) for part in parts)
        return models, corrections

    def served(self, chosen: Chosen) -> "_Path":
        """Return the cheapest way to serve with these refits and the first model."""
        models = np.array([0, *sorted(chosen)])
        derived = np.flatnonzero(np.isin(self.corrected.parent, models))
        of_models, of_corrections = self.by_span
        loss = np.concatenate([of_models[:, models], of_corrections[:, derived]], axis=1)
        start = np.concatenate([self.spans.start[models], self.corrected.start[derived]])
        may_return = np.repeat([self.may_reuse, True], [len(models), len(derived)])
        free = np.repeat([True, False], [len(models), len(derived)])
        return _cheapest(loss, start, free, may_return, self.prices.deploy)

    def fixed(self, chosen: Chosen) -> float:
        """Return what the refits cost, with the labels that each buys after the one before."""
        models = sorted(chosen)
        total = float(self.charge[models].sum())
        if self.prices.label:
            total += self.prices.label * self.labels(chosen)
        return total

    def labels(self, chosen: Chosen) -> int:
        """Return how many labels the refits buy, each those after the one before."""
        return sum(
            int(labels_bought(self.table, model, self.table.decided[[last]])[0])
            for last, model in pairwise([0, *sorted(chosen)])
        )

    def cost(self, chosen: Chosen) -> float:
        """Return the cost of the cheapest schedule with these refits."""
        if chosen not in self.known:
            self.known[chosen] = self.fixed(chosen) + self.served(chosen).cost
        return self.known[chosen]


@dataclass(frozen=True, eq=False)
class _Path:
    """The cheapest way to serve. loss: (s,) cost of errors in each span. switches: how many."""

    cost: float
    loss: Floats
    switches: int


def _cheapest(
    loss: Floats, start: Ints, free: NDArray[Any], may_return: NDArray[Any], switch: float
) -> _Path:
    """Return the cheapest path through spans.

    loss: (s, a) of the models, start: (a,) the first span of each. free: (a,) whether its start
    costs no switch, as that of a refit; may_return: (a,) whether it may be entered later.
    """
    spans, count = loss.shape
    cost, switched = np.full(count, np.inf), np.zeros((spans, count), dtype=bool)
    before = np.zeros(spans, dtype=np.int64)  # the model that is left in each span
    by_start = np.argsort(start, kind="stable")
    ends = np.searchsorted(start[by_start], np.arange(spans + 1))
    is_open = np.zeros(count, dtype=bool)
    for span in range(spans):
        new = by_start[ends[span] : ends[span + 1]]
        if span:
            before[span] = np.argmin(cost)
            least = cost[before[span]]
            np.logical_and(is_open, cost > switch + least, out=switched[span])
            np.copyto(cost, switch + least, where=switched[span])
            switched[span, new] = np.isfinite(least)
            cost[new] = np.where(free[new], least, switch + least)
        else:
            cost[new] = 0.0
        is_open[new] = may_return[new]
        cost += loss[span]
    model, lost, switches = int(np.argmin(cost)), np.zeros(spans), 0
    total = float(cost[model])
    for span in range(spans - 1, -1, -1):
        lost[span] = loss[span, model]
        if switched[span, model]:
            switches += int(not (free[model] and start[model] == span))
            model = int(before[span])
    return _Path(total, lost, switches)


def best_actions(
    table: LossTable, prices: Prices, corrected: Corrected | None = None, may_reuse: bool = True
) -> tuple[Schedule, Chosen]:
    """Return the cheapest schedule that is found, and the positions of its refits in the table.

    corrected: corrections that may be chosen. may_reuse: whether a model may come back.
    """
    spans = Spans.of(table)
    corrected = Corrected.none(spans.loss.shape[1]) if corrected is None else corrected
    problem = _Problem(table, spans, corrected, prices, charges(table, prices), may_reuse)
    candidates = range(1, len(table.models))
    if len(candidates) <= EXACT:
        sets = (
            frozenset(c) for k in range(len(candidates) + 1) for c in combinations(candidates, k)
        )
        best = min(sets, key=lambda chosen: (problem.cost(chosen), sorted(chosen)))
    else:
        place = {model: i for i, model in enumerate(table.models)}
        refits = frozenset(place[c] for c in best_schedule(table, prices).candidates)
        ends = [_improved(problem, start) for start in (refits, frozenset[int]())]
        best = min(ends, key=lambda chosen: (problem.cost(chosen), sorted(chosen)))
    return _schedule(problem, best), best


def _improved(problem: _Problem, chosen: Chosen) -> Chosen:
    """Add and remove refits, one at a time, until nothing helps."""
    cost = problem.cost(chosen)
    while True:
        options = [chosen - {model} for model in chosen]
        addition = _addition(problem, chosen)
        options += [] if addition is None else [chosen | {addition}]
        costs = [problem.cost(option) for option in options]
        if not costs or min(costs) >= cost:
            return chosen
        cost, chosen = min(costs), options[int(np.argmin(costs))]


def _addition(problem: _Problem, chosen: Chosen) -> int | None:
    """Return the refit that saves most if it serves now and then in place of the path so far.

    Each visit costs a switch to and fro, but the one with which it starts: a program with two
    states, for all refits at once. None if none saves anything.
    """
    loss, start = problem.prices.error * problem.spans.loss, problem.spans.start
    gain = problem.served(chosen).loss - loss
    switch = problem.prices.deploy if problem.may_reuse else np.inf
    away, here = np.zeros(len(start)), np.full(len(start), -np.inf)
    for span in range(gain.shape[1]):
        enter = away - np.where(start == span, 0.0, switch)
        here = np.maximum(here, np.where(start <= span, enter, -np.inf)) + gain[:, span]
        away = np.maximum(away, here - problem.prices.deploy)
    saved = np.maximum(away, here) - problem.charge
    saved[[0, *chosen]] = -np.inf
    best = int(np.argmax(saved))
    return best if saved[best] > 0 else None


def _schedule(problem: _Problem, chosen: Chosen) -> Schedule:
    table, path, models = problem.table, problem.served(chosen), sorted(chosen)
    return Schedule(
        tuple(table.models[model] for model in models),
        loss=float(path.loss.sum()) / problem.prices.error if problem.prices.error else 0.0,
        train_rows=int(table.train_rows[models].sum()),
        labels=problem.labels(chosen),
        fit_seconds=float(table.seconds[models].sum()),
        switches=path.switches,
    )


def floor_of_all(
    schedules: Sequence[Schedule], ledgers: Sequence[Ledger], prices: Prices
) -> dict[str, float]:
    """Return the quantities of the cheapest of some schedules and of what strategies did."""
    names = [*schedules[0].quantities()]
    done = [schedule.quantities() for schedule in schedules]
    done += [{name: ledger.quantities()[name] for name in names} for ledger in ledgers]
    return min(done, key=lambda quantities: price(quantities, prices)["cost"])
