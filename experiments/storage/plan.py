"""Plan: job metadata in a folder, written at the start, read to resume, merge and report status."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from retrainlab.experiments.config.build import build
from retrainlab.experiments.storage.artifact import Artifact
from retrainlab.experiments.storage.cache_key import CacheKey, digest
from retrainlab.experiments.storage.result_store import SHARED, PlannedUnit, place
from retrainlab.experiments.storage.work_unit import WorkUnit
from retrainlab.sim import atomic
from retrainlab.sim.checksums import sealed, unsealed
from retrainlab.sim.errors import DamagedFile, InputError, is_there, require, require_one_run

FILE = "study.json"
LONGEST = 60  # characters of a value that is told
Item = TypeVar("Item")


@dataclass(frozen=True)
class Shard:
    """Every count-th unit of a job, from the index-th on."""

    index: int = 0
    count: int = 1

    def __post_init__(self) -> None:
        for name in ("index", "count"):
            value = getattr(self, name)
            require(
                isinstance(value, int) and not isinstance(value, bool),
                f"shard.{name} is {value!r}; it must be a whole number",
            )
        require(
            0 <= self.index < self.count,
            f"shard.index is {self.index} and shard.count {self.count}; "
            "shards are numbered from 0 to one less than their count",
        )

    @classmethod
    def of_config(cls, node: Mapping[str, Any]) -> "Shard":
        """Return the shard of a configuration; `InputError` names a bad option."""
        shard: Shard = build({"_target_": f"{__name__}.Shard", **node}, "shard")
        return shard

    def of(self, items: Sequence[Item]) -> list[Item]:
        """Return the items of this shard."""
        return list(items[self.index :: self.count])


WHOLE = Shard()


@dataclass(frozen=True)
class Job:
    """What a command has to do.

    kind: the command. units: what is known from the configuration alone. header: the manifest, as
    plain data, as far as it is known before anything has run. arguments: of a sweep.
    """

    kind: str
    config: dict[str, Any]
    units: tuple[WorkUnit, ...]
    header: dict[str, Any]
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A job in a folder.

    key: names the job. provenance: what the key was made from. nouns: what a person calls a unit
    and a piece. parts: for how many workers the units were cut. units: a job that decides by its
    results what to do next adds to them as it goes.
    """

    kind: str
    key: str
    provenance: dict[str, Any]
    header: dict[str, Any]
    nouns: tuple[str, str]
    shard: Shard = WHOLE
    parts: int = 1
    units: list[PlannedUnit] = field(default_factory=list)

    def save(self, folder: Path) -> None:
        """Write the plan into its folder."""
        text = json.dumps(asdict(self), indent=1, default=str)
        atomic.write_text(folder / FILE, sealed(text))

    def done(self, folders: Sequence[Path]) -> list[tuple[PlannedUnit, Artifact]]:
        """Return the units whose results lie in one of the folders, in the order of the plan."""
        places = [(unit, [place(folder, unit.key) for folder in folders]) for unit in self.units]
        finished = [(unit, [path for path in paths if is_there(path)]) for unit, paths in places]
        return [(unit, Artifact(paths[0])) for unit, paths in finished if paths]

    def missing(self, folders: Sequence[Path]) -> list[tuple[int, PlannedUnit]]:
        """Return number and entry of the units without results in any of the folders."""
        done = {unit.key for unit, _ in self.done(folders)}
        return [(i, unit) for i, unit in enumerate(self.units) if unit.key not in done]

    def not_run(self, number: int) -> str:
        """Say of a unit that it has not been run, and whose it is."""
        unit, count = self.units[number], self.shard.count
        shard = f" of shard {number % count}" if count > 1 else ""
        return f"not run yet ({unit.size} {self.nouns[1]}s{shard})"

    def shard_sentence(self, folder: Path) -> str:
        """Say how far a shard is, and what is to be done when all of them are finished."""
        return (
            f"Shard {self.shard.index} of {self.shard.count}: {len(self.done([folder]))} of "
            f"{len(self.units)} {self.nouns[0]}s are in {folder}. "
            "When all shards are done: retrainlab report FOLDER OF EACH"
        )

    def remove(self, folder: Path) -> None:
        """Take away what a job that failed altogether has left."""
        for unit in self.units:
            place(folder, unit.key).unlink(missing_ok=True)
        shutil.rmtree(folder / SHARED, ignore_errors=True)
        (folder / FILE).unlink(missing_ok=True)
        if (folder / "units").is_dir() and not any((folder / "units").iterdir()):
            (folder / "units").rmdir()


def open_or_resume(folder: Path, job: Job, cache_key: CacheKey, shard: Shard, parts: int) -> Plan:
    """Return the plan of a job in a folder, still without units.

    Raises `InputError` that says what differs if the folder holds another job.
    """
    names = [cache_key.of(unit) for unit in job.units]
    provenance = {
        "config": job.config,
        "sweep": list(job.arguments),
        "data": cache_key.data,
        "code": cache_key.code,
        "versions": cache_key.versions,
        "shard": asdict(shard),
    }
    key = digest([job.kind, job.config, names])
    if not is_there(folder / FILE):
        require(
            not (folder / "manifest.json").exists(),
            f"{folder} holds results that cannot be continued; name another folder",
        )
    else:
        old = read(folder)
        if old.key != key or old.shard != shard:
            raise InputError(
                f"{folder} holds another study: {difference(old.provenance, provenance)}; "
                "name another folder, or remove that one"
            )
        require(
            not cache_key.without_file,
            f"{folder} cannot be continued: {', '.join(cache_key.without_file)} stands in no file, "
            "so that nothing tells whether it has changed; keep it in a file beside the notebook, "
            "or name another folder",
        )
        for _, artifact in old.done([folder]):
            artifact.verify()  # before the plan is written anew, as long as it is at first
        parts = old.parts
    return Plan(job.kind, key, provenance, job.header, job.units[0].nouns, shard, parts)


def read(folder: Path) -> Plan:
    """Return the plan in a folder; `InputError` if there is none."""
    path = folder / FILE
    require_one_run(path)
    require(is_there(path), f"{folder} holds no study: there is no {FILE} in it")
    try:
        saved = json.loads(unsealed(path.read_text(encoding="utf-8")))
        shard, units = Shard(**saved["shard"]), [PlannedUnit(**unit) for unit in saved["units"]]
        return Plan(**{**saved, "nouns": tuple(saved["nouns"]), "shard": shard, "units": units})
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedFile(
            f"{path} is damaged, or of another version ({error}); remove it to begin anew"
        ) from error


def difference(old: Any, new: Any, path: str = "") -> str:
    """Say where two plain values first differ."""
    new = json.loads(json.dumps(new, default=str))
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [*old, *(key for key in new if key not in old)]:
            if old.get(key) != new.get(key):
                return difference(old.get(key), new.get(key), f"{path}.{key}".lstrip("."))
        return path or "its kind differs"
    texts = json.dumps(old), json.dumps(new)
    pairs = enumerate(zip(*texts, strict=False))
    alike = next((i for i, (one, other) in pairs if one != other), 0)
    was, now = (_short(text, alike) for text in texts)
    return f"{path} was {was} there and is {now} now"


def _short(text: str, alike: int) -> str:
    """Cut a long text to what is around the place from which on it differs from another."""
    if len(text) < LONGEST:
        return text
    start = max(0, alike - LONGEST // 3)
    kept = text[start : start + LONGEST]
    return "..." * (start > 0) + kept + "..." * (start + LONGEST < len(text))
