"""`engine.memo` bounds what is kept of fits and predictions, and changes no result."""

import pytest
from configuration import composed
from pandas.testing import assert_frame_equal

from retrainlab.experiments.engines.local import made
from retrainlab.experiments.study.group import run_group
from retrainlab.experiments.study.study import prepare
from retrainlab.sim.errors import InputError

SMALL = ("experiment=quick", "seeds=1", "strategy=[trigger,sliding_window]")


def tables(memo):
    config = composed(*SMALL, f"engine.memo={memo}")
    group = prepare(config).keeping(made(config["engine"])[1]).groups[0]
    assert group.memo_bytes == int(memo * 2**20)
    return run_group(group).tables


def test_the_limit_changes_no_table():
    usual = tables(128)
    for memo in (0, 0.05):
        found = tables(memo)
        for name in ("ticks", "alarms"):
            assert_frame_equal(found[name], usual[name], check_exact=True)
        for name in ("runs", "retrainings"):
            measured = [c for c in usual[name] if c in ("seconds", "fit_seconds", "cost_seconds")]
            assert_frame_equal(*(t[name].drop(columns=measured) for t in (found, usual)))


@pytest.mark.parametrize("memo", ["-1", "much", "true", "null"])
def test_a_limit_that_is_none_is_refused(memo):
    with pytest.raises(InputError, match=r"^engine.memo is .*; it must be a number of MiB"):
        made(composed(f"engine.memo={memo}")["engine"])
