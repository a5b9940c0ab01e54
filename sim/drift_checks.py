"""Checks of a drift that a stream states: its kind, its ticks, its size."""

from typing import Any

import numpy as np

from retrainlab.sim.errors import require

KINDS = ("concept", "covariate", "prior")
ROUNDING = 1e-9  # a figure that is computed may miss its bound by so much


def check_drift(drift: Any, ticks: int) -> None:
    """Raise `InputError` for what is no drift of a stream with so many ticks."""
    fields = ("kind", "start", "stop", "magnitude")
    require(
        all(hasattr(drift, name) for name in fields),
        f"drifts holds {drift!r}; each must be a retrainlab.Drift",
    )
    require(
        drift.kind in KINDS, f"a drift is of kind {drift.kind!r}; it must be {' or '.join(KINDS)}"
    )
    for name in ("start", "stop"):
        tick = getattr(drift, name)
        require(is_whole(tick), f"{name} of a {drift.kind} drift is {tick!r}; it must be a tick")
    require(
        0 <= drift.start <= drift.stop <= ticks and drift.start < ticks,
        f"a {drift.kind} drift from tick {drift.start} to {drift.stop} lies outside "
        f"the stream, which has {ticks} ticks",
    )
    size, most = drift.magnitude, np.inf if drift.kind == "covariate" else 1 + ROUNDING
    require(
        is_number(size) and not (size < 0 or size > most or np.isinf(size)),
        f"the magnitude of a {drift.kind} drift is {size!r}; it must be 0 or more"
        + ", at most 1" * (drift.kind != "covariate")
        + ", or nan where it is unknown",
    )
    harm = drift.harm
    require(
        harm is None or (is_number(harm) and 0 <= harm < np.inf),
        f"the harm of a {drift.kind} drift is {harm!r}; it must be 0 or more, or None",
    )


def is_whole(value: object) -> bool:
    """Whether the value is a whole number (True and False are not)."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """Whether the value is a real number, nan included."""
    return is_whole(value) or isinstance(value, float | np.floating)
