"""Drift detectors by name: River's of numbers (FHDDM put right), others of rows, and one's own."""

import importlib
import inspect
from collections.abc import Iterable, Mapping
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import InputError, is_panic, require
from retrainlab.sim.printable import shown
from retrainlab.sim.seeds import seed_of
from retrainlab.strategies.detectors import ranges, river_batches

NAMES = {
    "ADWIN": "river.drift.ADWIN",
    "DDM": "river.drift.binary.DDM",
    "EDDM": "river.drift.binary.EDDM",
    "FHDDM": "retrainlab.strategies.detectors.fhddm.FHDDM",
    "HDDM_A": "river.drift.binary.HDDMA",
    "HDDM_W": "river.drift.binary.HDDMW",
    "KSWIN": "river.drift.KSWIN",
    "PageHinkley": "river.drift.PageHinkley",
    "KS": "retrainlab.strategies.detectors.significance.KS",
    "ChiSquare": "retrainlab.strategies.detectors.significance.ChiSquare",
    "PSI": "retrainlab.strategies.detectors.distance.PSI",
    "Wasserstein": "retrainlab.strategies.detectors.distance.Wasserstein",
    "Discriminator": "retrainlab.strategies.detectors.discriminator.Discriminator",
    "ControlBand": "retrainlab.strategies.detectors.control_band.ControlBand",
    "NeverAlarms": "retrainlab.strategies.detectors.null.NeverAlarms",
    "EveryKRows": "retrainlab.strategies.detectors.null.EveryKRows",
    "AtRandom": "retrainlab.strategies.detectors.null.AtRandom",
}
NULLS = ("NeverAlarms", "EveryKRows", "AtRandom")


def make(detector: Any, seed: int | None = None) -> tuple[Any, str]:
    """Return a detector and its name.

    detector: a name, a mapping with `name` and the detector's own parameters, or an object with
    `update` and `drift_detected`, which is taken as it is. seed: of a detector that draws at
    random, unless its parameters name one; None: one for all detectors of the name. Raises
    `InputError` for unknown names and parameters, and for values that the detector refuses.
    """
    if isinstance(detector, str):
        detector = {"name": detector}
    if not isinstance(detector, Mapping):
        kind = type(detector)
        if not (hasattr(detector, "update") and hasattr(detector, "drift_detected")):
            raise InputError(
                f"detector {kind.__name__} has no update and drift_detected, as River's detectors "
                "have"
            )
        if callable(detector.drift_detected):
            raise InputError(
                f"drift_detected of detector {kind.__name__} is a method; it must be an attribute "
                "or a property that is true where update has found a drift"
            )
        if kind.__module__.startswith("river."):
            names = inspect.signature(kind).parameters
            _check(kind, {n: getattr(detector, n, None) for n in names}, kind.__name__)
        return detector, kind.__name__
    parameters = dict(detector)
    name = str(parameters.pop("name", None))
    if name not in NAMES:
        raise InputError(
            f"detector is {name!r}; it must be one of {', '.join(NAMES)}, or a class as "
            "in {_target_: mine.Detector}"
        )
    module, _, attribute = NAMES[name].rpartition(".")
    kind = getattr(importlib.import_module(module), attribute)
    known = list(inspect.signature(kind).parameters)
    unknown = [p for p in parameters if p not in known]
    if unknown:
        raise InputError(f"detector {name} has no {unknown[0]!r}; it has {', '.join(known)}")
    if "seed" in known:
        parameters.setdefault("seed", seed_of("detector", name) if seed is None else seed)
    defaults = {k: p.default for k, p in inspect.signature(kind).parameters.items()}
    _check(kind, defaults | parameters, name)
    try:
        return kind(**parameters), name
    except InputError as error:
        raise InputError(f"detector {name}: {error}") from error
    except Exception as error:
        given = ", ".join(f"{k}={v!r}" for k, v in parameters.items())
        raise InputError(f"detector {name} does not take {given}: {error}") from error


def _check(kind: type, values: Mapping[str, Any], name: str) -> None:
    """Raise `InputError` for a parameter out of its range."""
    try:
        ranges.check(kind.__name__, values)
    except InputError as error:
        raise InputError(f"detector {name}: {error}") from error


def binary(detector: Any) -> bool:
    """Whether the detector takes 0/1 errors only."""
    from river.base import BinaryDriftDetector

    return isinstance(detector, BinaryDriftDetector)


def watches(detector: Any) -> tuple[str, ...]:
    """Signals that a detector, or one of this name, can watch; the first is what it is made for.

    A detector says so by an attribute `watches`; without one it watches numbers, one a row.
    """
    detector = make(detector)[0]
    said = getattr(detector, "watches", None)
    if said is None:
        return ("error",) if binary(detector) else ("error", "loss", "prediction")
    return (said,) if isinstance(said, str) else tuple(said)


def require_watched(signal: str, detector: Any, name: str) -> None:
    """Refuse a signal that a detector cannot watch, and name those that can."""
    signals = watches(detector)
    if signal not in signals:
        able = [n for n in NAMES if n not in NULLS and signal in watches(n)]
        raise InputError(
            f"detector {name} cannot watch signal={signal}, only {', '.join(signals)}; "
            f"those that can are {', '.join(able)}"
        )


def feed(detector: Any, values: NDArray[Any]) -> list[int]:
    """Have a detector take (m,) numbers or (m, d) rows; return the positions where it alarmed.

    A detector with `update_many` takes them at once, as do most of River's; any other one by one.
    Raises `RuntimeError` for a panic of one that is written in Rust.
    """
    try:
        known = in_batches(detector, values)
        return feed_own(detector, values) if known is None else known
    except BaseException as error:
        if not is_panic(error):
            raise
        raise RuntimeError(f"detector {type(detector).__name__} panicked: {error}") from error


def in_batches(detector: Any, values: NDArray[Any]) -> list[int] | None:
    """The same by a function that alarms as its `update` does; None where there is none for it."""
    if values.ndim != 1 or hasattr(detector, "update_many"):
        return None
    return river_batches.alarms(detector, values.tolist())


def feed_own(detector: Any, values: NDArray[Any]) -> list[int]:
    """The same by the detector's own code alone, which is what a benchmark of detectors judges."""
    if hasattr(detector, "update_many"):
        return _positions(detector, detector.update_many(values), len(values))
    alarms, update = [], detector.update
    for index, value in enumerate(values.tolist() if values.ndim == 1 else values):
        update(value)
        alarm = detector.drift_detected
        if alarm is not False and _is_alarm(detector, alarm):
            alarms.append(index)
    return alarms


def _positions(detector: Any, given: Any, rows: int) -> list[int]:
    """Return what `update_many` answers for so many rows; `InputError` unless it is positions."""
    found = list(given) if isinstance(given, Iterable) else [given]
    last = -1
    for one in found:
        require(
            isinstance(one, Integral) and not isinstance(one, bool) and last < int(one) < rows,
            f"update_many of {type(detector).__name__} returns {shown(one)} among its answers for "
            f"{rows} rows; it must return the positions that alarmed, from 0 to {rows - 1}, each "
            "above the one before",
        )
        last = int(one)
    return [int(one) for one in found]


def _is_alarm(detector: Any, alarm: Any) -> bool:
    """Return `drift_detected` after an update; `InputError` unless it is True or False."""
    require(
        isinstance(alarm, bool | np.bool_),
        f"drift_detected of {type(detector).__name__} is {shown(alarm)} after an update; it must "
        "be True or False",
    )
    return bool(alarm)
