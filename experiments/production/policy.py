"""The policy of a production folder: `policy.yaml`, checked, and what is built from it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from retrainlab.experiments.config.build import build
from retrainlab.experiments.production.data import DataPlace
from retrainlab.experiments.production.interfaces import require_interface
from retrainlab.experiments.storage.cache_key import digest
from retrainlab.experiments.study.cells import build_strategy
from retrainlab.reports.results.typed_json import from_plain
from retrainlab.scenarios.tabular.schema import Schema
from retrainlab.sim import atomic
from retrainlab.sim.errors import InputError, require, require_undamaged
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.losses import Loss
from retrainlab.sim.replay.strategy import Strategy
from retrainlab.sim.stream import Stream
from retrainlab.sim.world import World

FILE = "policy.yaml"
SCHEMA = 1
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, and 8 times as fast
DECIDING = ("when", "what", "gate", "learner", "loss", "world", "seed", "start", "columns")

# Of the schema: a folder that began before there were these keeps its digest.
LATER_COLUMNS = ("weight", "beside", "orders")


@dataclass(frozen=True)
class Policy:
    """What decides in production, and what it was simulated with.

    label: of the setting in its run. learner: `estimator`, and the options of `Learner`. start:
    date of the first tick of the history. labels: where they come from; None: they stand in the
    data. columns: the frozen schema. simulated: what the run found. versions, provenance: of the
    run and of the export.
    """

    schema: int
    label: str
    when: dict[str, Any]
    what: dict[str, Any]
    gate: Any
    learner: dict[str, Any]
    loss: dict[str, Any]
    world: World
    seed: int
    start: str
    data: DataPlace
    columns: Schema
    labels: DataPlace | None = None
    simulated: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    provenance: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path, node, role in self._nodes():
            require_interface(node, path, role)

    def _nodes(self) -> Iterator[tuple[str, Any, str]]:
        gates = self.gate if isinstance(self.gate, list) else [self.gate]
        yield "when", self.when, "when"
        yield "what", self.what, "what"
        yield from (("gate", gate, "gate") for gate in gates)
        yield "learner.estimator", self.learner.get("estimator"), "learner"
        yield "loss", self.loss, "loss"

    def strategy(self) -> Strategy:
        """Return the strategy."""
        return build_strategy({"when": self.when, "what": self.what, "gate": self.gate}, FILE)

    def make_learner(self, stream: Stream) -> Learner:
        """Return the learner for the columns of the stream."""
        options = {key: value for key, value in self.learner.items() if key != "estimator"}
        options.pop("name", None)
        return Learner(build(self.learner["estimator"], "learner.estimator"), stream, **options)

    def make_loss(self) -> Loss:
        """Return the loss."""
        loss: Loss = build(self.loss, "loss")
        return loss

    @property
    def digests(self) -> dict[str, str]:
        """A digest of each part that decides: a folder keeps them for ever."""
        plain = plain_policy(self)
        columns = plain["columns"]
        plain["columns"] = {k: v for k, v in columns.items() if v or k not in LATER_COLUMNS}
        return {name: digest(plain[name]) for name in DECIDING}

    @property
    def types(self) -> tuple[str, ...]:
        """Classes that the learner names, which its stored models may hold."""
        return tuple(_targets(self.learner))

    @property
    def targets(self) -> tuple[str, ...]:
        """Every class that it names."""
        return tuple(target for _, node, _ in self._nodes() for target in _targets(node))


def plain_policy(policy: Policy) -> dict[str, Any]:
    """Return a policy as plain data: mappings, lists, texts and numbers."""
    plain: dict[str, Any] = _plain(asdict(policy))
    return plain


def save(policy: Policy, folder: Path) -> Path:
    """Write `policy.yaml`."""
    path = folder / FILE
    text = yaml.safe_dump(plain_policy(policy), sort_keys=False, allow_unicode=True, width=100)
    atomic.write_text(path, text)
    return path


def load(folder: Path) -> Policy:
    """Read `policy.yaml`; `InputError` names what is missing, wrong, or must not be built."""
    path = folder / FILE
    require(
        path.is_file(),
        f"{folder} is no production folder: it has no {FILE}; make one with "
        "retrainlab export RUN FOLDER",
    )
    try:
        node = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
    except yaml.YAMLError as error:
        raise InputError(f"{path} is not readable: {' '.join(str(error).split())}") from error
    require(
        isinstance(node, Mapping) and node.get("schema") == SCHEMA,
        f"{path} must be a policy with schema: {SCHEMA}",
    )
    try:
        _require_known(node)
        return from_plain(Policy, node)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def _require_known(node: Mapping[str, Any]) -> None:
    """Raise `InputError` for an entry that nothing reads, which may be a mistyped one."""
    for kind, part in ((Policy, node), *((DataPlace, node.get(n)) for n in ("data", "labels"))):
        names = [known.name for known in fields(kind)]
        for name in part if isinstance(part, Mapping) else ():
            require(name in names, f"it has no entry {name!r}; there is: {', '.join(names)}")


def is_folder(folder: Path) -> bool:
    """Whether a folder is one of production."""
    path = folder / FILE
    require_undamaged(
        path.is_file() or not path.exists(),
        f"{path} is no file; put the policy that `retrainlab export` wrote in its place",
    )
    return path.is_file()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def _targets(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping) and "_target_" in node:
        yield str(node["_target_"])
    parts = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    for part in parts:
        yield from _targets(part)
