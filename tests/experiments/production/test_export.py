"""From a run to production by the command line: export, tick, verify, report, predict, decide."""

import json
import shutil
import sqlite3

import numpy as np
import pandas as pd
import pytest
import yaml
from command_line import run
from production import WARMUP, dates, days, everything, table, write

from retrainlab.experiments.production import policy as policies
from retrainlab.experiments.production.predict import predict
from retrainlab.sim.exit_codes import ExitCode

SCENARIO = [
    "scenario=file",
    "scenario.file.path=all.csv",
    "scenario.file.target=label",
    "scenario.file.time=day",
]
STRATEGY = [
    "strategy=drop",
    "strategy.drop.when.ticks=2",
    "strategy.drop.what.ticks=6",
    "strategy.drop.gate.holdout=2",
    "learner=naive_bayes",
    f"world.warmup={WARMUP}",
]
LABEL = "drop every 2 last 6 holdout=2 by=0.01"
STUDY = [*SCENARIO, *STRATEGY, "references=null", "engine=serial", "folder=run"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with a run on all days, and the days as files; nobody changes them."""
    folder = tmp_path_factory.mktemp("export")
    table("recurrent").to_csv(folder / "all.csv", index=False)
    for date, rows in days("recurrent").items():
        write(folder / "days", date, rows)
    assert run(folder, *STUDY, "strategy.drop.when.by=0.01") == 0
    return folder


@pytest.fixture(scope="module")
def lived(place):
    """The production folder after all days."""
    label = next(iter(json.loads((place / "run" / "manifest.json").read_text())["strategies"]))
    assert run(place, "export", "run", "production", f"label={label}", "data=days") == 0
    assert run(place, "tick", "production") == 0
    return place / "production"


def test_an_export_that_is_refused_leaves_no_folder(place, capsys):
    (place / "other").mkdir()
    (place / "other" / "today.csv").write_text("a\n1\n")
    label = next(iter(json.loads((place / "run" / "manifest.json").read_text())["strategies"]))
    assert run(place, "export", "run", "refused", f"label={label}", "data=other") == 1
    assert "must be called by its date" in capsys.readouterr().err
    assert not (place / "refused").exists()


@pytest.mark.parametrize("name", ["manifest.json", "runs.parquet"])
@pytest.mark.parametrize("sentence", ["is not as it was written", "is missing in"])
def test_a_run_that_was_edited_is_never_exported(place, tmp_path, capsys, name, sentence):
    shutil.copytree(place / "run", tmp_path / "run")
    shutil.copy(place / "all.csv", tmp_path)
    file = tmp_path / "run" / name
    if "missing" in sentence:
        file.unlink()
    else:
        assert b"naive_bayes" in file.read_bytes()
        file.write_bytes(file.read_bytes().replace(b"naive_bayes", b"other_bayes"))
    label = next(iter(json.loads((place / "run/manifest.json").read_text())["strategies"]))
    words = ("export", "run", "edited", f"label={label}", f"data={place / 'days'}")
    assert run(tmp_path, *words) == ExitCode.FAILED
    assert f"{name} {sentence}" in capsys.readouterr().err
    assert not (tmp_path / "edited").exists()


def test_a_setting_that_failed_is_not_exported(place, capsys):
    words = [*SCENARIO, "strategy=[never,label_shift]", f"world.warmup={WARMUP}", "references=null"]
    words += ["learner=sgd", "learner.classification.loss=hinge", "engine=serial", "folder=partly"]
    assert run(place, *words) == 1
    capsys.readouterr()
    assert run(place, "export", "partly", "p", "label=label_shift", "data=days") == 1
    sentence = "label_shift has no result on file (the learner gives classes without probabilities"
    assert sentence in capsys.readouterr().err
    assert not (place / "p").exists()


def test_a_run_on_a_database_goes_on_from_its_rows_by_date(place, capsys):
    rows = table("recurrent")
    with sqlite3.connect(place / "shop.db") as connection:
        rows.assign(day=rows["day"].dt.strftime("%Y-%m-%d")).to_sql(
            "sales", connection, index=False
        )
    shop = "scenario.file.path=sqlite:///shop.db"
    query = "scenario.file.query='select * from sales order by day'"
    study = [word for word in STUDY if not word.startswith("folder=")]
    study = [shop if word.startswith("scenario.file.path=") else word for word in study]
    assert run(place, *study, query, "strategy.drop.when.by=0.01", "folder=of_shop") == 0
    capsys.readouterr()
    label = f"label={LABEL}"
    assert run(place, "export", "of_shop", "shop", label) == ExitCode.FAILED
    assert "the run read a database; name it by data=" in capsys.readouterr().err
    data = ["data=sqlite:///shop.db", "dates=select distinct day from sales"]
    by_date = "query=select * from sales where day = :date"
    assert run(place, "export", "of_shop", "shop", label, *data, by_date) == 0
    assert run(place, "tick", "shop") == 0
    assert printed(capsys, place, "verify", "shop")["verdict"].endswith("as simulated")


def printed(capsys, folder, *words, code=0):
    """The line of JSON that a command prints."""
    capsys.readouterr()
    assert run(folder, *words) == code
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)


def test_the_policy_holds_what_the_run_had(lived, place):
    policy = policies.load(lived)
    manifest = json.loads((place / "run" / "manifest.json").read_text())
    assert policy.label in manifest["strategies"]
    assert policy.when["by"] == 0.01
    assert policy.strategy().window == 6
    assert vars(policy.world) == manifest["scenarios"]["file"]["world"]
    assert policy.start == next(iter(days("recurrent")))
    assert policy.versions == manifest["versions"]
    assert policy.simulated["ticks"] == len(dates())
    runs = pd.read_parquet(place / "run" / "runs.parquet").set_index("label")
    for name, value in policy.simulated.items():
        assert value == pytest.approx(runs.loc[policy.label, name], rel=1e-5), name
    assert yaml.safe_load((lived / "policy.yaml").read_text()) == policies.plain_policy(policy)


def test_what_ran_is_what_was_simulated(lived, place, capsys):
    line = printed(capsys, place, "verify", "production")
    runs = pd.read_parquet(place / "run" / "runs.parquet").set_index("label")
    run_of = runs.loc[policies.load(lived).label]
    # The run's stream ends, and with it the trainings that come too late for it.
    assert line["retrainings"] == run_of["retrainings"] + run_of["unfinished"] > 0
    ticks = len(dates())
    count, rejected = line["retrainings"], line["rejected"]
    sentence = f"{ticks} ticks, {count} retrainings, {rejected} rejected: as simulated"
    assert line["verdict"] == sentence
    tables = {name: pd.read_parquet(place / "run" / f"{name}.parquet") for name in ("ticks",)}
    of_run = tables["ticks"][tables["ticks"]["label"] == policies.load(lived).label]
    recorded = pd.read_parquet(lived / "ledger" / "ticks.parquet")
    assert recorded["loss"].tolist() == of_run["loss"].tolist()[: len(recorded)]


def test_status_and_report_are_lines_of_json(lived, place, capsys):
    status = printed(capsys, place, "status", "production")
    assert (status["ticks"], status["missing"]) == (len(dates()), 0)
    assert status["newest"] == dates()[-1]
    report = printed(capsys, place, "report", "production")
    assert report["happened"]["ticks"] == len(dates()) - 1
    assert report["unlabelled"] == 1
    simulated = report["simulated"]["loss_per_row"]
    assert report["happened"]["loss_per_row"] == pytest.approx(simulated, abs=0.1)
    assert report["advice"] == ""
    assert "<h1>drop every 2 last 6" in (place / report["page"]).read_text()


def test_the_model_in_service_predicts_a_file(lived, place, capsys):
    rows = days("recurrent")[dates()[-1]].drop(columns="label")
    rows.to_csv(place / "new.csv", index=False)
    line = printed(capsys, place, "predict", "production", "new.csv", "out.csv")
    champion = json.loads((lived / "champion.json").read_text())
    assert line == {"rows": len(rows), "model": champion["number"], "file": "out.csv"}
    out = pd.read_csv(place / "out.csv")
    assert set(out["prediction"]) <= {0, 1}
    np.testing.assert_allclose(out["p_0"] + out["p_1"], 1)
    np.testing.assert_array_equal(out["prediction"], (out["p_1"] > out["p_0"]).astype(int))
    pd.testing.assert_frame_equal(out[list(rows)], pd.read_csv(place / "new.csv"))
    again = predict(lived, pd.read_csv(place / "new.csv"))
    np.testing.assert_allclose(again["p_1"], out["p_1"])


def test_rows_to_predict_may_stand_in_any_order_and_keep_their_columns(lived, place, capsys):
    rows = table("recurrent").drop(columns="label").assign(model="Corolla")
    rows.to_csv(place / "cars.csv", index=False)
    run(place, "predict", "production", "cars.csv", "out.csv")
    rows[::-1].to_csv(place / "cars.csv", index=False)
    run(place, "predict", "production", "cars.csv", "reversed.csv")
    out, other = (pd.read_csv(place / name) for name in ("out.csv", "reversed.csv"))
    assert (set(out["model"]), set(out["model_2"])) == ({"Corolla"}, {other["model_2"][0]})
    pd.testing.assert_frame_equal(out, other[::-1].reset_index(drop=True))
    for name in (rows.columns[0], "day"):
        rows.drop(columns=name).to_csv(place / "cars.csv", index=False)
        capsys.readouterr()
        assert run(place, "predict", "production", "cars.csv", "out.csv") == ExitCode.FAILED
        assert f"the rows to predict have no column '{name}'" in capsys.readouterr().err


def test_predictions_never_replace_the_rows_that_they_are_of(lived, place, capsys):
    rows = days("recurrent")[dates()[-1]].drop(columns="label")
    (place / "new").mkdir()
    rows.to_csv(place / "new/rows.csv", index=False)
    before = (place / "new/rows.csv").read_bytes()
    for source in ("new/rows.csv", "./new"):
        words = ("predict", "production", source, "new/../new/rows.csv")
        assert run(place, *words) == ExitCode.FAILED
        assert "rows.csv holds the rows to predict, and would be" in capsys.readouterr().err
    assert (place / "new/rows.csv").read_bytes() == before


def test_reading_changes_no_byte(lived, place):
    assert run(place, "report", "production") == 0
    before = everything(lived)
    for words in (["verify"], ["status"], ["report"], ["tick"]):
        run(place, *words, "production")
    assert everything(lived) == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere", "p"], "manifest.json is missing"),
        (["run", "p", "label=x"], "label is 'x'; there is"),
        (["run", "p", "scenario=x"], "scenario is 'x'"),
        (["run", "p", f"label={LABEL}", "data=nowhere"], "data 'nowhere' does not exist"),
        (["run", "production"], "is at work already"),
        (["run"], "the command is: retrainlab export RUN FOLDER"),
        (["run", "p", "colour=red"], "there is no option colour"),
        (["run", "p", "query=select 1"], "query is set, and data names no database"),
        (["run", "p", "data=days", "dates=select 1"], "dates is set, and data names no database"),
        (["run", "p", "key=id"], "key is set, and labels are not"),
        (["run", "p", "labels=sqlite:///shop.db"], "labels names a database; ask for those of"),
    ],
)
def test_an_export_that_cannot_be_is_one_sentence(lived, place, capsys, words, sentence):
    capsys.readouterr()
    assert run(place, "export", *words) == ExitCode.FAILED
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert len(err.splitlines()) == 1
    assert not (place / "p").exists()


def test_decide_answers_for_a_log(place, capsys):
    """The answer at the end of the log is that of the replay at this tick."""
    whole = table("recurrent")
    every = ["strategy=periodic", "strategy.periodic.when.ticks=4", "world=instant"]
    words = ["target=label", "time=day", *every, f"world.warmup={WARMUP}", "learner=naive_bayes"]
    answers = []
    for date in dates()[:5]:
        part = whole[whole["day"] <= date]
        part.to_csv(place / "log.csv", index=False)
        capsys.readouterr()
        code = run(place, "decide", "log.csv", *words)
        line = json.loads(capsys.readouterr().out)
        assert code == (0 if line["retrain"] else 99)
        answers.append(line["retrain"])
        if line["retrain"]:
            assert (line["reason"], line["train_rows"]) == ("every 4 ticks", len(part))
            assert (line["first_tick"], line["last_tick"]) == (0, line["tick"])
    assert answers == [False, False, False, True, False]


def test_decide_takes_a_log_by_any_name(place, capsys):
    """As `inspect` does: the name is a word of the shell, not of Hydra."""
    name = "log, of 'May' (grün).csv"
    table("recurrent").to_csv(place / name, index=False)
    capsys.readouterr()
    every = ["strategy=periodic", "strategy.periodic.when.ticks=4", "learner=naive_bayes"]
    code = run(place, "decide", name, "target=label", "time=day", *every, f"world.warmup={WARMUP}")
    out, err = capsys.readouterr()
    assert (code in (0, 99), err) == (True, "")
    assert json.loads(out)["strategy"] == "periodic every 4"


def test_decide_knows_no_label_that_is_missing(place, capsys):
    whole = table("recurrent").copy()
    whole["label"] = whole["label"].astype(object)
    newest = [str(day)[:10] for day in dates()[2:4]]
    whole = whole[whole["day"] <= newest[-1]]
    whole.loc[whole["day"] >= newest[0], "label"] = None
    whole.to_csv(place / "late.csv", index=False)
    every = ["strategy=periodic", "strategy.periodic.when.ticks=4", "world=instant"]
    words = ["target=label", "time=day", *every, f"world.warmup={WARMUP}", "learner=naive_bayes"]
    line = printed(capsys, place, "decide", "late.csv", *words)
    assert line["last_tick"] == WARMUP + 1


def test_decide_goes_on_where_a_label_never_comes(place, capsys):
    """As a study does: the row is served, and never scored or trained on."""
    whole = table("recurrent").copy()
    whole = whole[whole["day"] <= str(dates()[3])[:10]]
    whole["label"] = whole["label"].astype(object).where(whole.index != 3)
    whole.to_csv(place / "gap.csv", index=False)
    every = ["strategy=periodic", "strategy.periodic.when.ticks=4", "world=instant"]
    words = ["target=label", "time=day", *every, f"world.warmup={WARMUP}", "learner=naive_bayes"]
    line = printed(capsys, place, "decide", "gap.csv", *words)
    assert (line["first_tick"], line["last_tick"]) == (0, WARMUP + 3)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["all.csv", "target=label", "time=day", "strategy=never", "world.warmup=99"], "99 ticks"),
        ([], "the command is: retrainlab decide LOG"),
        (["all.csv", "target=label", "time=day", "strategy=drop"], "decide takes one setting"),
        (["all.csv", "strategy=never"], "target is not set; name the column to predict: all.csv"),
        (["nowhere.csv", "target=label", "strategy=never"], "does not exist"),
        (["all.csv", "target=label", "strategy=never", "colour=red"], "colour"),
    ],
)
def test_decide_refuses_in_one_sentence(place, capsys, words, sentence):
    capsys.readouterr()
    assert run(place, "decide", *words) == ExitCode.FAILED
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert len(err.splitlines()) == 1
