"""What is refused: exit code 1, one sentence, and nothing is deployed."""

import json
import os
import shlex

import numpy as np
import pandas as pd
import pytest
import yaml
from command_line import run
from production import at, conf, copied, dates, days, everything, made, write

from retrainlab.experiments.production import ledger as ledgers
from retrainlab.experiments.production import model_file, steps
from retrainlab.experiments.production import policy as policies
from retrainlab.experiments.production.interfaces import require_interface
from retrainlab.experiments.storage import files
from retrainlab.sim.errors import InputError
from retrainlab.sim.estimators import direct
from retrainlab.sim.exit_codes import ExitCode
from retrainlab.strategies.when import Every


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """Where a folder has lived through four ticks and a retraining."""
    place = tmp_path_factory.mktemp("lived")
    path, _ = made(place, strategy="periodic", clocks=(0, 0))
    for date in dates()[:4]:
        at(path, steps.tick, date)
    return place


@pytest.fixture
def folder(lived, tmp_path):
    """A copy of that folder, to be broken; the days are beside it."""
    return copied(lived, tmp_path / "place")


def refused(capsys, path, *words):
    """The one sentence of a command that is refused and leaves every file as it was."""
    before = everything(path)
    capsys.readouterr()
    assert run(path.parent, *words) == ExitCode.FAILED
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert everything(path) == before
    return err


def edited(path, change):
    """Change the plain data of policy.yaml."""
    file = path / "policy.yaml"
    node = yaml.safe_load(file.read_text())
    change(node)
    file.write_text(yaml.safe_dump(node, sort_keys=False))


def next_tick(path):
    return "tick", str(path), dates()[4]


def test_a_model_that_is_gone(folder, capsys):
    model = sorted((folder / "models").iterdir())[0]
    model.unlink()
    assert f"{model.name} is missing" in refused(capsys, folder, *next_tick(folder))


