"""Metrics and columns that a configuration chooses, checked by name."""

from collections.abc import Collection, Mapping
from typing import Any

from retrainlab.experiments.config.build import suggest
from retrainlab.experiments.study.error_costs import may_refuse
from retrainlab.reports.text.columns import IN_TERMINAL
from retrainlab.reports.text.columns import columns as all_columns
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.metrics import METRICS
from retrainlab.sim.requested_metrics import OWN, is_requestable, scorers


def metrics_of(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the metrics that are computed only because `metrics` or a price asks for them.

    Raises `InputError` with the choices for a name that is no metric, and no scorer either.
    """
    names = asked(config)
    if may_refuse(config) and "refused" not in names:
        names.append("refused")
    further = [name for name in dict.fromkeys(names) if name not in METRICS]
    for name in further:
        if not isinstance(name, str) or not is_requestable(name):
            choices = [*dict.fromkeys([*METRICS, *OWN, *scorers()])]
            raise InputError(f"metrics names {name!r}; {suggest(str(name), choices)}")
    usual = [name for name, metric in METRICS.items() if metric.of_rows and name in names]
    return (*usual, *further)


def asked(config: Mapping[str, Any]) -> list[Any]:
    """Return what `metrics` names, which may be no metrics."""
    return _listed("metrics", config.get("metrics"))


def columns_of(columns: Any, computed: Collection[str]) -> tuple[str, ...]:
    """Return the columns of the terminal's table that `columns` names; the usual ones for None.

    computed: metrics that the study computes because they were asked for. Raises `InputError` with
    the choices for a name that is no column, and for a metric that is not computed.
    """
    if columns is None:
        return (*IN_TERMINAL[:-1], *(n for n in ("refused",) if n in computed), *IN_TERMINAL[-1:])
    names, choices = _listed("columns", columns), all_columns(computed)
    for name in names:
        is_late = name not in computed and (
            METRICS[name].of_rows is not None
            if name in METRICS
            else isinstance(name, str) and name not in choices and is_requestable(name)
        )
        require(
            not is_late,
            f"columns names {name}, which is computed only where it is asked for: "
            f"add metrics=[{','.join([*computed, str(name)])}]",
        )
        if name not in choices:
            raise InputError(f"columns names {name!r}; {suggest(str(name), [*choices])}")
    return tuple(names)


def _listed(key: str, value: Any) -> list[Any]:
    """Return one name or a list of names as a list."""
    names = [value] if isinstance(value, str) else [] if value is None else value
    require(isinstance(names, list), f"{key} is {value!r}; it must be a name, or a list of names")
    return list(names)
