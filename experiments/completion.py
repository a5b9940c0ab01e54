"""Tab completion for bash and zsh: commands, groups, choices, options and files.

The shell calls `retrainlab completion LINE`, with what is typed so far, at every press of the key;
so nothing heavy is imported. `retrainlab completion bash` prints the lines that set it up.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from retrainlab.experiments.commands import COMMANDS, Command, parse
from retrainlab.experiments.config.documented import choices, choices_of, groups_read, options_read
from retrainlab.sim.errors import require

FLAGS = ("--help", "--config-dir", "--cfg", "--safe", "-m")
SCRIPTS = {
    # bash counts what stands after a sign of COMP_WORDBREAKS, as `=`, as a word of its own.
    "bash": """\
_retrainlab() {
  local IFS=$'\\n' line="${COMP_LINE:0:COMP_POINT}" answer
  answer="$(retrainlab completion "$line" 2>/dev/null)"
  [[ "${line##* }" == [[:alpha:]~+]*=* ]] && answer="$(sed 's/^[^=]*=//' <<< "$answer")"
  COMPREPLY=($answer)
  [[ "$answer" == *[=/] ]] && compopt -o nospace 2>/dev/null
}
complete -o default -F _retrainlab retrainlab""",
    "zsh": """\
_retrainlab() {
  local -a answers
  answers=("${(@f)$(retrainlab completion "${BUFFER[1,CURSOR]:-$words}" 2>/dev/null)}")
  [[ -n "$answers[1]" ]] && compadd -Q -S '' -- $answers || _files
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -u }
compdef _retrainlab retrainlab""",
}


def completion(words: Sequence[str]) -> int:
    """Print the set-up of a shell, or what may follow the line that is typed so far."""
    require(
        len(words) == 1,
        'completion takes the name of a shell, as in: eval "$(retrainlab completion bash)"',
    )
    (line,) = words
    if line in SCRIPTS:
        print(SCRIPTS[line])
    else:
        require(" " in line, f"completion knows {' and '.join(SCRIPTS)}, not {line!r}")
        print("\n".join(proposals(line)))
    return 0


def proposals(line: str) -> list[str]:
    """Return the words that the last, unfinished word of a line may become, sorted."""
    *typed, last = line.split(" ")
    last = last.lstrip("'\"")  # the shell keeps the quote that is open
    typed = [word for word in typed[1:] if word]
    if typed and typed[-1] == "--config-dir":
        return _folders(last)
    command, given = parse(typed)
    words = {*_words(command, given)}
    if not given:
        words |= _names(command.name if command.name in " ".join(typed) else "")
    if "=" in last and command.config is not None:
        return sorted(_values(command, given, *last.split("=", 1)))
    is_flag = last.startswith("-")
    return sorted(w for w in words if w.startswith(last) and w.startswith("-") == is_flag)


def _names(first: str) -> set[str]:
    """Return the commands, or the second words of those of two words whose first one is typed."""
    names = [name.partition(" ") for name in COMMANDS]
    if first:
        return {second for name, _, second in names if name == first} - {""}
    return {name for name, _, _ in names}


def _words(command: Command, given: Sequence[str]) -> Iterator[str]:
    """Yield flags, groups and options of a command."""
    yield from (*command.flags, "--help")
    if command.config is None:
        first = command.usage.split()[0]
        yield from first.split("|") if "|" in first and not given else ()
        yield from (name.split("=")[0] + "=" for name, _ in command.arguments if "=" in name)
        return
    yield from FLAGS
    yield from (f"{group}=" for group in groups_read(command.config))
    options = options_read(command.config, command.sections)
    yield from (f"{option.path}=" for option in options)


def _values(command: Command, given: Sequence[str], key: str, value: str) -> Iterator[str]:
    """Yield what may stand behind `key=`: a choice of the group, its last one in a list."""
    assert command.config is not None
    if key not in choices_of(command.config):
        return
    before, sign, last = value.rpartition(",") if "," in value else value.rpartition("[")
    names = {*choices(key)}
    for place in _config_dirs(given):
        names |= {*choices(key, place)}
    yield from (f"{key}={before}{sign}{name}" for name in names if name.startswith(last))


def _config_dirs(words: Sequence[str]) -> list[Path]:
    """Return the folders of configuration files that the line names."""
    dirs = [Path(b) for a, b in pairwise(words) if a in ("--config-dir", "-cd")]
    return dirs + [Path(w.split("=", 1)[1]) for w in words if w.startswith("--config-dir=")]


def _folders(start: str) -> list[str]:
    """Return the folders whose paths begin with a text."""
    parent = Path(start) if start.endswith("/") or not start else Path(start).parent
    try:
        folders = [path for path in parent.iterdir() if path.is_dir()]
    except OSError:
        return []
    return sorted(f"{path}/" for path in folders if str(path).startswith(start.removeprefix("./")))
