"""The way to MLflow: whether it is asked for and installed, its experiment, its errors."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from retrainlab.sim.errors import InputError, require

MLFLOW = "mlflow"
EXPERIMENT = "retrainlab"  # unless MLFLOW_EXPERIMENT_NAME names another
FOLDER = "retrainlab.folder"  # tag: the folder that something was written from


def checked(option: Any, key: str) -> bool:
    """Whether MLflow is asked for; `InputError` for another tool, or if it is not installed."""
    if option is None:
        return False
    require(option == MLFLOW, f"{key} is {option!r}; there is: {MLFLOW}")
    require(
        find_spec(MLFLOW) is not None,
        f"{key}={MLFLOW} needs MLflow: pip install 'retrainlab[mlflow]'",
    )
    return True


@contextmanager
def one_sentence(kept: str) -> Iterator[None]:
    """Turn errors of MLflow, and of the way to its server, into one sentence."""
    from mlflow.exceptions import MlflowException

    try:
        yield
    except (MlflowException, OSError) as error:
        said = str(error).strip().split("\n")[0]
        raise InputError(f"MLflow: {said or type(error).__name__}; {kept}") from error


def experiment(kept: str = "nothing has been run; look at MLFLOW_TRACKING_URI") -> str:
    """Return the identity of the experiment, which is made if need be.

    `MLFLOW_TRACKING_URI` and `MLFLOW_EXPERIMENT_NAME` say where it is. Called before a study, it
    finds out that MLflow cannot be reached while nothing is lost. kept: what is said of an error.
    """
    from mlflow import MlflowClient

    with one_sentence(kept):
        client, name = MlflowClient(), os.environ.get("MLFLOW_EXPERIMENT_NAME", EXPERIMENT)
        known = client.get_experiment_by_name(name)
        return str(known.experiment_id if known else client.create_experiment(name))
