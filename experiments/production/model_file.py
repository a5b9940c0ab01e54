"""Model files: skops archives whose bytes depend on the model alone; no pickle is ever read."""

import hashlib
import io
import json
import zipfile
from collections.abc import Collection
from pathlib import Path
from types import ModuleType
from typing import Any

from retrainlab.sim import atomic
from retrainlab.sim.errors import InputError, require

# Types of scikit-learn's models that skops does not trust by itself.
ALLOWED = (
    "functools.partial",  # of a function that is listed itself: of boosting with native categories
    "numpy.dtype",
    "sklearn.tree._tree.Tree",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.utils.validation.check_array",
    "retrainlab.sim.replay.corrections.Bias",
    "retrainlab.sim.replay.corrections.Blended",
    "retrainlab.sim.replay.corrections.ClassShares",
    "retrainlab.sim.replay.corrections.Ratio",
    "retrainlab.sim.replay.corrections.Recalibrated",
    "retrainlab.sim.replay.decision_rules.Thresholded",
    "retrainlab.sim.replay.frames.ToFrame",
    "retrainlab.sim.replay.learners.Constant",
)
SCHEMA = "schema.json"
EPOCH = (1980, 1, 1, 0, 0, 0)


def require_installed() -> None:
    """Raise `InputError` where models could not be stored."""
    _skops()


def dumps(model: Any) -> bytes:
    """Return a model as a skops archive."""
    return canonical(_skops().dumps(model))


def save(data: bytes, path: Path) -> str:
    """Write an archive; return its SHA-256."""
    atomic.write_atomic(path, lambda half: half.write_bytes(data))
    return hashlib.sha256(data).hexdigest()


def checked(path: Path, sha256: str) -> bytes:
    """Return the bytes of a model file; `InputError` if it is gone or has changed."""
    require(path.is_file(), f"{path} is missing; put the model back from a copy of the folder")
    data = path.read_bytes()
    require(
        hashlib.sha256(data).hexdigest() == sha256,
        f"{path} is not the file that was written: its SHA-256 differs from the journal's; put the "
        "model back from a copy of the folder",
    )
    return data


def loads(data: bytes, types: Collection[str], path: Path) -> Any:
    """Return the model of an archive; types: allowed besides those of scikit-learn."""
    skops = _skops()
    unknown = [*skops.get_untrusted_types(data=data)]
    strange = sorted(set(unknown) - {*ALLOWED, *types})
    require(
        not strange,
        f"{path} holds {', '.join(strange)}, which the policy does not name; it is not loaded",
    )
    return skops.loads(data, trusted=unknown)


def canonical(data: bytes) -> bytes:
    """Return an archive without what differs between two runs: addresses in memory, and times."""
    source = zipfile.ZipFile(io.BytesIO(data))
    numbers: dict[str, int] = {}
    names: dict[str, str] = {}
    members = set(source.namelist())

    def number(address: str) -> int:
        return numbers.setdefault(address, len(numbers))

    def renamed(node: Any) -> Any:
        if isinstance(node, list):
            return [renamed(part) for part in node]
        return {k: entry(k, v) for k, v in node.items()} if isinstance(node, dict) else node

    def entry(key: str, value: Any) -> Any:
        if key == "__id__":
            return number(str(value))
        if key == "file" and value in members:
            stem, dot, suffix = value.partition(".")
            names[value] = f"{number(stem)}{dot}{suffix}"
            return names[value]
        return renamed(value)

    schema = renamed(json.loads(source.read(SCHEMA)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for old, new in sorted(names.items(), key=lambda pair: pair[1]):
            archive.writestr(_member(new), source.read(old))
        archive.writestr(_member(SCHEMA), json.dumps(schema))
    return out.getvalue()


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _skops() -> ModuleType:
    try:
        import skops.io
    except ImportError:
        raise InputError(
            "models are stored by skops, which is not installed: "
            "pip install 'retrainlab[production]'"
        ) from None
    module: ModuleType = skops.io
    return module
