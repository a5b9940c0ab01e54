"""Metrics and columns that a configuration chooses, checked by name."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from retrainlab.experiments.config.build import suggest
from retrainlab.reports.text.columns import IN_TERMINAL
from retrainlab.reports.text.columns import columns as all_columns
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.metrics import METRICS


def metrics_of(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the metrics that are computed only because `metrics` names them, in their order.

    Raises `InputError` with the choices for a name that is no metric.
    """
    asked = _names("metrics", config.get("metrics"), METRICS)
    return tuple(name for name, metric in METRICS.items() if metric.of_rows and name in asked)


def columns_of(columns: Any, computed: Collection[str]) -> tuple[str, ...]:
    """Return the columns of the terminal's table that `columns` names; the usual ones for None.

    computed: metrics of rows that the study computes. Raises `InputError` with the choices for a
    name that is no column, and for a metric that is not computed.
    """
    if columns is None:
        return IN_TERMINAL
    chosen = _names("columns", columns, all_columns())
    for name in chosen:
        require(
            name not in METRICS or not METRICS[name].of_rows or name in computed,
            f"columns names {name}, which is computed only where it is asked for: "
            f"add metrics=[{','.join([*computed, name])}]",
        )
    return chosen


def _names(key: str, value: Any, choices: Iterable[str]) -> tuple[str, ...]:
    """Return one name or a list of names as a tuple."""
    names = [value] if isinstance(value, str) else value or []
    require(isinstance(names, list), f"{key} is {value!r}; it must be a name, or a list of names")
    for name in names:
        if name not in choices:
            raise InputError(f"{key} names {name!r}; {suggest(str(name), [*choices])}")
    return tuple(names)
