"""A study of a log with label times, weights, series and what the model in service gave."""

import json

import own_log
import pandas as pd
import pytest
from command_line import run, tables
from own_log import ROWS
from pandas.testing import assert_frame_equal

from retrainlab import reports

WORDS = [*own_log.WORDS, "learner=naive_bayes"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("log")
    own_log.save(folder)
    words = [*WORDS, "strategy=[never,periodic,drop]", "engine=serial", "folder=one"]
    assert run(folder, *words, page=True, figures=False) == 0
    return folder


@pytest.mark.slow
def test_any_number_of_workers_gives_the_same_tables(folder):
    words = [*WORDS, "strategy=[never,periodic,drop]", "engine.jobs=2", "folder=two"]
    assert run(folder, *words) == 0
    other = tables(folder / "two")
    for name, table in tables(folder / "one").items():
        assert_frame_equal(table, other[name])


def test_what_was_done_is_a_row_of_every_table(folder):
    runs = pd.read_parquet(folder / "one" / "runs.parquet").set_index("label")
    done, log = runs.loc["what you did"], pd.read_csv(folder / "log.csv")
    assert (done["strategy"], done["role"], done["retrainings"]) == ("incumbent", "incumbent", 1)
    served = log[10 * ROWS :]
    wrong = (served["score"] > 0.5) != (served["bought"] == "yes")
    assert done["cost_error"] == (wrong * served["amount"]).sum() > 0
    assert done["accuracy"] == pytest.approx(1 - wrong.mean())
    retrainings = pd.read_parquet(folder / "one" / "retrainings.parquet")
    release = retrainings[retrainings["label"].eq("what you did") & retrainings["charged"]]
    assert release["reason"].tolist() == ["release 2"]
    assert release["ready"].tolist() == [40]
    assert "what you did" in (folder / "one" / "report.html").read_text(encoding="utf-8")
    assert "what you did" in set(reports.summary(folder / "one")["label"])


def test_the_decision_is_held_against_what_was_done(folder):
    decision = json.loads((folder / "one" / "decision.json").read_text(encoding="utf-8"))
    of_file = decision["scenarios"]["file"]
    gap = of_file["against"]["incumbent"]
    runs = pd.read_parquet(folder / "one" / "runs.parquet").set_index("label")["cost"]
    assert gap["reference"] == "what you did" != of_file["choice"]
    assert gap["saving"] == pytest.approx(runs["what you did"] - runs[of_file["choice"]])
    assert {s["role"] for s in of_file["settings"]} == {"strategy", "incumbent", "baseline"}


def test_the_manifest_says_how_late_labels_are(folder):
    manifest = json.loads((folder / "one" / "manifest.json").read_text(encoding="utf-8"))
    info = manifest["scenarios"]["file"]
    assert info["label_delays"]["median"] == 2
    first = pd.read_parquet(folder / "one" / "retrainings.parquet").query("label == 'never'")
    assert first["rows"].tolist() == [info["first_labels"]]
    assert info["first_labels"] < info["first_rows"]
    page = (folder / "one" / "report.html").read_text(encoding="utf-8")
    assert "a label is known at a time of its own, half within 2 days" in page


@pytest.mark.slow
def test_optimize_ends_with_what_to_do_what_it_saves_and_what_to_check(folder, capsys):
    words = [*WORDS, "strategy=periodic", "engine=serial", "folder=best"]
    assert run(folder, "optimize", *words, page=True, figures=False) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line]
    do, saves, check, report = lines[-4:]
    assert do.startswith("Do: ")
    assert saves.startswith("It saves: ")
    assert "against what you did" in saves
    assert check.startswith("Check: whether the time to come is like this log.")
    assert report.startswith("Report: ")
