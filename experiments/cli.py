"""The command line. Heavy imports wait until they are needed: help and errors are quick."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig

from retrainlab.experiments.config import errors
from retrainlab.sim.errors import InputError

if TYPE_CHECKING:
    from retrainlab.experiments.study.study import Ended

COMMANDS = ("run", "optimize", "map", "laws", "detect", "check", "report", "status")
CONF = "pkg://retrainlab.experiments.conf"
CONFIGS = {"run": "config"}  # the others are called as their command
FLAGS = {"check": {"--update": "check.update=true", "--json": "check.json=true"}}


def main() -> None:
    """Run `retrainlab`: exit code 0 if all went well, 1 for a bad input or a failed cell."""
    # Workers start as modules, which would put the current folder before Python's own modules.
    os.environ["PYTHONSAFEPATH"] = "1"
    # Classes of one's own stand in the current folder, and go after what is installed.
    sys.path.append(str(Path.cwd()))
    words = sys.argv[1:]
    command = words[0] if words and words[0] in COMMANDS else "run"
    if words[:1] == [command]:
        words = words[1:]
    words = [FLAGS.get(command, {}).get(word, word) for word in words]
    try:
        errors.require_overrides(command, words, COMMANDS)
        code = DIRECT[command](words) if command in DIRECT else _run(command, words)
    except InputError as error:
        code = _complain(str(error))
    except OSError as error:
        code = _complain(f"{error.filename or 'output'}: {error.strerror or error}")
    except KeyboardInterrupt as error:
        code = _complain(str(error) or "interrupted; what was finished is kept", 130)
    sys.exit(code)


def _complain(sentence: str, code: int = 1) -> int:
    print(f"retrainlab: {sentence}", file=sys.stderr)
    return code


def _run(command: str, words: Sequence[str]) -> int:
    """Hand the overrides to Hydra, which calls the study once, or once a job under `-m`."""
    # Hydra prints errors in several lines and exits by itself unless it is told to raise them.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    sys.argv = [sys.argv[0], *words]
    codes: list[int] = []
    name = CONFIGS.get(command, command)

    @hydra.main(version_base="1.3", config_path=CONF, config_name=name)
    def job(config: Any) -> float | None:
        # One bad job of a sweep must not take the others with it.
        try:
            codes.append(_study(command, config))
        except InputError as error:
            codes.append(_complain(str(error)))
            _remove_if_empty(_folder(config))
        return _objective(command, config)

    with errors.in_one_sentence(words, name):
        job()
    return max(codes, default=0)


def _study(command: str, config: Any) -> int:
    """Run one study, one search or one map, write its report, and print both.

    config: a configuration of Hydra's, or a `Sweep` of many.
    """
    from retrainlab.experiments import terminal

    folder = _folder(config)
    if command in ("detect", "check"):
        from retrainlab.experiments.detection.command import COMMANDS as DETECTION
        from retrainlab.experiments.storage import files

        return DETECTION[command](errors.resolved(config), folder, files.command(command))

    ended = _started(command, config, folder)
    if ended.sentence:
        terminal.tell(ended.failures, ended.skipped)
        print(ended.sentence)
    else:
        terminal.show(folder, ended.failures, ended.skipped)
    return 1 if ended.failures else 0


def _started(command: str, config: Any, folder: Path) -> "Ended":
    """Run what a configuration or a sweep says."""
    from retrainlab.experiments.engines import local
    from retrainlab.experiments.optimize.command import run as optimize
    from retrainlab.experiments.storage import files
    from retrainlab.experiments.storage.plan import Shard
    from retrainlab.experiments.study import strategy_map, study, sweep

    is_sweep = not isinstance(config, DictConfig)
    plain: Any = errors.resolved(config.aside if is_sweep else config)
    engine, memo_bytes = local.made(plain.pop("engine"))
    shard = Shard.of_config(plain.pop("shard"))
    plain.pop("folder")
    typed = files.command(command)
    if is_sweep:
        return study.run(sweep.prepare(config).keeping(memo_bytes), engine, folder, typed, shard)
    overridden = [o.lstrip("+~").split("=", 1)[0] for o in HydraConfig.get().overrides.task]
    if command == "optimize":
        return optimize(plain, overridden, engine, memo_bytes, folder, typed)
    prepare = strategy_map.prepare if command == "map" else study.prepare
    found = prepare(plain, overridden).keeping(memo_bytes)
    return study.run(found, engine, folder, typed, shard)


def _objective(command: str, config: Any) -> float | None:
    """Return what a sweeper that searches is to minimise; None where none may be at work."""
    if command != "run" or not isinstance(config, DictConfig):
        return None
    if HydraConfig.get().mode is not RunMode.MULTIRUN:
        return None
    from retrainlab.experiments.study.manifest import lowest_cost

    return lowest_cost(_folder(config))


def _folder(config: Any) -> Path:
    """Return where results go: of a job what Hydra says, of a sweep as one study its folder."""
    if isinstance(config, DictConfig):
        return Path(HydraConfig.get().runtime.output_dir)
    return Path(config.config.hydra.sweep.dir)


def _remove_if_empty(folder: Path) -> None:
    """Take away the folder that Hydra made for a study that never began."""
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _laws(words: Sequence[str]) -> int:
    """Measure the laws."""
    from retrainlab.experiments import validation

    return validation.command(words)


def _report(words: Sequence[str]) -> int:
    """Rebuild the report of a run, or that of a study from its shards, or set several side by side.

    A folder of runs gets an index of them; runs that are named are compared.
    """
    from retrainlab.experiments import terminal
    from retrainlab.experiments.storage import shards
    from retrainlab.reports.detection.tables import is_benchmark

    folders = [Path(word) for word in words if Path(word).name != shards.MERGED or len(words) == 1]
    if not folders:
        raise InputError("report needs the folder of a run, as in: retrainlab report runs/NAME")
    inside = shards.runs_in(folders[0]) if len(folders) == 1 else []
    if shards.are_shards(inside or folders):
        return _merge(inside or folders)
    inside = [folder for folder in inside if not is_benchmark(folder)]
    if inside or len(folders) > 1:
        _set_side_by_side(folders, inside)
    elif is_benchmark(folders[0]):
        from retrainlab.experiments.detection import terminal as detection

        detection.show(folders[0])
    else:
        terminal.show(folders[0], [])
    return 0


def _merge(folders: Sequence[Path]) -> int:
    """Write the tables and the report of a job from its shards."""
    from retrainlab.experiments import terminal
    from retrainlab.experiments.storage import shards
    from retrainlab.experiments.study import study

    plan, into = shards.common_plan(folders), shards.merged_folder(folders)
    if plan.kind in ("detect", "check"):
        from retrainlab.experiments.detection.command import merge

        return merge(plan, folders, into)
    ended = study.merge(plan, folders, into)
    terminal.show(into, ended.failures, ended.skipped)
    return 1 if ended.failures else 0


def _set_side_by_side(folders: list[Path], inside: list[Path]) -> None:
    """Write the index of the runs inside a folder, or the comparison of those that are named."""
    if not inside:
        from retrainlab.reports.pages.comparison import build

        print(f"Comparison: {build(folders)}")
        return
    from retrainlab import reports
    from retrainlab.reports.pages import index

    for run in inside:
        if not (run / "report.html").is_file():
            reports.build(run)
    print(f"Index: {index.build(folders[0], inside)}")


def _status(words: Sequence[str]) -> int:
    """Say how far a study is."""
    if not words:
        raise InputError("status needs a folder, as in: retrainlab status runs/NAME")
    from retrainlab.experiments.storage import shards

    progress = shards.progress([Path(word) for word in words])
    print("\n".join(progress.lines))
    return 0 if progress.complete else 1


DIRECT = {"laws": _laws, "report": _report, "status": _status}  # without Hydra
