"""Configuration errors: one sentence with the valid choices for a mistyped name or value."""

import re
import shlex
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from hydra.errors import HydraException, MissingConfigException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import (
    InterpolationKeyError,
    InterpolationResolutionError,
    MissingMandatoryValue,
    OmegaConfBaseException,
)
from yaml import YAMLError

from retrainlab.experiments.config.base import NAMED, base_config, select
from retrainlab.experiments.config.build import suggest
from retrainlab.experiments.config.documented import choices, groups
from retrainlab.experiments.config.overrides import override
from retrainlab.experiments.config.safe import own_files
from retrainlab.sim.errors import InputError

CONFIGURATION = "retrainlab --cfg job shows the whole configuration"
# The packages of Hydra's own plug-ins, by the choice that each of them adds to a group.
PLUGINS = {
    "hydra/sweeper": {
        "ax": "hydra-ax-sweeper",
        "nevergrad": "hydra-nevergrad-sweeper",
        "optuna": "hydra-optuna-sweeper",
    },
    "hydra/launcher": {
        "joblib": "hydra-joblib-launcher",
        "ray": "hydra-ray-launcher",
        "rq": "hydra-rq-launcher",
        "submitit_local": "hydra-submitit-launcher",
        "submitit_slurm": "hydra-submitit-launcher",
    },
}
LOST = "the experiment's file must begin with the line '# @package _global_'"
FAILED_TO_LOAD = "In '(?P<file>[^']*)': .* raised while composing config"
LIBRARIES = {"hydra", "omegaconf", "antlr4", "yaml"}
IS_THERE = "An item is already at '(?P<key>[^']*)'|Multiple values for (?P<group>.*?)[.] "
NOT_THERE = "Could not delete from config. '(?P<key>[^']*)' does not exist"
NOT_CHOSEN = "Could not delete '(?P<key>[^']*)'. No match in the defaults list"
OTHER_VALUE = "Could not delete from config. The value of '(?P<key>[^']*)' is (?P<value>.*) and not"
NO_GROUP = "Could not override '(?P<key>[^']*)'"
MERGED = "Error merging override (?P<word>.*)"
NOT_FOUND = "(?:Interpolation key|Environment variable) '(.*?)' not found"
NO_FOLDER = "Additional config directory '(?P<folder>[^']*)' not found"


def resolved(config: DictConfig) -> Any:
    """Return the configuration as plain values; `InputError` names a value that is missing."""
    try:
        return OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    except OmegaConfBaseException as error:
        raise InputError(_unresolved(error)) from error


@contextmanager
def in_one_sentence(words: Sequence[str], root: str) -> Iterator[None]:
    """Turn what Hydra says of a wrong configuration into one sentence; root: its name."""
    try:
        yield
    except YAMLError as error:
        raise InputError(_broken(error)) from error
    except UnicodeDecodeError as error:
        raise InputError(_no_text(words)) from error
    except (HydraException, OmegaConfBaseException) as error:
        raise InputError(_sentence(error, words, root)) from error
    except Exception as error:
        if not _is_hydras(error):
            raise
        raise InputError(_refused(words, root)) from error


def _is_hydras(error: Exception) -> bool:
    """Whether Hydra or what it is made of has raised an error that no one expected."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and bool({*Path(frames[-1].filename).parts} & LIBRARIES)


def _broken(error: YAMLError) -> str:
    """Say where a file is no YAML."""
    mark = getattr(error, "problem_mark", None)
    where = f"{mark.name}, line {mark.line + 1}" if mark else "a configuration file"
    return f"{where}: this is no YAML; check quotes, brackets and indentation"


def _no_text(words: Sequence[str]) -> str:
    """Name the file of the user's own that is no text."""
    for file in own_files(words):
        try:
            file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return f"the configuration file {file} cannot be read; save it as UTF-8 text"
    return "a configuration file cannot be read; save it as UTF-8 text"


def _sentence(error: Exception, words: Sequence[str], root: str) -> str:
    if raised := _raised_inside(error):
        return raised
    cause = error.__cause__ or error
    if "is not in struct" in str(cause):
        key = getattr(cause, "full_key", None) or getattr(error, "full_key", None)
        return _unknown_key(str(key), words, root, _composed(cause, words))
    if isinstance(error, MissingConfigException) and error.missing_cfg_file:
        return _unknown_choice(str(error.missing_cfg_file), error.options)
    if isinstance(error, OmegaConfBaseException):
        return _unresolved(error)
    return _known(_line(error), words, root) or _refused(words, root)


def _known(line: str, words: Sequence[str], root: str) -> str:
    """Return the sentence for a message of Hydra's; empty for one that is not known."""
    if hit := re.search(FAILED_TO_LOAD, line):
        return f"the configuration file {hit['file']} cannot be read"
    if hit := re.search(IS_THERE, line):
        key = hit["key"] or hit["group"]
        return f"{key} is set already; write {key}=.. without the + before it"
    if hit := re.search(NOT_THERE, line) or re.search(NOT_CHOSEN, line):
        return f"~{hit['key']} deletes nothing: {_unknown_key(hit['key'], words, root)}"
    if hit := re.search(OTHER_VALUE, line):
        return f"~{hit['key']} names another value than the {hit['value']} that is set"
    if hit := re.search(MERGED, line):
        key = hit["word"].partition("=")[0]
        return f"{hit['word']} does not fit what {key.lstrip('+~')} is; {CONFIGURATION}"
    if hit := re.search(NO_FOLDER, line):
        return f"--config-dir names {hit['folder']}, which is no folder"
    if hit := re.search(NO_GROUP, line):
        return _unknown_key(hit["key"], words, root)
    return ""


