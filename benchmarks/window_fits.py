"""A sweep whose fits come from moments of blocks, against the estimator's own fits."""

from unittest.mock import patch

from benchmarks.cells import group_of
from benchmarks.measure import Measurement, quickest
from retrainlab.experiments.study.group import run_group
from retrainlab.sim.replay import fit_cache


def run(cells: int = 1000, ticks: int = 1000, rows: int = 100) -> list[Measurement]:
    """Run intervals x windows of naive Bayes on one stream as a group, in both ways."""
    work = group_of(cells, ticks, rows)
    run_group(group_of(1, 50, rows))

    def fitted() -> None:
        with patch.object(fit_cache, "window_fits", lambda *_: None):
            run_group(work)

    own, moments = quickest(1, fitted, lambda: run_group(work))
    return [
        Measurement(
            f"fits of scikit-learn / closed forms, {cells:,} cells, {ticks * rows:,} rows",
            own / moments,
            least=10,
            note=f"{own:.1f} s against {moments:.1f} s",
        )
    ]
