"""`retrainlab detect` and `retrainlab check`."""

from pathlib import Path
from typing import Any

from experiments import store
from experiments.detection import results, terminal
from experiments.detection.bench import Bench, again, cases, prepare, run
from experiments.detection.nulls import with_nulls
from reports.detect import tables
from reports.detect.scores import wide


def detect(config: dict[str, Any], folder: Path, command: str) -> int:
    """Run the benchmark of a plain configuration and write tables and page; return the exit code.

    Raises `InputError` for a bad configuration, and where nothing could run.
    """
    bench = prepare(config)
    store.require_writable(folder)
    found = measured(bench, command)
    results.save(found, folder)
    terminal.show(folder)
    return 1 if found.manifest["failures"] else 0


def measured(bench: Bench, command: str) -> tables.Bench:
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


COMMANDS = {"detect": detect}
