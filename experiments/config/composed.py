"""A configuration composed from overrides, for commands that are not run by Hydra itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from hydra import compose, initialize_config_module
from hydra.core.global_hydra import GlobalHydra
from hydra.initialize import get_gh_backup, restore_gh_from_backup
from omegaconf import DictConfig

from retrainlab.experiments.config import errors
from retrainlab.experiments.config.results_folder import results_folder
from retrainlab.experiments.config.words import prepared
from retrainlab.sim.errors import require

# Hydra has one state in a process: threads take turns, and a program of the user's own that runs
# under Hydra gets its state back.
HYDRA = RLock()


def composed(root: str, words: Sequence[str]) -> dict[str, Any]:
    """Return the plain configuration of these overrides; `InputError` names a mistaken one."""
    with _composed(root, words) as config:
        plain: dict[str, Any] = errors.resolved(config)
    return plain


def composed_for_results(root: str, words: Sequence[str]) -> tuple[dict[str, Any], Path]:
    """Return the plain configuration, and the folder that its results go to; see `composed`."""
    with _composed(root, words) as config:
        plain: dict[str, Any] = errors.resolved(config)
        return plain, results_folder(config)


@contextmanager
def _composed(root: str, words: Sequence[str]) -> Iterator[DictConfig]:
    with (
        _hydra_to_itself(),
        initialize_config_module("retrainlab.experiments.conf", version_base="1.3"),
        errors.in_one_sentence(words, root),
    ):
        flags = [word for word in words if word.startswith("-")]
        require(not flags, f"{flags[:1]} is a flag of the command line; only overrides are taken")
        yield compose(root, prepared(words, root))


@contextmanager
def _hydra_to_itself() -> Iterator[None]:
    with HYDRA:
        state = get_gh_backup()
        GlobalHydra.instance().clear()
        try:
            yield
        finally:
            restore_gh_from_backup(state)
