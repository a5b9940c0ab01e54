"""`retrainlab gates`: scores of gates on clean and damaged streams, and limits that fail closed."""

import pandas as pd
import pytest
from command_line import run

from retrainlab.reports.analysis.gate_scores import Limits, exceeded
from retrainlab.reports.text.format import slug
from retrainlab.sim.errors import InputError
from retrainlab.sim.exit_codes import ExitCode

WORDS = [
    "gates",
    "scenario=stationary",
    "scenario.stationary.ticks=90",
    "scenario.stationary.at=[40]",
    "scenario.stationary.rows=30",
    "damage=wrong_labels",
    "damage.wrong_labels.start=40",
    "gate=[always,if_recovers]",
    "~gate.if_recovers.curve",
    "engine=serial",
    "seeds=2",
    "folder=out",
]
TABLE = pd.DataFrame(
    {
        "stream": ["calm", "calm with wrong_labels"],
        "label": ["open", "open"],
        "seeds": [4, 4],
        "served": [float("nan"), 0.5],
        "served_half": [float("nan"), 0.1],
        "waited": [3.0, 4.0],
        "waited_half": [1.0, 0.5],
        "below": [0, 2],
    }
)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gates")
    code = run(folder, *WORDS, "gates.most.below=0", figures=False)
    return code, pd.read_parquet(folder / "out" / "gates.parquet"), folder / "out"


@pytest.mark.slow
def test_every_gate_is_scored_on_the_clean_and_on_the_damaged_stream(finished):
    table = finished[1].set_index(["stream", "label"])
    streams = ("stationary", "stationary with wrong_labels")
    assert set(table.index) == {(s, g) for s in streams for g in ("always", "if_recovers")}
    calm, hit = (table.xs(stream) for stream in streams)
    assert calm["served"].isna().all()
    assert hit.loc["always", "served"] == 1
    assert hit.loc["if_recovers", "served"] == 0
    assert table.xs("always", level=1)["waited"].tolist() == [0, 0]
    assert hit.loc["if_recovers", "waited"] > 0


def test_a_limit_that_is_exceeded_is_an_exit_code(finished):
    assert finished[0] == ExitCode.FAILED
    assert finished[1].set_index("label").loc["always", "below"].max() > 0


def test_the_curves_of_each_damaged_stream_are_drawn(finished):
    names = [path.name for path in sorted((finished[2] / "figures").glob("gates-*"))]
    stream = f"gates-{slug('stationary with wrong_labels')}"
    assert names == [f"{stream}.png", f"{stream}.svg"]


def test_the_trainings_say_how_many_of_their_rows_are_damaged(finished):
    trainings = pd.read_parquet(finished[2] / "retrainings.parquet")
    is_hit = trainings["scenario"] == "stationary with wrong_labels"
    assert trainings.loc[~is_hit, "damaged"].isna().all()
    damaged = trainings.loc[is_hit & (trainings["label"] == "always")]
    assert (damaged["damaged"] <= damaged["rows"]).all()
    assert damaged["damaged"].max() > 0.3 * 600


def test_limits_are_of_whole_intervals():
    assert exceeded(TABLE, Limits(most={"served": 0.4, "waited": 3.6})) == ([], True)
    (sentence,), is_judged = exceeded(TABLE, Limits(most={"served": 0.39}))
    assert sentence == (
        "open on calm with wrong_labels: share of poisoned batches whose model served is 0.5, and "
        "gates.most.served is 0.39"
    )
    assert is_judged
    assert len(exceeded(TABLE, Limits(most={"below": 0.4}))[0]) == 1


def test_a_limit_that_cannot_be_judged_is_not_passed():
    one_seed = TABLE.assign(waited_half=float("nan"))
    assert exceeded(one_seed, Limits(most={"waited": 9})) == ([], False)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"poisoned": 1, "most": None}, "gates.poisoned is 1; it must be a share"),
        ({"poisoned": 0, "most": {"cost": 1}}, "gates.most has .*it may limit served, waited"),
    ],
)
def test_bad_limits_are_refused_in_a_sentence(options, sentence):
    with pytest.raises(InputError, match=sentence):
        Limits.of(options)


def test_a_gate_without_its_class_is_refused(tmp_path, capsys):
    assert run(tmp_path, "gates", "gate=always", "~gate.always.gate") == ExitCode.NO_RESULT
    assert "gate.always.gate is not set; name a class" in capsys.readouterr().err
