"""One worker uses one thread."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

# What libraries read when they are loaded, as LightGBM is with the first fit.
AT_LOADING = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@contextmanager
def one_thread() -> Iterator[None]:
    """Have BLAS and OpenMP use one thread.

    Several would compete with the other workers, and sum in another order.
    """
    # Only libraries that are loaded can be limited, so scikit-learn's come first.
    import sklearn.ensemble  # noqa: F401
    from threadpoolctl import threadpool_limits

    with patch.dict(os.environ, dict.fromkeys(AT_LOADING, "1")), threadpool_limits(1):
        yield
