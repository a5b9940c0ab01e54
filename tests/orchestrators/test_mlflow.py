"""tracking=mlflow and registry=mlflow, read back through MLflow's own client."""

import json
from pathlib import Path

import pytest
from orchestrated import LABEL, STUDY, Tool, write_days

pytestmark = pytest.mark.orchestrators

READ = """
import json
from mlflow import MlflowClient
client = MlflowClient()
home = client.get_experiment_by_name("retrainlab").experiment_id
runs = [
    {
        "id": run.info.run_id, "tags": run.data.tags, "params": run.data.params,
        "metrics": run.data.metrics, "status": run.info.status,
        "files": [one.path for one in client.list_artifacts(run.info.run_id)],
    }
    for run in client.search_runs([home], "tags.`retrainlab.folder` LIKE '%'")
]
versions = {
    one.version: {
        "tags": one.tags,
        "files": [file.path for file in client.list_artifacts(one.run_id, "model")],
    }
    for one in client.search_model_versions("name = 'flights'")
}
names = [one.name for one in client.search_registered_models()]
champion = client.get_model_version_by_alias("flights", "champion").version if names else None
print("READ" + json.dumps({"runs": runs, "versions": versions, "champion": champion}))
"""


class Place:
    """A folder with days of flights, in which retrainlab runs beside MLflow on a SQLite store."""

    def __init__(self, path: Path):
        self.path, self.dates = path, write_days(path)
        self.store = f"sqlite:///{path / 'mlflow.db'}"

    def run(self, *words: str, store: str = "", codes=(0,)) -> str:
        env = {"MLFLOW_TRACKING_URI": store or self.store}
        return Tool("mlflow", self.path).run(*words, env=env, codes=codes)

    def retrainlab(self, *words: str, **options) -> str:
        return self.run("python", "-m", "retrainlab", *words, **options)

    def read(self) -> dict:
        return json.loads(self.run("python", "-c", READ).rsplit("READ", 1)[1])


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Where a study was logged twice, as a command does that is run again."""
    place = Place(tmp_path_factory.mktemp("mlflow"))
    for _ in range(2):
        place.retrainlab("run", *STUDY, "folder=simulated", "tracking=mlflow")
    return place


def test_a_study_is_a_parent_run_with_a_child_for_each_setting(place):
    runs = place.read()["runs"]
    (parent,) = [run for run in runs if "mlflow.parentRunId" not in run["tags"]]
    assert parent["status"] == "FINISHED"
    assert {"report.html", "decision.json"} <= set(parent["files"])
    children = {run["params"]["label"]: run for run in runs if run is not parent}
    assert len(children) == len(runs) - 1
    assert {run["tags"]["mlflow.parentRunId"] for run in children.values()} == {parent["id"]}
    decision = json.loads((place.path / "simulated" / "decision.json").read_text())
    for entry in decision["scenarios"]["file"]["settings"]:
        metrics = children[entry["label"]]["metrics"]
        assert metrics["cost"] == entry["cost"]
        assert metrics["score"] == entry["score"]
    assert children[LABEL]["params"]["when.by"] == "0.01"


def test_a_store_of_no_known_kind_is_told_before_the_study(place):
    words = ("run", *STUDY, "folder=lost", "tracking=mlflow")
    text = place.retrainlab(*words, store="nowhere://mlflow", codes=(2,))
    assert "MLflow" in text.splitlines()[-1]
    assert not (place.path / "lost" / "runs.parquet").exists()


def test_the_registry_mirrors_models_and_champion(place):
    words = ("export", "simulated", "flights", f"label={LABEL}", "data=days")
    place.retrainlab(*words)
    folder, seen = place.path / "flights", []
    for date in (place.dates[2], place.dates[-1]):
        place.retrainlab("tick", "flights", date, "registry=mlflow")
        state = place.read()
        champion = json.loads((folder / "champion.json").read_text())
        serving = state["versions"][str(state["champion"])]
        assert serving["tags"]["retrainlab.model"] == champion["model"]
        assert serving["tags"]["retrainlab.sha256"] == champion["sha256"]
        files = [Path(file).name for one in state["versions"].values() for file in one["files"]]
        assert sorted(files) == sorted(path.name for path in (folder / "models").iterdir())
        seen.append(state["champion"])
    assert len(set(seen)) == 2, "the alias has moved with the deployment"
    place.retrainlab("tick", "flights", "registry=mlflow", codes=(99,))
    assert place.read() == state, "nothing is registered twice"
