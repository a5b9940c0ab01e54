"""Fits of pipelines: by scikit-learn as it is, and without its checks."""

import numpy as np
from sklearn import config_context
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from benchmarks.measure import Measurement, quickest
from retrainlab.sim.estimators.direct_fit import DirectFit
from retrainlab.sim.estimators.unfitted import Prototype, fresh, seeded

CODER = OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=50)
COLUMNS = ColumnTransformer(
    [("categories", CODER, [0, 1]), ("numbers", make_pipeline(StandardScaler()), [2, 3, 4, 5])],
    sparse_threshold=0,
)
PIPELINES = {
    "a scaler, logistic regression": make_pipeline(StandardScaler(), LogisticRegression()),
    "categories and a scaler, ridge": make_pipeline(COLUMNS, Ridge()),
}


def run(rows: int = 500, fits: int = 200, repeats: int = 3) -> list[Measurement]:
    """Fit so many times on so many rows of two categories and four numbers."""
    rng = np.random.default_rng(0)
    x = np.c_[rng.integers(0, 9, (rows, 2)), rng.standard_normal((rows, 4))].astype(np.float64)
    level = x[:, 2] + rng.standard_normal(rows)
    figures = []
    for name, estimator in PIPELINES.items():
        prototype, direct = Prototype(estimator), DirectFit()
        y = level if isinstance(estimator[-1], Ridge) else (level > 0).astype(np.int64)

        def plain(estimator=estimator, y=y):
            for seed in range(fits):
                seeded(fresh(estimator), seed).fit(x, y)

        def quick(prototype=prototype, direct=direct, y=y):
            for seed in range(fits):
                direct.fit(prototype.copied(seed), x, y)

        with config_context(skip_parameter_validation=True):
            quick()  # compares the two once
            pipeline, steps = quickest(repeats, plain, quick)
        what = f"fits on {rows} rows, by scikit-learn / without its checks, {name}"
        note = f"{1e3 * pipeline / fits:.2f} and {1e3 * steps / fits:.2f} ms a fit"
        figures.append(Measurement(what, pipeline / steps, note=note))
    return figures
