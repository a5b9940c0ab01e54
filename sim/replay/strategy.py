"""A strategy is When x What x Gate."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.printable import shown
from retrainlab.sim.replay.clause import Clause, clauses, number
from retrainlab.sim.replay.for_task import require_task
from retrainlab.sim.replay.memory import Memory, memory_of
from retrainlab.sim.replay.recipes import Recipe
from retrainlab.sim.replay.trial import Trial, verdict, yes_or_no
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import Rows
from retrainlab.sim.stream import Floats, Task


class When(Protocol):
    """Asked at the end of every tick. What it may have besides:

    schedule(first, stop): the rising ticks, from `first` to `stop - 1`, at which it can ask for a
        training, where it knows them beforehand. It is asked at no other ones then.
    interval: ticks between two retrainings where they are regular; inf: it never retrains; nan,
        as without it: they are irregular.
    phase: ticks by which its regular retrainings begin later; 0 without it.
    describe(): what it does, as a `Clause` of kind `schedule` or `condition`.
    require_task(task): raises `InputError` for streams of a task that it is not for, as `What` and
        `Gate` may as well.
    memory: what it remembers (`sim.replay.memory`), as `What` and `Gate` may say as well.
    """

    def __call__(self, view: View) -> str | None:
        """Return the reason to retrain now, or None."""
        ...


def as_reason(when: When, answer: Any) -> str:
    """Return an answer of `when` as the reason to retrain; True is one without words.

    Raises `InputError` for others, such as a score that was not compared with anything.
    """
    require(
        isinstance(answer, str | bool | np.bool_),
        f"{type(when).__qualname__} answers {shown(answer)}; it must be the reason to retrain as "
        "a text, or None",
    )
    return answer if isinstance(answer, str) else "asked"


class What(Protocol):
    """Asked when there is a reason, and again at every tick until it answers. It may also have

    window: how many of the newest labelled ticks it trains on; inf: everything so far; nan, as
        without it: neither.
    describe(): what it trains on, as a `Clause` of kind `data`.
    """

    def __call__(self, view: View) -> Rows | Recipe | None:
        """Return the rows to train on, or a recipe (`sim.replay.recipes`), or None to wait."""
        ...


class Gate:
    """Lets everything through; a gate overrides what it wants to stop.

    holdout: newest labelled ticks that are kept out of training, to compare models on. A gate may
    also have describe(): a `Clause` of kind `limit` or `test`, or several, or none.
    """

    holdout: int = 0

    def admit(self, view: View, rows: Rows) -> bool:
        """Whether to act now; a refusal costs nothing, and the request stays open.

        rows: to train on; none of an action that trains on nothing.
        """
        return True

    def accept(self, challenger: Floats, champion: Floats) -> bool:
        """Whether to deploy, from (m,) losses of both on rows that neither was trained on.

        Asked only where there is a holdout.
        """
        return True

    def judge(self, trial: Trial) -> bool | None:
        """Whether to deploy a model that is ready, or None to be asked again at the next tick.

        A gate that looks at more than losses on held-out rows overrides it. What it says follows
        from the trial alone.
        """
        return trial.beats(self.accept)


class All(Gate):
    """Every one of several gates must let it through."""

    def __init__(self, gates: Sequence[Gate]):
        self.gates = tuple(gates)
        for gate in self.gates:
            _require_gate(gate)
        self.holdout = max((g.holdout for g in self.gates), default=0)
        self.memory = memory_of(*self.gates)

    def require_task(self, task: Task) -> None:
        """Raise `InputError` for a task that one of the gates is not for."""
        require_task(task, *self.gates)

    def describe(self) -> tuple[Clause, ...]:
        """Return the clauses of all gates."""
        return tuple(clause for gate in self.gates for clause in clauses(gate))

    def admit(self, view: View, rows: Rows) -> bool:
        """Whether all admit the training."""
        return all(admits(gate, view, rows) for gate in self.gates)

    def accept(self, challenger: Floats, champion: Floats) -> bool:
        """Whether all accept the challenger."""
        return all(g.accept(challenger, champion) for g in self.gates)

    def judge(self, trial: Trial) -> bool | None:
        """Whether all let it serve; one that refuses it outweighs those that wait."""
        answers = [verdict(gate, trial) for gate in self.gates]
        if any(answer is False for answer in answers):
            return False
        return None if None in answers else True


@dataclass
class Strategy:
    """When to retrain, on what, and when not."""

    when: When
    what: What
    gate: Gate

    def __post_init__(self) -> None:
        require(callable(self.when), f"when is {shown(self.when)}; it must be callable with a view")
        require(callable(self.what), f"what is {shown(self.what)}; it must be callable with a view")
        _require_gate(self.gate)

    def require_task(self, task: Task) -> None:
        """Raise `InputError` for streams of a task that one of its parts is not for."""
        require_task(task, self.when, self.what, self.gate)

    @property
    def memory(self) -> Memory:
        """What its parts remember."""
        return memory_of(self.when, self.what, self.gate)

    @property
    def interval(self) -> float:
        """Ticks between two retrainings; inf: it never retrains; nan: they are irregular."""
        return number(self.when, "interval")

    @property
    def phase(self) -> float:
        """Ticks by which regular retrainings begin later."""
        return number(self.when, "phase", 0)

    @property
    def window(self) -> float:
        """Newest labelled ticks that it trains on; inf: everything so far; nan: neither."""
        return number(self.what, "window")

    @property
    def never(self) -> bool:
        """Whether it never retrains, by construction."""
        return math.isinf(self.interval)


def admits(gate: Any, view: View, rows: Rows) -> bool:
    """Whether a gate lets a training begin; `InputError` unless it says yes or no."""
    return yes_or_no(gate.admit, gate.admit(view, rows))


def _require_gate(gate: Any) -> None:
    require(
        all(hasattr(gate, part) for part in ("holdout", "admit", "accept")),
        f"gate is {shown(gate)}; it must have holdout, admit and accept, "
        "as retrainlab.sim.replay.strategy.Gate has",
    )
    require_whole(f"holdout of gate {type(gate).__name__}", gate.holdout, 0)
    compares = type(gate).accept is not Gate.accept
    compares &= getattr(type(gate), "judge", Gate.judge) is Gate.judge
    require(
        bool(gate.holdout) or not compares,
        f"gate {type(gate).__name__} has accept, which is asked only with a holdout, and none; set "
        "holdout to the newest labelled ticks that are kept out of training, to compare models on",
    )
