"""A study of a log with label times, weights, series and what the model in service gave."""

import json

import numpy as np
import pandas as pd
import pytest
from command_line import run, tables
from pandas.testing import assert_frame_equal

from retrainlab import reports
from retrainlab.sim.seeds import generator

OPTIONS = {
    "target": "bought",
    "time": "when",
    "label_time": "paid",
    "entity": "shop",
    "weight": "amount",
    "incumbent": "score",
    "incumbent_version": "version",
}
WORDS = [
    "scenario=file",
    "scenario.file.path=log.csv",
    *(f"scenario.file.{option}={column}" for option, column in OPTIONS.items()),
    "learner=naive_bayes",
    "world.warmup=10",
    "prices.fit=3",
]
DAYS, ROWS = 60, 12


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Sixty days of twelve rows; the rule turns at day 30, and a second version knows it at 40."""
    rng, n = generator(0, "tests", "own log"), DAYS * ROWS
    day = np.repeat(np.arange(DAYS), ROWS)
    x, when = rng.standard_normal(n), pd.Timestamp("2024-01-01") + pd.to_timedelta(day, unit="D")
    sign, known = np.where(day < 30, 1, -1), np.where(day < 40, 1, -1)
    folder = tmp_path_factory.mktemp("log")
    pd.DataFrame(
        {
            "when": when,
            "x": x,
            "shop": rng.choice(["east", "west"], n),
            "amount": rng.integers(0, 3, n),
            "bought": np.where(sign * x > 0, "yes", "no"),
            "paid": when + pd.to_timedelta(rng.integers(0, 5, n), unit="D"),
            "score": (known * x > 0) * 0.8 + 0.1,
            "version": np.where(day < 40, 1, 2),
        }
    ).to_csv(folder / "log.csv", index=False)
    assert run(folder, *WORDS, "strategy=[never,periodic,drop]", "engine=serial", "folder=one") == 0
    return folder


def test_any_number_of_workers_gives_the_same_tables(folder):
    words = [*WORDS, "strategy=[never,periodic,drop]", "engine.jobs=2", "folder=two"]
    assert run(folder, *words, page=False) == 0
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
    assert manifest["scenarios"]["file"]["label_delays"]["median"] == 2
    page = (folder / "one" / "report.html").read_text(encoding="utf-8")
    assert "a label is known at the time that the file gives, half within 2 days" in page


def test_optimize_ends_with_what_to_do_what_it_saves_and_what_to_check(folder, capsys):
    words = [*WORDS, "strategy=periodic", "engine=serial", "folder=best"]
    assert run(folder, "optimize", *words) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line]
    do, saves, check, report = lines[-4:]
    assert do.startswith("Do: ")
    assert saves.startswith("It saves: ")
    assert "against what you did" in saves
    assert check.startswith("Check: whether the time to come is like this log.")
    assert report.startswith("Report: ")
