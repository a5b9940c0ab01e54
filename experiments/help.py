"""Help: what `--help` prints, for the whole command line and for each command.

The options are read from the YAML of the configuration: its values are the defaults, and the
comment beside a value says what it is. Hydra is not imported, so that help is quick.
"""

import re
import textwrap
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from retrainlab.experiments.commands import TABLE, Command

WIDTH = 80
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
FLAGS = (
    ("-m", "sweep: values by commas, as in learner=linear,tree"),
    ("--config-dir DIR", "configuration files of your own, by group: DIR/scenario/mine.yaml"),
    ("--cfg job", "print the whole configuration, and run nothing"),
    ("--safe", "build classes of retrainlab, scikit-learn and River only"),
)
GLOBAL_EXAMPLES = (
    ("retrainlab", "the default study"),
    ("retrainlab scenario=gradual seeds=20 prices.fit=50", "a question of your own"),
    ("retrainlab optimize scenario=flights", "the best interval, and how sure it is"),
    ("retrainlab inspect data.csv target=y", "how your file is read"),
    ("retrainlab report runs/NAME", "rebuild a report, without a replay"),
)


class Option(NamedTuple):
    """One value of the configuration: its path, its default as text, what it is."""

    path: str
    default: str
    comment: str


def overview() -> str:
    """Return the help of the whole command line: a line a command, the groups, examples."""
    return "\n".join(
        [
            "retrainlab - how often, on what data, and when not, should a model be retrained?",
            "",
            "Usage: retrainlab [COMMAND] ...   without a command: run",
            "",
            "Commands (retrainlab COMMAND --help tells more of each)",
            *_columns([(command.name, command.help) for command in TABLE]),
            "",
            *_groups("config"),
            "",
            "Examples",
            *_columns(list(GLOBAL_EXAMPLES)),
        ]
    )


def of_command(command: Command) -> str:
    """Return the help of one command: usage, options with their defaults, groups, examples."""
    parts = [f"Usage: retrainlab {command.name} {command.usage}", *_wrapped(command.help)]
    if command.arguments:
        parts += ["", *_columns(list(command.arguments))]
    if command.config is not None:
        parts += ["", "Options, with their defaults", *_options(command)]
        parts += ["", *_groups(command.config), "", "Flags", *_columns(list(FLAGS))]
    if command.examples:
        parts += ["", "Examples", *(f"  {example}" for example in command.examples)]
    return "\n".join(parts)


def _options(command: Command) -> list[str]:
    """Return the lines of the options: of the command, and of the groups that it chooses."""
    assert command.config is not None
    options = [o for o in root_options(command.config) if o.path.split(".")[0] in command.sections]
    chosen = choices_of(command.config)
    for group in (group for group in EXPLAINED if group in chosen):
        options += group_options(group)
    return _columns([(f"{o.path}={o.default}", o.comment) for o in options])


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
    return (files("retrainlab.experiments.conf") / f"{name}.yaml").read_text(encoding="utf-8")


def _groups(root: str) -> list[str]:
    """Return the groups that can be chosen, with their choices."""
    lines = ["Groups: choose with group=name, or 'group=[name,name]'"]
    for group in choices_of(root):
        folder = files("retrainlab.experiments.conf") / group
        names = sorted(p.name.removesuffix(".yaml") for p in folder.iterdir())
        lines += _columns([(group, ", ".join(names))], 12)
    return lines


def _columns(pairs: list[tuple[str, str]], width: int = 0) -> list[str]:
    """Return two columns; a first entry that is too long stands on a line of its own."""
    width = width or min(34, max(len(first) for first, _ in pairs) + 2)
    lines = []
    for first, second in pairs:
        rest = textwrap.wrap(second, WIDTH - 2 - width, break_on_hyphens=False) or [""]
        if len(first) >= width:
            lines.append(f"  {first}")
            first = ""
        lines += [f"  {head:{width}}{text}".rstrip() for head, text in
                  zip([first, *[""] * len(rest)], rest, strict=False)]  # fmt: skip
    return lines


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)
