"""A scenario with drift injected into its rows, and with damage of what arrives.

Injected drift changes the truth; damage changes what arrives, and what is scored stays the truth.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from retrainlab.scenarios.damage.base import Context
from retrainlab.sim.errors import require
from retrainlab.sim.stream import Stream, require_stream

Change = Callable[[Stream, Context], Stream]


@dataclass(frozen=True)
class Damaged:
    """Any scenario, files included, with drift and damage by their names.

    They are applied in their order, drift first. label_delay, warmup: the world's clocks, by which
    labels arrive where the stream does not say when.
    """

    scenario: Callable[[int], Any]
    drift: Mapping[str, Change] = field(default_factory=dict)
    damage: Mapping[str, Change] = field(default_factory=dict)
    label_delay: int = 0
    warmup: int = 1

    def __post_init__(self) -> None:
        for group in ("drift", "damage"):
            for name, change in getattr(self, group).items():
                require(callable(change), f"{group}.{name} is {change!r}; it must be callable")

    @property
    def seeded(self) -> bool:
        """Whether each seed makes a stream of its own; real data are one."""
        return bool(getattr(self.scenario, "seeded", True))

    def __call__(self, seed: int) -> Stream:
        """Draw the stream of this seed."""
        stream = self.scenario(seed)
        require_stream(stream)
        for group in ("drift", "damage"):
            for name, change in getattr(self, group).items():
                path = f"{group}.{name}"
                stream = change(stream, Context(seed, path, self.label_delay, self.warmup))
                require_stream(stream)
        return stream
