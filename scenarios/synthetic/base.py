"""Base class of the synthetic scenarios: size, inputs, and checks of options."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from numbers import Integral, Real

import numpy as np

from retrainlab.sim.errors import require
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Drift, Floats, Ints, Stream, even_ticks


def is_whole(value: object) -> bool:
    """Whether the value is a whole number (True and False are not)."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """Whether the value is a finite real number (True and False are not)."""
    return isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)


def percent(share: float) -> str:
    """A share for a reader: .25 is "25 %"."""
    return f"{100 * share:.3g} %"


def listed(values: Sequence[object]) -> str:
    """Values for a reader: "100, 150 and 200"."""
    words = [str(v) for v in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


@dataclass(frozen=True)
class Size:
    """The size of a synthetic stream, which every synthetic scenario takes.

    ticks: number of ticks. rows: rows a tick. features: numeric features, at least 2.
    """

    ticks: int = 300
    rows: int = 100
    features: int = 5

    def __post_init__(self) -> None:
        for option, least in (("ticks", 2), ("rows", 1), ("features", 2)):
            self.need_whole(option, least)

    @property
    def name(self) -> str:
        """The scenario's name: the first coordinate of its random generators, after the seed."""
        return type(self).__name__.lower()

    def need(self, option: str, holds: bool, right: str) -> None:
        """Raise `InputError` with the option, its value and what is right, unless `holds`."""
        value = getattr(self, option)
        require(holds, f"scenario.{self.name}.{option} is {value!r}; {right}")

    def need_whole(self, option: str, least: int, most: int | None = None, why: str = "") -> None:
        """Raise `InputError` unless the option is a whole number from `least` to `most`."""
        value = getattr(self, option)
        holds = is_whole(value) and value >= least and (most is None or value <= most)
        bounds = f"of {least} or more" if most is None else f"from {least} to {most}"
        self.need(option, holds, f"it must be a whole number {bounds}{why}")

    def need_choice(self, option: str, choices: Sequence[str]) -> None:
        """Raise `InputError` unless the option is one of the choices."""
        right = f"choose one of {', '.join(choices)}"
        self.need(option, getattr(self, option) in choices, right)

    def need_share(self, option: str, below: float | None = None) -> None:
        """Raise `InputError` unless the option lies in [0, 1], or in [0, below)."""
        value = getattr(self, option)
        if below is None:
            holds, right = is_number(value) and 0 <= value <= 1, "from 0 to 1"
        else:
            holds, right = is_number(value) and 0 <= value < below, f"from 0 to below {below}"
        self.need(option, holds, f"it must be a number {right}")

    def positions(self) -> Floats:
        """(n,) where each row stands, in ticks: row i of tick t stands at t + i / rows."""
        return np.arange(self.ticks * self.rows) / self.rows

    def draw(self, seed: int) -> Floats:
        """(n, features) rows of N(0, I), the same whatever drifts."""
        shape = (self.ticks * self.rows, self.features)
        return generator(seed, self.name, "x").standard_normal(shape)

    def coins(self, seed: int, what: str) -> Floats:
        """(n,) uniform numbers in [0, 1), a generator of their own for each purpose."""
        return generator(seed, self.name, what).random(self.ticks * self.rows)

    def stream(
        self,
        x: Floats,
        y: Ints,
        drifts: Sequence[Drift],
        ceiling: Floats,
        concept: Ints,
        story: str,
        classes: int = 2,
    ) -> Stream:
        """A classification stream of this size; the arguments are fields of `Stream`."""
        return Stream(
            x=x,
            y=y,
            offsets=even_ticks(self.ticks, self.rows),
            task="classification",
            drifts=tuple(drifts),
            ceiling=ceiling,
            concept=concept,
            features=tuple(f"x{j}" for j in range(self.features)),
            classes=tuple(str(c) for c in range(classes)),
            story=story,
        )