def test_a_byte_of_a_model_that_is_another(folder, capsys):
    model = sorted((folder / "models").iterdir())[-1]
    data = bytearray(model.read_bytes())
    data[len(data) // 2] ^= 1
    model.write_bytes(data)
    assert "SHA-256 differs" in refused(capsys, folder, *next_tick(folder))


def test_a_text_among_the_classes_that_are_numbers(folder, capsys):
    rows = days("recurrent")[dates()[4]].astype({"label": object})
    rows.loc[rows.index[3], "label"] = "maybe"
    write(folder.parent / "days", dates()[4], rows)
    sentence = refused(capsys, folder, *next_tick(folder))
    assert f"{dates()[4]}.csv: column 'label' holds 'maybe' in row 4" in sentence
    assert "export a new policy" in sentence
    assert "scenario." not in sentence


def test_a_date_that_no_rows_have_reached_closes_nothing(folder, capsys):
    for command in ("tick", "observe"):
        sentence = refused(capsys, folder, command, str(folder), "2031-01-01")
        assert "no rows of 2031-01-01, nor of any later date" in sentence


def test_the_command_that_closes_the_gap_is_told_as_a_shell_takes_it(lived, tmp_path, capsys):
    path = copied(lived, tmp_path / "the shop's").rename(tmp_path / "the shop's" / "50 % off")
    sentence = refused(capsys, path, "observe", str(path), dates()[5])
    assert shlex.split(sentence.rpartition("run ")[2]) == ["retrainlab", "tick", str(path)]


@pytest.mark.parametrize("column", ["x0", "label"])
def test_a_closed_day_that_was_edited(folder, capsys, column):
    name = "label" if column == "label" else days("recurrent")[dates()[1]].columns[0]
    rows = days("recurrent")[dates()[1]].copy()
    rows.loc[rows.index[3], name] = 1 - rows.loc[rows.index[3], name]
    write(folder.parent / "days", dates()[1], rows)
    assert f"of {dates()[1]} are not what they were" in refused(capsys, folder, *next_tick(folder))


def test_a_class_that_was_not_there(folder, capsys):
    rows = days("recurrent")[dates()[4]]
    write(folder.parent / "days", dates()[4], rows.assign(label=2))
    assert f"{dates()[4]}: target 'label' has the class '2'" in refused(
        capsys, folder, *next_tick(folder)
    )


def test_a_tick_that_was_never_observed(folder, capsys):
    for command in ("fit", "deploy"):
        sentence = refused(capsys, folder, command, str(folder), dates()[4])
        assert f"{command} of {dates()[4]}: that tick was never observed" in sentence


def test_another_learner_under_the_same_folder(folder, capsys):
    edited(folder, lambda node: node["learner"]["estimator"].update(var_smoothing=1e-3))
    assert "another learner" in refused(capsys, folder, *next_tick(folder))


def test_a_policy_that_names_a_command(folder, capsys):
    edited(folder, lambda node: node["when"].update(_target_="os.system"))
    sentence = refused(capsys, folder, *next_tick(folder))
    assert "when._target_ is os.system; a policy builds only" in sentence


def test_a_past_that_comes_out_differently(folder, capsys, monkeypatch):
    """As with another version of a library, whose detector alarms at another row."""
    monkeypatch.setattr(Every, "schedule", lambda self, first, stop: range(first + 1, stop, 3))
    now = files.versions()
    monkeypatch.setattr(files, "versions", lambda: {**now, "river": "0.99"})
    sentence = refused(capsys, folder, *next_tick(folder))
    assert "the past comes out differently: ledger/" in sentence
    assert f"(river is 0.99, and was {now['river']})" in sentence


def test_a_model_that_predicts_differently(folder, capsys, monkeypatch):
    from sklearn.naive_bayes import GaussianNB

    # Another process would compare the plain arithmetic with its scikit-learn anew.
    monkeypatch.setattr(direct, "_same", {})
    right = GaussianNB.predict_proba
    monkeypatch.setattr(GaussianNB, "predict_proba", lambda self, x: right(self, x)[:, ::-1])
    sentence = refused(capsys, folder, *next_tick(folder))
    assert "predicts differently than it did" in sentence


def test_predictions_that_were_edited(folder, capsys):
    file = sorted((folder / "predictions").glob(f"{dates()[1]}.*"))[0]
    np.save(file, 1 - np.load(file))
    sentence = refused(capsys, folder, "verify", str(folder))
    assert f"not as simulated: the predictions of {dates()[1]} by rows-" in sentence
    (folder / "checkpoint.json").unlink()
    assert "the past comes out differently" in refused(capsys, folder, *next_tick(folder))
    file.write_bytes(b"half")
    assert f"{file} is not readable" in refused(capsys, folder, *next_tick(folder))


def test_verify_finds_a_ledger_that_was_edited(folder, capsys):
    assert run(folder.parent, "verify", str(folder)) == 0
    file = folder / "ledger" / "ticks.parquet"
    ticks = pd.read_parquet(file)
    ticks.loc[1, "loss"] += 1
    ticks.to_parquet(file)
    sentence = refused(capsys, folder, "verify", str(folder))
    assert f"not as simulated: ledger/ticks.parquet says loss {ticks['loss'][1]}" in sentence
    ticks[:2].to_parquet(file)
    assert "has 2 rows, and the replay 4" in refused(capsys, folder, "verify", str(folder))


def test_a_journal_or_a_policy_that_is_no_such_file(folder, capsys):
    for name, sentence in (("journal.jsonl", "is not readable"), ("policy.yaml", "must be")):
        whole = (folder / name).read_text()
        (folder / name).write_text("nothing")
        assert sentence in refused(capsys, folder, *next_tick(folder))
        (folder / name).write_text(whole)
    words = ("tick", str(folder.parent / "days"))
    assert "it is no production folder" in refused(capsys, folder, *words)


@pytest.mark.parametrize(
    "change",
    [lambda a, b: [a], lambda a, b: [a, a, b], lambda a, b: [b, a]],
    ids=["a line is gone", "a line stands twice", "two lines have changed places"],
)
def test_lines_of_the_journal_that_do_not_follow_each_other(folder, change, capsys):
    """The rows and labels, which are as they were, are not blamed."""
    journal = folder / "journal.jsonl"
    policy, a, b, *others = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join([policy, *change(a, b), *others]))
    said = refused(capsys, folder, *next_tick(folder))
    assert "journal.jsonl is not readable: the tick of " in said
    assert "does not follow the one before it" in said


