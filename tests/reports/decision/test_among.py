"""The decision among a part of the strategies is that of a study without the others."""

import pytest
from fake_study import CELLS, Fake, write

from retrainlab.reports.decision.among import ALL, FEW, decisions_among
from retrainlab.reports.decision.repriced import Pricing
from retrainlab.reports.decision.sensitivity import own_decision
from retrainlab.reports.decision.summary import summary
from retrainlab.reports.results.tables import load

STEEP = Fake("steep", slope=0.02)


@pytest.mark.slow
def test_it_is_the_decision_of_a_study_without_the_others(tmp_path):
    write(tmp_path / "all", (STEEP,))
    tables = load(tmp_path / "all").of("steep")
    rows = summary(tables)
    among = dict(decisions_among(tables, rows, Pricing(tables, rows)))
    assert len(among) == 2**4 - 1
    for without in (("periodic",), ("full_replace", "sliding_window")):
        cells = tuple(cell for cell in CELLS if cell.strategy not in without)
        folder = tmp_path / "-".join(without)
        write(folder, (Fake("steep", slope=0.02, cells=cells),))
        alone = load(folder).of("steep")
        decision = own_decision(alone, summary(alone))
        assert among[without].choice == decision.choice
        assert among[without].kind == decision.kind
        assert among[without].evidence == decision.evidence


def test_where_nothing_is_left_never_is(tmp_path):
    write(tmp_path, (Fake("steep", slope=0.02, cells=CELLS[:-1]),))
    tables = load(tmp_path).of("steep")
    rows = summary(tables)
    among = dict(decisions_among(tables, rows, Pricing(tables, rows)))
    assert among[max(among, key=len)].choice == "never"


@pytest.mark.parametrize("own", [ALL + 1])
def test_of_many_strategies_few_are_left_out(tmp_path, own):
    from fake_study import schedule

    cells = (CELLS[0], *(schedule(f"own_{i}", 10 + i) for i in range(own)))
    write(tmp_path, (Fake("many", cells=cells),))
    tables = load(tmp_path).of("many")
    rows = summary(tables)
    parts = [without for without, _ in decisions_among(tables, rows, Pricing(tables, rows))]
    assert len(parts) == own + own * (own - 1) // 2
    assert max(map(len, parts)) == FEW
