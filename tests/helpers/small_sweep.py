"""A small sweep, and its tables as bytes."""

from pathlib import Path

from command_line import MEASURED

SMALL = ["-m", "scenario=sudden", "scenario.sudden.ticks=60", "scenario.sudden.rows=10"]
SMALL += ["scenario.sudden.at=[40]", "seeds=2", "references=null", "learner=naive_bayes"]
SMALL += ["strategy=[periodic,trigger]", "strategy.periodic.when.ticks=range(5,40,5)"]


def bytes_of(folder: Path) -> dict[str, bytes]:
    """The tables without the columns that were measured, written anew, and their schemas."""
    import pyarrow.parquet as pq

    tables = {}
    for path in sorted(folder.glob("*.parquet")):
        if path.stem != "optimum":
            table = pq.read_table(path)
            kept = [column for column in table.column_names if column not in MEASURED]
            tables[path.name] = table.select(kept).to_pandas().to_parquet()
    assert len(tables) > 3
    return tables
