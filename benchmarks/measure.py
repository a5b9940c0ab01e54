"""What a benchmark returns, and how two ways to do the same work are timed."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """One figure of a benchmark.

    what: the two sides of it, or what it counts. unit: "x" for a ratio. least, most: the target;
    without one the figure is for information.
    """

    what: str
    value: float
    unit: str = "x"
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def target(self) -> str:
        """The target for a reader; empty if there is none."""
        if self.least is not None:
            return f"at least {self.least:g} {self.unit}"
        return "" if self.most is None else f"at most {self.most:g} {self.unit}"

    @property
    def missed(self) -> bool:
        """Whether there is a target, and the value is on the wrong side of it."""
        below = self.least is not None and not self.value >= self.least
        return below or (self.most is not None and not self.value <= self.most)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def quickest(repeats: int, *sides: Callable[[], object]) -> list[float]:
    """Least seconds of each side over so many rounds; in every round each side has its turn.

    Whatever else the machine does only ever adds time, so the least is the best estimate; taking
    turns keeps a slow spell from falling on one side alone.
    """
    rounds = [[seconds(side) for side in sides] for _ in range(repeats)]
    return [min(times) for times in zip(*rounds, strict=True)]
