"""`retrainlab detect` and `retrainlab check`."""

from pathlib import Path
from typing import Any

from retrainlab.experiments.detection import baseline, outputs, results, terminal
from retrainlab.experiments.detection.bench import BenchmarkPlan, again, cases, prepare, run
from retrainlab.experiments.detection.nulls import with_nulls
from retrainlab.experiments.detection.verdict import decide
from retrainlab.experiments.storage import files
from retrainlab.reports.detection import tables
from retrainlab.reports.detection.scores import wide
from retrainlab.reports.detection.wording import failure
from retrainlab.sim.detection.regression import require_options
from retrainlab.sim.errors import InputError


def detect(config: dict[str, Any], folder: Path, command: str) -> int:
    """Run the benchmark of a plain configuration and write tables and page; return the exit code.

    Raises `InputError` for a bad configuration, and where nothing could run.
    """
    bench = prepare(config)
    files.require_writable(folder)
    found = measured(bench, command)
    results.save(found, folder)
    terminal.show(folder)
    return 1 if found.manifest["failures"] else 0


def measured(bench: BenchmarkPlan, command: str) -> tables.DetectorBenchmark:
    """Run the cases, those of wide intervals on more seeds, and add the null detectors."""
    options = bench.config["detect"]
    about = f"{len(bench.entries)} detectors on {len(bench.problems)} streams"
    found = run(bench, cases(bench), about)
    first = results.tables_of(bench, found, command)
    if options["wide"] is not None:
        more = again(bench, wide(first, options["wide"]))
        found += run(bench, more, "more seeds where intervals are wide")
        first = results.tables_of(bench, found, command)
    return with_nulls(first, options["every"])


def check(config: dict[str, Any], folder: Path, command: str) -> int:
    """Compare with the baseline, or write it; return the exit code: 1 if a detector is worse.

    Raises `InputError` for a baseline that is not there, or was made under other settings.
    """
    bench, options = prepare(config), config["check"]
    path = Path(options["baseline"])
    require_options(options["factor"], options["level"])
    record = None if options["update"] else baseline.read(path)
    if record:
        baseline.require_same(record, config, path)
    files.require_writable(folder)
    about = f"{len(bench.entries)} detectors on {len(bench.problems)} streams"
    found = results.tables_of(bench, run(bench, cases(bench), about), command)
    results.save(found, folder)
    if record is None:
        return _updated(found, path)
    verdict = decide(record, found, path, options["factor"], options["level"])
    outputs.save(verdict, folder)
    outputs.show(verdict, options["json"])
    if not options["json"]:
        print(f"Verdict: {folder} (junit.xml, summary.md, verdict.json)")
    return 0 if verdict.passed else 1


def _updated(found: tables.DetectorBenchmark, path: Path) -> int:
    """Write the baseline, unless something failed."""
    failures = found.manifest["failures"]
    if failures:
        raise InputError(f"no baseline is written, because {failure(failures[0])}")
    baseline.write(found, path)
    print(f"Baseline: {path}")
    return 0


COMMANDS = {"detect": detect, "check": check}