def _refused(words: Sequence[str], root: str) -> str:
    """Name the words that Hydra refuses without a reason that a reader would understand."""
    typed = " ".join(word for word in words if "=" in word or word.startswith("~"))
    if not typed:
        return f"{' '.join(words)} cannot stand alone; see retrainlab --help"
    return f"these overrides of {root} do not fit together: {typed}; {CONFIGURATION}"


def _unknown_choice(name: str, options: Sequence[str] | None) -> str:
    """Name the choices of a group, where one was asked for that there is not."""
    group, _, choice = name.removesuffix(".yaml").rpartition("/")
    if not group:
        return f"there is no configuration called {choice}"
    file = name.removeprefix("scenario/")
    if file != name and Path(file).is_file():
        return f"there is no scenario={file}; {table_words(file)}"
    if choice in PLUGINS.get(group, {}):
        package = PLUGINS[group][choice]
        return f"{group}={choice} needs a package of its own: pip install {package}"
    there = list(options or (choices(group) if group in groups() else []))
    return _with_choices(f"there is no {group}={choice}", choice, there)


def table_words(file: str) -> str:
    """Say by which words of the command line a table is read."""
    words = shlex.join([override("scenario.file.path", file)])
    return f"a table is read by scenario=file {words} scenario.file.target=COLUMN"


def _composed(error: BaseException, words: Sequence[str]) -> DictConfig | None:
    """Return the configuration in which Hydra missed a key; None where words changed its nodes.

    Hydra empties a value in which a key is set. To compose another configuration takes a quarter of
    the time of the answer.
    """
    node = getattr(error, "parent_node", None)
    if not node or any(word.startswith("~") for word in words):
        return None
    whole = node._get_root()
    return whole if isinstance(whole, DictConfig) else None


def _unknown_key(
    key: str, words: Sequence[str], root: str, composed: DictConfig | None = None
) -> str:
    """Name the keys that there are, where one was asked for that there is not."""
    head = key.split("/")[0]
    if "@experiment." in key:
        return f"{LOST} (it would set {key})"
    if "/" in key or "@" in key:
        return _with_choices(f"there is no group {key}", head, groups())
    config = base_config(words, root) if composed is None else composed
    *steps, leaf = key.split(".")
    if steps and steps[0] in NAMED and steps[0] not in config:
        group, name = key.split(".")[:2]
        return f"{key} is set and no {group} is chosen; choose it, as in {group}=[{name}]"
    parent: Any = config
    for i, step in enumerate(steps):
        if step in parent and OmegaConf.is_interpolation(parent, step):
            other = _referred(steps[:i], parent._get_node(step))
            place, inner = ".".join(steps[: i + 1]), ".".join([*steps[i + 1 :], leaf])
            return f"{place} is what {other} is, so nothing is set in it; set {other}.{inner}"
        inside = select(config, ".".join(steps[: i + 1]))
        if not isinstance(inside, DictConfig):
            place = ".".join(steps[: i + 1])
            if step in parent:
                return f"{place} has no options, so nothing can be set in it"
            key, leaf = place, step
            break
        parent = inside
    keys = [str(name) for name in parent if name not in ("_target_", "hydra", "experiment")]
    if leaf in keys:
        return f"{key} is not set, because it was deleted; set it, or leave it be"
    if not steps and (paths := sorted(_paths_to(leaf, config), key=_depth)):
        return f"there is no {key}; did you mean {' or '.join(paths[:3])}?"
    group = key.removesuffix(f".{leaf}")
    if group in groups() and group not in NAMED and leaf in choices(group):
        options = ", ".join(f"{group}.{name}" for name in keys)
        return f"there is no {key}; a {group} is set without the name of the choice: {options}"
    if "_target_" in parent and not get_close_matches(leaf, keys, n=1):
        return f"{key} is not in the configuration; an option of the class is added by +{key}=VALUE"
    return _with_choices(f"there is no {key}", leaf, keys)


def _referred(above: Sequence[str], node: Any) -> str:
    """Return the key that a value refers to as a whole; above: where the value stands."""
    key = str(node._value()).removeprefix("${").removesuffix("}")
    return ".".join([*above, key.lstrip(".")]) if key.startswith(".") else key


def _depth(key: str) -> int:
    return key.count(".")


def _paths_to(leaf: str, config: DictConfig, above: str = "") -> list[str]:
    """Return the keys of the configuration whose last part is this one, in full."""
    paths = []
    for name in map(str, config):
        node = None if OmegaConf.is_missing(config, name) else config._get_node(name)
        if name == leaf:
            paths.append(f"{above}{name}")
        elif isinstance(node, DictConfig) and name not in ("hydra", "grid", "search"):
            paths += _paths_to(leaf, node, f"{above}{name}.")
    return paths


def _with_choices(sentence: str, word: str, there: list[str]) -> str:
    return f"{sentence}; {suggest(word, there)}"


def _unresolved(error: OmegaConfBaseException) -> str:
    """Say what a value refers to in vain, or that it is missing."""
    if raised := _raised_inside(error):
        return raised
    key = error.full_key or "a value"
    if isinstance(error, MissingMandatoryValue):
        return f"{key} is not set"
    if isinstance(error, InterpolationKeyError | InterpolationResolutionError):
        missing = re.search(NOT_FOUND, str(error))
        return (
            f"{key} refers with ${{..}} to {missing[1] if missing else 'a value'}, which is not set"
        )
    return f"{key} does not have the form that it must have; {CONFIGURATION}"


def _raised_inside(error: BaseException) -> str:
    """Return the sentence of an `InputError` that a resolver of the project's own has raised."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, InputError):
            return str(inner)
        inner = inner.__cause__ or inner.__context__
    return ""


def _line(error: Exception) -> str:
    """Return a message in one line, without where Hydra looked for its files."""
    return " ".join(str(error).partition("Config search path")[0].split())
