"""The user's own code: every module that a class of the user's depends on, found and digested.

Own is what is neither of this package, nor of Python, nor installed. A module's imports are read
from its source, those inside functions too, because `from settings import LIMIT` leaves no trace in
a module that was loaded. What was loaded by name (`importlib`) from the same folder is added.
"""

import ast
import importlib.util
import site
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

MAIN = "__main__"  # the script that runs; a notebook, of which there is no file
LONGEST = 256  # characters of a text that may name a file
PARTS_OF_THIS = ("retrainlab", "hydra_plugins")
INSTALLED = {"site-packages", "dist-packages"}  # folders of packages, wherever they are


def modules_of(name: str) -> dict[str, Path]:
    """Return the files of the own modules that a module needs, itself included, by name.

    Empty for a module that is not the user's own.
    """
    known: dict[str, Path] = {}
    waiting = [name]
    while waiting:
        module = waiting.pop()
        for part in _with_parents(module):
            path = None if part in known else own_file(part)
            if path is not None:
                known[part] = path
                waiting += _imports(part, path)
    return known | _loaded_beside(known)


def words(path: Path) -> list[str]:
    """Return the texts in a module's source, which may name files that it reads."""
    nodes = ast.walk(_tree(path))
    constants = (node.value for node in nodes if isinstance(node, ast.Constant))
    return [text for text in constants if isinstance(text, str) and 0 < len(text) < LONGEST]


def own_file(name: str) -> Path | None:
    """Return the file of a module of the user's own; None for any other, and where there is none.

    Nothing is imported for it.
    """
    top, *inner = name.split(".")
    if top in PARTS_OF_THIS or top in sys.stdlib_module_names:
        return None
    file, places = _top(top)
    for step in inner:
        file, places = _inside(step, places)
    return file if file is not None and _is_own(file) else None


def _with_parents(name: str) -> list[str]:
    steps = name.split(".")
    return [".".join(steps[: i + 1]) for i in range(len(steps))]


def _top(name: str) -> tuple[Path | None, tuple[Path, ...]]:
    """Return the file of a module at the top, and the folders of its submodules."""
    loaded = sys.modules.get(name)
    if name == MAIN:
        return _file_of(loaded) if loaded is not None else None, ()
    try:
        spec = loaded.__spec__ if loaded is not None else importlib.util.find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return None, ()
    if spec is None:
        return None, ()
    file = Path(spec.origin) if spec.has_location and spec.origin else None
    return file, tuple(map(Path, spec.submodule_search_locations or ()))


def _inside(name: str, places: tuple[Path, ...]) -> tuple[Path | None, tuple[Path, ...]]:
    """Return the same of a submodule that lies in one of these folders."""
    for place in places:
        folder = place / name
        candidates = [folder / "__init__.py", *sorted(place.glob(f"{name}.*"))]
        for file in candidates:
            if file.is_file() and file.suffix in (".py", ".so", ".pyd", ".pyx"):
                return file, (folder,) if file.parent == folder else ()
        if folder.is_dir():
            return None, (folder,)
    return None, ()


def _is_own(file: Path) -> bool:
    if not INSTALLED.isdisjoint(file.parts):
        return False  # also of another environment, which a .pth file or PYTHONPATH adds
    return file.is_file() and not any(file.is_relative_to(folder) for folder in _not_own())


@cache
def _not_own() -> tuple[Path, ...]:
    """Folders of Python and of what is installed."""
    kinds = ("stdlib", "platstdlib", "purelib", "platlib")
    named = [sysconfig.get_paths()[kind] for kind in kinds]
    return tuple(map(Path, [*named, *site.getsitepackages(), site.getusersitepackages()]))


def _imports(name: str, path: Path) -> Iterator[str]:
    """Yield the names that a module's source imports; what follows `from` may be a module too."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            yield from (base, *(f"{base}.{alias.name}" for alias in node.names)) if base else ()


def _tree(path: Path) -> ast.AST:
    """Return the parsed source; empty for what is compiled, or is no Python."""
    try:
        return ast.parse(path.read_bytes() if path.suffix == ".py" else b"")
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def _absolute(node: ast.ImportFrom, package: str) -> str:
    """Return the module that stands after `from`; `from . import x` is in the package."""
    if not node.level:
        return node.module or ""
    steps = package.split(".")
    steps = steps[: len(steps) - node.level + 1]
    return ".".join([*steps, *([node.module] if node.module else [])])


def _loaded_beside(known: dict[str, Path]) -> dict[str, Path]:
    """Return own modules that are loaded and lie in the folders that the known ones come from."""
    if not known:
        return {}
    roots = {_root(name, path) for name, path in known.items()}
    loaded = {name: _file_of(module) for name, module in list(sys.modules.items())}
    return {
        name: path
        for name, path in loaded.items()
        if path is not None and _root(name, path) in roots and own_file(name) == path
    }


def _root(name: str, path: Path) -> Path | None:
    """Return the folder from which a module is imported; None for one with a made-up path."""
    depth = name.count(".") + (path.name == "__init__.py")
    return path.parents[depth] if depth < len(path.parents) else None


def _file_of(module: ModuleType) -> Path | None:
    file = getattr(module, "__file__", None)
    return Path(file) if isinstance(file, str) else None
