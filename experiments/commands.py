"""The commands: one table of their names, help, options and functions.

The command line reads it for dispatch, `--help` and mistakes. Functions are named, not imported,
so that help and errors are quick.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

HERE = "retrainlab.experiments"
STUDY = ("seeds", "current_policy", "references", "metrics", "columns", "tracking", "folder")
RUN = ("RUN", "folder of a run, as runs/NAME")
FOLDER = ("FOLDER", "folder of production, as `retrainlab export` makes it")
CHECK_FLAGS = {"--update": "check.update=true", "--json": "check.json=true"}
CHECK_ARGUMENTS = (
    ("--update", "write the baseline anew"),
    ("--json", "print the verdict as JSON"),
)
DATE = ("DATE", "of the tick, as 2013-02-01")


@dataclass(frozen=True)
class Command:
    """One command: a line of `TABLE`.

    help: one line. function: dotted name of what runs it and returns the exit code. With a root
    `config` it is called with the configuration (a `Sweep` of many where the sweeper is the
    project's own), the folder of results and the command line as typed; without one it is called
    with the words that follow. usage: these words. arguments: each of them, and what it is.
    sections: of the configuration, that `--help` explains. examples: command lines. bare: whether
    the words may be plain, such as folders. flags: short forms of overrides. begins: dotted name of
    the function of the words that is called before anything in them is checked. repeats: dotted
    name of the function that puts before the words those that are to be repeated. objective: dotted
    name of the function of a folder that a sweeper which searches is to minimise.
    """

    name: str
    help: str
    function: str
    config: str | None = None
    usage: str = "[OVERRIDES]"
    arguments: Sequence[tuple[str, str]] = ()
    sections: Sequence[str] = ()
    examples: Sequence[str] = ()
    bare: bool = False
    flags: Mapping[str, str] = field(default_factory=dict)
    begins: str | None = None
    repeats: str | None = None
    objective: str | None = None

    def begin(self, words: Sequence[str]) -> None:
        """Do what comes before anything in the words is checked."""
        if self.begins:
            load(self.begins)(words)

    def expanded(self, words: Sequence[str]) -> list[str]:
        """Replace flags by the overrides that they stand for, and add those that are repeated."""
        expanded = [self.flags.get(word, word) for word in words]
        repeated: list[str] = load(self.repeats)(expanded) if self.repeats else expanded
        return repeated


TABLE = (
    Command(
        "run",
        "replay strategies on scenarios (the default command)",
        f"{HERE}.study_commands.run",
        config="config",
        objective=f"{HERE}.study.manifest.lowest_cost",
        sections=(*STUDY, "forecast", "shard"),
        examples=(
            "retrainlab",
            "retrainlab scenario=gradual scenario.gradual.magnitude=0.3 seeds=20",
            "retrainlab 'strategy=[never,periodic]' learner=tree world.label_delay=2",
            "retrainlab strategy=periodic 'strategy.periodic.grid={when.ticks:[2,5,10,20]}'",
            "retrainlab -m learner=linear,tree folder=runs/big",
            "retrainlab scenario=file scenario.file.path=data.csv scenario.file.target=y",
        ),
    ),
    Command(
        "optimize",
        "find the best interval or parameter of a strategy, and how sure that is",
        f"{HERE}.study_commands.optimize",
        config="optimize",
        sections=("optimize", *STUDY, "forecast"),
        examples=(
            "retrainlab optimize scenario=flights",
            "retrainlab optimize scenario=gradual strategy=sliding_window",
            "retrainlab optimize strategy=periodic 'optimize.search={when.ticks:[5,10,20]}'",
            "retrainlab optimize scenario=prior current_policy=7",
        ),
    ),
    Command(
        "map",
        "find which strategy is cheapest, by drift and by price of a retraining",
        f"{HERE}.study_commands.strategy_map",
        config="map",
        sections=("map", *STUDY, "shard"),
        examples=(
            "retrainlab map scenario=gradual",
            "retrainlab map scenario=gradual 'map.prices=[1,10,100]'",
        ),
    ),
    Command(
        "laws",
        "compare the replay with closed forms",
        f"{HERE}.validation.command",
        usage="[quick=true]",
        bare=True,
        arguments=(("quick=true", "fewer seeds: some seconds in place of minutes"),),
    ),
    Command(
        "detect",
        "measure how good drift detectors are",
        f"{HERE}.detection.command.detect",
        config="detect",
        sections=("detect", "seeds", "folder", "shard"),
        examples=(
            "retrainlab detect 'detector=[adwin,ddm]' detector.adwin.detector.delta=0.05",
            "retrainlab detect 'errors=[step]' errors.step.after=0.15 'scenario=[]'",
            "retrainlab detect detector=own detector.own.detector._target_=mine.Detector",
        ),
    ),
    Command(
        "check",
        "test whether a detector became worse than its baseline",
        f"{HERE}.detection.command.check",
        config="check",
        usage="[--update] [--json] [OVERRIDES]",
        flags=CHECK_FLAGS,
        begins=f"{HERE}.check.outputs.forget",
        repeats=f"{HERE}.check.repeat.with_stored",
        arguments=CHECK_ARGUMENTS,
        sections=("check", "detect", "seeds", "folder", "shard"),
        examples=("retrainlab check --update", "retrainlab check"),
    ),
    Command(
        "check gates",
        "test whether a gate became worse than its baseline",
        f"{HERE}.gates.check.check",
        config="check_gates",
        usage="[--update] [--json] [OVERRIDES]",
        flags=CHECK_FLAGS,
        begins=f"{HERE}.check.outputs.forget",
        repeats=f"{HERE}.gates.check.with_stored",
        arguments=CHECK_ARGUMENTS,
        sections=("check", "gates", "seeds", "folder"),
        examples=("retrainlab check gates --update", "retrainlab check gates"),
    ),
    Command(
        "gates",
        "measure which damaged data gates let serve, and how long good models wait",
        f"{HERE}.gates.command.gates",
        config="gates",
        sections=("gates", "seeds", "folder", "shard"),
        examples=(
            "retrainlab gates",
            "retrainlab gates 'gate=[if_recovers]' damage=wrong_labels gates.most.below=0",
            "retrainlab gates scenario=flights damage.wrong_labels.share=0.3",
        ),
    ),
    Command(
        "report",
        "rebuild the report of a run, merge shards, or compare runs, without a replay",
        f"{HERE}.report_commands.report",
        usage="RUN...",
        bare=True,
        arguments=(RUN,),
        examples=(
            "retrainlab report runs/NAME",
            "retrainlab report runs/A runs/B",
            "retrainlab report runs",
        ),
    ),
    Command(
        "show",
        "open a figure of a run at the size of a slide, or save it",
        f"{HERE}.show.show",
        usage="RUN [FIGURE] [save=PATH]",
        bare=True,
        arguments=(
            RUN,
            ("FIGURE", "its name, as gradual-timeline; without one the names are listed"),
            ("save=PATH", "a PNG or an SVG, 16 to 9; without it the figure is opened"),
        ),
        examples=(
            "retrainlab show runs/latest",
            "retrainlab show runs/latest gradual-timeline save=timeline.png",
        ),
    ),
    Command(
        "status",
        "tell how far a study is",
        f"{HERE}.report_commands.status",
        usage="RUN...",
        bare=True,
        arguments=(RUN,),
        examples=("retrainlab status runs/big",),
    ),
    Command(
        "inspect",
        "tell how a file is read, column by column, and save that as a scenario",
        f"{HERE}.inspection.inspect",
        usage="FILE target=.. [time=..] [save=FOLDER/scenario/NAME.yaml] [OPTIONS]",
        bare=True,
        arguments=(
            ("FILE", "CSV, TSV, Parquet, a folder or a pattern"),
            ("target=COLUMN", "what is predicted"),
            ("time=COLUMN", "when the row was predicted; without it rows are in order of time"),
            ("every=PERIOD", "what a tick is: hour, day, week, month, quarter or year"),
            ("drop=COLUMNS", "what is left out"),
            ("sample=SHARE", "how much of the rows is kept"),
            ("save=PATH", "where the scenario is written, to edit and run"),
            ("OPTIONS", "others of scenario=file, as rows=500 or time_format=%d.%m.%Y"),
        ),
        examples=("retrainlab inspect visits.csv target=bought time=when",),
    ),
    Command(
        "library",
        "build the library of the forecast, or tell what it holds",
        f"{HERE}.forecast.command.library",
        usage="build|show [LOG...] [OPTIONS]",
        bare=True,
        arguments=(
            ("LOG", "a file of your own"),
            ("target=COLUMN", "of the files, as of scenario=file"),
            ("time=COLUMN", "of the files, as of scenario=file"),
            ("out=PATH", "the file; without it the library that is shipped"),
            ("prior=N", "simulated logs of the prior"),
            ("scenarios=N", "logs of each scenario"),
            ("seed=N", "another one draws other logs"),
        ),
        examples=(
            "retrainlab library show",
            "retrainlab library build out=mine.npz logs/a.csv logs/b.csv target=y time=when",
        ),
    ),
    Command(
        "completion",
        "set up tab completion of a shell",
        f"{HERE}.completion.completion",
        usage="bash|zsh",
        bare=True,
        examples=('eval "$(retrainlab completion bash)"',),
    ),
    Command(
        "export",
        "make a folder of production from a setting of a run",
        f"{HERE}.production.command.export",
        usage="RUN FOLDER [label=..] [data=..]",
        bare=True,
        arguments=(
            RUN,
            ("FOLDER", "the new folder of production"),
            ("label=TEXT", "a setting of the run; without it the recommended one"),
            ("data=PATH", "where the rows of each date will lie"),
        ),
        examples=("retrainlab export runs/f production/flights label='drop by=0.05' data=days/",),
    ),
    Command(
        "observe",
        "production: close a tick, and decide whether to retrain",
        f"{HERE}.production.command.observe",
        usage="FOLDER DATE",
        bare=True,
        arguments=(FOLDER, DATE),
    ),
    Command(
        "fit",
        "production: train the model that was decided at a tick",
        f"{HERE}.production.command.fit",
        usage="FOLDER DATE",
        bare=True,
        arguments=(FOLDER, DATE),
    ),
    Command(
        "deploy",
        "production: put the models that are ready to the gate",
        f"{HERE}.production.command.deploy",
        usage="FOLDER DATE",
        bare=True,
        arguments=(FOLDER, DATE),
    ),
    Command(
        "tick",
        "production: observe, fit and deploy, for a date or for all that are missing",
        f"{HERE}.production.command.tick",
        usage="FOLDER [DATE]",
        bare=True,
        arguments=(FOLDER, DATE),
        examples=(
            "retrainlab tick production/flights 2013-02-01",
            "retrainlab tick production/flights",
        ),
    ),
    Command(
        "verify",
        "production: replay what was recorded, and compare",
        f"{HERE}.production.command.verify",
        usage="FOLDER",
        bare=True,
        arguments=(FOLDER,),
    ),
    Command(
        "predict",
        "production: predict the rows of a file with the model in service",
        f"{HERE}.production.command.predict",
        usage="FOLDER FILE OUT",
        bare=True,
        arguments=(
            FOLDER,
            ("FILE", "rows to predict, with the columns of the export"),
            ("OUT", "where the rows with their predictions are written"),
        ),
    ),
    Command(
        "decide",
        "tell from a log whether to retrain now, why, and on which rows",
        f"{HERE}.production.command.decide",
        usage="LOG target=.. [time=..] strategy=.. [OVERRIDES]",
        bare=True,
        arguments=(
            ("LOG", "a file of rows with their labels, in the order of time"),
            ("target=COLUMN", "what is predicted"),
            ("time=COLUMN", "when the row was predicted"),
            ("strategy=NAME", "one setting, as strategy=drop strategy.drop.when.by=0.05"),
            ("OVERRIDES", "of a run, as world.warmup=31; every, rows, drop and task of its file"),
        ),
        examples=("retrainlab decide log.csv target=y time=date strategy=never",),
    ),
)
FLAGS_WITH_VALUE = ("--config-dir", "-cd", "--config-name", "-cn", "--cfg", "-c", "--package", "-p")
COMMANDS = {command.name: command for command in TABLE}


def parse(words: Sequence[str]) -> tuple[Command, list[str]]:
    """Return the command that the words name (`run` if none), and the other words.

    Flags may stand before the command. A name of two words goes before one of them alone.
    """
    for number, word in enumerate(words):
        if number > 0 and words[number - 1] in FLAGS_WITH_VALUE:
            continue
        for size in (2, 1):
            name, stop = " ".join(words[number : number + size]), number + size
            if name in COMMANDS:
                return COMMANDS[name], [*words[:number], *words[stop:]]
        if not word.startswith("-"):
            break
    return COMMANDS["run"], list(words)


def load(name: str) -> Callable[..., Any]:
    """Import the function of this dotted name."""
    module, _, function = name.rpartition(".")
    loaded: Callable[..., Any] = getattr(import_module(module), function)
    return loaded
