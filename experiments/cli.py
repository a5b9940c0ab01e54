"""The command line. Heavy imports wait until they are needed: help and errors are quick."""

import difflib
import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from retrainlab.experiments import surroundings
from retrainlab.experiments.commands import COMMANDS, Command, load, parse
from retrainlab.experiments.config import safe
from retrainlab.experiments.engines import stop
from retrainlab.experiments.last_net import complain, guarded
from retrainlab.sim.errors import InputError
from retrainlab.sim.exit_codes import ExitCode

HELP = {"--help", "-h"}
FLAG = re.compile("-[-a-zA-Z]")


def main() -> None:
    """Run `retrainlab`; see `ExitCode` for the exit code."""
    surroundings.settle()
    try:
        with stop.on_signals():
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
    is_named = len(typed) < len(others)
    if not is_named:
        _require_overrides(command, others, is_named)
    print(help.of_command(command) if is_named else help.overview())
    return ExitCode.DONE


def _version() -> str:
    from platform import python_version

    from retrainlab import __version__

    return f"retrainlab {__version__} (Python {python_version()})"


def _require_overrides(command: Command, words: Sequence[str], is_named: bool) -> None:
    """Refuse a plain word where an override belongs, a flag where none does, and no text."""
    for word in words:
        if any("\ud800" <= letter <= "\udfff" for letter in word):
            raise InputError(f"{word!r} is not UTF-8; use names that are")
        if command.config is None and FLAG.match(word):
            help = f"see retrainlab {command.name} --help"
            raise InputError(f"{command.name} takes no flag {word}; {help}")
    if command.config is not None:
        _require_no_command(command, words)
    if command.bare or not words or "=" in words[0] or words[0].startswith(("-", "~")):
        return
    raise InputError(_misplaced(words[0], command, is_named))


def _require_no_command(command: Command, words: Sequence[str]) -> None:
    """Refuse the name of a command behind the overrides; behind a flag it may be a value."""
    for before, word in pairwise(words):
        if word in COMMANDS and not before.startswith("-"):
            longer = f"{command.name} {word}"
            name = longer if longer in COMMANDS else word
            example = f"retrainlab {name} {before}"
            raise InputError(f"{name} is a command, which stands before its overrides: {example}")


def _misplaced(word: str, command: Command, is_named: bool) -> str:
    """Say what a plain word would have to be; is_named: whether the line names the command."""
    if Path(word).is_file() and (command.config is not None or not is_named):
        from retrainlab.experiments.config.errors import table_words

        return f"{word!r} is a file; {table_words(word)}"
    if is_named:
        return f"{word!r} is no override of {command.name}; write key=value, as in seeds=5"
    from retrainlab.experiments.config.documented import groups

    known = {name: name for name in COMMANDS} | {group: f"{group}=.." for group in groups()}
    close = difflib.get_close_matches(word, known, n=1)
    meant = f"did you mean {known[close[0]]}? " if close else ""
    return (
        f"{word!r} is neither a command ({', '.join(COMMANDS)}) nor an override such as "
        f"scenario=gradual; {meant}see retrainlab --help"
    )
