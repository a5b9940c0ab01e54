"""`runs/latest`: a link to the newest run, which is no run of its own."""

from retrainlab.experiments.storage.files import mark_latest
from retrainlab.experiments.storage.plan import FILE
from retrainlab.experiments.storage.shards import runs_in


def _made(runs, name):
    (runs / name).mkdir(parents=True)
    (runs / name / FILE).touch()
    mark_latest(runs / name)


def test_it_leads_to_the_run_that_came_last(tmp_path):
    runs = tmp_path / "runs"
    _made(runs, "a")
    _made(runs, "b")
    assert (runs / "latest").readlink().name == "b"
    mark_latest(runs / "latest")
    assert (runs / "latest").resolve() == (runs / "b").resolve()
    assert [run.name for run in runs_in(runs)] == ["a", "b"]


def test_a_folder_of_ones_own_is_left_alone(tmp_path):
    (tmp_path / "runs" / "latest").mkdir(parents=True)
    _made(tmp_path / "runs", "a")
    assert not (tmp_path / "runs" / "latest").is_symlink()
    _made(tmp_path / "results", "a")
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["a"]