@pytest.mark.parametrize("text", ["", "{}", None, '{"number": 0, "model": "x", "sha256": "y"}'])
def test_a_champion_that_was_edited_or_removed_is_written_anew_by_a_tick(folder, text, capsys):
    champion = folder / "champion.json"
    before = champion.read_text()
    champion.unlink() if text is None else champion.write_text(text)
    (folder.parent / "new.csv").write_bytes(next((folder.parent / "days").glob("*")).read_bytes())
    said = refused(capsys, folder, "predict", str(folder), "new.csv", "out.csv")
    assert f"run retrainlab tick {folder}" in said
    assert run(folder.parent, "tick", str(folder), dates()[3]) == ExitCode.DONE
    assert champion.read_text() == before
    assert run(folder.parent, "predict", str(folder), "new.csv", "out.csv") == ExitCode.DONE


def test_no_page_is_made_without_a_table_of_the_ledger(folder, capsys):
    (folder / "ledger/retrainings.parquet").unlink()
    said = refused(capsys, folder, "report", str(folder))
    assert f"ledger/retrainings.parquet is missing; run retrainlab tick {folder}" in said
    assert run(folder.parent, "tick", str(folder), dates()[3]) == ExitCode.DONE
    assert run(folder.parent, "report", str(folder)) == ExitCode.DONE


def test_an_empty_journal(folder, capsys):
    (folder / "journal.jsonl").write_text("")
    assert "journal.jsonl is not readable: it is empty" in refused(
        capsys, folder, *next_tick(folder)
    )


@pytest.mark.parametrize("place", [(), ("data",)])
def test_an_entry_of_the_policy_that_nothing_reads(folder, capsys, place):
    def mistype(node):
        for name in place:
            node = node[name]
        node["lables"] = "x"

    edited(folder, mistype)
    sentence = "policy.yaml: it has no entry 'lables'; there is: "
    assert sentence in refused(capsys, folder, *next_tick(folder))


def test_a_folder_of_rows_that_is_not_there(folder, capsys):
    edited(folder, lambda node: node["data"].update(path="/mnt/nowhere"))
    sentence = "/mnt/nowhere, where policy.yaml has rows or labels, does not exist"
    assert sentence in refused(capsys, folder, *next_tick(folder))


@pytest.mark.parametrize("name", ledgers.TABLES)
def test_a_table_of_the_ledger_that_is_damaged(folder, capsys, name):
    table = folder / "ledger" / f"{name}.parquet"
    whole = pd.read_parquet(table).drop(columns="seconds", errors="ignore")
    table.write_bytes(table.read_bytes()[:40])
    sentence = f"{name}.parquet is not readable; remove it, and the next tick writes it anew"
    assert sentence in refused(capsys, folder, *next_tick(folder))
    table.unlink()
    assert run(folder.parent, "tick", str(folder), dates()[3]) == ExitCode.DONE
    written = pd.read_parquet(table).drop(columns="seconds", errors="ignore")
    pd.testing.assert_frame_equal(written, whole)


def test_a_column_that_is_gone_or_holds_something_else(folder, capsys):
    rows = days("recurrent")[dates()[4]]
    name = rows.columns[0]
    write(folder.parent / "days", dates()[4], rows.drop(columns=name))
    assert f"no column '{name}'" in refused(capsys, folder, *next_tick(folder))
    write(folder.parent / "days", dates()[4], rows.assign(**{name: "blue"}))
    why = f"{dates()[4]}: column '{name}' holds 'blue', and it held numbers"
    assert why in refused(capsys, folder, *next_tick(folder))
    write(folder.parent / "days", dates()[4], rows.assign(**{name: None}))
    why = f"{dates()[4]}: column '{name}' has missing values"
    assert why in refused(capsys, folder, *next_tick(folder))
    write(folder.parent / "days", dates()[4], days("recurrent")[dates()[5]])
    assert f"the rows of {dates()[4]} hold the time" in refused(capsys, folder, *next_tick(folder))


