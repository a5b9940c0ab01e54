"""One thread for linear algebra: small matrices gain nothing from more, and sums keep order."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

# What libraries read when they are loaded.
AT_LOADING = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@contextmanager
def one_thread() -> Iterator[None]:
    """Have BLAS and OpenMP use one thread, in libraries loaded before or in this context.

    Threads of one process wait for each other busily where other processes want the cores.
    """
    from threadpoolctl import threadpool_limits

    with patch.dict(os.environ, dict.fromkeys(AT_LOADING, "1")), threadpool_limits(1):
        yield
