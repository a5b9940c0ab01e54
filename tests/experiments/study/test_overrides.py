"""A decision's overrides: pasted on the command line, they give the setting that was chosen."""

import shlex

import pandas as pd
import pytest
from command_line import MEASURED, only_run, run
from configuration import composed
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given, settings
from hypothesis import strategies as st

import retrainlab
from retrainlab.experiments.config.overrides import override
from retrainlab.experiments.study.cells import cell_at, expand
from retrainlab.reports.results.manifest import read

SMALL = [
    *("scenario=gradual", "scenario.gradual.ticks=60", "scenario.gradual.rows=20"),
    *("scenario.gradual.start=30", "scenario.gradual.duration=10", "world.warmup=10", "seeds=2"),
    *("references=null", "engine=serial"),
]
KEYS = st.from_regex(r"[a-z_]+(\.[a-z_]+)?", fullmatch=True).filter(
    lambda key: key not in ("null", "true", "false", "inf", "nan")
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]))
)
VALUES = st.recursive(
    SCALARS,
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(KEYS, parts, max_size=3),
)


@settings(max_examples=300)
@given(VALUES)
def test_hydra_reads_back_what_is_written(value):
    (parsed,) = OverridesParser.create().parse_overrides([override("a.b", value)])
    assert parsed.key_or_group == "a.b"
    assert parsed.value() == value
    assert type(parsed.value()) is type(value)
    assert shlex.split(shlex.join([override("a.b", value)])) == [override("a.b", value)]


def test_words_are_as_a_person_writes_them():
    node = {"when": {"ticks": 5}, "what": {"ticks": 5}, "gate": {}}
    cell = cell_at("periodic", node, {"when.ticks": 20})
    assert cell.overrides == ("strategy=periodic", "strategy.periodic.when.ticks=20")
    detector = {"name": "ADWIN", "delta": 0.05}
    trigger = {"when": {"detector": "ADWIN"}, "what": {}, "gate": {}}
    assert cell_at("trigger", trigger, {"when.detector": detector}).overrides[1] == (
        "strategy.trigger.when.detector={name:ADWIN,delta:0.05}"
    )
    assert [c.overrides for c in expand({"never": {"when": {}, "grid": {}}})] == [
        ("strategy=never",)
    ]


@pytest.mark.parametrize(
    ("value", "labels"),
    [
        (7, ["periodic every 7"]),
        ([2, 7], ["periodic every 2", "periodic every 7"]),
    ],
)
def test_a_value_or_a_list_of_values_replaces_the_axis(value, labels):
    node = composed("strategy=periodic")["strategy"]["periodic"]
    node["when"]["ticks"] = value
    cells = expand({"periodic": node}, ["strategy.periodic.when.ticks"])
    assert [cell.label for cell in cells] == labels


def test_other_axes_stay_beside_a_list_of_values():
    node = composed("strategy=sliding_window")["strategy"]["sliding_window"]
    node["when"]["ticks"] = [2, 7]
    node["grid"]["what.ticks"] = [20, 50]
    cells = expand({"sliding_window": node}, ["strategy.sliding_window.when.ticks"])
    assert sorted((c.node["when"]["ticks"], c.node["what"]["ticks"]) for c in cells) == [
        *((2, 20), (2, 50), (7, 20), (7, 50)),
    ]


def test_a_list_where_a_file_has_lists_is_one_value():
    node = {"when": {"hours": [1, 2]}, "what": {}, "gate": {}, "grid": {"when.hours": [[1], [2]]}}
    (cell,) = expand({"own": node}, ["strategy.own.when.hours"])
    assert cell.node["when"] == {"hours": [1, 2]}


CASES = {
    "schedules": ["strategy=[never,periodic,sliding_window]"],
    "a detector with parameters": ["strategy=trigger"],
    "set by hand": [
        *("strategy=[never,drop]", "strategy.drop.gate.by=0.01", "strategy.drop.what.ticks=10"),
    ],
    "a part of one's own": [
        *("strategy=own", "strategy.own.when._target_=retrainlab.strategies.when.Every"),
        *(
            "+strategy.own.when.ticks=15",
            "strategy.own.gate._target_=retrainlab.strategies.gate.Cooldown",
        ),
        "+strategy.own.gate.ticks=5",
    ],
    "today's policy": ["strategy=[never,periodic]", "current_policy=7"],
}


@pytest.mark.slow
@pytest.mark.parametrize("words", CASES.values(), ids=CASES)
def test_overrides_give_exactly_that_setting(tmp_path, words):
    first = run_in(tmp_path / "first", *words)
    assert_each_setting_is_given_by_its_overrides(first, tmp_path)


@pytest.mark.slow
def test_overrides_of_a_search_give_its_settings(tmp_path):
    """A search sets options of a detector, which a configuration file knows by its name alone."""
    searched = run_in(
        tmp_path / "searched",
        *("optimize", "strategy=trigger", "optimize.search={when.detector.delta:[0.002,0.2]}"),
    )
    assert_each_setting_is_given_by_its_overrides(searched, tmp_path)


@pytest.mark.slow
def test_a_decision_says_how_to_run_its_choice(tmp_path):
    first = run_in(tmp_path / "first", "strategy=[never,periodic]", page=True)
    decision = retrainlab.decision(first)["gradual"]
    again = run_in(tmp_path / "again", *shlex.split(decision.overrides), page=True)
    chosen = retrainlab.decision(again)["gradual"]
    strategies = {s.label for s in chosen.settings if s.role == "strategy"}
    assert strategies == {decision.choice, "never"}
    assert chosen.setting(decision.choice) == decision.setting(decision.choice)
    assert chosen.overrides == decision.overrides


def run_in(folder, *words, page=False):
    """Run a small study in a folder of its own; return the folder of its results."""
    folder.mkdir()
    command = [words[0]] if words[0] == "optimize" else []
    assert run(folder, *command, *SMALL, *words[len(command) :], page=page, figures=False) == 0
    return only_run(folder)


def assert_each_setting_is_given_by_its_overrides(first, folder, at_most=3):
    manifest, runs = read(first / "manifest.json"), strategies_of(first)
    labels = runs["label"].unique()
    assert len(labels) > 0
    for i, label in enumerate(labels[-at_most:]):
        pasted = shlex.split(shlex.join(manifest.strategies[label].overrides))
        again = strategies_of(run_in(folder / f"again {i}", *pasted))
        assert set(again["label"]) == {label}
        wanted = runs[runs["label"] == label]
        # Parameters of other strategies have columns in the first study alone.
        columns = [name for name in again if name not in MEASURED and name in wanted]
        assert {"cost", "loss", "retrainings", "interval"} <= {*columns}
        pd.testing.assert_frame_equal(
            *(table[columns].reset_index(drop=True) for table in (again, wanted)),
            check_dtype=False,
        )


def strategies_of(folder):
    runs = pd.read_parquet(folder / "runs.parquet")
    runs = runs.astype(dict.fromkeys(runs.select_dtypes("category"), "str"))
    return runs[runs["role"] == "strategy"]
