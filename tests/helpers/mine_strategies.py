"""Parts of a strategy as a user writes them."""

from retrainlab.strategies.when import Every


class Weekly(Every):
    """A calendar in weeks of seven ticks: it says nothing of itself that `Every` does not."""

    def __init__(self, weeks: int = 1, phase: int = 0):
        super().__init__(7 * weeks, phase)


class Renamed(Every):
    """A calendar by another name."""


class Third:
    """A part that says nothing of itself."""

    def __init__(self, step: int = 3):
        self.step = step

    def __call__(self, view):
        return "third" if view.tick % self.step == 0 else None
