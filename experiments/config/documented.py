"""What the shipped configuration says of itself: groups, choices, options and their comments.

Read from the YAML files without Hydra, so that help and completion are quick.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from retrainlab.experiments import conf
from retrainlab.experiments.config.unread import reason

FOLDER = Path(conf.__path__[0])
LINE = re.compile(r"(?P<indent> *)(?P<key>[\w.]+):(?: +(?P<value>.*?))?(?:\s+# (?P<comment>.*))?")
TIME = re.compile(r"\$\{now:[^}]*\}")
# Groups whose options are explained, at these choices; others are classes with their own.
EXPLAINED = {
    "strategy": "periodic",
    "learner": "linear",
    "world": "default",
    "prices": "default",
    "engine": "joblib",
}


class Option(NamedTuple):
    """One value of the configuration: its path, its default as text, what it is."""

    path: str
    default: str
    comment: str


def groups() -> list[str]:
    """Return the names of all groups."""
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir() and path.name[0] != "_")


def choices(group: str, folder: Path = FOLDER) -> list[str]:
    """Return the names that a group has: those that are shipped, or those in another folder."""
    return sorted(path.stem for path in (folder / group).glob("*.yaml"))


def purposes(group: str) -> dict[str, str]:
    """Return what each choice of a group is there for: the comment that its file begins with."""
    first = {name: _text(f"{group}/{name}").partition("\n")[0] for name in choices(group)}
    return {name: line.removeprefix("# ") for name, line in first.items() if line.startswith("# ")}


def root_options(root: str) -> list[Option]:
    """Return the options of a root configuration and of the one that it builds on."""
    options: dict[str, Option] = {}
    for name in _bases(root):
        for option in _read(name):
            before = options.get(option.path)
            comment = option.comment or (before.comment if before else "")
            inside = f"{option.path}."  # of a section that this value takes the place of
            options = {path: o for path, o in options.items() if not path.startswith(inside)}
            options[option.path] = option._replace(comment=comment)
    return [option for option in options.values() if option.comment]


def group_options(group: str) -> list[Option]:
    """Return the options of a group, at the choice that explains them."""
    options = _read(f"{group}/{EXPLAINED[group]}")
    return [o._replace(path=f"{group}.{o.path}") for o in options if o.comment]


def choices_of(root: str) -> dict[str, Any]:
    """Return what a root configuration chooses of each group, in its order."""
    chosen: dict[str, Any] = {}
    for name in _bases(root):
        for entry in yaml.safe_load(_text(name))["defaults"]:
            if isinstance(entry, dict):
                chosen |= {key.removeprefix("override "): value for key, value in entry.items()}
    return {group: value for group, value in chosen.items() if not group.startswith("hydra/")}


def groups_read(root: str) -> list[str]:
    """Return the groups whose choice the command of a root configuration reads."""
    return [group for group in choices_of(root) if not reason(root, group)]


def options_read(root: str, sections: Sequence[str]) -> list[Option]:
    """Return the options that a command reads: of its sections, and of the groups it explains."""
    options = [o for o in root_options(root) if o.path.split(".")[0] in sections]
    for group in (group for group in EXPLAINED if group in groups_read(root)):
        options += group_options(group)
    return [option for option in options if not reason(root, option.path)]


def _bases(root: str) -> list[str]:
    """Return the names of the root configurations that one is made of, the deepest first."""
    entries = yaml.safe_load(_text(root))["defaults"]
    below = [name for entry in entries if isinstance(entry, str) and entry != "_self_"
             for name in _bases(entry)]  # fmt: skip
    return [*below, root]


def _read(name: str) -> Iterator[Option]:
    """Yield each value of a YAML file whose line says what it is."""
    path: list[tuple[int, str]] = []
    for line in _text(name).splitlines():
        match = LINE.fullmatch(line)
        if match is None or match["key"] in ("_target_", "defaults"):
            continue
        indent = len(match["indent"])
        path = [*(step for step in path if step[0] < indent), (indent, match["key"])]
        if match["value"]:
            default = TIME.sub("TIME", match["value"])
            yield Option(".".join(key for _, key in path), default, match["comment"] or "")


def _text(name: str) -> str:
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
