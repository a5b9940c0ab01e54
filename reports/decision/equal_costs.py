"""Which of several settings that cost the same is named first."""

import re
from collections.abc import Iterable
from functools import lru_cache

NUMBER = re.compile(r"(\d+(?:\.\d+)?)")


def larger_first(labels: Iterable[str]) -> list[str]:
    """Return labels in the order of their words, of equal words the larger number first.

    A larger interval or window, or more rows to wait for, is named where it costs no more, as the
    best value of a parameter is (`sim.optimum.bootstrap.cheapest`).
    """
    return [*_in_order(tuple(labels))]


@lru_cache(maxsize=16)
def _in_order(labels: tuple[str, ...]) -> tuple[str, ...]:
    """Return the order of labels, which is asked for at each of many prices."""

    def words(label: str) -> list[tuple[float, str]]:
        parts = enumerate(NUMBER.split(label))
        return [(-float(part), "") if i % 2 else (0.0, part) for i, part in parts]

    return tuple(sorted(labels, key=words))
