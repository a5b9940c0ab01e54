"""The commands that read finished runs: `report` and `status`."""

from collections.abc import Sequence
from pathlib import Path

from retrainlab import reports
from retrainlab.experiments import terminal
from retrainlab.experiments.detection import command as detection
from retrainlab.experiments.detection import terminal as detection_terminal
from retrainlab.experiments.last_net import complain
from retrainlab.experiments.production import command as production
from retrainlab.experiments.storage import plan, shards
from retrainlab.experiments.study import study
from retrainlab.reports.detection.tables import is_benchmark
from retrainlab.sim.checksums import PAGE, verify
from retrainlab.sim.errors import InputError, in_one_sentence, is_there, require
from retrainlab.sim.exit_codes import ExitCode, done_unless


def report(words: Sequence[str]) -> int:
    """Rebuild the report of a run, or that of a job from its shards, or compare several runs.

    A folder of runs gets an index of them; runs that are named are compared.
    """
    if production.is_production(words):
        return production.report(words)
    folders = _without_merged(words)
    require(bool(folders), "report needs the folder of a run, as in: retrainlab report runs/NAME")
    inside = shards.runs_in(folders[0]) if len(folders) == 1 else []
    if shards.are_shards([run for run in inside if _has_plan(run)] or folders):
        return _merge(inside or folders)
    inside = [folder for folder in inside if not is_benchmark(folder)]
    if inside:
        return _write_index(folders[0], inside)
    if len(folders) > 1:
        _compare(folders)
    elif is_benchmark(folders[0]):
        detection_terminal.show(folders[0])
    elif reports.failed_altogether(folders[0]):
        return terminal.show_failures(folders[0])
    else:
        terminal.show(folders[0], [])
    return ExitCode.DONE


def status(words: Sequence[str]) -> int:
    """Tell how far a study is."""
    require(bool(words), "status needs a folder, as in: retrainlab status runs/NAME")
    if production.is_production(words):
        return production.status(words)
    folders = _without_merged(words)
    require(
        not shards.is_merged(folders[0]),
        f"{folders[0]} is put together from shards; name the folders of the shards",
    )
    inside = shards.runs_in(folders[0]) if len(folders) == 1 else []
    progress = shards.progress(inside if inside and shards.are_shards(inside) else folders)
    print("\n".join(progress.lines))
    return done_unless(not progress.complete)


def _without_merged(words: Sequence[str]) -> list[Path]:
    """Return the folders that were named, without what shards beside it were put together to."""
    named = [Path(word) for word in words]
    return [folder for folder in named if folder.name != shards.MERGED] or named


def _merge(folders: Sequence[Path]) -> int:
    """Write the tables and the report of a job from its shards."""
    common, into = shards.common_plan(folders), shards.merged_folder(folders)
    if common.kind in ("detect", "check"):
        return detection.merge(common, folders, into)
    ended = study.merge(common, folders, into)
    terminal.show(into, ended.failures, ended.skipped)
    return done_unless(ended.failures)


def _compare(folders: Sequence[Path]) -> None:
    from retrainlab.reports.pages.comparison import build

    _complete(folders)
    print(f"Comparison: {build(folders)}")


def _write_index(folder: Path, runs: Sequence[Path]) -> int:
    """Write the index of the runs inside a folder; it names unfinished and damaged ones."""
    from retrainlab.reports.pages import index

    finished, unfinished, unread = [], [], []
    for run in runs:
        try:
            plan.read(run)
            if not is_there(run / "manifest.json"):
                unfinished.append(run)
                continue
            _complete([run])
            verify(run, but=PAGE)
            index.read_run(run)
            finished.append(run)
        except (InputError, OSError) as error:
            unread.append(in_one_sentence(error))
    for sentence in unread:
        complain(sentence)
    if finished or not unread:
        print(f"Index: {index.build(folder, finished, unfinished, unread)}")
    return done_unless(unread)


def _has_plan(run: Path) -> bool:
    """Whether the plan of a run can be read."""
    try:
        return bool(plan.read(run))
    except (InputError, OSError):
        return False


def _complete(runs: Sequence[Path]) -> None:
    """Build the reports and decisions that runs lack."""
    from retrainlab.reports.results.decision_file import FILE

    for run in runs:
        if not all((run / file).is_file() for file in ("report.html", FILE)):
            reports.build(run)
