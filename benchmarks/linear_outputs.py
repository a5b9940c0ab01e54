"""Outputs of linear models: a pipeline of scikit-learn as it is, and without its checks."""

from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.measure import Measurement, quickest
from retrainlab.sim.estimators import direct

LAST = {"logistic regression": LogisticRegression(), "ridge": Ridge()}


def run(rows: int = 1024, blocks: int = 500, repeats: int = 3) -> list[Measurement]:
    """Predict so many blocks of so many rows, each with a scaler before the model."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((rows, 10))
    y = (x[:, 0] + rng.standard_normal(rows) > 0).astype(int)
    figures = []
    for name, estimator in LAST.items():
        model: Any = make_pipeline(StandardScaler(), estimator).fit(x, y)
        plain = getattr(model, direct.METHODS[type(estimator)])
        quick = direct.output(model, plain.__name__)
        quick(x)  # compares the two once
        pipeline, arithmetic = quickest(
            repeats,
            lambda: [plain(x) for _ in range(blocks)],  # noqa: B023
            lambda: [quick(x) for _ in range(blocks)],  # noqa: B023
        )
        what = f"blocks of {rows} rows, by a pipeline / in plain arithmetic, {name}"
        note = f"{1e3 * pipeline / blocks:.2f} and {1e3 * arithmetic / blocks:.3f} ms a block"
        figures.append(Measurement(what, pipeline / arithmetic, least=5, note=note))
    return figures
