"""Strategies and metrics of the other task are refused before a study begins, or skipped."""

import pandas as pd
import pytest
from command_line import run

from retrainlab.sim.exit_codes import ExitCode

SMALL = ["engine=serial", "seeds=2", "references=null", "folder=out", "forecast=null"]
SUDDEN = ["scenario.sudden.ticks=60", "scenario.sudden.rows=20", "scenario.sudden.at=[40]"]
PAPER = ["scenario.toilet_paper.shops=5"]
NUMBERS = ["scenario=toilet_paper", *PAPER, *SMALL]
CLASSES = ["scenario=sudden", *SUDDEN, *SMALL]
DROP = "drop cannot be replayed on toilet_paper: metric is accuracy, which a regression does"
SHIFT = [
    *("strategy=own", "strategy.own.when={_target_:retrainlab.strategies.when.Every,ticks:9}"),
    "strategy.own.what={_target_:retrainlab.strategies.rollback.RollBackFirst,"
    "what:{_target_:retrainlab.strategies.label_shift.LabelShift}}",
    "strategy.own.gate={_target_:retrainlab.strategies.gate.Always}",
]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([*NUMBERS, "strategy=[periodic,drop]"], DROP),
        (["optimize", *NUMBERS, "strategy=[periodic,drop]"], DROP),
        (["-m", *NUMBERS, "strategy=drop", "learner=linear,tree"], "metric is accuracy"),
        ([*CLASSES, "strategy=error_rise"], "error_rise cannot be replayed on sudden: metric is w"),
        ([*NUMBERS, "strategy=trigger", "strategy.trigger.when.detector=DDM"], "errors that are 0"),
        ([*NUMBERS, *SHIFT], "own cannot be replayed on toilet_paper: LabelShift corrects"),
        ([*CLASSES, "strategy=never", "metrics=[mae]"], "mae, which is of a regression"),
        ([*NUMBERS, "strategy=never", "metrics=[roc_auc]"], "roc_auc, which is of a class"),
        ([*NUMBERS, "strategy=never", "metrics=[f1_macro]"], "and toilet_paper is none; leave it"),
    ],
)
def test_what_suits_no_stream_is_refused_before_anything_is_replayed(
    tmp_path, capsys, words, sentence
):
    assert run(tmp_path, *words) == ExitCode.NO_RESULT
    assert sentence in capsys.readouterr().err
    assert not list(tmp_path.glob("out/*"))


def test_what_suits_one_of_two_streams_is_skipped_on_the_other(tmp_path, capsys):
    words = ["scenario=[sudden,toilet_paper]", *SUDDEN, *PAPER, *SMALL, "metrics=[mae,roc_auc]"]
    assert run(tmp_path, *words, "strategy=[never,drop]") == ExitCode.DONE
    assert "skipped: 4 cells, as drop by=0.03: metric is accuracy" in capsys.readouterr().err
    runs = pd.read_parquet(tmp_path / "out/runs.parquet").query("strategy == 'drop'")
    assert set(runs["scenario"]) == {"sudden"}
