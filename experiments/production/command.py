"""The commands of production: words in, one line of JSON and an exit code out."""

import json
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any

from retrainlab.experiments.config.plain_words import divided, is_option
from retrainlab.experiments.production import registry, steps
from retrainlab.experiments.production.export import ExportOptions
from retrainlab.experiments.production.export import export as export_run
from retrainlab.experiments.production.folder import Folder, opened
from retrainlab.experiments.production.policy import is_folder
from retrainlab.experiments.production.steps import Outcome
from retrainlab.sim.errors import InputError, RunFailure, require

WAIT = 60.0
Run = Callable[[Sequence[str]], int]


def refusing(run: Run) -> Run:
    """End a command of production with 1 where it refuses: a scheduler knows 0, 99 and failed."""

    @wraps(run)
    def refused(words: Sequence[str]) -> int:
        try:
            return run(words)
        except InputError as error:
            raise RunFailure(str(error)) from error

    return refused


@refusing
def export(words: Sequence[str]) -> int:
    """Run `retrainlab export RUN FOLDER`."""
    plain, options = split(words, [field.name for field in fields(ExportOptions)])
    run, folder = named(plain, "export RUN FOLDER [label=...] [data=...]", 2)
    made = export_run(Path(run), Path(folder), ExportOptions(**options))
    line = {"folder": folder, "label": made.label, "start": made.start, "every": made.columns.every}
    return tell(Outcome(steps.DONE, line))


@refusing
def observe(words: Sequence[str]) -> int:
    """Run `retrainlab observe FOLDER DATE`."""
    return _step("observe", steps.observe, words)


@refusing
def fit(words: Sequence[str]) -> int:
    """Run `retrainlab fit FOLDER DATE`."""
    return _step("fit", steps.fit, words)


@refusing
def deploy(words: Sequence[str]) -> int:
    """Run `retrainlab deploy FOLDER DATE`."""
    return _step("deploy", steps.deploy, words)


@refusing
def tick(words: Sequence[str]) -> int:
    """Run `retrainlab tick FOLDER [DATE]`."""
    plain, options = split(words, ["wait", "registry"])
    require(len(plain) in (1, 2), "the command is: retrainlab tick FOLDER [DATE]")
    if len(plain) == 1:
        return _done(plain[0], options, steps.tick_all)
    return _done(plain[0], options, lambda folder: steps.tick(folder, plain[1]))


@refusing
def verify(words: Sequence[str]) -> int:
    """Run `retrainlab verify FOLDER`."""
    from retrainlab.experiments.production.verify import verify as verify_folder

    plain, options = split(words, ["wait"])
    (path,) = named(plain, "verify FOLDER", 1)
    with opened(Path(path), seconds(options), reads=True) as folder:
        return tell(verify_folder(folder))


@refusing
def status(words: Sequence[str]) -> int:
    """Run `retrainlab status FOLDER` of a production folder."""
    return _of_folder("status", words)


@refusing
def report(words: Sequence[str]) -> int:
    """Run `retrainlab report FOLDER` of a production folder."""
    return _of_folder("report", words)


def _of_folder(name: str, words: Sequence[str]) -> int:
    from retrainlab.experiments.production import report as reporting

    plain, options = split(words, ["wait"])
    (path,) = named(plain, f"{name} FOLDER", 1)
    with opened(Path(path), seconds(options), reads=name == "status") as folder:
        return tell({"status": reporting.status, "report": reporting.report}[name](folder))


def is_production(words: Sequence[str]) -> bool:
    """Whether the first word names a production folder."""
    return bool(words) and is_folder(Path(words[0]))


@refusing
def predict(words: Sequence[str]) -> int:
    """Run `retrainlab predict FOLDER FILE OUT`."""
    from retrainlab.experiments.production.predict import predict_file

    path, source, target = named(words, "predict FOLDER FILE OUT", 3)
    return tell(Outcome(steps.DONE, predict_file(Path(path), source, target)))


@refusing
def decide(words: Sequence[str]) -> int:
    """Run `retrainlab decide LOG OVERRIDES`."""
    from retrainlab.experiments.production.decide import decide as decide_on

    require(
        bool(words) and not is_option(words[0]),
        "the command is: retrainlab decide LOG target=... strategy=...",
    )
    return tell(decide_on(words[0], words[1:]))


def _step(name: str, step: Callable[[Folder, str], Outcome], words: Sequence[str]) -> int:
    plain, options = split(words, ["wait", "registry"])
    path, date = named(plain, f"{name} FOLDER DATE", 2)
    return _done(path, options, lambda folder: step(folder, date))


def _done(path: str, options: dict[str, Any], work: Callable[[Folder], Outcome]) -> int:
    """Work on a folder, mirror its models if that is asked for, and tell."""
    mirrored = registry.is_asked(options.get("registry"))
    with opened(Path(path), seconds(options)) as folder:
        outcome = work(folder)
        if mirrored:
            registry.mirror(folder)
    return tell(outcome)


def tell(outcome: Outcome) -> int:
    """Print the line of an outcome; return its exit code."""
    print(json.dumps(outcome.line, ensure_ascii=False))
    return outcome.code


def split(words: Sequence[str], known: Sequence[str]) -> tuple[list[str], dict[str, Any]]:
    """Return plain words and options; `InputError` for an option that is not known."""
    plain, typed = divided(words)
    options: dict[str, Any] = dict(word.split("=", 1) for word in typed)
    for key in options:
        if key not in known:
            raise InputError(f"there is no option {key}; there is: {', '.join(known)}")
    return plain, options


def named(plain: Sequence[str], usage: str, count: int) -> Sequence[str]:
    """Return the plain words, which must be so many."""
    require(len(plain) == count, f"the command is: retrainlab {usage}")
    return plain


def seconds(options: dict[str, Any]) -> float:
    """Return how long to wait for another process."""
    text = options.get("wait", WAIT)
    try:
        return float(text)
    except ValueError:
        raise InputError(f"wait is {text!r}; it must be a number of seconds") from None
