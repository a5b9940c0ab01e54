"""Size of a model in memory, as the memo counts it."""

import pickle
from typing import Any

SMALL = 1024  # bytes of a correction, or of the weights of a blend
UNKNOWN = 2**20  # bytes of a model that cannot be pickled


class _Counter:
    """A file that only counts what is written to it."""

    size = 0

    def write(self, data: Any) -> int:
        """Count the bytes."""
        self.size += len(data)
        return len(data)


def size_of(fit: Any) -> int:
    """Bytes that a fit takes; those of models that it is made of are counted with these."""
    of_rows = 0 if isinstance(fit.rows, slice) else int(fit.rows.nbytes)
    return of_rows + (SMALL if fit.parents else _pickled(fit.model))


def _pickled(model: Any) -> int:
    """Bytes of a model, by pickling it into a counter; a megabyte where it cannot be pickled."""
    counter = _Counter()
    try:
        pickle.Pickler(counter, protocol=5).dump(model)
    except Exception:
        return UNKNOWN
    return counter.size
