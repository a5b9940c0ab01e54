"""Many intervals on a few seeds, against the distinct fits and predictions that they need."""

from sklearn.linear_model import LogisticRegression

from benchmarks.measure import Measurement
from benchmarks.sharing import against_alone
from retrainlab.scenarios.gradual import Gradual
from retrainlab.sim.replay.strategy import Gate, Strategy
from retrainlab.strategies.what import Everything
from retrainlab.strategies.when import Every


def run(
    ticks: int = 1000, intervals: int = 60, seeds: int = 3, step: int = 8, repeats: int = 2
) -> list[Measurement]:
    """Retrain a logistic regression every 8, 16, .., 480 ticks on all rows so far, 100 a tick."""
    scenario = Gradual(ticks, start=ticks // 3, duration=ticks // 3)
    strategies = [Strategy(Every(step * (i + 1)), Everything(), Gate()) for i in range(intervals)]
    timings = [
        against_alone(scenario(seed), LogisticRegression(), strategies, repeats)[:2]
        for seed in range(seeds)
    ]
    together, alone = (sum(side) for side in zip(*timings, strict=True))
    return [
        Measurement(
            f"{intervals} intervals x {seeds} seeds / their fits and predictions alone",
            together / alone,
            most=1.3,
            note=f"{together:.1f} s against {alone:.1f} s",
        )
    ]
