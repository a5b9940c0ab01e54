"""Reading a table from disk, CSV or Parquet, with one sentence for each error."""

import hashlib
import warnings
import zlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.errors import ParserWarning

from retrainlab.sim.errors import InputError, require

PACKAGE = "package:"
SUFFIXES = (".csv", ".csv.gz", ".parquet")
# Row numbers that pandas leaves behind when a frame is saved with its index: they encode
# elapsed time and are never a feature.
SAVED_INDEX = ("Unnamed: 0", "__index_level_0__")


def locate(path: str) -> Path:
    """Return where the file lies; `package:NAME/data/x.csv` is a file of an installed package.

    A relative path is relative to the current folder. Raises InputError unless it is a file with a
    suffix that can be read.
    """
    place = _in_package(path) if path.startswith(PACKAGE) else Path(path).expanduser()
    require(
        place.name.lower().endswith(SUFFIXES),
        f"path is {path!r}; a file must end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}",
    )
    require(place.exists(), f"path {path!r} does not exist (looked for {place.absolute()})")
    require(place.is_file(), f"path {path!r} is a folder; name a CSV or Parquet file")
    return place


def _in_package(path: str) -> Path:
    package, _, inside = path.removeprefix(PACKAGE).partition("/")
    try:
        return Path(str(files(package))) / inside
    except (ModuleNotFoundError, ValueError):
        raise InputError(
            f"path {path!r} names the package {package!r}, which is not installed"
        ) from None


def fingerprint(path: Path) -> str:
    """Return the first 16 hex digits of the file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def read_table(path: Path, texts: Sequence[str] = ()) -> pd.DataFrame:
    """Return the table with rows numbered from 0, without row numbers saved by pandas.

    texts: columns of a CSV that are texts even where all of them look like numbers.

    Raises InputError if the file is empty, cannot be read or is not what its suffix says.
    """
    try:
        frame = _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path, texts)
    except pd.errors.EmptyDataError:
        raise InputError(f"{path.name} is empty; it needs a header line and rows") from None
    except (OSError, EOFError, ValueError, ParserWarning, zlib.error) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(". ")
        raise InputError(f"{path.name} cannot be read: {reason}") from None
    frame.columns = frame.columns.map(str)
    require(len(frame) > 0, f"{path.name} has a header and no rows")
    names = frame.columns
    twice = names[names.duplicated()]
    require(
        twice.empty, f"{path.name} has two columns called {next(iter(twice), '')!r}; rename one"
    )
    return frame.drop(columns=[name for name in SAVED_INDEX if name in names])


def sampled(frame: pd.DataFrame, share: float) -> pd.DataFrame:
    """Keep the rows whose position hashes below the share: a row's fate depends on no other."""
    if share >= 1:
        return frame
    keys = pd.util.hash_array(np.arange(len(frame), dtype=np.uint64))
    return frame[keys < np.uint64(share * 2**64)]


def _csv(path: Path, texts: Sequence[str]) -> pd.DataFrame:
    with warnings.catch_warnings():
        # Rows longer than the header would be cut, or shifted into an index, with a mere warning.
        warnings.simplefilter("error", ParserWarning)
        types = dict.fromkeys(texts, "str")
        frame = pd.read_csv(path, low_memory=False, index_col=False, dtype=types)
    only = str(frame.columns[0])
    if len(frame.columns) == 1 and any(mark in only for mark in ";\t|"):
        raise ValueError(f"it has one column, {only!r}; separate columns by commas")
    return frame


def _parquet(path: Path) -> pd.DataFrame:
    import pyarrow.parquet as pq

    # Half the memory: nothing is read ahead, and a column is freed as soon as it is converted.
    table = pq.read_table(path, pre_buffer=False)
    return table.to_pandas(ignore_metadata=True, split_blocks=True, self_destruct=True)
