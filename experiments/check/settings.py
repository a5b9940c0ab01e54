"""Settings of a check: options of its own, and what must be as in the baseline."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from retrainlab.reports.results.typed_json import from_plain
from retrainlab.sim.comparison import require_options
from retrainlab.sim.errors import InputError, require

Saved = TypeVar("Saved")


@dataclass(frozen=True)
class Options:
    """Options of a check: `check` of its configuration."""

    path: Path
    update: bool
    json: bool
    factor: float
    level: float

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Options":
        """Return the options of a configuration; `InputError` for what is out of range."""
        require_options(options["factor"], options["level"])
        for name in ("update", "json"):
            value = options[name]
            require(isinstance(value, bool), f"check.{name} is {value!r}; it must be true or false")
        path = options["baseline"]
        require(bool(path) and isinstance(path, str), f"check.baseline is {path!r}; name a file")
        named = ("update", "json", "factor", "level")
        return cls(Path(path), *(options[name] for name in named))


def require_same(old: Mapping[str, Any], new: Mapping[str, Any], path: Path, advice: str) -> None:
    """Refuse a baseline that was made under other settings; name the first that differs."""
    for key, before, after in _differences(old, new, ""):
        raise InputError(
            f"{path} was made with {key}={short(before)}, and this check has "
            f"{key}={short(after)}; check with the same, or {advice}"
        )


def _differences(old: Any, new: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Paths at which two settings differ, with both values.

    An option that came after the baseline was made is off where it was not known.
    """
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        later = (key for key in new if key not in old and new[key] is not False)
        for key in [*old, *later]:
            inner = f"{path}.{key}" if path else str(key)
            yield from _differences(old.get(key), new.get(key), inner)
    elif old != new:
        yield path, old, new


def sound(
    path: Path,
    kind: type[Saved],
    schema: int,
    advice: str,
    faults: Callable[[Saved], Iterator[str]],
) -> Saved:
    """Read a baseline; `InputError` where there is none, and names what is wrong in one.

    faults: sentences of what is wrong with one whose entries all have their type.
    """
    saved = record(path, schema, advice)
    try:
        baseline = from_plain(kind, saved)
    except InputError as error:
        raise InputError(f"{path}: {short(str(error), 200)}; {advice}") from error
    for sentence in faults(baseline):
        raise InputError(f"{path}: {sentence}; {advice}")
    return baseline


def record(path: Path, schema: int, advice: str) -> dict[str, Any]:
    """Read the JSON of a baseline; `InputError` where there is none, or one of another schema."""
    require(not path.is_dir(), f"check.baseline is {path}, which is a folder; name a file")
    require(path.is_file(), f"check.baseline is {path}, which is not there; {advice}")
    try:
        saved = json.loads(path.read_text(encoding="utf-8"), parse_constant=_not_a_number)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not readable JSON ({error}); {advice}") from error
    version = saved.get("schema") if isinstance(saved, dict) else None
    require(
        type(version) is int and version == schema,
        f"{path} has schema {json.dumps(version)[:60]}, and this version reads schema {schema}; "
        f"{advice}",
    )
    plain: dict[str, Any] = saved
    return plain


def short(value: Any, longest: int = 60) -> str:
    """Write a value in at most so many letters."""
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def _not_a_number(text: str) -> float:
    raise ValueError(f"it holds {text}")
