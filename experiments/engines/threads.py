"""One worker uses one thread."""

from collections.abc import Iterator
from contextlib import contextmanager

from retrainlab.sim import threads


@contextmanager
def one_thread() -> Iterator[None]:
    """Have BLAS and OpenMP use one thread, those of scikit-learn's learners too.

    Several would compete with the other workers, and sum in another order.
    """
    # Only libraries that are loaded can be limited, so scikit-learn's come first.
    import sklearn.ensemble  # noqa: F401

    with threads.one_thread():
        yield
