"""Recipes as plain data, for a checkpoint."""

import base64
import zlib
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.experiments.config.build import locate
from retrainlab.sim.replay.recipes import RECIPES, Blend, Model, Recalibrate, Recipe, Refit, Update
from retrainlab.sim.rows import Rows, normal
from retrainlab.sim.stream import Floats

KINDS = {kind.action: kind for kind in RECIPES}


def plain(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe as plain data."""
    models = [plain(m) if isinstance(m, RECIPES) else m for m in recipe.models]
    node: dict[str, Any] = {"action": recipe.action, "models": models}
    if isinstance(recipe, Refit | Update):
        node["rows"] = plain_rows(recipe.rows)
        node["weights"] = None if recipe.weights is None else _packed(recipe.weights)
    if isinstance(recipe, Recalibrate):
        kind = type(recipe.correction)
        node["correction"] = f"{kind.__module__}.{kind.__qualname__}"
        node["options"] = asdict(recipe.correction)  # type: ignore[call-overload]
    if isinstance(recipe, Blend):
        node["weights"] = [float(weight) for weight in recipe.weights]
    return node


def restored(node: dict[str, Any]) -> Recipe:
    """Return the recipe of plain data."""
    kind: Any = KINDS[node["action"]]
    models = [_model(model) for model in node["models"]]
    if issubclass(kind, Refit | Update):
        weights = None if node["weights"] is None else _unpacked(node["weights"])
        made: Recipe = kind(*models, rows_of(node["rows"]), weights)
        return made
    if kind is Blend:
        return Blend(tuple(models), tuple(node["weights"]))
    if kind is Recalibrate:
        options = {k: tuple(v) if isinstance(v, list) else v for k, v in node["options"].items()}
        return Recalibrate(models[0], locate(node["correction"], "correction")(**options))
    other: Recipe = kind(*models)
    return other


def _model(node: Any) -> Model:
    if isinstance(node, dict):
        return restored(node)
    return tuple(node) if isinstance(node, list) else node


def plain_rows(rows: Rows) -> Any:
    """Return rows as plain data: the ends, or the bits of a mask."""
    if isinstance(rows, slice):
        return [int(rows.start), int(rows.stop)]
    marks = np.zeros(int(rows[-1]) + 1, dtype=bool)
    marks[rows] = True
    return bits(marks)


def rows_of(node: Any) -> Rows:
    """Return the rows of plain data."""
    return normal(np.flatnonzero(mask(node))) if isinstance(node, str) else slice(*node)


def bits(marks: NDArray[np.bool_]) -> str:
    """Return a mask as text."""
    return f"{len(marks)}:{_coded(np.packbits(marks).tobytes())}"


def mask(text: str) -> NDArray[np.bool_]:
    """Return the mask of a text."""
    length, _, data = text.partition(":")
    packed = np.frombuffer(_decoded(data), dtype=np.uint8)
    return np.unpackbits(packed, count=int(length)).astype(bool)


def _packed(values: Floats) -> str:
    return _coded(values.astype("<f8").tobytes())


def _unpacked(text: str) -> Floats:
    return np.frombuffer(_decoded(text), dtype="<f8").astype(np.float64)


def _coded(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode()


def _decoded(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))
