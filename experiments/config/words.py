"""The words of a command line before Hydra reads them: checked one by one, whole nodes replaced."""

import argparse
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from hydra._internal.utils import get_args_parser
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import (
    ChoiceSweep,
    Glob,
    Override,
    OverrideType,
    QuotedString,
)
from omegaconf import DictConfig

from retrainlab.experiments.config.base import NAMED, base_config, select
from retrainlab.experiments.config.documented import choices, groups
from retrainlab.experiments.config.overrides import override as written
from retrainlab.experiments.config.results_folder import require_one_folder
from retrainlab.experiments.config.unread import require_read
from retrainlab.sim.errors import InputError, require

KEY = re.compile(r"[+~]{0,2}[\w$][\w$/@.:-]*")
PLAIN = re.compile(r"[\w/\-\\+.$%*@?|: ]", re.ASCII)
MODES = ("run", "multirun", "cfg", "info", "shell_completion")
LONGEST = 200  # letters of a key
OPEN = ("grid", "search", "follows")  # nodes that take any key
ANYTHING = "a list is written [a,b], a mapping {key:value}, and other text stands in quotes"


def prepared(words: Sequence[str], root: str) -> list[str]:
    """Return the words for Hydra; `InputError` names the first that it could not read.

    A mapping or a list in place of a whole node replaces that node; `~/` is the home folder.
    """
    flags = _flags(words)
    typed = list(flags.overrides)
    parsed = [_parsed(word) for word in typed]
    keys = {o.key_or_group: word for o, word in zip(parsed, typed, strict=True)}
    require_one_folder(keys, bool(flags.multirun))
    for key, word in keys.items():
        require_read(root, key, word)
    base = _Base(words, root)
    ready = {
        word: list(_ready(override, flags.multirun, base))
        for word, override in zip(typed, parsed, strict=True)
    }
    # Hydra takes no flag between overrides, and before them `--info` would take one for its value.
    flagged = [word for word in words if word not in ready]
    return [*(part for word in typed for part in ready[word]), *flagged]


def _flags(words: Sequence[str]) -> argparse.Namespace:
    """Read the words as Hydra does; `InputError` where it would print its usage and exit."""

    def refuse(message: str) -> NoReturn:
        raise InputError(f"{message}; see retrainlab --help")

    parser: Any = get_args_parser()
    parser.error = refuse
    namespace: argparse.Namespace = parser.parse_intermixed_args(list(words))
    modes = [getattr(namespace, mode) for mode in MODES]
    alone = "only one of --run, -m, --cfg and --info can be asked for at once"
    require(sum(map(bool, modes)) <= 1, alone)
    return namespace


@dataclass
class _Base:
    """What is composed of the choices, once a word asks for it."""

    words: Sequence[str]
    root: str
    config: DictConfig | None = None

    def node(self, path: str) -> Any:
        """Return the node at a path, None where there is none."""
        if self.config is None:
            self.config = base_config(self.words, self.root)
        return select(self.config, path)


def _parsed(word: str) -> Override:
    """Return the override; `InputError` says how it is to be written."""
    key, sign, value = word.partition("=")
    if not sign and not word.startswith("~"):
        raise InputError(f"{word!r} is no override; write key=value, as in seeds=5")
    if not KEY.fullmatch(key):
        raise InputError(f"{word!r} is no override: {key!r} is no name of an option")
    # Hydra looks for a file of this name.
    require(len(key) <= LONGEST, f"{key[:40]}... has more than {LONGEST} letters before its =")
    if value.startswith("~/") or value == "~":
        word = f'{key}="{value}"'
    try:
        return OverridesParser.create().parse_override(word)
    except Exception as error:  # the grammar's own errors, and those of functions such as range
        raise InputError(_unreadable(key, value)) from error


def _unreadable(key: str, value: str) -> str:
    """Say how a value that Hydra cannot read is to be written."""
    if value[:1] in ("[", "{", "(", "'", '"'):
        return f"the value of {key}={value} cannot be read; {ANYTHING}"
    quoted = f'{key}="{value}"' if '"' not in value and "\\" not in value else ""
    if not _is_text(quoted, value):
        quoted = written(key, value)
    if not _is_text(quoted, value):
        return f"the value of {key}={value} cannot be read; {ANYTHING}"
    remedy = f"'{quoted}'" if "'" not in quoted else shlex.quote(quoted)
    special = next((letter for letter in value if not PLAIN.fullmatch(letter)), "")
    why = f"has {special!r} in its value" if special else "cannot be read as it stands"
    return f"{key}={value} {why}; put the value in quotes: {remedy}"


