"""`detect` on real rows: with an injected drift it is known when a detector should alarm."""

import pandas as pd
from command_line import run

from retrainlab.sim.exit_codes import ExitCode

WORDS = ("detect", "scenario=flights", "errors=[]", "detector=adwin", "seeds=1", "folder=out")
QUICK = ("detect.wide=null", "detect.curves=[]", "engine=serial")


def test_an_injected_drift_is_the_drift_that_is_to_be_found(tmp_path):
    swap = ("drift=label_swap", "drift.label_swap.start=200", "drift.label_swap.magnitude=0.5")
    assert run(tmp_path, *WORDS, *QUICK, *swap) == ExitCode.DONE
    drifts = pd.read_parquet(tmp_path / "out" / "drifts.parquet")
    assert len(drifts) == 1
    assert drifts["after"].iloc[0] > drifts["before"].iloc[0] + 0.1
    assert pd.read_parquet(tmp_path / "out" / "alarms.parquet")["row"].max() > 0


def test_without_one_real_rows_are_refused(tmp_path, capsys):
    assert run(tmp_path, *WORDS, *QUICK) == ExitCode.NO_RESULT
    assert "or on a drift that is injected, as in drift=label_swap" in capsys.readouterr().err
