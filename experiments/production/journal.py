"""The journal of a production folder: facts that cannot be derived, a line of JSON each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from retrainlab.sim import atomic
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.world import World

FILE = "journal.jsonl"


def fingerprint(values: Any) -> str:
    """Return 16 hex digits of the bytes of an array."""
    return blake2b(values.tobytes(), digest_size=8).hexdigest()


class Closed(NamedTuple):
    """A closed tick: its rows, and which labels had arrived at its end.

    labelled: first tick whose labels had not. labels: fingerprints of those that had just come,
    by tick.
    """

    date: str
    rows: int
    fingerprint: str
    labelled: int
    labels: dict[str, str]


class Trained(NamedTuple):
    """A model that was trained: decided at the end of a tick (-1: the first one), its file."""

    decided: int
    name: str
    sha256: str
    seconds: float
    constant: bool


class Deployed(NamedTuple):
    """What a deployment put to the gate: trainings, by the tick at which they were decided."""

    tick: int
    decided: tuple[int, ...]
    numbers: tuple[int, ...]
    served: tuple[int, ...]


KINDS: dict[str, Any] = {"close": Closed, "fit": Trained, "deploy": Deployed}
EVENTS = {kind: event for event, kind in KINDS.items()}


def _fact(event: str, values: Mapping[str, Any]) -> Any:
    """Return the fact of a line."""
    fact = KINDS[event](**values)
    return fact if event != "deploy" else Deployed(fact.tick, *map(tuple, fact[1:]))


class Journal:
    """The facts of a folder, in the order in which they were written.

    texts: of the lines, each with its end. header: the first of them. dates: of the closed ticks.
    """

    def __init__(self, folder: Path):
        self.path = folder / FILE
        self.texts: list[str] = []
        self.header: dict[str, Any] = {}
        self.dates: list[str] = []
        self.facts: dict[str, list[Any]] = {event: [] for event in KINDS}
        if self.path.exists():
            self._read()

    def _read(self) -> None:
        self.texts = self.path.read_text(encoding="utf-8").splitlines(keepends=True)
        require(bool(self.texts), f"{self.path} is not readable: it is empty")
        try:
            self.header, *lines = json.loads(f"[{','.join(self.texts)}]")
            for line in lines:
                fact = _fact(line.pop("event"), line)
                self._require_next(fact)
                self._enter(fact)
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{self.path} is not readable: {error}") from error

    def _require_next(self, fact: Any) -> None:
        """Raise `ValueError` for a tick that is not later than the one before it, or does not have
        the labels that come next."""
        if not isinstance(fact, Closed):
            return
        date, known = (self.dates[-1], self.closed[-1].labelled) if self.dates else ("", 0)
        count = fact.labelled - known
        is_next = len(fact.labels) == count and (count == 0 or str(known) in fact.labels)
        if fact.date <= date or not is_next:
            raise ValueError(
                f"the tick of {fact.date} does not follow the one before it: lines are missing, "
                "twice or out of order"
            )

    def _enter(self, fact: Any) -> None:
        """Have a fact among those of its kind."""
        self.facts[EVENTS[type(fact)]].append(fact)
        if isinstance(fact, Closed):
            self.dates.append(fact.date)

    @property
    def closed(self) -> list[Closed]:
        """The closed ticks."""
        return self.facts["close"]

    @property
    def trained(self) -> list[Trained]:
        """The models that were trained."""
        return self.facts["fit"]

    @property
    def deployed(self) -> list[Deployed]:
        """The deployments."""
        return self.facts["deploy"]

    def open(self, digests: Mapping[str, str], versions: Mapping[str, str]) -> None:
        """Write the first line, or refuse a policy that is another than it says."""
        if not self.header:
            self.header = {"event": "policy", **digests, "versions": dict(versions)}
            self._append(self.header)
            return
        for name, value in digests.items():
            require(
                self.header.get(name) == value,
                f"policy.yaml has another {name} than the one that this folder ran with; put it "
                "back, or export to a new folder",
            )

    @property
    def versions(self) -> dict[str, str]:
        """Versions that the folder began with."""
        versions: dict[str, str] = self.header.get("versions", {})
        return versions

    def add(self, fact: Closed | Trained | Deployed) -> None:
        """Enter a fact, in memory."""
        self._append({"event": EVENTS[type(fact)], **fact._asdict()})
        self._enter(fact)

    def _append(self, line: dict[str, Any]) -> None:
        self.texts.append(json.dumps(line, ensure_ascii=False) + "\n")

    def save(self) -> None:
        """Write the journal, atomically."""
        atomic.write_text(self.path, "".join(self.texts))

    @property
    def models(self) -> dict[str, Trained]:
        """The models by name; where two trainings share one, the first."""
        return {fact.name: fact for fact in reversed(self.trained)}

    def labels(self) -> dict[int, str]:
        """Fingerprints of the labels that have arrived, by tick."""
        return {int(t): mark for closed in self.closed for t, mark in closed.labels.items()}

    @property
    def ready(self) -> dict[int, int]:
        """First tick that each training could serve, by the tick at which it was decided."""
        return {d: fact.tick + 1 for fact in self.deployed for d in fact.decided}

    def world(self, clocks: World, deploying: bool = False) -> "RecordedWorld":
        """Return the clocks as they really were.

        clocks: those that were simulated. deploying: whether trainings whose model has come since
        may serve from the next tick on.
        """
        known = tuple(closed.labelled for closed in self.closed)
        trained = {fact.decided for fact in self.trained if fact.decided >= 0}
        fitted = frozenset(trained - set(self.ready)) if deploying else frozenset()
        return RecordedWorld(**vars(clocks), known=known, ready=self.ready, fitted=fitted)


@dataclass(frozen=True)
class RecordedWorld(World):
    """Clocks as they really were.

    known: at the end of each closed tick, the first tick whose labels had not arrived. ready: the
    first tick that a training could serve, by the tick at which it was decided; one that is not
    there was not ready at the newest tick. fitted: those of the others, by the tick at which they
    were decided, that may serve from the next one on.
    """

    known: tuple[int, ...] = ()
    ready: Mapping[int, int] = field(default_factory=dict)
    fitted: frozenset[int] = frozenset()

    def labelled(self, tick: int) -> int:
        """Return the first tick whose labels were not yet known at the end of a tick."""
        return self.known[tick]

    def serves(self, decided: int, trains: bool = True) -> int:
        """Return the first tick that a model could serve, or the earliest that is left."""
        if decided in self.ready:
            return self.ready[decided]
        next_tick = len(self.known) + (decided not in self.fitted)
        return max(super().serves(decided, trains), next_tick)
