"""What a folder is for: written when a study begins, read when it is continued or merged."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from retrainlab.experiments.storage import files
from retrainlab.experiments.storage.artifact import Artifact
from retrainlab.experiments.storage.cache_key import CacheKey, digest
from retrainlab.experiments.storage.result_store import place
from retrainlab.experiments.study.manifest import Study
from retrainlab.sim.errors import InputError, require

FILE = "study.json"


@dataclass(frozen=True)
class Shard:
    """Every count-th unit of a study, from the index-th on."""

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

    def of(self, items: Sequence[Any]) -> list[Any]:
        """Return the items of this shard."""
        return list(items[self.index :: self.count])


@dataclass(frozen=True)
class Plan:
    """A study on disk.

    key: names the study. provenance: what the key was made from. header: what the manifest will
    say. units: name, scenario, seed and number of cells of each unit; a search adds to them as it
    goes. parts: for how many workers the groups were cut.
    """

    kind: str
    key: str
    provenance: dict[str, Any]
    header: dict[str, Any]
    shard: Shard = field(default_factory=Shard)
    parts: int = 1
    units: list[dict[str, Any]] = field(default_factory=list)

    def save(self, folder: Path) -> None:
        """Write the plan into its folder."""
        files.write_json(asdict(self), folder / FILE)

    def found(self, folders: Sequence[Path]) -> list[tuple[dict[str, Any], Artifact]]:
        """Return the units whose results lie in one of the folders, in the order of the study."""
        places = [(u, [place(f, u["key"]) for f in folders]) for u in self.units]
        there = [(u, [path for path in paths if path.exists()]) for u, paths in places]
        return [(u, Artifact(paths[0])) for u, paths in there if paths]

    def missing(self, folders: Sequence[Path]) -> list[dict[str, Any]]:
        """Return units without results in any of the folders."""
        done = {unit["key"] for unit, _ in self.found(folders)}
        return [unit for unit in self.units if unit["key"] not in done]


def open_or_resume(
    folder: Path,
    study: Study,
    kind: str,
    identity: CacheKey,
    header: dict[str, Any],
    shard: Shard,
    parts: int,
) -> Plan:
    """Return the plan of a folder: a new one, or the one that is there, if it is of this study.

    Raises `InputError` that says what differs if the folder holds another study.
    """
    names = [identity.of(group) for group in study.groups]
    provenance = {
        "config": study.config,
        "sweep": study.sweep.get("arguments", []),
        "data": identity.data,
        "code": identity.code,
        "versions": identity.versions,
        "shard": asdict(shard),
    }
    plan = Plan(kind, digest([kind, study.config, names]), provenance, header, shard, parts)
    if not (folder / FILE).exists():
        require(
            not (folder / "manifest.json").exists(),
            f"{folder} holds results that cannot be continued; name another folder",
        )
        return plan
    old = read(folder)
    if old.key != plan.key or old.shard != shard:
        raise InputError(
            f"{folder} holds another study: {difference(old.provenance, provenance)}; "
            "name another folder, or remove that one"
        )
    return Plan(kind, plan.key, provenance, header, shard, old.parts, old.units)


def read(folder: Path) -> Plan:
    """Return the plan in a folder; `InputError` if there is none."""
    path = folder / FILE
    require(path.is_file(), f"{folder} holds no study: there is no {FILE} in it")
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        return Plan(**{**saved, "shard": Shard(**saved["shard"])})
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{path} is damaged ({error}); remove it to begin anew") from error


def difference(old: Any, new: Any, path: str = "") -> str:
    """Say where two plain values first differ."""
    new = json.loads(json.dumps(new, default=str))
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [*old, *(key for key in new if key not in old)]:
            if old.get(key) != new.get(key):
                return difference(old.get(key), new.get(key), f"{path}.{key}".lstrip("."))
        return path or "its kind differs"
    return f"{path} was {_short(old)} there and is {_short(new)} now"


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) < 60 else f"{text[:57]}..."
