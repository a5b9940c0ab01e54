"""Cut the flights into a file a day: python docs/flights_by_day.py days/ [sample=0.1]."""

import sys
from pathlib import Path

from retrainlab.scenarios.tabular.paths import locate
from retrainlab.scenarios.tabular.read import read_table, sampled

FLIGHTS = "package:retrainlab.scenarios/data/flights.parquet"


def cut(folder: Path, share: float = 0.1) -> int:
    """Write the rows that scenario=flights keeps, by day; return the number of files."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = sampled(read_table(locate(FLIGHTS)), share)
    days = rows.groupby(["year", "month", "day"], sort=False)
    for (year, month, day), part in days:
        part.to_csv(folder / f"{year}-{month:02}-{day:02}.csv", index=False)
    return len(days)


if __name__ == "__main__":
    place, *rest = sys.argv[1:]
    sample = float(rest[0].removeprefix("sample=")) if rest else 0.1
    print(f"{cut(Path(place), sample)} files in {place}")
