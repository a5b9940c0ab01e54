"""Cache key: a hash of what determines a result: recipe, data, code and library versions."""

import hashlib
import importlib
import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from retrainlab.experiments.storage import files
from retrainlab.experiments.storage.work_unit import WorkUnit
from retrainlab.sim.errors import InputError

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

    data: fingerprint by path of every file that a configuration names. code: digest of the
    packages and modules that compute, and of each module of the user's own.
    """

    def __init__(self) -> None:
        self.data: dict[str, str] = {}
        self.code: dict[str, str] = {}
        self.versions = {k: v for k, v in files.versions().items() if k != "retrainlab"}
        self._shared: dict[int, tuple[Any, str]] = {}

    def of(self, unit: WorkUnit) -> str:
        """Return the name of a unit's results."""
        recipe = unit.recipe
        data = {path: self._file(path) for node in recipe.nodes for path in _texts(node)}
        self.code["retrainlab"] = _our_code(recipe.modules)
        around = [self.code["retrainlab"], self.versions]
        specific = [recipe.specific, data, self._modules(recipe.specific)]
        return digest([specific, self._of_shared(recipe.shared), around])

    def _of_shared(self, value: Any) -> str:
        """Digest what many units have in common."""
        if id(value) not in self._shared:  # the object is kept, so that no other gets its id
            self._shared[id(value)] = value, digest([value, self._modules(value)])
        return self._shared[id(value)][1]

    def _file(self, path: str) -> str:
        if path not in self.data and (fingerprint := _fingerprint(path)):
            self.data[path] = fingerprint
        return self.data.get(path, "")

    def _modules(self, node: Any) -> dict[str, str]:
        """Return the digest of the module of each `_target_`, by target."""
        return {target: self._module(target) for target in _targets(node)}

    def _module(self, target: str) -> str:
        name = target.rpartition(".")[0]
        if name.startswith(PACKAGES):
            return ""
        if name not in self.code:
            self.code[name] = _source(name)
        return self.code[name]


def _fingerprint(text: str) -> str:
    """Return the fingerprint of the file that an option names; empty if it names none."""
    from retrainlab.scenarios.tabular.read import fingerprint, locate

    try:
        return fingerprint(locate(text))
    except (InputError, OSError):
        path = Path(text)
        return fingerprint(path) if _is_file(path) else ""


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _inner(node: Any) -> Iterator[Any]:
    """Yield what a mapping, a list or a dataclass holds."""
    if isinstance(node, Mapping):
        yield from node.values()
    elif isinstance(node, list | tuple):
        yield from node
    elif is_dataclass(node):
        yield from vars(node).values()


def _texts(node: Any) -> Iterator[str]:
    """Yield texts in a node that may name a file."""
    if isinstance(node, str) and len(node) < 4096 and ("." in node or "/" in node):
        yield node
    for value in _inner(node):
        yield from _texts(value)


def _targets(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping) and isinstance(node.get("_target_"), str):
        yield node["_target_"]
    for value in _inner(node):
        yield from _targets(value)


@cache
def _our_code(modules: tuple[str, ...]) -> str:
    """Digest the source that results depend on; modules: further ones of `retrainlab`."""
    root = Path(__file__).parents[2]
    sources = [path for name in OURS for path in sorted((root / name).rglob("*.py"))]
    return _of_files([*sources, *(root / f"{name.replace('.', '/')}.py" for name in modules)])


@cache
def _source(name: str) -> str:
    """Digest the file of a module; empty where there is none to read."""
    try:
        file = inspect.getsourcefile(importlib.import_module(name))
    except (ImportError, TypeError, ValueError):
        return ""
    return _of_files([Path(file)]) if file and Path(file).is_file() else ""


def _of_files(paths: Iterable[Path]) -> str:
    total = hashlib.blake2b(digest_size=16)
    for path in paths:
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()
