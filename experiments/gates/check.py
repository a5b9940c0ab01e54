"""`retrainlab check gates`: has a gate become worse than in its baseline?"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from retrainlab import reports
from retrainlab.experiments import terminal
from retrainlab.experiments.check import conclude, repeat
from retrainlab.experiments.check.settings import Options, require_same
from retrainlab.experiments.engines import local
from retrainlab.experiments.gates import baseline, plan
from retrainlab.experiments.gates.judge import GATES, Both, decide
from retrainlab.experiments.storage.plan import WHOLE, Shard
from retrainlab.experiments.study import study as studies
from retrainlab.experiments.study_commands import overridden
from retrainlab.sim.errors import InputError, require

DEFAULT = "gates.json"
STUDY = "study"  # folder of the replays, in that of the check
ASIDE = (*plan.RUNTIME, "check")


def with_stored(words: Sequence[str]) -> list[str]:
    """Return the words of the check, after the overrides of its baseline."""
    return repeat.with_stored(words, DEFAULT)


def check(config: dict[str, Any], folder: Path, command: str) -> int:
    """Compare gates with the baseline, or write it; return the exit code.

    That is FAILED if a gate is worse, and NO_RESULT if one could not run or be judged, and for a
    baseline that is not there, is damaged, or was made under other settings.
    """
    conclude.begin(folder)
    return conclude.or_refused(GATES, config, folder, lambda: _run(config, folder, command))


def _run(config: dict[str, Any], folder: Path, command: str) -> int:
    options = Options.of(config["check"])
    engine, memo_bytes = local.made(config["engine"])
    require(Shard.of_config(config["shard"]) == WHOLE, "a check of gates is not made in shards")
    # A gate as it is configured is what is checked: not the settings of its curve.
    alone = {name: {**node, "curve": None} for name, node in config["gate"].items()}
    config = {**config, "gate": alone}
    plain = {key: value for key, value in config.items() if key not in ASIDE}
    made = plan.prepare(plain, overridden()).keeping(memo_bytes)
    before = None if options.update else _baseline(config, options)
    ended = studies.run(made, engine, folder / STUDY, command)
    terminal.tell(ended.failures, ended.skipped)
    now = baseline.measured(reports.load(folder / STUDY), config)
    if before is None:
        _write(now, options.path, ended.failures)
    expected = [(gate, stream) for gate in alone for stream in plan.streams(config)]
    verdict = decide(Both(before or now, now), expected, ended.failures, options)
    if before is None:
        return conclude.written(verdict)
    return conclude.tell(verdict, folder, options.json)


def _baseline(config: dict[str, Any], options: Options) -> baseline.GateBaseline:
    record = baseline.read(options.path)
    require_same(record.settings, baseline.settings(config), options.path, baseline.ANEW)
    return record


def _write(now: baseline.GateBaseline, path: Path, failures: Sequence[str]) -> None:
    """Write the baseline, unless something failed."""
    if failures:
        raise InputError(f"no baseline is written, because {failures[0]}")
    baseline.write(now, path)
