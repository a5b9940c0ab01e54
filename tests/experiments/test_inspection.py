"""`retrainlab inspect`: the table of columns, and the scenario that it saves."""

import pytest
import yaml
from file_tables import assert_equal, stream_of, table

from retrainlab.experiments.config.build import build
from retrainlab.experiments.inspection import inspect, odd_columns
from retrainlab.sim.errors import InputError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_table_says_how_each_column_was_read(folder, capsys):
    frame = table(size=["?", *range(11)], share=None, bought=["yes", None, "no"] * 4, one=1)
    frame.assign(copy=frame["bought"]).to_csv("log, of 'May'.csv", index=False)
    assert inspect(["log, of 'May'.csv", "target=bought", "time=when", "drop=born"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    for words in (
        "size number · 8.33 % missing · 1 cell is missing: '?' (first in row 1)",
        "share left out: it has no values at all · 100 % missing",
        "shop category, 3 levels · 16.7 % missing",
        "born left out, as asked",
        "one constant",
        "copy category, 2 levels · 33.3 % missing · it is a copy of the target",
        "ticks: 4 days, 0 without rows skipped",
        "without a label: 4 rows (33.3 %)",
    ):
        assert words in printed


def test_what_it_saves_is_the_scenario(folder, capsys):
    frame = table(share=["0,5", "1,25", "?"] * 4)
    frame.to_csv("log.csv", sep=";", index=False)
    words = ["log.csv", "target=bought", "time=when", "save=conf/scenario/visits.yaml"]
    assert inspect(words) == 0
    told = "Run: retrainlab optimize --config-dir conf scenario=visits"
    assert told in capsys.readouterr().out
    node = yaml.safe_load((folder / "conf/scenario/visits.yaml").read_text())["visits"]
    assert (node["every"], node["task"], node["read"]) == (
        "day",
        "classification",
        {"decimal": ","},
    )
    saved = build(node, "scenario.visits")(0)
    assert_equal(saved, stream_of(frame.assign(share=[0.5, 1.25, None] * 4), folder))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["target=y"], "the command is: retrainlab inspect"),
        (["a.csv", "b.csv"], "the command is: retrainlab inspect"),
        (["data.csv", "target=bought", "save=x.yaml"], "must be FOLDER/scenario/NAME.yaml"),
        (["data.csv"], "scenario.file.target is not set"),
        (["data.csv", "target=bougth"], "did you mean 'bought'"),
    ],
)
def test_a_mistake_is_one_sentence(folder, words, sentence):
    table().to_csv("data.csv", index=False)
    with pytest.raises(InputError, match=sentence):
        inspect(words)


def test_a_run_tells_of_odd_columns_only(folder):
    stream = stream_of(table(size=["?", *range(11)], share=None), folder)
    names = [line.split(":")[0] for line in odd_columns(stream.facts)]
    assert names == ["column size", "column share"]


def test_names_from_a_file_cannot_steer_the_terminal(folder, capsys):
    table().rename(columns={"shop": "\x1b[31mshop"}).to_csv("data.csv", index=False)
    inspect(["data.csv", "target=bought", "time=when"])
    assert "\x1b" not in capsys.readouterr().out
