"""The command line. Heavy imports wait until they are needed: help and errors are quick."""

import difflib
import sys
from collections.abc import Sequence
from pathlib import Path

from retrainlab.experiments import stop, surroundings
from retrainlab.experiments.commands import COMMANDS, Command, load, parse
from retrainlab.experiments.config import safe
from retrainlab.experiments.last_net import complain, guarded
from retrainlab.sim.errors import InputError
from retrainlab.sim.exit_codes import ExitCode

HELP = {"--help", "-h"}


def main() -> None:
    """Run `retrainlab`; see `ExitCode` for the exit code."""
    surroundings.settle()
    try:
        with stop.on_sigterm():
            code = guarded(lambda: _flushed(sys.argv[1:]))
    except KeyboardInterrupt as error:
        sentence = str(error) or "interrupted; what was finished is kept"
        code = complain(sentence, stop.code_of(error))
        stop.hasten(code)
    sys.exit(code)


def _flushed(words: Sequence[str]) -> int:
    """Run a command and write out what it printed, while an error in that can still be told."""
    # A user's own classes in the current folder come after what is installed.
    sys.path.append(str(_current_folder()))
    code = _dispatch(words)
    sys.stdout.flush()
    return code


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise InputError("the current folder has been removed; go to another one") from error


def _dispatch(words: Sequence[str]) -> int:
    """Run the command that the words name; return the exit code."""
    is_safe, words = safe.FLAG in words, [word for word in words if word != safe.FLAG]
    if words[:1] == ["--version"]:
        print(_version())
        return ExitCode.DONE
    if set(words) & HELP:
        return _help(words)
    command, typed = parse(words)
    is_named = len(typed) < len(words)
    command.begin(typed)
    words = command.expanded(typed)
    if is_safe:
        safe.switch_on(words)
    if command.config is not None:
        _require_overrides(command, words, is_named)
        from retrainlab.experiments.composed import compose_and_run

        return compose_and_run(command, command.config, words)
    _require_overrides(command, words, is_named)
    code: int = load(command.function)(words)
    return code


def _help(words: Sequence[str]) -> int:
    """Print the help of the command that is named, or of all."""
    from retrainlab.experiments import help

    others = [word for word in words if word not in HELP]
    command, typed = parse(others)
    print(help.of_command(command) if len(typed) < len(others) else help.overview())
    return ExitCode.DONE


def _version() -> str:
    from platform import python_version

    from retrainlab import __version__

    return f"retrainlab {__version__} (Python {python_version()})"


def _require_overrides(command: Command, words: Sequence[str], is_named: bool) -> None:
    """Refuse a plain word where an override belongs, and bytes that are no text."""
    for word in words:
        if any("\ud800" <= letter <= "\udfff" for letter in word):
            raise InputError(f"{word!r} is not UTF-8; use names that are")
    if command.bare or not words or "=" in words[0] or words[0].startswith(("-", "~")):
        return
    raise InputError(_misplaced(words[0], command, is_named))


def _misplaced(word: str, command: Command, is_named: bool) -> str:
    """Say what a plain word would have to be; is_named: whether the line names the command."""
    if is_named:
        return f"{word!r} is no override of {command.name}; write key=value, as in seeds=5"
    close = difflib.get_close_matches(word, COMMANDS, n=1)
    meant = f"did you mean {close[0]}? " if close else ""
    return (
        f"{word!r} is neither a command ({', '.join(COMMANDS)}) nor an override such as "
        f"scenario=gradual; {meant}see retrainlab --help"
    )