def _is_text(word: str, value: str) -> bool:
    """Whether the word sets this very text."""
    try:
        return bool(OverridesParser.create().parse_override(word).value() == value)
    except Exception:
        return False


def _ready(override: Override, multirun: bool, base: _Base) -> Iterator[str]:
    """Yield what Hydra is given for one override."""
    word = str(override.input_line)
    if override.is_delete():
        yield word
        return
    if override.is_sweep_override():
        require(multirun or _is_hydras(override), _without_m(override))
    values = _values(override)
    if override.key_or_group in groups():
        for value in values:
            _require_choice(override, value)
        if override.type == OverrideType.CHANGE and isinstance(values[0], dict):
            yield from _options(override, base)
            return
    elif override.type == OverrideType.CHANGE and any(isinstance(v, dict | list) for v in values):
        yield from _whole(word, override.key_or_group, values, base)
        return
    yield word


def _is_hydras(override: Override) -> bool:
    return override.key_or_group.startswith("hydra")


def _without_m(override: Override) -> str:
    key, _, value = str(override.input_line).partition("=")
    if not isinstance(override._value, ChoiceSweep) or not override._value.simple_form:
        return f"{key}={value} is a sweep, which needs -m"
    if key in groups() and key not in NAMED:
        return f"{key}={value} names several, and {key} takes one; sweep them: -m {key}={value}"
    return (
        f"{key}={value} names several values; write '{key}=[{value}]' for a list, put text that "
        "holds a comma in quotes, or sweep the values with -m"
    )


def _values(override: Override) -> list[Any]:
    """Return the values that an override names, as plain data: of a sweep each of its choice."""
    value = override._value
    if isinstance(value, ChoiceSweep):
        return [_plain(one) for one in value.list] or [""]
    if isinstance(value, Glob):  # files of the user's own may match as well
        return [",".join(value.include)]
    return [override.value()] if not override.is_sweep_override() else [""]


def _plain(value: Any) -> Any:
    if isinstance(value, QuotedString):
        return value.text
    if isinstance(value, dict):
        return {_plain(key): _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value


def _require_choice(override: Override, value: Any) -> None:
    """Refuse a list for a group that takes one name, and no name where one is needed."""
    group, word = override.key_or_group, override.input_line
    require(
        isinstance(value, str | list | dict) or value is None,
        f"{word} names no {group}; choose one of {', '.join(choices(group))}",
    )
    if group in NAMED or group == "experiment":
        return
    several = ",".join(map(str, value)) if isinstance(value, list) else ""
    require(
        not isinstance(value, list),
        f"{word} is a list, and {group} takes one name"
        + (f"; to compare several, sweep them: -m {group}={several}" if several else ""),
    )
    require(
        value not in (None, ""),
        f"{word} leaves no {group}; choose one of {', '.join(choices(group))}",
    )


def _options(override: Override, base: _Base) -> Iterator[str]:
    """Yield the options of a group that are given as a mapping, one by one."""
    group, value = override.key_or_group, override.value()
    assert isinstance(value, dict)
    for name, part in value.items():
        path = f"{group}.{name}"
        if isinstance(part, dict | list):
            yield from _whole(written(path, part), path, [part], base)
        else:
            yield written(path, part)


def _whole(word: str, path: str, values: Sequence[Any], base: _Base) -> Iterator[str]:
    """Yield what sets a whole node, which Hydra would merge with the one that is there."""
    node = base.node(path)
    if not isinstance(node, DictConfig):
        yield word
    elif any(isinstance(v, list) or "_target_" in v for v in values if isinstance(v, dict | list)):
        yield from (f"~{path}", f"+{word}")
    elif path.rpartition(".")[2] in OPEN or "_target_" in node or not node:
        yield f"++{word}"
    else:
        yield word
