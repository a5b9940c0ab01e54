"""A worker uses one thread, also before anything has been trained."""

import subprocess
import sys

import pytest

COUNT = """
from retrainlab.experiments.engines.threads import one_thread
from threadpoolctl import threadpool_info
with one_thread():
    import sklearn.linear_model
    print(max(pool["num_threads"] for pool in threadpool_info()), len(threadpool_info()))
"""


@pytest.mark.slow
def test_libraries_that_were_not_loaded_yet_are_limited_too():
    done = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True, check=True)
    threads, pools = map(int, done.stdout.split())
    assert threads == 1
    assert pools > 1
