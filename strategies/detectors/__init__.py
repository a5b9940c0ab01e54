"""Drift detectors by name: all of River's (FHDDM put right), and any object with its interface."""

import importlib
import inspect
from collections.abc import Mapping
from typing import Any

from sim.errors import InputError
from sim.seeds import seed_of

NAMES = {
    "ADWIN": "river.drift.ADWIN",
    "DDM": "river.drift.binary.DDM",
    "EDDM": "river.drift.binary.EDDM",
    "FHDDM": "strategies.detectors.fhddm.FHDDM",
    "HDDM_A": "river.drift.binary.HDDMA",
    "HDDM_W": "river.drift.binary.HDDMW",
    "KSWIN": "river.drift.KSWIN",
    "PageHinkley": "river.drift.PageHinkley",
}


def make(detector: Any) -> tuple[Any, str]:
    """Return a detector and its name.

    detector: a name, a mapping with `name` and the detector's own parameters, or an object with
    `update` and `drift_detected`, which is taken as it is. A detector that draws at random is
    given a seed unless one is named. Raises `InputError` for unknown names and parameters.
    """
    if isinstance(detector, str):
        detector = {"name": detector}
    if not isinstance(detector, Mapping):
        if not (hasattr(detector, "update") and hasattr(detector, "drift_detected")):
            raise InputError(
                f"detector {detector!r} has no update and drift_detected, as River's detectors have"
            )
        return detector, type(detector).__name__
    parameters = dict(detector)
    name = str(parameters.pop("name", None))
    if name not in NAMES:
        raise InputError(f"detector is {name!r}; it must be one of {', '.join(NAMES)}")
    module, _, attribute = NAMES[name].rpartition(".")
    kind = getattr(importlib.import_module(module), attribute)
    known = list(inspect.signature(kind).parameters)
    unknown = [p for p in parameters if p not in known]
    if unknown:
        raise InputError(f"detector {name} has no {unknown[0]!r}; it has {', '.join(known)}")
    if "seed" in known:
        parameters.setdefault("seed", seed_of("detector", name))
    return kind(**parameters), name


def binary(detector: Any) -> bool:
    """Whether the detector takes 0/1 errors only."""
    from river.base import BinaryDriftDetector

    return isinstance(detector, BinaryDriftDetector)
