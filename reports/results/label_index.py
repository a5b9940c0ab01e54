"""Labels as the index of a table."""

from collections.abc import Iterable

import pandas as pd


def label_index(labels: Iterable[object]) -> pd.Index:
    """Return labels as plain objects.

    Those of saved tables are categories, or strings of Arrow, which pandas compares one by one.
    """
    return pd.Index([*labels], name="label", dtype="object")
