"""Precision and recall of single classes over time, of those that occur most."""

import pandas as pd

from retrainlab.sim.metrics import classes_of

MOST = 10  # classes that can be chosen
MACRO = "mean over classes"  # a class of this name goes before it
PARTS = {"precision": "predicted", "recall": "actual"}


def by_class(ticks: pd.DataFrame, names: tuple[str, ...]) -> dict[str, dict[str, pd.DataFrame]]:
    """Return precision and recall of each class, in the order of the classes.

    ticks: of one stream, with the `point` of each. names: of all classes. Of two classes it is the
    first one, as charts are of the second, and `MACRO`; of more it is the ten that occur most, as
    charts are the mean. Values are (points, labels), nan where a class was not predicted, or did
    not occur.
    """
    codes = [code for code in classes_of(ticks) if f"actual_{code}" in ticks]
    if len(codes) < 2 or len(codes) > len(names):
        return {}
    columns = [f"{kind}_{code}" for kind in ("hit", *PARTS.values()) for code in codes]
    sums = ticks.groupby(["label", "point"], observed=True)[columns].sum()
    if len(codes) == 2:
        first, second = (_of_class(sums, code) for code in codes)
        macro = {heading: _mean(first[heading], second[heading]) for heading in PARTS}
        return {MACRO: macro} | {names[int(codes[0])]: first}
    return {names[int(code)]: _of_class(sums, code) for code in _most_frequent(sums, codes)}


def _of_class(sums: pd.DataFrame, code: str) -> dict[str, pd.DataFrame]:
    return {
        heading: _tidy(sums[f"hit_{code}"] / sums[f"{part}_{code}"].where(lambda n: n > 0))
        for heading, part in PARTS.items()
    }


def _mean(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Return the mean of two classes; of one alone where the other is undefined."""
    return ((first + second) / 2).fillna(first).fillna(second)


def _most_frequent(sums: pd.DataFrame, codes: list[str]) -> list[str]:
    """Return the codes of the classes that occur most, in their own order."""
    rows = sums[[f"actual_{code}" for code in codes]].sum().to_numpy()
    return [codes[i] for i in sorted((-rows).argsort(kind="stable")[:MOST])]


def _tidy(ratio: pd.Series) -> pd.DataFrame:
    """(points, labels) of a series by label and point."""
    table = ratio.unstack(level=0)
    return table.set_axis(pd.Index(table.columns.tolist()), axis="columns")
