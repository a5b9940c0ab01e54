"""Files that a configuration names, wherever it does: their content is part of a cache key."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from glob import has_magic, iglob
from itertools import islice
from pathlib import Path
from typing import Any

from retrainlab.experiments.storage.files import LOCK
from retrainlab.sim.errors import InputError

LONGEST = 4096  # characters of a path
MOST = 10_000  # files of a folder that are read for a key


class NamedFiles:
    """Fingerprints by the text that names the file, each read once.

    skipped: folders with too many files to be read.
    """

    def __init__(self) -> None:
        self.fingerprints: dict[str, str] = {}
        self.skipped: list[str] = []
        self._known: dict[str, str] = {}
        self._guesses: dict[tuple[str, Path], str] = {}

    def of(self, words: Iterable[str]) -> dict[str, str]:
        """Return the fingerprint of each word that names a file."""
        named = {text: self._of_text(text) for text in words}
        named = {text: fingerprint for text, fingerprint in named.items() if fingerprint}
        self.fingerprints |= named
        return named

    def beside(self, module: Path, words: Iterable[str]) -> dict[str, str]:
        """Return the same of words in a module's source, which may lie beside it as well.

        Any text may look like the name of a folder, so that no more than MOST files are listed.
        """
        names = [word for word in words if word.strip("./")]
        here = {word: (word, Path(word)) for word in names}
        near = {f"{word} beside {module.name}": (word, module.parent / word) for word in names}
        named = {name: self._of_guess(*guess) for name, guess in (here | near).items()}
        named = {name: fingerprint for name, fingerprint in named.items() if fingerprint}
        self.fingerprints |= named
        return named

    def of_queries(self, node: Any) -> dict[str, str]:
        """Return the fingerprint of the rows of each query of a database that a node names."""
        from retrainlab.scenarios.tabular.source import source_of

        for url, query in queries(node):
            name = f"{url}: {query}"
            if name not in self._known:
                self._known[name] = source_of(url, query).fingerprint
            self.fingerprints[name] = self._known[name]
        return {f"{url}: {query}": self._known[f"{url}: {query}"] for url, query in queries(node)}

    def _of_text(self, text: str) -> str:
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text: str) -> str:
        from retrainlab.scenarios.tabular.paths import fingerprint, locate

        try:
            return fingerprint(locate(text))
        except (InputError, OSError, ValueError):
            pass
        try:
            path = Path(text).expanduser()
            if path.is_file():
                return fingerprint(path)
            return self._of_folder(text, path) if os.sep in text and path.is_dir() else ""
        except (OSError, ValueError, RuntimeError):
            return ""

    def _of_guess(self, word: str, path: Path) -> str:
        """Return the fingerprint of what a word in a source may name; "" where it names nothing."""
        if (word, path) not in self._guesses:
            try:
                self._guesses[word, path] = self._of_place(word, path.expanduser())
            except (OSError, ValueError, RuntimeError):
                self._guesses[word, path] = ""
        return self._guesses[word, path]

    def _of_place(self, word: str, path: Path) -> str:
        from retrainlab.scenarios.tabular.paths import PACKAGE, SUFFIXES, fingerprint

        if word.startswith(PACKAGE):
            return self._of_text(word)
        place = path.absolute()
        if place.is_relative_to("/proc") or place == Path(tempfile.gettempdir()):
            return ""  # other content at every look
        if path.is_file():
            return fingerprint(path)
        if path.is_dir() and os.sep in word:
            return self._of_folder(word, path)
        tables = (file for file in _files(path) if file.name.lower().endswith(SUFFIXES))
        if path.is_dir() and path != Path(word):  # a bare word, beside the module
            return self._of_files(word, path, tables)
        if has_magic(word) and (os.sep in word or word.lower().endswith(SUFFIXES)):
            return self._of_files(word, Path(), map(Path, iglob(str(path))))
        return ""

    def _of_folder(self, text: str, folder: Path) -> str:
        """Return what changes with any file in a folder; a bare word is no name of a folder."""
        return self._of_files(text, folder, _files(folder))

    def _of_files(self, text: str, root: Path, found: Iterable[Path]) -> str:
        files = sorted(islice(found, MOST + 1))
        if len(files) > MOST:
            if text not in self.skipped:
                self.skipped.append(text)
            return ""
        total = hashlib.sha256()
        files = [path for path in files if path.is_file()]
        for path in files:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            total.update(f"{os.path.relpath(path, root)}\0{content}\n".encode())
        return total.hexdigest()[:16] if files else ""


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder, without those of runs, which a study writes itself.

    The folder of a study that has only begun holds nothing but its lock.
    """
    for place, folders, names in os.walk(folder):
        if not {"study.json", LOCK}.isdisjoint(names):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (Path(place) / name for name in sorted(names))


def inner(node: Any) -> Iterator[Any]:
    """Yield what a mapping, a list or a dataclass holds."""
    if isinstance(node, Mapping):
        yield from node.values()
    elif isinstance(node, list | tuple):
        yield from node
    elif is_dataclass(node):
        yield from vars(node).values()


def queries(node: Any) -> Iterator[tuple[str, str]]:
    """Yield the address and the query of each scenario in a node that reads a database."""
    if isinstance(node, Mapping):
        url, query = node.get("path"), node.get("query")
        if isinstance(url, str) and isinstance(query, str):
            yield url, query
    for value in inner(node):
        yield from queries(value)


def texts(node: Any) -> Iterator[str]:
    """Yield texts in a node that may name a file."""
    if isinstance(node, str) and 0 < len(node) < LONGEST:
        yield node
    for value in inner(node):
        yield from texts(value)
