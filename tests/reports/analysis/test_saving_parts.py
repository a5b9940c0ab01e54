"""The parts of a saving add up, and each is what it says."""

import itertools
import math
from dataclasses import replace

import pandas as pd
import pytest
from fake_study import CELLS, TWO, Fake, write

from retrainlab.reports.analysis.saving_parts import saving_parts
from retrainlab.reports.decision.sensitivity import own_decision
from retrainlab.reports.decision.summary import summary
from retrainlab.reports.results.tables import load
from retrainlab.reports.text import saving_parts as words

STEEP = Fake("steep", slope=0.02)


def decided(folder, fake, oracle=False):
    write(folder, (fake,))
    tables = load(folder).of(fake.name)
    if oracle:
        best = tables.runs[tables.runs["label"] == "periodic ticks=40"]
        tables = replace(
            tables,
            references=best.assign(reference="oracle", label=""),
            schedule=pd.DataFrame(
                [(fake.name, seed, tick) for seed in range(4) for tick in (57, 97)],
                columns=["scenario", "seed", "decided"],
            ),
        )
    return tables, own_decision(tables, summary(tables))


@pytest.mark.parametrize("fake", [STEEP, *TWO, replace(STEEP, drifts=())], ids=lambda f: f.name)
def test_the_parts_add_up_to_the_saving(tmp_path, fake):
    tables, decision = decided(tmp_path, fake)
    parts = saving_parts(tables, decision)
    assert parts is not None
    assert parts.never - sum(parts.gained.values()) == pytest.approx(
        parts.cost if parts.gained else parts.never
    )
    assert parts.cost == pytest.approx(decision.setting(decision.choice).cost)


def test_what_remains_adds_up_to_the_oracle(tmp_path):
    tables, decision = decided(tmp_path, STEEP, oracle=True)
    parts = saving_parts(tables, decision)
    assert parts.cost - sum(parts.remaining.values()) == pytest.approx(parts.oracle)
    assert parts.remaining["later than the oracle"] >= 0
    bars = words.levels(parts, decision)
    assert [bar.name for bar in bars if bar.is_total] == ["never", decision.choice, "oracle"]
    for before, after in itertools.pairwise(bars):
        if not after.is_total:
            assert after.start == pytest.approx(before.stop)


def test_before_the_first_drift_all_is_more_data(tmp_path):
    """The concept of the fake never changes, so that its list of drifts says when it drifts."""
    tables, decision = decided(tmp_path, STEEP)
    parts = saving_parts(tables, decision)
    table = tables.ticks.pivot_table(index=["seed", "tick"], columns="label", values="loss")
    gain = (table["never"] - table[decision.choice]).reset_index(name="gain")
    early = gain[gain["tick"] < 60].groupby("seed")["gain"].sum().mean()
    assert parts.gained["more data"] == pytest.approx(early)
    late = gain[gain["tick"] >= 60].groupby("seed")["gain"].sum().mean()
    assert parts.gained["drift repaired"] == pytest.approx(late)


def test_without_a_drift_every_retraining_is_needless(tmp_path):
    tables, decision = decided(tmp_path, replace(STEEP, drifts=()))
    parts = saving_parts(tables, decision)
    assert parts.gained["drift repaired"] == 0
    spent = decision.setting(decision.choice).retraining
    assert parts.gained["needless retraining"] == pytest.approx(-spent)
    assert parts.gained["retraining"] == pytest.approx(0)


def test_of_a_log_more_data_and_drift_are_one(tmp_path):
    tables, decision = decided(tmp_path, replace(STEEP, truth_known=False, drifts=()))
    parts = saving_parts(tables, decision)
    assert set(parts.gained) == {"fewer errors", "needless retraining", "retraining"}
    assert parts.gained["needless retraining"] == 0
    assert next(name for name, *_ in words.meanings(parts, None)) == words.NAMES["fewer errors"]


def test_without_never_there_is_nothing_to_take_apart(tmp_path):
    tables, decision = decided(tmp_path, replace(STEEP, cells=CELLS[1:]))
    assert saving_parts(tables, decision) is None


def test_without_an_oracle_nothing_remains(tmp_path):
    tables, decision = decided(tmp_path, STEEP)
    parts = saving_parts(tables, decision)
    assert math.isnan(parts.oracle)
    assert parts.remaining == {}
    assert "oracle" not in words.finding(parts, None)


@pytest.mark.parametrize("truth_known", [True, False])
def test_what_a_baseline_saves_is_neither_more_data_nor_a_repair(tmp_path, truth_known):
    cells = (*CELLS[:-1], replace(CELLS[-1], level=0.99))
    tables, decision = decided(tmp_path, replace(STEEP, truth_known=truth_known, cells=cells))
    assert decision.choice == "no_change"
    parts = saving_parts(tables, decision)
    lost = tables.ticks.groupby("label")["loss"].sum() / tables.ticks["seed"].nunique()
    gained = {name: value for name, value in parts.gained.items() if value}
    assert gained == {"another model": pytest.approx(lost["never"] - lost["no_change"])}
    (name, _, meaning), *rest = words.meanings(parts, None)
    assert name == "another model or rule"
    assert "retrained neither" in meaning
    assert not rest
