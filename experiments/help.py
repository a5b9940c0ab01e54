"""Help: what `--help` prints, for the whole command line and for each command.

The options are read from the YAML of the configuration: its values are the defaults, and the
comment beside a value says what it is. Hydra is not imported, so that help is quick.
"""

import textwrap

from retrainlab.experiments.commands import TABLE, Command
from retrainlab.experiments.config.documented import choices, groups_read, options_read

WIDTH = 80

FLAGS = (
    ("-m", "sweep: values by commas, as in learner=linear,tree"),
    ("--config-dir DIR", "configuration files of your own, by group: DIR/scenario/mine.yaml"),
    ("--cfg job", "print the whole configuration, and run nothing"),
    ("--safe", "build classes of retrainlab, scikit-learn and River only"),
)
GLOBAL_EXAMPLES = (
    ("retrainlab", "the default study"),
    ("retrainlab scenario=gradual seeds=20 prices.fit=50", "a question of your own"),
    ("retrainlab optimize scenario=flights", "the best interval, and how sure it is"),
    ("retrainlab inspect data.csv target=y", "how your file is read"),
    ("retrainlab report runs/NAME", "rebuild a report, without a replay"),
)


def overview() -> str:
    """Return the help of the whole command line: a line a command, the groups, examples."""
    return "\n".join(
        [
            "retrainlab - how often, on what data, and when not, should a model be retrained?",
            "",
            "Usage: retrainlab [COMMAND] ...   without a command: run",
            "",
            "Commands (retrainlab COMMAND --help tells more of each)",
            *_columns([(command.name, command.help) for command in TABLE]),
            "",
            *_groups("config"),
            "",
            "Examples",
            *_columns(list(GLOBAL_EXAMPLES)),
        ]
    )


def of_command(command: Command) -> str:
    """Return the help of one command: usage, options with their defaults, groups, examples."""
    usage = f"Usage: retrainlab {command.name} {command.usage}"
    parts = [*_wrapped(usage, " " * 7), *_wrapped(command.help)]
    if command.arguments:
        parts += ["", *_columns(list(command.arguments))]
    if command.config is not None:
        parts += ["", "Options, with their defaults", *_options(command)]
        parts += ["", *_groups(command.config), "", "Flags", *_columns(list(FLAGS))]
    if command.examples:
        parts += ["", "Examples", *(f"  {example}" for example in command.examples)]
    return "\n".join(parts)


def _options(command: Command) -> list[str]:
    """Return the lines of the options: of the command, and of the groups that it chooses."""
    assert command.config is not None
    options = options_read(command.config, command.sections)
    return _columns([(f"{o.path}={o.default}", o.comment) for o in options])


def _groups(root: str) -> list[str]:
    """Return the groups that can be chosen, with their choices."""
    lines = ["Groups: choose with group=name, or 'group=[name,name]'"]
    for group in groups_read(root):
        lines += _columns([(group, ", ".join(choices(group)))], 12)
    return lines


def _columns(pairs: list[tuple[str, str]], width: int = 0) -> list[str]:
    """Return two columns; a first entry that is too long stands on a line of its own."""
    width = width or min(34, max(len(first) for first, _ in pairs) + 2)
    lines = []
    for first, second in pairs:
        rest = textwrap.wrap(second, WIDTH - 2 - width, break_on_hyphens=False) or [""]
        if len(first) >= width:
            lines.append(f"  {first}")
            first = ""
        lines += [f"  {head:{width}}{text}".rstrip() for head, text in
                  zip([first, *[""] * len(rest)], rest, strict=False)]  # fmt: skip
    return lines


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent, break_on_hyphens=False)