@pytest.mark.parametrize(
    "target",
    [
        "os.system",
        "subprocess.Popen",
        "builtins.eval",
        "functools.partial",
        "retrainlab.strategies.gate.Always",
        "retrainlab.sim.replay.losses.ZeroOne",
    ],
)
def test_a_part_must_have_the_interface_of_its_part(tmp_path, target):
    path, _ = made(tmp_path)
    edited(path, lambda node: node["when"].update(_target_=target))
    with pytest.raises(InputError, match=f"when._target_ is {target}; a policy builds only"):
        policies.load(path)


@pytest.mark.parametrize("place", ["what", "gate", "loss", "learner"])
def test_no_part_may_name_a_function(tmp_path, place):
    path, _ = made(tmp_path)

    def change(node):
        part = node["learner"]["estimator"] if place == "learner" else node[place]
        part["_target_"] = "os.system"

    edited(path, change)
    with pytest.raises(InputError, match=r"os\.system; a policy builds only"):
        policies.load(path)


def test_what_stands_inside_a_part_is_looked_at_as_well(tmp_path):
    path, _ = made(tmp_path, strategy="trigger")
    edited(path, lambda node: node["when"].update(detector={"_target_": "os.system"}))
    with pytest.raises(InputError, match=r"os\.system; a policy builds only a class with update"):
        policies.load(path)
    good = {"_target_": "river.drift.ADWIN", "delta": 0.1}
    edited(path, lambda node: node["when"].update(detector=good))
    assert policies.load(path).strategy()


def test_a_type_that_the_policy_does_not_name_is_not_loaded(tmp_path, monkeypatch):
    path, _ = made(tmp_path, strategy="never", learner="tree")
    at(path, steps.tick, dates()[0])
    monkeypatch.setattr(model_file, "ALLOWED", ())
    with pytest.raises(InputError, match=r"holds .*sklearn\.tree.* which the policy does not name"):
        at(path, steps.tick, dates()[1])


def test_the_line_of_a_command_is_json(folder, capsys):
    assert run(folder.parent, "tick", str(folder), dates()[4]) == 0
    line = capsys.readouterr().out
    assert json.loads(line)["tick"] == 10
    assert line.count("\n") == 1
    assert run(folder.parent, "fit", str(folder), dates()[4]) == 99


def test_an_online_learner_of_river_is_refused_with_the_reason():
    node = conf("learner", "hoeffding_tree")["classification"]
    with pytest.raises(InputError, match=r"HoeffdingTreeClassifier cannot be stored without"):
        require_interface(node, "learner.estimator", "learner")


def test_a_folder_that_may_not_be_written_is_read(folder, capsys, monkeypatch):
    """By a reviewer on another account, or on a disk that is mounted to read; a step is refused."""

    def denied(path):
        raise PermissionError(13, "Permission denied", str(path / files.LOCK))

    monkeypatch.setattr(files, "locked", denied)
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    before = everything(folder)
    for command, told in {"status": '"ticks": 4', "verify": "as simulated"}.items():
        assert run(folder.parent, command, str(folder)) == ExitCode.DONE
        assert told in capsys.readouterr().out
    assert run(folder.parent, *next_tick(folder)) == ExitCode.NO_RESULT
    assert capsys.readouterr().err.endswith(".lock: Permission denied\n")
    assert everything(folder) == before


def test_a_policy_that_is_a_folder_is_named(folder, capsys):
    (folder / "policy.yaml").unlink()
    (folder / "policy.yaml").mkdir()
    for command in ("status", "report", "verify", "tick"):
        assert "policy.yaml is no file; put the policy" in refused(
            capsys, folder, command, str(folder)
        )
