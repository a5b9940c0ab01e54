"""Shards: parts of one job, how far they are, and the plan under which they are merged."""

import fcntl
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from retrainlab.experiments.storage.files import LATEST
from retrainlab.experiments.storage.plan import FILE, WHOLE, Plan, difference, read
from retrainlab.experiments.storage.result_store import PlannedUnit
from retrainlab.sim.checksums import removed, verify
from retrainlab.sim.errors import InputError, is_there, require

MERGED = "merged"
FEW = 10  # lines of what is missing or failed


def are_shards(folders: Sequence[Path]) -> bool:
    """Whether these folders hold parts of jobs, and not whole ones."""
    return all(is_there(f / FILE) and read(f).shard != WHOLE for f in folders)


def runs_in(folder: Path) -> list[Path]:
    """Return the runs that lie in a folder that is none itself, as jobs of a multirun do."""
    if not folder.is_dir() or (folder / FILE).exists() or (folder / "manifest.json").exists():
        return []
    others = (MERGED, LATEST)
    inside = [one for one in folder.iterdir() if (one / FILE).exists() and one.name not in others]
    return sorted(inside, key=lambda one: (len(one.name), one.name))


def merged_folder(folders: Sequence[Path]) -> Path:
    """Return where the tables of shards go: `merged` beside them."""
    return Path(os.path.commonpath([f.absolute().parent for f in folders])) / MERGED


def is_merged(folder: Path) -> bool:
    """Whether a folder holds the tables of shards, and no work of its own."""
    has_tables = (folder / "manifest.json").is_file() and not (folder / FILE).is_file()
    return folder.absolute().name == MERGED and has_tables


def common_plan(folders: Sequence[Path]) -> Plan:
    """Return the plan of shards of one job; `InputError` names a shard of another."""
    first, *others = [read(folder) for folder in folders]
    for folder, other in zip(folders[1:], others, strict=True):
        if (other.key, other.shard.count) != (first.key, first.shard.count):
            one, two = ({**p.provenance, "shard": {"count": p.shard.count}} for p in (first, other))
            raise InputError(
                f"{folder} is no shard of the study in {folders[0]}: {difference(one, two)}"
            )
    require(bool(first.units), f"{folders[0]} has no {first.nouns[0]}s yet")
    return first


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    failures: each with the unit that it is of. removed: files that were written and are gone.
    """

    folders: tuple[Path, ...]
    plan: Plan
    done: tuple[PlannedUnit, ...]
    missing: tuple[PlannedUnit, ...]
    failures: tuple[tuple[PlannedUnit, dict[str, Any]], ...]
    removed: tuple[Path, ...]
    at_work: bool

    @property
    def complete(self) -> bool:
        """Whether everything is done, nothing has failed and no file is gone."""
        return not (self.missing or self.failures or self.removed)

    @property
    def lines(self) -> list[str]:
        """What a person is told: the counts, then a few lines of what is missing and failed."""
        unit, piece = self.plan.nouns
        total = sum(planned.size for planned in self.plan.units)
        done = sum(planned.size for planned in self.done)
        at_work = "; at work now" if self.at_work else ""
        return [
            f"{', '.join(map(str, self.folders))}: {len(self.done)} of {len(self.plan.units)} "
            f"{unit}s and {done:,} of {total:,} {piece}s are done, "
            f"{len(self.failures)} failed{at_work}",
            *_few("missing", [f"{_stream(m)} ({m.size} {piece}s)" for m in self.missing]),
            *_few(
                "failed",
                [f"{_stream(u)}, {f['label'] or 'all'}: {f['error']}" for u, f in self.failures],
            ),
            *_few("removed, and written anew by the command of the run", self.removed),
        ]


def progress(folders: Sequence[Path]) -> Progress:
    """Return how far the job in a folder is, or that in the folders of its shards."""
    for folder in folders:
        require(folder.is_dir(), f"{folder} is not a folder with the results of a study")
        verify(folder)
    plan = common_plan(folders)
    if len(folders) == 1:
        plan = replace(plan, units=plan.shard.of(plan.units))
    done = plan.done(folders)
    return Progress(
        tuple(folders),
        plan,
        tuple(unit for unit, _ in done),
        tuple(unit for _, unit in plan.missing(folders)),
        tuple((unit, failure) for unit, artifact in done for failure in artifact.failures),
        tuple(path for folder in folders for path in removed(folder)),
        any(map(_is_at_work, folders)),
    )


def _stream(unit: PlannedUnit) -> str:
    return f"{unit.name}, seed {unit.seed}"


def _few(what: str, lines: Sequence[str | Path]) -> list[str]:
    more = [f"{what}: and {len(lines) - FEW} more"] if len(lines) > FEW else []
    return [*(f"{what}: {line}" for line in lines[:FEW]), *more]


def _is_at_work(folder: Path) -> bool:
    """Whether a process holds the lock of a folder."""
    try:
        with (folder / ".lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        pass
    return False
