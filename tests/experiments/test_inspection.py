"""`retrainlab inspect`: the table of columns, and the scenario that it saves."""

import re
import shlex

import pytest
import yaml
from file_tables import TIMES, assert_equal, saved, stream_of, table

from retrainlab.experiments.config.build import build
from retrainlab.experiments.config.composed import composed
from retrainlab.experiments.inspection import inspect, tell_of_files
from retrainlab.sim.errors import InputError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_table_says_how_each_column_was_read(folder, capsys):
    frame = table(size=["?", *range(11)], share=None, bought=["yes", None, "no"] * 4, one=1)
    frame.assign(copy=frame["bought"]).to_csv("log, of 'May'.csv", index=False)
    assert inspect(["log, of 'May'.csv", "target=bought", "time=when", "drop=born"]) == 0
    printed = {" ".join(line.split()) for line in capsys.readouterr().out.splitlines()}
    assert printed >= {
        "size number 0 to 10 8.33 % '?' in row 1 1 cell is missing: '?'",
        "share left out: it has no values 100 %",
        "shop category 3: west, east, north 16.7 %",
        "born left out as asked",
        "one constant 1",
        "ticks: 4 days, 0 without rows skipped",
    }
    (copy,) = (line for line in printed if line.startswith("copy"))
    assert copy.startswith("copy category 2: yes, no 33.3 % it is a copy of the target")
    assert any(line.startswith("without a label: 4 rows (33.3 %)") for line in printed)


@pytest.mark.parametrize("path", ["day=2024-01-01/log.csv", "day=2024-01-01.csv"])
def test_a_path_with_an_equals_sign_is_no_option(folder, capsys, path):
    (folder / path).parent.mkdir(exist_ok=True)
    table().to_csv(path, index=False)
    assert inspect([path, "target=bought", "time=when"]) == 0
    assert "rows: 12" in capsys.readouterr().out


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
        {"sep": ";", "encoding": "utf-8", "decimal": ","},
    )
    made = build(node, "scenario.visits")(0)
    assert_equal(made, stream_of(frame.assign(share=[0.5, 1.25, None] * 4), folder))


def test_the_command_that_it_tells_runs_as_it_is_printed(folder, capsys):
    table().to_csv("log.csv", index=False)
    words = ["log.csv", "target=bought", "time=when", "save=my conf/scenario/visits (1).yaml"]
    assert inspect(words) == 0
    typed = shlex.split(capsys.readouterr().out.rpartition("Run: ")[2])
    assert typed[:4] == ["retrainlab", "optimize", "--config-dir", "my conf"]
    search = f"hydra.searchpath=[file://{folder}/my conf]"
    assert list(composed("config", [search, *typed[4:]])["scenario"]) == ["visits (1)"]


def test_several_columns_need_no_brackets(folder, capsys):
    frame = table(day=TIMES.strftime("%Y-%m-%d"), clock=TIMES.strftime("%H:%M"))
    frame.drop(columns="when").to_csv("log.csv", index=False)
    assert inspect(["log.csv", "target=bought", "time=day,clock", "drop=born,shop"]) == 0
    told = capsys.readouterr().out
    assert "time span: 2024-01-01 06:00:00 to 2024-01-04 22:00:00" in told
    assert re.search("^day +time: weekday, hour ", told, re.MULTILINE)


def test_the_features_that_come_of_the_time_are_named_with_it(folder, capsys):
    table()[["when", "bought", "size"]].to_csv("log.csv", index=False)
    assert inspect(["log.csv", "target=bought", "time=when"]) == 0
    told = capsys.readouterr().out
    assert "columns: 3 in the file, 3 features" in told
    assert re.search("^when +time: weekday, hour ", told, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["target=y"], "the command is: retrainlab inspect"),
        (["a.csv", "b.csv"], "the command is: retrainlab inspect"),
        (["data.csv", "target=bought", "save=x.yaml"], "must be FOLDER/scenario/NAME.yaml"),
        (["data.csv"], "target is not set; name the column to predict: data.csv has 'when', "),
        (["data.csv", "target=bougth"], "did you mean 'bought'"),
    ],
)
def test_a_mistake_is_one_sentence(folder, words, sentence):
    table().to_csv("data.csv", index=False)
    with pytest.raises(InputError, match=sentence):
        inspect(words)


def test_what_is_there_is_not_written_over(folder):
    table().to_csv("log.csv", index=False)
    words = ["log.csv", "target=bought", "time=when", "save=conf/scenario/visits.yaml"]
    assert inspect(words) == 0
    with pytest.raises(InputError, match="which exists"):
        inspect(words)


def test_a_name_from_a_file_stays_in_its_comment(folder):
    table().rename(columns={"shop": "shop\nsudden: {}"}).to_csv("log.csv", index=False)
    inspect(["log.csv", "target=bought", "time=when", "save=conf/scenario/visits.yaml"])
    assert [*yaml.safe_load((folder / "conf/scenario/visits.yaml").read_text())] == ["visits"]


def test_a_run_tells_of_odd_columns_only(folder, capsys):
    frame = table(
        size=["?", *range(11)], share=None, bought=["yes", "no", "no"] * 3 + ["yes", None, "no"]
    )
    path = saved(frame, folder)
    of_file = {"_target_": "retrainlab.scenarios.file.File", "target": "bought", "time": "when"}
    drawn = {"_target_": "retrainlab.scenarios.sudden.Sudden"}
    tell_of_files({"log": {**of_file, "path": path}, "sudden": drawn, "lost": of_file})
    *rows, summary, _, size, share = capsys.readouterr().out.splitlines()
    assert rows == [
        "log: ticks: 4 days, 0 without rows skipped",
        "log: time span: 2024-01-01 06:00:00 to 2024-01-04 22:00:00",
        "log: largest classes: no: 63.6 %, yes: 36.4 %",
        "log: without a label: 1 row (8.3 %): served and counted, never scored or trained on",
    ]
    others = "1 time, 1 number, 1 category, 1 date, 1 target"
    assert summary == f"log: 7 columns, 2 to look at; the others: {others}"
    assert [line.split()[0] for line in (size, share)] == ["size", "share"]


def test_a_run_on_columns_that_are_all_plain_says_so(folder, capsys):
    path = saved(table(), folder)
    of_file = {"_target_": "retrainlab.scenarios.file.File", "target": "bought", "time": "when"}
    tell_of_files({"log": {**of_file, "path": path, "drop": ["size"]}})
    assert capsys.readouterr().out.splitlines()[-1] == (
        "log: 7 columns, none of them odd: 1 time, 1 left out as asked, 2 number, 1 category, "
        "1 date, 1 target"
    )


def test_names_from_a_file_cannot_steer_the_terminal(folder, capsys):
    table().rename(columns={"shop": "\x1b[31mshop"}).to_csv("data.csv", index=False)
    inspect(["data.csv", "target=bought", "time=when"])
    assert "\x1b" not in capsys.readouterr().out
