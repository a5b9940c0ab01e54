"""The detectors of a benchmark: as configured, and at the settings of their trade-off curve."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from typing import Any

from retrainlab.experiments.config.build import build
from retrainlab.experiments.detection.problems import SIGNALS
from retrainlab.experiments.study.cells import shown
from retrainlab.reports.detection.manifest import DetectorInfo
from retrainlab.sim.errors import require, require_whole
from retrainlab.sim.seeds import seed_of
from retrainlab.strategies.detectors import registry


@dataclass(frozen=True)
class Setting:
    """A detector at one setting. label: what differs from the entry; "" as it is configured."""

    label: str
    node: dict[str, Any]
    path: str

    @property
    def key(self) -> str:
        """Equal for settings that are the same detector, whatever they are called."""
        return json.dumps(self.node, sort_keys=True, default=repr)

    def make(self, seed: int) -> Any:
        """Return a fresh detector, with the seed for what it draws at random."""
        node = self.node if "name" in self.node else build(self.node, self.path)
        return registry.make(node, seed_of("detector", seed))[0]


@dataclass(frozen=True)
class Entry:
    """A detector of the benchmark, on one signal.

    settings: as configured, then those of its curve, from strict to sensitive. seeds: at most so
    many, None for all. origin: who made it, with its version.
    """

    name: str
    signal: str
    settings: tuple[Setting, ...]
    seeds: int | None
    origin: str
    binary: bool

    @property
    def default(self) -> Setting:
        """The detector as it is configured."""
        return self.settings[0]

    def info(self) -> DetectorInfo:
        """What the manifest says of it."""
        default = self.default
        return DetectorInfo(
            detector=shown(default.node),
            signal=self.signal,
            library=self.origin,
            seeds=self.seeds,
            curve=tuple(setting.label for setting in self.settings if setting.label),
            same=next((s.label for s in self.settings[1:] if s.key == default.key), ""),
            null=False,
        )


def entries(nodes: Mapping[str, Any] | None, most: str) -> list[Entry]:
    """Return the entries of the group `detector`; `InputError` names what is wrong with one.

    most: the option that says on how many seeds one runs: seeds, or check_seeds.
    """
    require(bool(nodes), "detector is empty; name at least one, as in detector=adwin")
    assert nodes is not None
    return [_entry(name, node, most) for name, node in nodes.items()]


def _entry(name: str, node: Mapping[str, Any], most: str) -> Entry:
    path, signal, seeds = f"detector.{name}", node.get("signal", "error"), node.get(most)
    require("detector" in node, f"{path}.detector is not set; name one, as in {{name: ADWIN}}")
    require(
        signal in SIGNALS, f"{path}.signal is {signal!r}; it must be one of {', '.join(SIGNALS)}"
    )
    if seeds is not None:
        require_whole(f"{path}.{most}", seeds, 1, "seeds")
    chosen = node["detector"]
    default = {"name": chosen} if isinstance(chosen, str) else dict(chosen)
    settings = [Setting("", default, f"{path}.detector")]
    for option, values in (node.get("curve") or {}).items():
        require(
            isinstance(values, list) and len(values) > 0,
            f"{path}.curve.{option} is {values!r}; it must be a list of values, strict ones first",
        )
        settings += [Setting(f"{option}={v}", {**default, option: v}, path) for v in values]
    made = [setting.make(0) for setting in settings]
    registry.require_watched(signal, made[0], name)
    binary = registry.binary(made[0])
    return Entry(name, signal, tuple(settings), seeds, library(made[0]), binary)


def library(detector: Any) -> str:
    """Return whose detector it is, with the version, as "river 0.26.1"; one's own is its module.

    The same name is a different algorithm in different libraries.
    """
    modules = [kind.__module__ for kind in type(detector).__mro__]
    package = _package(modules[0])
    based = any(module.startswith("river.drift.") for module in modules)
    foreign = based and not package.startswith("river")
    return f"{package} on {_package('river')}" if foreign else package


def _package(module: str) -> str:
    """Name and version of the package that a module comes from."""
    return _distribution(module.partition(".")[0])


@cache  # every call reads the metadata of all that is installed
def _distribution(top: str) -> str:
    name = "retrainlab" if top == "strategies" else top
    try:
        name = packages_distributions().get(name, [name])[0]
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return name
