"""Cache key: a hash of what determines a result: recipe, data, code and library versions."""

import hashlib
import importlib
import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from retrainlab.experiments.config import safe
from retrainlab.experiments.storage import files, own_code
from retrainlab.experiments.storage.named_files import NamedFiles, inner, texts
from retrainlab.experiments.storage.work_unit import WorkUnit
from retrainlab.sim.errors import FAILURES

FEW = 5  # names in a sentence
OURS = ("sim", "scenarios", "strategies")
PACKAGES = tuple(f"retrainlab.{name}." for name in OURS)


def digest(value: Any) -> str:
    """Return 32 hex digits of plain data and dataclasses; equal data, equal digits."""
    text = json.dumps(value, sort_keys=True, default=_plain)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _plain(value: Any) -> Any:
    return vars(value) if is_dataclass(value) else repr(value)


class CacheKey:
    """Names units; what they share is read once.

    named: the files that a configuration, or a module of the user's own, names. code: digest of
    the packages and modules that compute, and of every module of the user's own that they need.
    without_file: classes of a notebook, of which nothing tells whether they have changed.
    """

    def __init__(self) -> None:
        self.named = NamedFiles()
        self.code: dict[str, str] = {}
        self.own: dict[str, Path] = {}
        self.without_file: list[str] = []
        self.versions = {k: v for k, v in files.versions().items() if k != "retrainlab"}
        self._shared: dict[int, tuple[Any, str]] = {}
        self._targets: dict[str, dict[str, str]] = {}

    @property
    def data(self) -> dict[str, str]:
        """Fingerprint by path of every file that is named."""
        return self.named.fingerprints

    @property
    def not_covered(self) -> list[str]:
        """What no key tells, a sentence each."""
        sentences = [f"changes in the folder {text}: too many files" for text in self.named.skipped]
        if self.own:
            names = ", ".join(sorted(self.own)[:FEW]) + ", .." * (len(self.own) > FEW)
            sentences.append(f"files that {names} may open under names made at run time")
        return sentences

    def of(self, unit: WorkUnit) -> str:
        """Return the name of a unit's results."""
        recipe = unit.recipe
        self.code["retrainlab"] = _our_code(recipe.modules)
        around = [self.code["retrainlab"], self.versions]
        specific = [recipe.specific, *self._outside(recipe.specific)]
        return digest([specific, self._of_shared(recipe.shared), around])

    def _of_shared(self, value: Any) -> str:
        """Digest what many units have in common."""
        if id(value) not in self._shared:  # the object is kept, so that no other gets its id
            self._shared[id(value)] = value, digest([value, *self._outside(value)])
        return self._shared[id(value)][1]

    def _outside(self, node: Any) -> list[dict[str, str]]:
        """Return the fingerprints of the files, and the digests of the code, that a node names."""
        words = dict.fromkeys(texts(node))
        code: dict[str, str] = {}
        for target in dict.fromkeys(_targets(node)):
            code |= self._of_target(target)
        for word in words:
            if _is_dotted(word):
                code |= self._own(word)
        return [self.named.of(words) | self.named.of_queries(node), code]

    def _of_target(self, target: str) -> dict[str, str]:
        """Return the digest of the module of a `_target_` that is installed."""
        safe.require_package(target, "")
        name = target.rpartition(".")[0]
        if name == own_code.MAIN and own_code.own_file(name) is None:
            self.without_file.append(target)
        if name == own_code.MAIN or name.startswith(PACKAGES):
            return {}
        if name not in self.code and (source := _source(name)):
            self.code[name] = source
        return {name: self.code.get(name, "")}

    def _own(self, word: str) -> dict[str, str]:
        """Return the digests of the user's modules that a dotted name needs."""
        if word not in self._targets:
            modules = own_code.modules_of(word)
            self.own |= modules
            digests = {name: _of_files([path]) for name, path in modules.items()}
            self.code |= digests
            places = [self.named.beside(path, own_code.words(path)) for path in modules.values()]
            self._targets[word] = digests | {k: v for place in places for k, v in place.items()}
        return self._targets[word]


def has_own_target(node: Any) -> bool:
    """Whether a node builds anything of a class that is not of this package."""
    return any(not target.startswith("retrainlab.") for target in _targets(node))


def _is_dotted(text: str) -> bool:
    return "." in text and all(part.isidentifier() for part in text.split("."))


def _targets(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping) and isinstance(node.get("_target_"), str):
        yield node["_target_"]
    for value in inner(node):
        yield from _targets(value)


@cache
def _our_code(modules: tuple[str, ...]) -> str:
    """Digest the source that results depend on; modules: further ones of `retrainlab`."""
    root = Path(__file__).parents[2]
    sources = [path for name in OURS for path in sorted((root / name).rglob("*.py"))]
    return _of_files([*sources, *(root / f"{name.replace('.', '/')}.py" for name in modules)])


@cache
def _source(name: str) -> str:
    """Return the version of an installed module's package and the digest of its file.

    Empty where there is nothing to read. The module is imported.
    """
    try:
        file = inspect.getsourcefile(importlib.import_module(name))
    except FAILURES:  # who builds from the module says why it cannot be imported
        return ""
    source = _of_files([Path(file)]) if file and Path(file).is_file() else ""
    try:
        return f"{version(name.partition('.')[0])} {source}"
    except PackageNotFoundError:
        return source


def _of_files(paths: Iterable[Path]) -> str:
    total = hashlib.blake2b(digest_size=16)
    for path in paths:
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()
