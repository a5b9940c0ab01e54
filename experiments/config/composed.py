"""A configuration composed from overrides, for commands that are not run by Hydra itself."""

from collections.abc import Sequence
from typing import Any

from hydra import compose, initialize_config_module
from omegaconf import OmegaConf

from retrainlab.experiments.config import errors
from retrainlab.experiments.config.words import prepared
from retrainlab.sim.errors import require


def composed(root: str, words: Sequence[str]) -> dict[str, Any]:
    """Return the plain configuration of these overrides; `InputError` names a mistaken one."""
    with (
        initialize_config_module("retrainlab.experiments.conf", version_base="1.3"),
        errors.in_one_sentence(words, root),
    ):
        flags = [word for word in words if word.startswith("-")]
        require(not flags, f"{flags[:1]} is a flag of the command line; only overrides are taken")
        config = compose(root, prepared(words, root))
        assert OmegaConf.is_dict(config)
        plain: dict[str, Any] = errors.resolved(config)
    return plain
