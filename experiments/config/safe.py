"""`--safe`: a configuration of unknown origin builds classes of known packages only.

A `_target_` is a program otherwise: it may name anything that Python can import.
"""

import inspect
import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from retrainlab.sim.errors import InputError, require

FLAG = "--safe"
VARIABLE = "RETRAINLAB_SAFE"  # in the environment, which workers of joblib inherit
PACKAGES = ("retrainlab", "sklearn", "river")
FOLDERS = ("--config-dir", "-cd")
# Hydra builds what its own node names before any of our code; where results go is harmless.
HARMLESS = ("hydra.run.dir", "hydra.sweep.dir", "hydra.job.chdir")
SWEEP = ("-m", "--multirun")
SHOW = ("-c", "--cfg", "-p", "--package", "--resolve", "-h", "--help")
OPTIONS = (*FOLDERS, *SWEEP, *SHOW)
PACKAGE_LINE = re.compile(r"(?m)^\s*#\s*@package\s+(\S+)")


def switch_on(words: Sequence[str]) -> None:
    """Have this process be safe; `InputError` names the first word that `--safe` does not allow.

    words: of the command line, without the flag.
    """
    os.environ[VARIABLE] = "1"
    _require_no_programs(words)


def carried(work: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the same work, which is as safe in a process of another machine as it is here."""
    return partial(_safely, work) if os.environ.get(VARIABLE) else work


def _safely(work: Callable[[Any], Any], item: Any) -> Any:
    """Do the work while this process is safe, which may serve others afterwards."""
    before = os.environ.get(VARIABLE, "")
    os.environ[VARIABLE] = "1"
    try:
        return work(item)
    finally:
        os.environ[VARIABLE] = before


def require_package(name: str, path: str) -> None:
    """Where the process is safe, refuse a name outside of PACKAGES, before it is imported."""
    _require(name.partition(".")[0] in PACKAGES, name, path)


def require_class(target: Any, name: str, path: str) -> None:
    """Where the process is safe, refuse what is no class, or is imported from elsewhere."""
    home = getattr(target, "__module__", "").partition(".")[0]
    _require(inspect.isclass(target) and home in PACKAGES, name, path)


def _require(allowed: bool, name: str, path: str) -> None:
    require(
        allowed or not os.environ.get(VARIABLE),
        f"{path or 'the configuration'}: _target_ is {name!r}, and with {FLAG} it must be a class "
        f"of {', '.join(PACKAGES)}",
    )


def _require_no_programs(words: Sequence[str]) -> None:
    """Refuse what has Hydra itself build something: its overrides, and files that set its node."""
    for word in words:
        key = word.partition("=")[0]
        name = key.lstrip("+~").partition("@")[0]
        is_open = name in HARMLESS or not name.startswith("hydra")
        require(
            key in OPTIONS if word.startswith("-") else is_open,
            f"{word} changes how Hydra works, which {FLAG} does not allow",
        )
    for file in own_files(words):
        require(
            not _names_hydra(file),
            f"{file} changes how Hydra works, which {FLAG} does not allow",
        )


def own_files(words: Sequence[str]) -> Iterator[Path]:
    """Yield the files in the folders of configuration that the words name."""
    for folder in _folders(words):
        yield from _files(folder)


def _folders(words: Sequence[str]) -> Iterator[str]:
    """Folders of configuration files that the words name, as one word or as two."""
    for word, after in zip(words, [*words[1:], ""], strict=True):
        name, sign, value = word.partition("=")
        if name in FOLDERS:
            yield value if sign else after


def _files(folder: str) -> Iterator[Path]:
    for parent, _, names in os.walk(folder, followlinks=True):
        yield from (Path(parent, name) for name in sorted(names) if name.endswith(".yaml"))


def _names_hydra(file: Path) -> bool:
    """Whether a file stands in Hydra's place of the configuration, or sets a key there."""
    import yaml

    if "hydra" in file.parts:
        return True
    try:
        text = file.read_text(encoding="utf-8")
        texts = [*PACKAGE_LINE.findall(text), *_texts(yaml.safe_load(text))]
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise InputError(f"{file} cannot be read: {error}") from error
    return any("hydra" in text.lower() for text in texts)


def _texts(node: Any) -> Iterator[str]:
    """Every key, and every text, of plain data."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key)
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
    elif isinstance(node, str):
        yield node
