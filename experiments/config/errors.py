"""Configuration errors: one sentence with the valid choices for a mistyped name or value."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import MissingMandatoryValue, OmegaConfBaseException

from retrainlab.experiments.config.build import suggest
from retrainlab.sim.errors import InputError


def resolved(config: DictConfig) -> Any:
    """Return the configuration as plain values; `InputError` names a value that is missing."""
    try:
        return OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    except OmegaConfBaseException as error:
        missing = isinstance(error, MissingMandatoryValue)
        raise InputError(
            f"{error.full_key} is not set" if missing else f"{error.full_key}: {_line(error)}"
        ) from error


@contextmanager
def in_one_sentence(words: Sequence[str], name: str) -> Iterator[None]:
    """Turn what Hydra says of a wrong configuration into one sentence; name: the root config."""
    try:
        yield
    except HydraException as error:
        cause = error.__cause__
        key = getattr(cause, "full_key", None) or getattr(error, "full_key", None)
        if "Key" in str(cause) and "is not in struct" in str(cause):
            raise InputError(_unknown_key(str(key), words, name)) from error
        raise InputError(_line(error)) from error


def _unknown_key(key: str, words: Sequence[str], name: str) -> str:
    """Name the keys that there are, where one was asked for that there is not."""
    parent, _, leaf = key.rpartition(".")
    return f"there is no {key}; {suggest(leaf, _keys(parent, leaf, words, name))}"


def _keys(parent: str, leaf: str, words: Sequence[str], name: str) -> list[str]:
    """Return the keys under a place in the configuration, composed without the mistaken ones."""
    from hydra import compose, initialize_config_module
    from hydra.core.global_hydra import GlobalHydra

    choices = [w for w in words if "=" in w and "." not in w.split("=", 1)[0]]
    initialized = GlobalHydra.instance().is_initialized()
    with (
        nullcontext()
        if initialized
        else initialize_config_module("retrainlab.experiments.conf", version_base="1.3")
    ):
        config = compose(name, [w for w in choices if not _is(w, parent, leaf)])
    place = OmegaConf.select(config, parent) if parent else config
    return [str(key) for key in place if key != "_target_"] if isinstance(place, DictConfig) else []


def _is(word: str, parent: str, leaf: str) -> bool:
    return word.split("=", 1)[0] == (f"{parent}.{leaf}" if parent else leaf)


def _line(error: Exception) -> str:
    """Return a message in one line, without where Hydra looked for its files."""
    return " ".join(str(error).partition("Config search path")[0].split())
