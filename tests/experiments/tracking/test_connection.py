"""Whether MLflow is asked for, and what is said where it is not installed."""

import pytest

from retrainlab.experiments.tracking import connection
from retrainlab.sim.errors import InputError


def test_nothing_is_asked_for():
    assert connection.checked(None, "tracking") is False


def test_another_tool_is_refused_by_name():
    with pytest.raises(InputError, match="tracking is 'wandb'; there is: mlflow"):
        connection.checked("wandb", "tracking")


def test_what_is_not_installed_is_said_before_anything_runs(monkeypatch):
    monkeypatch.setattr(connection, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"registry=mlflow needs MLflow: pip install"):
        connection.checked("mlflow", "registry")
