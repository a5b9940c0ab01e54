"""Frames: rows of a stream as a pandas frame, with the names and categories of its columns.

It stands in a pipeline before an estimator that wants named columns. The categories are those of
the training rows of each fit; a value that comes later is missing, so that nothing of the future
reaches a model.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

from retrainlab.sim.stream import Floats


class ToFrame(TransformerMixin, BaseEstimator):
    """Numbers as float64, categories as pandas categories.

    names: of the d columns. categorical: positions of the categories. levels: their names, in the
    order of the codes; empty: a category is its code. gap: category of a missing value, None where
    it stays missing.
    """

    def __init__(
        self,
        names: Sequence[str],
        categorical: Sequence[int] = (),
        levels: Sequence[Sequence[str]] = (),
        gap: str | None = None,
    ):
        self.names, self.categorical, self.levels, self.gap = names, categorical, levels, gap

    def fit(self, x: Floats, y: Any = None) -> "ToFrame":
        """Learn which codes each category has; x: (m, d)."""
        columns = [x[:, j] for j in self.categorical]
        self.codes_ = [np.unique(c[~np.isnan(c)]).astype(np.int64) for c in columns]
        return self

    def transform(self, x: Floats) -> pd.DataFrame:
        """(m, d) the rows as a frame."""
        columns: dict[str, Any] = {name: x[:, j] for j, name in enumerate(self.names)}
        for k, j in enumerate(self.categorical):
            columns[self.names[j]] = self._category(k, x[:, j])
        return pd.DataFrame(columns)

    def _category(self, k: int, values: Floats) -> pd.Categorical:
        codes = self.codes_[k]
        names = [self.levels[k][code] for code in codes] if self.levels else [*codes]
        places = pd.Index(codes).get_indexer(pd.Index(np.where(np.isnan(values), -1, values)))
        if self.gap is not None:
            places[places < 0] = len(names)
            names = [*map(str, names), self.gap]
        return pd.Categorical.from_codes(places, categories=pd.Index(names))
