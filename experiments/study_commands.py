"""The commands that run a study: `run`, `optimize` and `map`.

They get a plain configuration, or a `Sweep` of many, the folder of results, and the command line
as typed; they write the report, print it, and return the exit code.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig

from retrainlab.experiments import terminal
from retrainlab.experiments.config.compose import Sweep
from retrainlab.experiments.config.errors import resolved
from retrainlab.experiments.engines import local
from retrainlab.experiments.engines.local import Engine
from retrainlab.experiments.inspection import tell_of_files
from retrainlab.experiments.optimize import command as optimization
from retrainlab.experiments.storage.plan import WHOLE, Shard
from retrainlab.experiments.study import strategy_map as maps
from retrainlab.experiments.study import study as studies
from retrainlab.experiments.study import sweep as sweeps
from retrainlab.experiments.study.chosen import columns_of, metrics_of
from retrainlab.experiments.study.damage import undamaged
from retrainlab.experiments.study.manifest import Study
from retrainlab.experiments.study.study import Ended
from retrainlab.experiments.tracking import connection, study_runs
from retrainlab.sim.errors import require
from retrainlab.sim.exit_codes import done_unless


@dataclass(frozen=True)
class Runtime:
    """How a study is run and shown.

    columns: of the terminal's table, as they were chosen. tracked: where MLflow gets the study, if
    it is asked for.
    """

    engine: Engine
    memo_bytes: int
    shard: Shard
    columns: Any
    tracked: str | None

    @classmethod
    def taken_from(cls, config: dict[str, Any]) -> "Runtime":
        """Take the keys of the runtime out of a plain configuration."""
        engine, memo_bytes = local.made(config.pop("engine"))
        shard = Shard.of_config(config.pop("shard"))
        config.pop("folder")
        is_tracked = connection.checked(config.pop("tracking"), "tracking")
        tracked = connection.experiment() if is_tracked else None
        return cls(engine, memo_bytes, shard, config.pop("columns"), tracked)

    def require_whole(self) -> None:
        """Raise `InputError` for a search in shards, of which each would make all of it."""
        why = "each round of a search needs the costs of all seeds"
        require(self.shard == WHOLE, f"optimize is not made in shards: {why}")

    def shown(self, computed: Collection[str]) -> tuple[str, ...]:
        """Return the columns, checked; computed: the metrics of rows that there are."""
        return columns_of(self.columns, computed)


def run(config: dict[str, Any] | Sweep, folder: Path, typed: str) -> int:
    """Replay a study, or a sweep as one study."""
    if isinstance(config, Sweep):
        runtime = Runtime.taken_from(resolved(config.aside))
        return _replayed(sweeps.prepare(config), runtime, folder, typed)
    runtime = Runtime.taken_from(config)
    return _replayed(studies.prepare(config, overridden()), runtime, folder, typed)


def strategy_map(config: dict[str, Any], folder: Path, typed: str) -> int:
    """Replay the study of a map of strategies."""
    runtime = Runtime.taken_from(config)
    return _replayed(maps.prepare(config, overridden()), runtime, folder, typed)


def optimize(config: dict[str, Any], folder: Path, typed: str) -> int:
    """Search the best value of each parameter of a strategy."""
    runtime = Runtime.taken_from(config)
    runtime.require_whole()
    columns, engine = runtime.shown(metrics_of(config)), runtime.engine
    tell_of_files(config["scenario"])
    ended = optimization.run(config, overridden(), engine, runtime.memo_bytes, folder, typed)
    return _shown(ended, folder, columns, runtime)


def _replayed(study: Study, runtime: Runtime, folder: Path, typed: str) -> int:
    columns = runtime.shown({name for group in study.groups for name in group.metrics})
    study = study.keeping(runtime.memo_bytes)
    tell_of_files({group.scenario: undamaged(group.node) for group in study.groups})
    ended = studies.run(study, runtime.engine, folder, typed, runtime.shard)
    return _shown(ended, folder, columns, runtime)


def _shown(ended: Ended, folder: Path, columns: Sequence[str], runtime: Runtime) -> int:
    """Write and print the report, or what is to be done with a shard; return the exit code."""
    if ended.sentence:
        terminal.tell(ended.failures, ended.skipped)
        print(ended.sentence)
    else:
        workers = runtime.engine.workers if runtime.engine.local else None
        terminal.show(folder, ended.failures, ended.skipped, columns, workers)
        if runtime.tracked is not None:
            study_runs.log(folder, runtime.tracked)
    return done_unless(ended.failures)


def overridden() -> list[str]:
    """Return the keys that were set on the command line."""
    return [word.lstrip("+~").split("=", 1)[0] for word in HydraConfig.get().overrides.task]
