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
    return sorted(labels, key=_words)


@lru_cache(maxsize=4096)
def _words(label: str) -> tuple[tuple[float, str], ...]:
    parts = NUMBER.split(label)
    return tuple((-float(part), "") if i % 2 else (0.0, part) for i, part in enumerate(parts))
