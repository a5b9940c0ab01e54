"""The command line. Heavy imports wait until they are needed: help and errors are quick."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from retrainlab.experiments import stop
from retrainlab.experiments.commands import COMMANDS, Command, load, overview, parse
from retrainlab.experiments.config import safe
from retrainlab.sim.errors import InputError
from retrainlab.sim.printable import printable

CONF = "pkg://retrainlab.experiments.conf"


def main() -> None:
    """Run `retrainlab`: exit code 0 if all went well, 1 for a bad input or a failed cell."""
    # Workers start as modules, which would put the current folder before Python's own modules.
    os.environ["PYTHONSAFEPATH"] = "1"
    # A user's own classes in the current folder come after what is installed.
    sys.path.append(str(Path.cwd()))
    try:
        with stop.on_sigterm():
            code = _dispatch(sys.argv[1:])
    except InputError as error:
        code = _complain(str(error))
    except OSError as error:
        code = _complain(f"{error.filename or 'output'}: {error.strerror or error}")
    except KeyboardInterrupt as error:
        sentence = str(error) or "interrupted; what was finished is kept"
        code = _complain(sentence, stop.code_of(error))
        stop.hasten(code)
    sys.exit(code)


def _dispatch(words: Sequence[str]) -> int:
    """Run the command that the words name; return the exit code."""
    if words[:1] == ["--version"]:
        print(_version())
        return 0
    command, words = parse(safe.without_flag(words))
    if command.config is not None:
        _require_overrides(command, words)
        return _compose(command, command.config, words)
    if words in (["--help"], ["-h"]):
        print(command.described())
        return 0
    _require_overrides(command, words)
    code: int = load(command.function)(words)
    return code


def _version() -> str:
    from platform import python_version

    from retrainlab import __version__

    return f"retrainlab {__version__} (Python {python_version()})"


def _complain(sentence: str, code: int = 1) -> int:
    print(printable(f"retrainlab: {sentence}"), file=sys.stderr)
    return code


def _require_overrides(command: Command, words: Sequence[str]) -> None:
    """Refuse a plain word where an override belongs."""
    if command.bare or not words or "=" in words[0] or words[0].startswith(("-", "~")):
        return
    raise InputError(
        f"{words[0]!r} is neither a command ({', '.join(COMMANDS)}) nor an override such as "
        "scenario=gradual; see retrainlab --help"
    )


def _compose(command: Command, root: str, words: Sequence[str]) -> int:
    """Hand the overrides to Hydra, which runs the command once, or once a job under `-m`."""
    import hydra
    from omegaconf import OmegaConf

    from retrainlab.experiments.config import errors

    # Hydra prints errors in several lines and exits by itself unless it is told to raise them.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    sys.argv = [sys.argv[0], *words]
    OmegaConf.register_new_resolver("commands", overview, replace=True)
    codes: list[int] = []

    @hydra.main(
        version_base="1.3", config_path="pkg://retrainlab.experiments.conf", config_name=root
    )
    def job(config: Any) -> float | None:
        # One bad job of a sweep must not take the others with it.
        try:
            codes.append(_run(command, config))
        except InputError as error:
            codes.append(_complain(str(error)))
            _remove_if_empty(_folder(config))
        return _objective(command, config)

    with errors.in_one_sentence(words, root):
        job()
    return max(codes, default=0)


def _run(command: Command, config: Any) -> int:
    """Run a command; config: a configuration of Hydra's, or a `Sweep` of many."""
    from omegaconf import DictConfig

    from retrainlab.experiments.config.errors import resolved
    from retrainlab.experiments.storage import files

    plain = resolved(config) if isinstance(config, DictConfig) else config
    code: int = load(command.function)(plain, _folder(config), files.command(command.name))
    return code


def _objective(command: Command, config: Any) -> float | None:
    """Return what a sweeper that searches is to minimise; None where none may be at work."""
    from hydra.core.hydra_config import HydraConfig
    from hydra.types import RunMode
    from omegaconf import DictConfig

    if command.objective is None or not isinstance(config, DictConfig):
        return None
    if HydraConfig.get().mode is not RunMode.MULTIRUN:
        return None
    cost: float = load(command.objective)(_folder(config))
    return cost


def _folder(config: Any) -> Path:
    """Return where results go: of a job what Hydra says, of a sweep as one study its folder."""
    from hydra.core.hydra_config import HydraConfig
    from omegaconf import DictConfig

    if isinstance(config, DictConfig):
        return Path(HydraConfig.get().runtime.output_dir)
    return Path(config.config.hydra.sweep.dir)


def _remove_if_empty(folder: Path) -> None:
    """Remove the folder that Hydra made for a study that never began."""
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
