"""The exported pipeline: compiled, read back, and run by kfp's local runner; no cluster."""

import pytest
from orchestrated import Tool, require_as_simulated

pytestmark = pytest.mark.orchestrators

SCHEDULED = "{{$.pipeline_job_schedule_time_utc}}"  # the local runner does not know it
RUN = """
import sys
from kfp import components, local
local.init(runner=local.SubprocessRunner(use_venv=False), pipeline_root="outputs")
pipeline = components.load_component_from_file(sys.argv[1])
for date in sys.argv[2:]:
    pipeline(date=date)
"""


@pytest.fixture(scope="module")
def compiled(production):
    """The pipeline compiled anew, and as it was exported."""
    folder, _ = production
    exported = (folder / "kubeflow_pipeline.yaml").read_text()
    Tool("kubeflow", folder.parent).run("python", str(folder / "kubeflow_pipeline.py"))
    return (folder / "kubeflow_pipeline.yaml").read_text(), exported


def test_the_exported_yaml_is_what_kfp_compiles(compiled):
    now, exported = compiled
    assert now == exported


def test_the_local_runner_runs_what_was_simulated(production, compiled):
    folder, dates = production
    tool = Tool("kubeflow", folder.parent)
    path = folder.parent / "local.yaml"
    path.write_text((folder / "kubeflow_pipeline.yaml").read_text().replace(SCHEDULED, ""))
    log = tool.run("python", "-c", RUN, str(path), *dates, seconds=480)
    assert log.count("Running pipeline") == len(dates)
    require_as_simulated(folder)
