"""The index of a folder of runs names every run, whatever has become of its files."""

import shutil

import pytest
from command_line import run

from retrainlab.experiments.storage.plan import Plan
from retrainlab.reports.pages import index
from retrainlab.sim.checksums import rewriting
from retrainlab.sim.exit_codes import ExitCode

IN_PLACE = {"empty": lambda path: path.touch(), "a folder": lambda path: path.mkdir()}


@pytest.fixture
def runs(study, tmp_path):
    """Two runs in a folder `all`."""
    for name in ("a", "b"):
        shutil.copytree(study, tmp_path / "all" / name)
        Plan("run", "key", {}, {}, ("group", "cell")).save(tmp_path / "all" / name)
        with rewriting(tmp_path / "all" / name, "*.parquet"):
            pass  # the fixture's tables are in no list of checksums
    return tmp_path / "all"


def words_of_index(runs, capsys, code):
    capsys.readouterr()
    assert run(runs.parent, "report", "all", page=True, figures=False) == code
    assert 'href="b/report.html#' in (runs / "index.html").read_text()
    return capsys.readouterr().err, (runs / "index.html").read_text()


@pytest.mark.parametrize("how", IN_PLACE)
@pytest.mark.parametrize(
    "file", ["manifest.json", "decision.json", "study.json", "SHA256SUMS", "ticks.parquet"]
)
def test_a_damaged_run_is_named_and_the_others_are_shown(runs, capsys, file, how):
    said, page = words_of_index(runs, capsys, ExitCode.DONE)
    assert said == ""
    (runs / "a" / file).unlink()
    IN_PLACE[how](runs / "a" / file)
    said, page = words_of_index(runs, capsys, ExitCode.FAILED)
    assert said.startswith(f"retrainlab: all/a/{file}")
    assert said.count("\n") == 1
    assert f"all/a/{file}" in page
    assert "a/report.html" not in page


def test_a_run_that_may_not_be_read_is_named(runs, capsys, monkeypatch):
    read_run = index.read_run

    def refused(folder):
        if folder.name == "a":
            raise PermissionError(13, "Permission denied", str(folder / "manifest.json"))
        return read_run(folder)

    monkeypatch.setattr(index, "read_run", refused)
    said, page = words_of_index(runs, capsys, ExitCode.FAILED)
    assert said == "retrainlab: all/a/manifest.json: Permission denied\n"
    assert "all/a/manifest.json: Permission denied" in page


def test_where_no_run_can_be_read_each_is_named_and_there_is_no_page(runs, capsys):
    for name in ("a", "b"):
        (runs / name / "decision.json").write_text("{}")
    assert run(runs.parent, "report", "all") == ExitCode.FAILED
    assert capsys.readouterr().err.count("decision.json is not as it was written") == 2
    assert not (runs / "index.html").exists()
