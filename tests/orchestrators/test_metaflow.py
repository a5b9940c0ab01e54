"""The exported flow, run by Metaflow: a run a date, by its own conditions."""

import pytest
from orchestrated import Tool, require_as_simulated

pytestmark = pytest.mark.orchestrators


def test_metaflow_runs_what_was_simulated(production):
    folder, dates = production
    tool = Tool("metaflow", folder.parent)
    env = {
        "METAFLOW_USER": "tests",
        "METAFLOW_HOME": str(folder.parent / "home"),
        "METAFLOW_DATASTORE_SYSROOT_LOCAL": str(folder.parent / "store"),
        "METAFLOW_DEFAULT_METADATA": "local",
        "METAFLOW_DEFAULT_DATASTORE": "local",
    }
    flow = str(folder / "metaflow_flow.py")
    logs = [tool.run("python", flow, "run", "--date", date, env=env) for date in dates]
    assert sum("/fit/" in log for log in logs) == 2
    before = (folder / "champion.json").read_bytes()
    tool.run("python", flow, "run", "--date", dates[0], env=env)
    assert (folder / "champion.json").read_bytes() == before
    require_as_simulated(folder)
