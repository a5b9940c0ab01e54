"""Libraries of boosting: one thread a fit and no output, where nothing else was chosen."""

from typing import Any

from retrainlab.sim.estimators.unfitted import fresh

# Each library takes all cores and prints what it does, unless it is told otherwise: workers that
# fit side by side would wait for each other, and sums of several threads differ in their last
# digits. Library: parameter, its value, and the other names of the parameter.
_CHOSEN: dict[str, tuple[tuple[str, Any, tuple[str, ...]], ...]] = {
    "lightgbm": (
        ("n_jobs", 1, ("num_threads", "num_thread", "nthreads", "nthread")),
        ("verbosity", -1, ("verbose",)),
    ),
    "xgboost": (("n_jobs", 1, ("nthread",)),),
    "catboost": (
        ("thread_count", 1, ()),
        ("logging_level", "Silent", ("verbose", "silent", "verbose_eval")),
        ("allow_writing_files", False, ()),
    ),
}


def on_one_thread(estimator: Any) -> Any:
    """Return the estimator, or a copy in which it, and each part of it, has one thread."""
    if not hasattr(estimator, "get_params"):
        return estimator
    parameters = estimator.get_params().items()
    nested = {f"{name}__": part for name, part in parameters if hasattr(part, "get_params")}
    unset = {
        prefix + name: value
        for prefix, part in {"": estimator, **nested}.items()
        for name, value, others in _CHOSEN.get(type(part).__module__.partition(".")[0], ())
        if all(part.get_params().get(each) is None for each in (name, *others))
    }
    return fresh(estimator).set_params(**unset) if unset else estimator
