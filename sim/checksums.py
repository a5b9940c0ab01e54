"""Checksums of the files of a run, in a list that `sha256sum -c` reads as well.

What is written into a run's folder is entered in the list; what is read from it is compared.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

from retrainlab.sim.atomic import write_text
from retrainlab.sim.errors import DamagedFile, InputError, is_there, require

FILE = "SHA256SUMS"
SEAL = ',\n "checksum": "'
OF_ITSELF = "# checksum of the lines above: "
# What people look at, which is made of the rest at any time.
PAGE = ("report.html", "summary.md", "figures/*")


@contextmanager
def rewriting(folder: Path, *patterns: str) -> Iterator[None]:
    """Have files of a folder written anew; those whose path fits a pattern are entered afterwards.

    Meanwhile, and after an end half-way, they are not in the list, so none is taken for damaged.
    """
    listed = {name: s for name, s in _read(folder).items() if is_there(folder / name)}
    others = {name: s for name, s in listed.items() if not _fits(name, patterns)}
    _write(folder, others)
    yield
    written = [path for pattern in patterns for path in folder.glob(pattern) if path.is_file()]
    of_written = {path.relative_to(folder).as_posix(): _of(path) for path in written}
    _write(folder, others | of_written)


def verify(folder: Path, pattern: str = "*", but: Sequence[str] = ()) -> None:
    """Compare the files of a folder that fit the pattern with its list, if there is one.

    but: patterns of files that are not compared. Raises `DamagedFile` that names the first file
    that is not as it was written. One that has been removed is no error here.
    """
    for path in changed(folder, (pattern,), but):
        raise DamagedFile(
            f"{path} is not as it was written: it was damaged or changed; remove it, and what "
            "wrote it writes it anew (`retrainlab report` the page, the study's own command "
            "everything)"
        )


def changed(folder: Path, patterns: Sequence[str], but: Sequence[str] = ()) -> Iterator[Path]:
    """Yield the files in the list, of these patterns, that are not as they were written."""
    for name, checksum in _read(folder).items():
        path, asked = folder / name, _fits(name, patterns) and not _fits(name, but)
        if asked and is_there(path) and _of(path) != checksum:
            yield path


def removed(folder: Path) -> list[Path]:
    """Return the files in the list that are there no more."""
    return [folder / name for name in sorted(_read(folder)) if not (folder / name).is_file()]


def digest(data: bytes) -> str:
    """Return 32 hex digits that change with any byte."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def sealed(text: str) -> str:
    """Return a JSON object, written with an indent, with the checksum of its text as an entry."""
    body = text.rstrip().removesuffix("}").rstrip()
    return f'{body}{SEAL}{digest(body.encode())}"\n}}\n'


def unsealed(text: str) -> str:
    """Return a JSON object as it was before it was sealed; `ValueError` if any byte differs."""
    body, _, end = text.rpartition(SEAL)
    if end != f'{digest(body.encode())}"\n}}\n':
        raise ValueError("it does not fit its checksum")
    return f"{body}\n}}"


def _fits(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def _of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(folder: Path) -> dict[str, str]:
    """Return the checksums by name; none where there is no list."""
    path = folder / FILE
    if not is_there(path):
        return {}
    try:
        lines, _, own = path.read_bytes().decode().partition(OF_ITSELF)
        require(own == f"{digest(lines.encode())}\n", "it does not fit its own checksum")
        return {name: checksum for checksum, name in (x.split("  ", 1) for x in lines.splitlines())}
    except (InputError, ValueError) as error:
        raise DamagedFile(f"{path} is damaged ({error}); remove it") from error


def _write(folder: Path, checksums: Mapping[str, str]) -> None:
    path = folder / FILE
    if not checksums:
        path.unlink(missing_ok=True)
        return
    lines = "".join(f"{checksum}  {name}\n" for name, checksum in sorted(checksums.items()))
    write_text(path, f"{lines}{OF_ITSELF}{digest(lines.encode())}\n")
