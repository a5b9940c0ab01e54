"""Each test runs the exported files in a real orchestrator: make orchestrators."""

import pytest
from orchestrated import exported


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    """A folder of production just exported, and the dates that are to be served."""
    return exported(tmp_path_factory.mktemp("production"))
