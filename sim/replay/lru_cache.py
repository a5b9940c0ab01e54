"""Cache of computed values within a number of bytes; the least recently used go first."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any


class LruCache:
    """Keeps computed values within a number of bytes; the least recently used go first."""

    def __init__(self, limit: int):
        self.limit = limit
        self.used = 0
        self.entries: OrderedDict[tuple[Any, ...], tuple[Any, int]] = OrderedDict()
        self.hits = self.misses = 0

    def get(self, key: tuple[Any, ...], make: Callable[[], Any], size: Callable[[Any], int]) -> Any:
        """Return the entry at the key, computed if it is missing; what fails is not kept."""
        entry = self.entries.get(key)
        if entry is not None:
            self.entries.move_to_end(key)
            self.hits += 1
            return entry[0]
        self.misses += 1
        value = make()
        weight = size(value) if self.limit else 1
        if weight <= self.limit:
            self.entries[key] = (value, weight)
            self.used += weight
            self.shrink(self.limit)
        return value

    def shrink(self, limit: int) -> None:
        """Set another limit, and drop what does not fit it."""
        self.limit = limit
        while self.used > limit:
            self.used -= self.entries.popitem(last=False)[1][1]
