"""What stands before an estimator: encoders, imputers and scalers, or a frame of named columns."""

import inspect
from typing import Any

import numpy as np

from retrainlab.sim.errors import InputError, require
from retrainlab.sim.estimators.unfitted import fresh
from retrainlab.sim.stream import Stream

ENCODE = ("onehot", "ordinal", "native")
NATIVE = 254  # categories of a column, with the rarest as one: what histogram boosting can take


def prepared(estimator: Any, stream: Stream, encode: str, scale: bool) -> Any:
    """Put before the estimator what the stream's columns need, and nothing if they need nothing."""
    if not (stream.categorical or stream.missing or scale):
        return estimator
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

    if encode not in ENCODE:
        raise InputError(f"learner encode is {encode!r}; it must be {', '.join(ENCODE)}")
    steps: list[Any] = [SimpleImputer(keep_empty_features=True)] if stream.missing else []
    steps += [StandardScaler()] if scale else []
    if not stream.categorical:
        return make_pipeline(*steps, estimator)
    if encode == "native":
        estimator = _with_categories(estimator, len(stream.categorical))
    coders = {
        "onehot": OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=50),
        "ordinal": OrdinalEncoder(
            handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2
        ),
        "native": OrdinalEncoder(
            handle_unknown="use_encoded_value",
            unknown_value=np.nan,
            encoded_missing_value=np.nan,
            max_categories=NATIVE,
        ),
    }
    numeric = [j for j in range(stream.x.shape[1]) if j not in stream.categorical]
    parts = [
        ("categories", coders[encode], list(stream.categorical)),
        ("numbers", make_pipeline(*steps) if steps else "passthrough", numeric),
    ]
    return make_pipeline(ColumnTransformer(parts, sparse_threshold=0), estimator)


def _with_categories(estimator: Any, count: int) -> Any:
    """Return the estimator, told that its first columns are categories."""
    known = estimator.get_params() if hasattr(estimator, "get_params") else {}
    require(
        "categorical_features" in known,
        f"learner encode is native, and {type(estimator).__name__} has no parameter "
        "categorical_features; choose onehot or ordinal, or frame=true",
    )
    return fresh(estimator).set_params(categorical_features=list(range(count)))


def framed(estimator: Any, stream: Stream, scale: bool) -> Any:
    """Put what makes a frame of the rows before the estimator."""
    from sklearn.pipeline import make_pipeline

    from retrainlab.sim.replay.frames import ToFrame

    require(
        not scale,
        "learner scale and frame are both true; a frame has the columns as they are, so scale them "
        "in a pipeline of your own",
    )
    names = [stream.features[j] for j in stream.categorical]
    told = _told_of_categories(estimator, names) if names else {}
    # CatBoost takes no category that is missing.
    gap = "" if "cat_features" in told else None
    return make_pipeline(
        ToFrame(stream.features, stream.categorical, stream.levels, gap),
        fresh(estimator).set_params(**told) if told else estimator,
    )


def _told_of_categories(estimator: Any, names: list[str]) -> dict[str, Any]:
    """Return the parameters by which XGBoost and CatBoost learn that there are categories."""
    known = estimator.get_params() if hasattr(estimator, "get_params") else {}
    if known.get("enable_categorical") is False:
        return {"enable_categorical": True}
    # CatBoost gives those parameters alone that were set.
    has_parameter = "cat_features" in inspect.signature(type(estimator).__init__).parameters
    return {"cat_features": names} if has_parameter and not known.get("cat_features") else {}
