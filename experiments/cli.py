"""The command line. Heavy imports wait until they are needed: help and errors are quick."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from experiments import mistakes
from sim.errors import InputError

COMMANDS = ("run", "optimize", "map", "laws", "detect", "check", "report")
CONFIGS = {"run": "config"}  # the others are called as their command
FLAGS = {"check": {"--update": "check.update=true", "--json": "check.json=true"}}


def main() -> None:
    """Run `retrainlab`: exit code 0 if all went well, 1 for a bad input or a failed cell."""
    # Classes of one's own stand in the current folder, and go after what is installed.
    sys.path.append(str(Path.cwd()))
    words = sys.argv[1:]
    command = words[0] if words and words[0] in COMMANDS else "run"
    if words[:1] == [command]:
        words = words[1:]
    words = [FLAGS.get(command, {}).get(word, word) for word in words]
    try:
        mistakes.require_overrides(command, words, COMMANDS)
        code = DIRECT[command](words) if command in DIRECT else _run(command, words)
    except InputError as error:
        code = _complain(str(error))
    except OSError as error:
        code = _complain(f"{error.filename or 'output'}: {error.strerror or error}")
    except KeyboardInterrupt:
        code = _complain("interrupted; what was finished is kept", 130)
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

    @hydra.main(version_base="1.3", config_path="conf", config_name=name)
    def job(config: DictConfig) -> None:
        # One bad job of a sweep must not take the others with it.
        try:
            codes.append(_study(command, config))
        except InputError as error:
            codes.append(_complain(str(error)))
            _remove_if_empty(Path(HydraConfig.get().runtime.output_dir))

    with mistakes.in_one_sentence(words, name):
        job()
    return max(codes, default=0)


def _study(command: str, config: DictConfig) -> int:
    """Run one study, one search or one map, write its report, and print both."""
    plain: Any = mistakes.resolved(config)
    hydra_config = HydraConfig.get()
    overridden = [o.lstrip("+~").split("=", 1)[0] for o in hydra_config.overrides.task]

    from experiments import map as strategy_map
    from experiments import optimize, store, study, terminal

    folder = Path(hydra_config.runtime.output_dir)
    typed = store.command(command)
    if command in ("detect", "check"):
        from experiments.detection.command import COMMANDS as DETECTION

        return DETECTION[command](plain, folder, typed)
    if command == "optimize":
        failures = optimize.run(plain, overridden, folder, typed)
    else:
        prepare = strategy_map.prepare if command == "map" else study.prepare
        failures = study.run(prepare(plain, overridden), folder, typed)
    terminal.show(folder, failures)
    return 1 if failures else 0


def _remove_if_empty(folder: Path) -> None:
    """Take away the folder that Hydra made for a study that never began."""
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _laws(words: Sequence[str]) -> int:
    """Measure the laws."""
    from experiments import laws

    return laws.command(words)


def _report(words: Sequence[str]) -> int:
    """Rebuild the report of one run from its saved tables, or compare several runs."""
    if not words:
        raise InputError("report needs the folder of a run, as in: retrainlab report runs/NAME")
    if len(words) > 1:
        from reports.comparison import build

        print(f"Comparison: {build([Path(word) for word in words])}")
        return 0
    folder = Path(words[0])
    from experiments import terminal
    from reports.detect.tables import is_bench

    if is_bench(folder):
        from experiments.detection import terminal as detection

        detection.show(folder)
    else:
        terminal.show(folder, [])
    return 0


DIRECT = {"laws": _laws, "report": _report}  # without Hydra
