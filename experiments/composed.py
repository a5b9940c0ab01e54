"""Commands with a configuration: Hydra composes it from the overrides and calls the command."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig

from retrainlab.experiments.commands import Command, load
from retrainlab.experiments.config import errors
from retrainlab.experiments.config.results_folder import register, remove_if_empty
from retrainlab.experiments.config.shape import require_shape
from retrainlab.experiments.config.words import prepared
from retrainlab.experiments.last_net import guarded
from retrainlab.experiments.storage import files
from retrainlab.sim.exit_codes import ExitCode


def compose_and_run(command: Command, root: str, words: Sequence[str]) -> int:
    """Hand the overrides to Hydra, which runs the command once, or once a job under `-m`."""
    # Hydra prints errors in several lines and exits by itself unless it is told to raise them.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    register()
    typed, place = files.command(command.name, words), Path.cwd()
    codes: list[int] = []

    @hydra.main(
        version_base="1.3", config_path="pkg://retrainlab.experiments.conf", config_name=root
    )
    def job(config: Any) -> float | None:
        os.chdir(place)  # with hydra.job.chdir too a relative path means where it was typed
        folder = _folder(config)
        # One bad job of a sweep must not take the others with it.
        codes.append(guarded(lambda: _run(command, root, config, folder, typed), lambda: folder))
        if codes[-1] != ExitCode.DONE:
            remove_if_empty(folder)
        return _objective(command, config)

    with errors.in_one_sentence(words, root):
        arguments = prepared(words, root)
        before, sys.argv = sys.argv, [sys.argv[0], *arguments]
        try:
            job()
        finally:
            sys.argv = before
    return max(codes, default=ExitCode.DONE)


def _run(command: Command, root: str, config: Any, folder: Path, typed: str) -> int:
    """Run a command; config: a configuration of Hydra's, or a `Sweep` of many."""
    plain = config
    if isinstance(config, DictConfig):
        plain = errors.resolved(config)
        require_shape(plain, root)
    code: int = load(command.function)(plain, folder, typed)
    return code


def _objective(command: Command, config: Any) -> float | None:
    """Return what a sweeper that searches is to minimise; None where none may be at work."""
    if command.objective is None or not isinstance(config, DictConfig):
        return None
    if HydraConfig.get().mode is not RunMode.MULTIRUN:
        return None
    cost: float = load(command.objective)(_folder(config))
    return cost


def _folder(config: Any) -> Path:
    """Return where results go: of a job what Hydra says, of a sweep as one study its folder."""
    if isinstance(config, DictConfig):
        return Path(HydraConfig.get().runtime.output_dir)
    return Path(config.config.hydra.sweep.dir)
