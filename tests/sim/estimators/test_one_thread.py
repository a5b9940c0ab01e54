"""One thread of linear algebra."""

import os

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from retrainlab.sim.threads import AT_LOADING, one_thread


def test_loaded_libraries_and_those_to_come_use_one_thread(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    np.linalg.eigh(np.eye(3))
    with threadpool_limits(2):
        before = [library["num_threads"] for library in threadpool_info()]
        with one_thread():
            assert {library["num_threads"] for library in threadpool_info()} == {1}
            assert {os.environ[name] for name in AT_LOADING} == {"1"}
        assert [library["num_threads"] for library in threadpool_info()] == before
    assert os.environ["OMP_NUM_THREADS"] == "4"
