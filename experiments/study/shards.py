"""Parts of one study put together, and how far a study is."""

import fcntl
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from retrainlab.experiments.storage.plan import FILE, Plan, difference, read
from retrainlab.experiments.study import study
from retrainlab.experiments.study.study import WHOLE, Ended
from retrainlab.experiments.terminal import where
from retrainlab.sim.errors import InputError, require

MERGED = "merged"
FEW = 10  # lines of what is missing or failed


def are_shards(folders: Sequence[Path]) -> bool:
    """Whether these folders hold parts of studies, and not whole ones."""
    return all((f / FILE).is_file() and read(f).shard != WHOLE for f in folders)


def runs_in(folder: Path) -> list[Path]:
    """Return the runs that lie in a folder that is none itself, as jobs of a multirun do."""
    if not folder.is_dir() or (folder / FILE).is_file() or (folder / "manifest.json").is_file():
        return []
    inside = [one for one in folder.iterdir() if (one / FILE).is_file() and one.name != MERGED]
    return sorted(inside, key=lambda one: (len(one.name), one.name))


def merge(folders: Sequence[Path]) -> tuple[Path, Ended]:
    """Write the tables of a study from its shards, into `merged` beside them.

    What no shard has is said to be missing. Raises `InputError` for a shard of another study.
    """
    parent = Path(os.path.commonpath([folder.absolute().parent for folder in folders]))
    plan = _one_plan(folders)
    manifest = study.saved(plan, folders, parent / MERGED)
    return parent / MERGED, Ended(manifest["failures"], manifest["skipped"])


def _one_plan(folders: Sequence[Path]) -> Plan:
    first, *others = [read(folder) for folder in folders]
    for folder, other in zip(folders[1:], others, strict=True):
        if (other.key, other.shard.count) != (first.key, first.shard.count):
            one, two = ({**p.provenance, "shard": {"count": p.shard.count}} for p in (first, other))
            raise InputError(
                f"{folder} is no shard of the study in {folders[0]}: {difference(one, two)}"
            )
    require(bool(first.units), f"{folders[0]} has no groups yet")
    return first


def status(folders: Sequence[Path]) -> int:
    """Print what is done, missing and failed; return 0 if all is done and nothing has failed."""
    for folder in folders:
        require(folder.is_dir(), f"{folder} is not a folder with the results of a study")
    plan = _one_plan(folders)
    if len(folders) == 1:
        plan = replace(plan, units=plan.shard.of(plan.units))
    found, missing = plan.found(folders), plan.missing(folders)
    failures = [failure for _, packed in found for failure in packed.about["failures"]]
    cells = sum(unit["cells"] for unit in plan.units)
    done = sum(unit["cells"] for unit, _ in found)
    at_work = "; at work now" if any(map(_is_at_work, folders)) else ""
    print(
        f"{', '.join(map(str, folders))}: {len(found)} of {len(plan.units)} groups and "
        f"{done:,} of {cells:,} cells are done, {len(failures)} failed{at_work}"
    )
    _list("missing", [f"{u['scenario']}, seed {u['seed']} ({u['cells']} cells)" for u in missing])
    _list("failed", [f"{where(failure)}: {failure['error']}" for failure in failures])
    return 1 if missing or failures else 0


def _list(what: str, lines: Sequence[str]) -> None:
    for line in lines[:FEW]:
        print(f"{what}: {line}")
    if len(lines) > FEW:
        print(f"{what}: and {len(lines) - FEW} more")


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
