"""One thread for linear algebra: small matrices gain nothing from more, and sums keep order."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

# What libraries read when they are loaded.
AT_LOADING = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@contextmanager
def one_thread() -> Iterator[None]:
    """Have BLAS and OpenMP use one thread, in libraries loaded before or in this context.

    Threads of one process wait for each other busily where other processes want the cores.
    """
    from threadpoolctl import threadpool_limits

    with _environment(dict.fromkeys(AT_LOADING, "1")), threadpool_limits(1):
        yield


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set variables for a while; `unittest.mock` would take a tenth of a second to import."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
