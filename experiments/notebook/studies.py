"""Studies from Python: `run` and `optimize` with the overrides of the command line."""

import shlex
from collections.abc import Callable, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from retrainlab import reports
from retrainlab.experiments.commands import COMMANDS
from retrainlab.experiments.config.compose import key_of
from retrainlab.experiments.config.composed import composed_for_results
from retrainlab.experiments.config.overrides import override
from retrainlab.experiments.config.results_folder import remove_if_empty
from retrainlab.experiments.notebook.finished import Run
from retrainlab.experiments.optimize import command as optimization
from retrainlab.experiments.study import study as studies
from retrainlab.experiments.study.study import Ended
from retrainlab.experiments.study_commands import Runtime
from retrainlab.sim.errors import require

Work = Callable[[dict[str, Any], Sequence[str], Runtime, Path, str], Ended]


def run(*overrides: str, folder: str | PathLike[str] | None = None) -> Run:
    """Replay a study as `retrainlab run` does, or go on with the one in the folder.

    overrides: as on the command line, "scenario=gradual". folder: of the results; None: a new one
    in `runs/`. Raises `InputError` for a mistaken override, and `RunFailure` if nothing could be
    replayed; a setting that fails is named in `Run.failures`.
    """
    return _ended("run", _replayed, overrides, folder)


def optimize(*overrides: str, folder: str | PathLike[str] | None = None) -> Run:
    """Search the best value of each parameter of the strategies, as `retrainlab optimize` does.

    Arguments and errors: see `run`.
    """
    return _ended("optimize", _searched, overrides, folder)


def _ended(
    name: str, work: Work, overrides: Sequence[str], folder: str | PathLike[str] | None
) -> Run:
    """Run a command on its composed configuration, write its report, and return the run."""
    words = list(overrides)
    for word in words:
        require(
            isinstance(word, str),
            f"{word!r} is no override; write it as text, as in run('scenario=gradual', 'seeds=3')",
        )
    if folder is not None:
        named = [word for word in words if key_of(word) in ("folder", "hydra.run.dir")]
        require(not named, f"the folder is named twice, by {''.join(named[:1])} and by folder=")
        words.append(override("folder", fspath(folder)))
    root = COMMANDS[name].config
    assert root is not None
    config, place = composed_for_results(root, words)
    typed = shlex.join(["retrainlab", name, *words])
    try:
        work(config, list(map(key_of, words)), Runtime.taken_from(config), place, typed)
    finally:
        remove_if_empty(place)
    reports.build(place)
    return Run(place)


def _replayed(
    config: dict[str, Any], keys: Sequence[str], runtime: Runtime, folder: Path, typed: str
) -> Ended:
    study = studies.prepare(config, keys).keeping(runtime.memo_bytes)
    return studies.run(study, runtime.engine, folder, typed, runtime.shard)


def _searched(
    config: dict[str, Any], keys: Sequence[str], runtime: Runtime, folder: Path, typed: str
) -> Ended:
    runtime.require_whole()
    return optimization.run(config, keys, runtime.engine, runtime.memo_bytes, folder, typed)
