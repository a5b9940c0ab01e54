"""Checkpoint: what a tick needs of the past, derived, so that it need not read the past again.

It holds the newest snapshot of the replay and the categories that were there; with it go the seals
of the files that were compared with the journal. The journal and the ledger stay the truth: without
a checkpoint, or with one of another policy, code or library, everything is read and replayed.
"""

import inspect
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from retrainlab.experiments.config.build import locate
from retrainlab.experiments.production import plain_recipe, seals
from retrainlab.experiments.production.journal import Journal
from retrainlab.experiments.production.policy import Policy
from retrainlab.experiments.production.seals import Seals
from retrainlab.experiments.production.store import StoredFits
from retrainlab.experiments.storage import files
from retrainlab.experiments.storage.cache_key import digest
from retrainlab.sim import atomic
from retrainlab.sim.replay.bank import fit_of
from retrainlab.sim.replay.derivation import derived
from retrainlab.sim.replay.ledger import Training
from retrainlab.sim.replay.recipes import Recipe
from retrainlab.sim.replay.snapshot import Snapshot
from retrainlab.sim.replay.view import Alarm

FILE = "checkpoint.json"
SECONDS = re.compile(r'"seconds": [^,}]*')  # measured, and of no consequence
OF_TRAINING = ("number", "reason", "decided", "ready", "labels", "accepted", "deployed")


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint. lines: of the journal then. snapshot: as plain data (`plain_snapshot`).

    seals: of the files that were compared with the journal by then.
    """

    lines: int
    snapshot: dict[str, Any]
    categories: dict[str, list[str]]
    seals: Seals

    def restored(self, fits: StoredFits) -> Snapshot:
        """Return the snapshot; fits: of the folder, as they are now."""
        node = dict(self.snapshot)
        trainings: list[Training] = []
        for part in node.pop("trainings"):
            recipe = plain_recipe.restored(part["recipe"])
            fit, trained = _made(recipe, fits, trainings)
            values = {name: part[name] for name in OF_TRAINING}
            held_out = plain_recipe.rows_of(part["holdout"])
            trainings.append(
                Training(**values, fit=fit, holdout=held_out, recipe=recipe, trained=trained)
            )
        return Snapshot(
            trainings=tuple(trainings),
            alarms=tuple(Alarm(*alarm) for alarm in node.pop("alarms")),
            labels=np.array(node.pop("labels"), dtype=np.int64),
            owned=plain_recipe.mask(node.pop("owned")),
            **node,
        )


def renewed(snapshot: Snapshot, fits: StoredFits) -> Snapshot:
    """Return the snapshot with fits as they are now: models that were not trained may be."""
    trainings: list[Training] = []
    for one in snapshot.trainings:
        if one.accepted is None:
            fit, trained = _made(one.made_by, fits, trainings)
            one = replace(one, fit=fit, trained=trained)
        trainings.append(one)
    return replace(snapshot, trainings=tuple(trainings))


def _made(recipe: Recipe, fits: StoredFits, before: Sequence[Training]) -> tuple[Any, Any]:
    """Return the fit of a recipe, and those trained for it; before: the actions before it."""
    return derived(recipe, fits, lambda model: fit_of(before, model))


def plain_snapshot(snapshot: Snapshot) -> dict[str, Any]:
    """Return a snapshot as plain data, the same however late the trainings under way come."""
    return {
        **vars(snapshot),
        "trainings": [_plain_training(training) for training in snapshot.trainings],
        "alarms": [list(alarm) for alarm in snapshot.alarms],
        "labels": snapshot.labels.tolist(),
        "owned": plain_recipe.bits(snapshot.owned),
    }


def _plain_training(training: Training) -> dict[str, Any]:
    plain = {name: getattr(training, name) for name in OF_TRAINING}
    if training.accepted is None:
        plain["ready"] = -1
    held_out = plain_recipe.plain_rows(training.holdout)
    return {**plain, "recipe": plain_recipe.plain(training.made_by), "holdout": held_out}


def load(folder: Path, policy: Policy, journal: Journal) -> Checkpoint | None:
    """Read the checkpoint; None if there is none that holds for the journal, or it is damaged."""
    try:
        node = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if node["key"] != _key(policy, journal, node["lines"]):
            return None
        kept = seals.load(folder, node["key"])
        return Checkpoint(node["lines"], node["snapshot"], node["categories"], kept)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(
    folder: Path,
    policy: Policy,
    journal: Journal,
    snapshot: Snapshot,
    categories: Mapping[str, Sequence[str]],
    sealed: Seals,
) -> None:
    """Write the seals of the checkpoint, and then that, of the journal as it stands."""
    lines = len(journal.texts)
    key = _key(policy, journal, lines)
    value = {
        "key": key,
        "lines": lines,
        "snapshot": plain_snapshot(snapshot),
        "categories": {name: list(texts) for name, texts in categories.items()},
    }
    seals.save(folder, key, sealed)
    atomic.write_if_new(folder / FILE, json.dumps(value, ensure_ascii=False))


def _key(policy: Policy, journal: Journal, lines: int) -> str:
    """Digest all that the past follows from, besides the rows: facts, policy, code, libraries."""
    facts = SECONDS.sub("", "".join(journal.texts[:lines]))
    return digest(
        [
            blake2b(facts.encode()).hexdigest(),
            lines,
            policy.digests,
            _code(policy.targets),
            files.versions(),
        ]
    )


@cache
def _code(targets: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the source files of the classes that a policy names, with a digest of each."""
    modules = {inspect.getmodule(locate(name, name)) for name in targets}
    paths = {inspect.getsourcefile(module) for module in modules if module is not None}
    return sorted((path, blake2b(Path(path).read_bytes()).hexdigest()) for path in paths if path)
