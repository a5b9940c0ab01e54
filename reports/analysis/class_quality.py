"""Precision and recall of single classes over time, of those that occur most."""

import pandas as pd

from retrainlab.sim.metrics import classes_of

MOST = 10  # classes that can be chosen
PARTS = {"precision": "predicted", "recall": "actual"}


def by_class(ticks: pd.DataFrame, names: tuple[str, ...]) -> dict[str, dict[str, pd.DataFrame]]:
    """Return precision and recall of each class, in the order of the classes.

    ticks: of one stream, with the `point` of each. names: of all classes. Of two classes it is the
    first one, as charts are of the second; of more it is the ten that occur most. Values are
    (points, labels), nan where a class was not predicted, or did not occur.
    """
    codes = [code for code in classes_of(ticks) if f"actual_{code}" in ticks]
    if len(codes) < 2 or len(codes) > len(names):
        return {}
    columns = [f"{kind}_{code}" for kind in ("hit", *PARTS.values()) for code in codes]
    sums = ticks.groupby(["label", "point"], observed=True)[columns].sum()
    codes = codes[:1] if len(codes) == 2 else _most_frequent(sums, codes)
    return {
        names[int(code)]: {
            heading: _tidy(sums[f"hit_{code}"] / sums[f"{part}_{code}"].where(lambda n: n > 0))
            for heading, part in PARTS.items()
        }
        for code in codes
    }


def _most_frequent(sums: pd.DataFrame, codes: list[str]) -> list[str]:
    """Return the codes of the classes that occur most, in their own order."""
    rows = sums[[f"actual_{code}" for code in codes]].sum().to_numpy()
    return [codes[i] for i in sorted((-rows).argsort(kind="stable")[:MOST])]


def _tidy(ratio: pd.Series) -> pd.DataFrame:
    """(points, labels) of a series by label and point."""
    table = ratio.unstack(level=0)
    return table.set_axis(pd.Index(table.columns.tolist()), axis="columns")
