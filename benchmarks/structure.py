"""The structure of a checkout: rooms, their modules and lines, and the import arrows between them.

`python -m benchmarks.structure [ROOT]` prints a row a room; ROOT: a checkout, this one if none.
A room is a folder of modules; an arrow stands for all imports of one module by another.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "retrainlab"
TOPS = ("sim", "scenarios", "strategies", "experiments", "reports")


def modules(root: Path) -> dict[str, Path]:
    """Return the files of all modules by dotted name, as `sim.replay.loop`."""
    paths = (path for top in TOPS for path in sorted((root / top).rglob("*.py")))
    return {_name(path.relative_to(root)): path for path in paths}


def imports(root: Path) -> Counter[tuple[str, str]]:
    """Count the imports of one module by another; both by dotted name."""
    known = modules(root)
    return Counter(
        (name, target)
        for name, path in known.items()
        for target in _imported(path, known)
        if target != name
    )


def room(name: str, root: Path) -> str:
    """Return the folder that a module lies in, or that a package is, as `sim.replay`."""
    return name if (root / name.replace(".", "/")).is_dir() else name.rpartition(".")[0]


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """Yield the modules of the project that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            plain = name.removeprefix(f"{PACKAGE}.")
            yield from dict.fromkeys(_longest(plain, known))


def _longest(name: str, known: dict[str, Path]) -> list[str]:
    while name and name not in known:
        name = name.rpartition(".")[0]
    return [name] if name else []


def main(root: Path) -> None:
    """Print modules, lines and arrows of each room, and the sums."""
    known, arrows = modules(root), imports(root)
    rooms = sorted({room(name, root) for name in known})
    print(f"{'room':32} {'modules':>7} {'lines':>6} {'inside':>7} {'out':>5}  imports from")
    totals = [0, 0, 0, 0]
    for each in rooms:
        paths = [path for name, path in known.items() if room(name, root) == each]
        lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)
        mine = [b for a, b in arrows if room(a, root) == each]
        others = sorted({room(b, root) for b in mine} - {each})
        inside = sum(room(b, root) == each for b in mine)
        row = [sum(path.name != "__init__.py" for path in paths), lines, inside, len(mine) - inside]
        totals = [a + b for a, b in zip(totals, row, strict=True)]
        print(f"{each:32} {row[0]:7} {row[1]:6} {row[2]:7} {row[3]:5}  {', '.join(others)}")
    print(f"{'all':32} {totals[0]:7} {totals[1]:6} {totals[2]:7} {totals[3]:5}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1])
