"""A sweep in Hydra's grammar, composed once for each distinct choice of groups.

Hydra composes a configuration anew for every job, at a tenth of a second each. Here points that
differ in plain values alone share one composition, in which the values are set.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hydra._internal.config_repository import CachingConfigRepository
from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, OverrideType
from omegaconf import DictConfig, OmegaConf

from retrainlab.experiments.config import errors
from retrainlab.experiments.config.shape import require_sections, require_shape
from retrainlab.sim.errors import require

Point = Sequence[str]  # overrides, as key=value
# How a study is run and shown, not what it is.
RUNTIME_KEYS = ("hydra", "folder", "engine", "shard", "columns")


@dataclass(frozen=True)
class Sweep:
    """Points, and what they are composed with; swept: the keys whose values differ by point."""

    arguments: tuple[str, ...]
    points: Sequence[Point]
    swept: tuple[str, ...]
    loader: Any
    config: DictConfig

    @classmethod
    def of(cls, arguments: Sequence[str], loader: Any, config: DictConfig) -> "Sweep":
        """Expand the arguments just as Hydra's basic sweeper does.

        `InputError` for a sweep without a value, which would silently sweep nothing, and for an
        interval, which has no list of values.
        """
        overrides = OverridesParser.create(config_loader=loader).parse_overrides(list(arguments))
        last = {override.get_key_element(): override for override in overrides}
        swept = [override for override in last.values() if override.is_sweep_override()]
        for override in swept:
            _require_values(override)
        points = BasicSweeper.split_arguments(overrides, None)[0]
        keys = tuple(override.key_or_group for override in swept)
        return cls(tuple(arguments), points, keys, loader, config)

    @cached_property
    def compose(self) -> "Composer":
        """What makes a configuration of a point."""
        return Composer(self.loader, self.config)

    @property
    def aside(self) -> DictConfig:
        """How the study is run."""
        keys = [key for key in RUNTIME_KEYS if key != "hydra"]
        kept = OmegaConf.masked_copy(self.config, [key for key in keys if key in self.config])
        plain: Any = OmegaConf.to_container(kept)
        require_sections(plain, str(self.config.hydra.job.config_name), keys)
        return kept

    def named(self, number: int) -> str:
        """Return a point as a person reads it: its place and the values that were swept."""
        chosen = [word for word in self.points[number] if key_of(word) in self.swept]
        which = f"cell {number + 1} of {len(self.points)}"
        return f"{which} ({', '.join(chosen)})" if chosen else which


def _require_values(override: Override) -> None:
    require(
        override.is_discrete_sweep(),
        f"{override.input_line}: an interval has no list of values; "
        "take range(start,stop,step) or name the values",
    )
    require(
        next(iter(override.sweep_string_iterator()), None) is not None,
        f"{override.input_line} is empty; a sweep needs at least one value",
    )


def key_of(word: str) -> str:
    """Return the key of an override, without the sign for adding and without a package."""
    return word.split("=", 1)[0].lstrip("+~").split("@")[0]


@dataclass(frozen=True)
class _Parsed:
    """An override; plain: a value that can be set at its path without Hydra."""

    word: str
    plain: bool
    path: tuple[str, ...]
    value: Any


class Composer:
    """Makes plain configurations, without `hydra` and what else is RUNTIME_KEYS.

    Parts of them that no value is set in are shared: they must not be written to.
    """

    def __init__(self, loader: Any, config: DictConfig):
        self.loader, self.config = loader, config
        self.root = str(config.hydra.job.config_name)
        self.groups = CachingConfigRepository(loader.repository)
        self.parser = OverridesParser.create(config_loader=loader)
        self.parsed: dict[str, _Parsed] = {}
        self.templates: dict[tuple[str, ...], tuple[dict[str, Any], bool] | None] = {}
        self.entangled = False  # whether strategies refer to what is around them, or it to them

    def __call__(self, point: Point) -> dict[str, Any]:
        """Return the configuration of a point, with all values resolved."""
        words = [self._parse(word) for word in point]
        plain = [word for word in words if word.plain]
        key = tuple(".".join(word.path) if word.plain else word.word for word in words)
        if key not in self.templates:
            composed = self._composed(point)
            fits = _can_hold(composed, plain)
            self.templates[key] = (composed, _is_live(composed)) if fits else None
        entry = self.templates[key]
        if entry is None:
            composed = self._composed(point)
            entry, plain = (composed, _is_live(composed)), []
        template, live = entry
        for word in plain:
            template = _with(template, word.path, word.value)
        if any(len(word.path) == 1 for word in plain):
            require_shape(template, self.root, RUNTIME_KEYS)
        return errors.resolved(OmegaConf.create(template)) if live else template

    def value(self, word: str) -> Any:
        """Return the value of an override."""
        return self._parse(word).value

    def _parse(self, word: str) -> _Parsed:
        if word not in self.parsed:
            (override,) = self.parser.parse_overrides([word])
            value = override.value()
            group = self.groups.group_exists(override.key_or_group)
            simple = override.type == OverrideType.CHANGE and override.package is None
            plain = simple and not group and not isinstance(value, dict) and not _is_live(value)
            path = tuple(override.key_or_group.split("."))
            self.parsed[word] = _Parsed(word, plain, path, value)
        return self.parsed[word]

    def _composed(self, point: Point) -> dict[str, Any]:
        config = self.loader.load_sweep_config(self.config, list(point))
        errors.resolved(_without(config))
        plain: Any = OmegaConf.to_container(_without(config), resolve=False)
        require_shape(plain, self.root, RUNTIME_KEYS)
        around = {key: part for key, part in plain.items() if key != "strategy"}
        self.entangled |= _is_live(plain["strategy"])
        self.entangled |= any("${strategy" in text for text in _texts(around))
        return plain


def _without(config: DictConfig) -> DictConfig:
    return OmegaConf.masked_copy(config, [str(key) for key in config if key not in RUNTIME_KEYS])


def _can_hold(template: Mapping[str, Any], words: Sequence[_Parsed]) -> bool:
    """Whether each value has a place of its own among plain mappings."""
    paths = [word.path for word in words]
    inside = any(a != b and b[: len(a)] == a for a in paths for b in paths)
    return not inside and all(_has(template, path) for path in paths)


def _has(node: Any, path: Sequence[str]) -> bool:
    for step in path:
        if not isinstance(node, dict) or step not in node:
            return False
        node = node[step]
    return True


def _with(node: Mapping[str, Any], path: Sequence[str], value: Any) -> dict[str, Any]:
    """Return a copy with another value at the path; what is beside the path is shared."""
    head, *rest = path
    return {**node, head: _with(node[head], rest, value) if rest else value}


def _is_live(node: Any) -> bool:
    """Whether a value anywhere inside refers to another one, or is still missing."""
    return any("${" in text or text == "???" for text in _texts(node))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping | list):
        for value in node.values() if isinstance(node, Mapping) else node:
            yield from _texts(value)
