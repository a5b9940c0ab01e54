"""The commands: one table of their names, help, options and functions.

The command line reads it for dispatch, `--help` and mistakes. Functions are named, not imported,
so that help and errors are quick.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

HERE = "retrainlab.experiments"


@dataclass(frozen=True)
class Command:
    """One command: a line of `TABLE`.

    help: one line. function: dotted name of what runs it and returns the exit code. With a root
    `config` it is called with the configuration (a `Sweep` of many where the sweeper is the
    project's own), the folder of results and the command line as typed; without one it is called
    with the words that follow. usage: these words. bare: whether they may be plain words, such as
    folders. flags: short forms of overrides. begins: dotted name of the function of the words that
    is called before anything in them is checked. repeats: dotted name of the function that puts
    before the words those that are to be repeated. objective: dotted name of the function of a
    folder that a sweeper which searches is to minimise.
    """

    name: str
    help: str
    function: str
    config: str | None = None
    usage: str = "[OVERRIDES]"
    bare: bool = False
    flags: Mapping[str, str] = field(default_factory=dict)
    begins: str | None = None
    repeats: str | None = None
    objective: str | None = None

    @property
    def sweeps(self) -> bool:
        """Whether `-m` sweeps values of its configuration."""
        return self.config is not None

    def begin(self, words: Sequence[str]) -> None:
        """Do what comes before anything in the words is checked."""
        if self.begins:
            load(self.begins)(words)

    def expanded(self, words: Sequence[str]) -> list[str]:
        """Replace flags by the overrides that they stand for, and add those that are repeated."""
        expanded = [self.flags.get(word, word) for word in words]
        repeated: list[str] = load(self.repeats)(expanded) if self.repeats else expanded
        return repeated

    def described(self) -> str:
        """Return usage and help of the one command."""
        return f"Usage: retrainlab {self.name} {self.usage}\n{self.help}"


TABLE = (
    Command(
        "run",
        "replay strategies on scenarios (the default command)",
        f"{HERE}.study_commands.run",
        config="config",
        objective=f"{HERE}.study.manifest.lowest_cost",
    ),
    Command(
        "optimize",
        "find the best interval or parameter of a strategy, and how sure that is",
        f"{HERE}.study_commands.optimize",
        config="optimize",
    ),
    Command(
        "map",
        "find which strategy is cheapest, by drift and by price of a retraining",
        f"{HERE}.study_commands.strategy_map",
        config="map",
    ),
    Command(
        "laws",
        "compare the replay with closed forms",
        f"{HERE}.validation.command",
        usage="[quick=true]",
    ),
    Command(
        "detect",
        "measure how good drift detectors are",
        f"{HERE}.detection.command.detect",
        config="detect",
    ),
    Command(
        "check",
        "test whether a detector became worse than its baseline",
        f"{HERE}.detection.command.check",
        config="check",
        usage="[--update] [--json] [OVERRIDES]",
        flags={"--update": "check.update=true", "--json": "check.json=true"},
        begins=f"{HERE}.detection.outputs.forget",
        repeats=f"{HERE}.detection.repeat.with_stored",
    ),
    Command(
        "report",
        "rebuild the report of a run, merge shards, or compare runs, without a replay",
        f"{HERE}.report_commands.report",
        usage="RUN...",
        bare=True,
    ),
    Command(
        "status",
        "tell how far a study is",
        f"{HERE}.report_commands.status",
        usage="RUN...",
        bare=True,
    ),
    Command(
        "inspect",
        "tell how a file is read, column by column, and save that as a scenario",
        f"{HERE}.inspection.inspect",
        usage="FILE target=.. [time=..] [save=FOLDER/scenario/NAME.yaml] [OPTIONS]",
        bare=True,
    ),
    Command(
        "export",
        "make a folder of production from a setting of a run",
        f"{HERE}.production.command.export",
        usage="RUN FOLDER [label=..] [data=..]",
        bare=True,
    ),
    Command(
        "observe",
        "production: close a tick, and decide whether to retrain",
        f"{HERE}.production.command.observe",
        usage="FOLDER DATE",
        bare=True,
    ),
    Command(
        "fit",
        "production: train the model that was decided at a tick",
        f"{HERE}.production.command.fit",
        usage="FOLDER DATE",
        bare=True,
    ),
    Command(
        "deploy",
        "production: put the models that are ready to the gate",
        f"{HERE}.production.command.deploy",
        usage="FOLDER DATE",
        bare=True,
    ),
    Command(
        "tick",
        "production: observe, fit and deploy, for a date or for all that are missing",
        f"{HERE}.production.command.tick",
        usage="FOLDER [DATE]",
        bare=True,
    ),
    Command(
        "verify",
        "production: replay what was recorded, and compare",
        f"{HERE}.production.command.verify",
        usage="FOLDER",
        bare=True,
    ),
    Command(
        "predict",
        "production: predict the rows of a file with the model in service",
        f"{HERE}.production.command.predict",
        usage="FOLDER FILE OUT",
        bare=True,
    ),
    Command(
        "decide",
        "tell from a log whether to retrain now, why, and on which rows",
        f"{HERE}.production.command.decide",
        usage="LOG [OVERRIDES]",
        bare=True,
    ),
)
COMMANDS = {command.name: command for command in TABLE}


def parse(words: Sequence[str]) -> tuple[Command, list[str]]:
    """Return the command that the words begin with (`run` if none), and the words after it."""
    if words and words[0] in COMMANDS:
        return COMMANDS[words[0]], list(words[1:])
    return COMMANDS["run"], list(words)


def load(name: str) -> Callable[..., Any]:
    """Import the function of this dotted name."""
    module, _, function = name.rpartition(".")
    loaded: Callable[..., Any] = getattr(import_module(module), function)
    return loaded


def overview() -> str:
    """Return the usage and a line a command, for `--help`."""
    heads = [f"{command.name} {command.usage}" for command in TABLE]
    width = max(map(len, heads))
    lines = [f"  {head:{width}}  {c.help}" for head, c in zip(heads, TABLE, strict=True)]
    swept = ", ".join(command.name for command in TABLE if command.sweeps)
    return "\n".join(
        [
            "Usage: retrainlab [COMMAND] ...  |  retrainlab --version",
            "",
            "Commands",
            *lines,
            "",
            f"With -m, {swept} sweep values. With --safe a configuration builds classes of",
            "retrainlab, scikit-learn and River only.",
        ]
    )
