"""`retrainlab detect` and `retrainlab check`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from retrainlab.experiments.check import conclude
from retrainlab.experiments.check.settings import Options
from retrainlab.experiments.check.verdict import Verdict
from retrainlab.experiments.detection import baseline, baseline_file, results, terminal
from retrainlab.experiments.detection.bench import BenchmarkPlan, again, cases, prepare
from retrainlab.experiments.detection.judge import DETECTORS, decide, require_each_watches
from retrainlab.experiments.storage.plan import WHOLE, Plan
from retrainlab.experiments.storage.runner import Session, session
from retrainlab.reports.detection.scores import wide
from retrainlab.reports.detection.tables import DetectorBenchmark
from retrainlab.reports.detection.wording import failure
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.exit_codes import done_unless


def detect(config: dict[str, Any], folder: Path, command: str) -> int:
    """Run the benchmark of a plain configuration and write tables and page; return the exit code.

    What is finished is kept, and not run again in the same folder. Raises `InputError` for a bad
    configuration, for a folder of another benchmark, and where nothing could run.
    """
    return _run("detect", prepare(config), folder, command)


def check(config: dict[str, Any], folder: Path, command: str) -> int:
    """Compare with the baseline, or write it; return the exit code.

    That is FAILED if a detector is worse, and NO_RESULT if one could not run or be judged, and for
    a baseline that is not there, is damaged, or was made under other settings. The outputs in the
    folder are of this check, however it ends. Raises `InputError` where no outputs can be written.
    """
    conclude.begin(folder)

    def work() -> int:
        bench = prepare(config)
        _baseline(config)  # refused before the work, not after it
        return _run("check", bench, folder, command)

    return conclude.or_refused(DETECTORS, config, folder, work)


def merge(plan: Plan, folders: Sequence[Path], into: Path) -> int:
    """Write what `detect` or `check` does, from the folders of all shards; return the exit code."""
    bench = results.saved(plan, folders, into)
    require(bench is not None, f"{', '.join(map(str, folders))}: nothing is finished yet")
    assert bench is not None
    return CONCLUDE[plan.kind](bench, into)


def _run(kind: str, bench: BenchmarkPlan, folder: Path, command: str) -> int:
    """Run what is missing; a shard leaves its cases only, for `merge`."""
    done: DetectorBenchmark | None = None
    with session(bench.job(kind, command), bench.engine, folder, bench.shard) as running:
        try:
            _measure(bench, running)
        finally:
            if bench.shard == WHOLE:
                done = results.saved(running.plan, [folder], folder)
    if done is not None:
        return CONCLUDE[kind](done, folder)
    failures = results.failures_of(artifact for _, artifact in running.plan.done([folder]))
    terminal.tell(failures)
    print(running.plan.shard_sentence(folder))
    return done_unless(failures)


def _measure(bench: BenchmarkPlan, running: Session) -> None:
    """Run the cases, and those of wide intervals on as many seeds again."""
    running.finish(running.add(cases(bench)), bench.title)
    if bench.options.wide is not None:
        first = results.finished(running.plan, [running.store.folder])
        more = again(bench, wide(first, bench.options.wide)) if first else []
        running.finish(running.add(more), "more seeds where intervals are wide")


def _show(bench: DetectorBenchmark, folder: Path) -> int:
    """Write the page and print the rankings."""
    terminal.show(folder)
    return done_unless(bench.manifest.failures)


def _judge(bench: DetectorBenchmark, folder: Path) -> int:
    """Compare with the baseline and write the verdict, or write the baseline anew."""
    conclude.begin(folder)
    config = bench.manifest.config
    return conclude.or_refused(DETECTORS, config, folder, lambda: _judged(bench, folder))


def _judged(bench: DetectorBenchmark, folder: Path) -> int:
    config = bench.manifest.config
    options, record = Options.of(config["check"]), _baseline(config)
    if record is None:
        return conclude.written(_judged_by(_updated(bench, options.path), bench, options))
    return conclude.tell(_judged_by(record, bench, options), folder, options.json)


def _judged_by(record: baseline.Baseline, bench: DetectorBenchmark, options: Options) -> Verdict:
    return decide(record, bench, options.path, options.factor, options.level)


def _baseline(config: dict[str, Any]) -> baseline.Baseline | None:
    """Return the baseline, which was made under the same settings; None to write it anew."""
    options = Options.of(config["check"])
    if options.update:
        return None
    record = baseline_file.read(options.path)
    baseline.require_same(record, config, options.path)
    return record


def _updated(bench: DetectorBenchmark, path: Path) -> baseline.Baseline:
    """Write the baseline, unless something failed, and return it."""
    failures = bench.manifest.failures
    if failures:
        raise InputError(f"no baseline is written, because {failure(failures[0])}")
    require_each_watches(bench)
    return baseline.write(bench, path)


CONCLUDE = {"detect": _show, "check": _judge}
COMMANDS = {"detect": detect, "check": check}
