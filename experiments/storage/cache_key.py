"""What determines a result, as a short name: the recipe, the data, the code and its libraries."""

import hashlib
import importlib
import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from retrainlab.experiments.storage import files
from retrainlab.experiments.study.cells import Cell
from retrainlab.experiments.study.group import Group
from retrainlab.sim.errors import InputError

OURS = ("sim", "scenarios", "strategies")
PACKAGES = tuple(f"retrainlab.{name}." for name in OURS)
WORK = (  # of experiments
    "config/build",
    "engines/threads",
    "storage/artifact",
    "storage/shared_stream",
    "study/cells",
    "study/context",
    "study/group",
    "study/group_tables",
    "study/labels",
)
IGNORED = ("cells", "memo_bytes", "shelf")  # these say how, or have a digest of their own


def digest(value: Any) -> str:
    """Return 32 hex digits of plain data; equal data, equal digits."""
    text = json.dumps(value, sort_keys=True, default=repr)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


class CacheKey:
    """Names groups; what they share is read once.

    data: fingerprint by path of every file that a scenario names. code: of the packages that
    compute, and of each class of the user's own.
    """

    def __init__(self) -> None:
        self.data: dict[str, str] = {}
        self.code: dict[str, str] = {"retrainlab": _own_code()}
        self.versions = {k: v for k, v in files.versions().items() if k != "retrainlab"}
        self._cells: dict[int, tuple[tuple[Cell, ...], str]] = {}

    def of(self, group: Group) -> str:
        """Return the name of a group's results."""
        recipe = {f.name: getattr(group, f.name) for f in fields(group) if f.name not in IGNORED}
        recipe["known"] = sorted(group.known)
        plain = {k: vars(v) if hasattr(v, "__dataclass_fields__") else v for k, v in recipe.items()}
        nodes = [group.node, group.learner, group.loss]
        seen = {
            "data": {path: self._file(path) for path in _texts(group.node)},
            "own": {name: self._module(name) for node in nodes for name in _targets(node)},
        }
        around = [self.code["retrainlab"], self.versions]
        return digest([plain, seen, self._of_cells(group.cells), around])

    def _of_cells(self, cells: tuple[Cell, ...]) -> str:
        """Digest the cells, which many groups have in common."""
        if id(cells) not in self._cells:
            parts = [[c.strategy, c.label, c.node, c.parameters] for c in cells]
            own = {name: self._module(name) for c in cells for name in _targets(c.node)}
            self._cells[id(cells)] = cells, digest([parts, own])
        return self._cells[id(cells)][1]

    def _file(self, path: str) -> str:
        if path not in self.data and (found := _fingerprint(path)):
            self.data[path] = found
        return self.data.get(path, "")

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


def _texts(node: Any) -> Iterator[str]:
    """Yield texts in a node that may name a file."""
    if isinstance(node, str):
        if len(node) < 4096 and ("." in node or "/" in node):
            yield node
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _texts(value)


def _targets(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("_target_"), str):
            yield node["_target_"]
        for value in node.values():
            yield from _targets(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _targets(value)


@cache
def _own_code() -> str:
    """Digest the source that results depend on."""
    root = Path(__file__).parents[1]
    files = [path for name in OURS for path in sorted((root.parent / name).rglob("*.py"))]
    return _of_files([*files, *(root / f"{name}.py" for name in WORK)])


@cache
def _source(name: str) -> str:
    """Digest the file of a module; empty where there is none to read."""
    try:
        file = inspect.getsourcefile(importlib.import_module(name))
    except (ImportError, TypeError, ValueError):
        return ""
    return _of_files([Path(file)]) if file and Path(file).is_file() else ""


def _of_files(files: Iterable[Path]) -> str:
    total = hashlib.blake2b(digest_size=16)
    for file in files:
        total.update(file.name.encode() + b"\0" + file.read_bytes())
    return total.hexdigest()
