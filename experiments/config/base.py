"""The configuration that the choices of groups alone give, without single values."""

import re
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_module
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from retrainlab.experiments.config.documented import FOLDER, groups
from retrainlab.experiments.config.overrides import literal

MODULE = "retrainlab.experiments.conf"
# Groups that take several names: each file of theirs begins with its own name.
NAMED = ("scenario", "drift", "damage", "strategy", "gate", "errors", "detector")


def sections(root: str) -> dict[str, Any]:
    """Return the top-level keys of a root configuration; those of a group hold an empty mapping."""
    plain: Any = OmegaConf.to_container(OmegaConf.load(FOLDER / f"{root}.yaml"))
    held: dict[str, Any] = {}
    for entry in plain.pop("defaults"):
        if isinstance(entry, str):
            held |= sections(entry) if entry != "_self_" else {}
        else:
            ((key, choice),) = entry.items()
            if not key.startswith("override ") and choice is not None:
                held[key] = {}
    for key, value in plain.items():
        nested = isinstance(value, dict) and isinstance(held.get(key), dict)
        held[key] = {**held[key], **value} if nested else value
    return held


def base_config(words: Sequence[str], root: str) -> DictConfig:
    """Compose the choices among the words, of a sweep the first one; the root alone if they fail.

    words: of the command line, with flags; overrides that Hydra's grammar admits, or not.
    """
    chosen = [*_search_path(words), *(choice for word in words if (choice := _choice(word)))]
    is_initialized = GlobalHydra.instance().is_initialized()
    with nullcontext() if is_initialized else initialize_config_module(MODULE, version_base="1.3"):
        try:
            return compose(root, chosen)
        except Exception:  # of Hydra, OmegaConf or YAML: one of the choices is the mistake
            return compose(root, [word for word in chosen if word.startswith("hydra.")])


def select(config: DictConfig, path: str) -> Any:
    """Return the node at a path; None where there is none."""
    try:
        return OmegaConf.select(config, path) if path else config
    except OmegaConfBaseException:
        return None


def _search_path(words: Sequence[str]) -> list[str]:
    """Return the override that stands for `--config-dir`; none without it."""
    text = "\0".join(words)
    folder = re.search("(?:^|\0)(?:--config-dir|-cd)[=\0]([^\0]+)", text)
    if folder is None:
        return []
    return [f"hydra.searchpath=[{literal(f'file://{Path(folder[1]).absolute()}')}]"]


def _choice(word: str) -> str | None:
    """Return the override if it chooses of a group, or says where groups lie; else None."""
    key = word.split("=", 1)[0]
    if key == "hydra.searchpath":
        return word
    if "." in key or key.lstrip("+") not in groups() or "=" not in word:
        return None
    try:
        override = OverridesParser.create().parse_override(word)
    except (HydraException, ValueError):
        return None
    value: Any = override._value
    if isinstance(value, ChoiceSweep):
        first: Any = value.list[0] if value.list else None
        if isinstance(first, list):
            first = f"[{','.join(map(str, first))}]"
        return f"{key}={first}" if isinstance(first, str) else None
    return word
