"""A small sweep, and its tables as bytes."""

from pathlib import Path

from command_line import MEASURED

SMALL = ["-m", "scenario=sudden", "scenario.sudden.ticks=60", "scenario.sudden.rows=10"]
SMALL += ["scenario.sudden.at=[40]", "seeds=2", "references=null", "learner=naive_bayes"]
SMALL += ["strategy=[periodic,trigger]", "strategy.periodic.when.ticks=10,20"]


def without_probes(folder: Path) -> dict[str, bytes]:
    """The tables as `bytes_of` has them, but for the rows of probes and what these alone have."""
    import pandas as pd

    tables = {path.name: pd.read_parquet(path) for path in folder.glob("*.parquet")}
    tables.pop("optimum.parquet", None)
    runs = tables["runs.parquet"]
    probes = set(runs.loc[runs["role"] == "probe", "label"])
    for name, table in tables.items():
        table = table.drop(columns=[*MEASURED, "p_when.phase"], errors="ignore")
        if "label" in table:
            table = table[~table["label"].isin(probes)]
        table = table.astype(dict.fromkeys(table.select_dtypes("category"), "str"))
        tables[name] = table.reset_index(drop=True).to_parquet()
    return tables


def bytes_of(folder: Path) -> dict[str, bytes]:
    """The tables without the columns that were measured, written anew, and their schemas."""
    import pyarrow.parquet as pq

    tables = {}
    for path in sorted(folder.glob("*.parquet")):
        if path.stem not in ("optimum", "map"):  # the page writes them
            table = pq.read_table(path)
            kept = [column for column in table.column_names if column not in MEASURED]
            tables[path.name] = table.select(kept).to_pandas().to_parquet()
    assert len(tables) > 3
    return tables
