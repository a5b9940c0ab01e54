"""Paths of a table: a file, a pattern, a folder or a file of a package; and their fingerprint."""

import hashlib
import re
from glob import glob
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

from retrainlab.sim.errors import InputError, require

PACKAGE = "package:"
TEXTS = (".csv", ".tsv", ".txt")
PACKED = ("", ".gz", ".bz2", ".xz", ".zip", ".zst")
PARQUET = (".parquet", ".pq", ".parquet.gz", ".parquet.gzip", ".parquet.snappy")
JSON = tuple(kind + packed for kind in (".jsonl", ".ndjson", ".json") for packed in PACKED)
DESCRIPTIONS = tuple(".json" + packed for packed in PACKED)
SUFFIXES = (*(text + packed for text in TEXTS for packed in PACKED), *JSON, *PARQUET)
BARE = PACKED[1:]  # of a file called visits.zip, which holds a text
SHOWN = (
    ".csv, .tsv, .txt, .jsonl, .ndjson or .json (also as .gz, .bz2, .xz, .zip, .zst), .parquet or "
    ".pq"
)
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
NO_PARTITION = "__HIVE_DEFAULT_PARTITION__"


def locate(path: str) -> Path:
    """Return where the table lies: a file, a folder, or a pattern such as `logs/*.csv`.

    `package:NAME/data/x.csv` is a file of an installed package. A relative path is relative to the
    current folder. Raises InputError unless there are files with a suffix that can be read.
    """
    require(
        not ADDRESS.match(path),
        f"path is {_without_secrets(path)!r}, an address; download the file first, and name a "
        "path of this computer (a database needs scenario.file.query as well)",
    )
    place = _in_package(path) if path.startswith(PACKAGE) else _at_home(path)
    if _is_pattern(place) or place.is_dir():
        # A bare word may be anything, such as the name of a scenario.
        require(
            "/" in path or path.lower().endswith(SUFFIXES),
            f"path {path!r} is a folder or a pattern; write ./{path}",
        )
        members(place)
        return place
    spreadsheet = place.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods")
    require(
        _is_table(place.name),
        f"path is {path!r}; a file must end in {SHOWN}" + "; save the sheet as CSV" * spreadsheet,
    )
    require(place.exists(), f"path {path!r} does not exist (looked for {place.absolute()})")
    return place


def _at_home(path: str) -> Path:
    """Return a path in which ~ is a home folder; `InputError` for one that there is not."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise InputError(
            f"path {path!r} begins with the home folder of a user that there is not; write ./ "
            "before a name that begins with ~"
        ) from None


def _without_secrets(address: str) -> str:
    """Return an address without its user, password and options."""
    return re.sub(r"//[^/]*@", "//", address.partition("?")[0])


def _is_table(name: str) -> bool:
    lower = name.lower()
    return lower.endswith(SUFFIXES) or (lower.endswith(BARE) and ".tar." not in lower)


def _is_pattern(place: Path) -> bool:
    return any(mark in str(place) for mark in "*?[") and not place.exists()


def members(place: Path) -> list[Path]:
    """Return the files of a place in the order of their names, in which 9 comes before 10.

    Raises InputError if there are none.
    """
    if place.is_file():
        return [place]
    if place.is_dir():
        inside = [path for path in place.rglob("*") if not _is_hidden(path.relative_to(place))]
        kind = f"folder {str(place)!r} holds"
    else:
        inside = [Path(name) for name in glob(str(place), recursive=True)]
        kind = f"pattern {str(place)!r} matches"
    tables = [p for p in inside if p.is_file() and p.name.lower().endswith(SUFFIXES)]
    require(bool(tables), f"path: the {kind} no file that ends in {SHOWN}")
    # Beside tables of another kind, .json is what describes them.
    chosen = [p for p in tables if not p.name.lower().endswith(DESCRIPTIONS)] or tables
    return sorted(chosen, key=_natural)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.parts)


def _natural(path: Path) -> list[tuple[int, str]]:
    """Key by which paths are sorted: digits count as numbers."""
    parts = re.split(r"(\d+)", str(path))
    return [(int(part), "") if k % 2 else (-1, part) for k, part in enumerate(parts)]


def partitions(file: Path, place: Path) -> dict[str, str | None]:
    """Return the columns that the folders of a file name, as in `day=2024-03-01/part.parquet`."""
    root = place if place.is_dir() else Path()
    parts = file.relative_to(root).parts[:-1] if file.is_relative_to(root) else file.parts[:-1]
    pairs = (part.split("=", 1) for part in parts if "=" in part)
    return {name: None if value == NO_PARTITION else unquote(value) for name, value in pairs}


def _in_package(path: str) -> Path:
    package, _, inside = path.removeprefix(PACKAGE).partition("/")
    try:
        return Path(str(files(package))) / inside
    except (ModuleNotFoundError, ValueError):
        raise InputError(
            f"path {path!r} names the package {package!r}, which is not installed"
        ) from None


def fingerprint(place: Path) -> str:
    """Return the first 16 hex digits of the SHA-256 of the file, or of those of all files."""
    chosen = members(place)
    digests = [_digest(file) for file in chosen]
    if len(chosen) == 1 and chosen[0] == place:
        return digests[0][:16]
    lines = (f"{file}\0{digest}\n" for file, digest in zip(chosen, digests, strict=True))
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
