"""Committed configurations, composed as the command line composes them."""

from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_module
from omegaconf import OmegaConf

from retrainlab.experiments import conf

CONF = Path(conf.__path__[0])


def names(group: str) -> list[str]:
    """Return the choices of a group, as its folder lists them; `own` waits for a user's class."""
    return sorted(path.stem for path in (CONF / group).glob("*.yaml") if path.stem != "own")


def composed(*words: str) -> dict[str, Any]:
    """Return the plain configuration of a study for these overrides."""
    return composed_as("config", *words)


def composed_as(root: str, *words: str) -> dict[str, Any]:
    """Return the plain configuration of a command for these overrides."""
    with initialize_config_module("retrainlab.experiments.conf", version_base="1.3"):
        config = compose(root, list(words))
    plain = OmegaConf.to_container(config, resolve=True)
    assert isinstance(plain, dict)
    return plain  # type: ignore[return-value]
