"""Detectors as a user writes them."""


class Steady:
    """Alarms at given rows of the stream."""

    drift_detected = False

    def __init__(self, rows=(10,), threshold: int = 0):
        self.rows, self.threshold, self.seen = set(rows), threshold, -1

    def update(self, value):
        self.seen += 1
        self.drift_detected = self.seen - self.threshold in self.rows


class Broken:
    """Fails half-way."""

    drift_detected = False

    def __init__(self):
        self.seen = 0

    def update(self, value):
        self.seen += 1
        if self.seen == 100:
            raise ZeroDivisionError("half-way <b>")


class Shared(Steady):
    """Counts rows in its class, and so those of earlier runs."""

    counted = 0

    def update(self, value):
        Shared.counted += 1
        self.drift_detected = Shared.counted % 97 == 0
