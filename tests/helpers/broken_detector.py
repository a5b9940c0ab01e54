"""A detector of a user's own that fails at its first value."""

from river.base import DriftDetector


class Broken(DriftDetector):
    """Raises TypeError on every update; its options are those of DDM that studies set."""

    def __init__(self, drift_threshold=3.0):
        super().__init__()
        self.drift_threshold = drift_threshold

    def update(self, x):
        raise TypeError("this detector is broken")
