"""One worker uses one thread."""

from typing import Any


def one_thread() -> Any:
    """Return a context in which BLAS and OpenMP use one thread.

    Several would compete with the other workers, and sum in another order.
    """
    # Only libraries that are loaded can be limited, so scikit-learn's come first.
    import sklearn.ensemble  # noqa: F401
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)
