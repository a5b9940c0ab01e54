"""Records of a table: what pandas makes of the rows, in less time."""

import pandas as pd

from retrainlab.reports.results.records import records


def test_records_are_those_of_pandas():
    rows = pd.DataFrame(
        {"label": ["never", "often"], "cost": [1.5, 2.5], "seeds": [3, 3], "never": [True, False]}
    )
    assert records(rows) == rows.to_dict("records")
    assert records(rows.iloc[:0]) == []
    assert [type(value) for value in records(rows)[0].values()] == [str, float, int, bool]
