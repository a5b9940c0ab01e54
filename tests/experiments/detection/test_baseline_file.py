"""A baseline that is damaged, foreign or not complete is refused in one sentence, exit code 2."""

import copy
import json

import pytest
from command_line import run

from retrainlab.sim.exit_codes import ExitCode

SMALL = [
    *("errors=[stationary,step]", "errors.stationary.rows=600", "errors.step.rows=600"),
    *("errors.step.start=300", "errors.step.after=0.6", "detect.window=200", "scenario=[]"),
    *("seeds=14", "engine=serial", "detector=[ddm,page_hinkley]"),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("baseline")
    assert run(folder, "check", "--update", *SMALL) == 0
    assert run(folder, "check", *SMALL) == 0
    return folder


def put(path, value):
    """An edit: the entry at this path has another value, or is not there."""

    def edit(record):
        *way, last = path
        node = record
        for key in way:
            node = node[key]
        if value is KeyError:
            del node[last]
        else:
            node[last] = value
        return record

    return edit


SEED = ("alarms", "ddm", "step", "0")
EDITS = {
    "a list": (lambda record: [record], "has schema null"),
    "text": (lambda _: "baseline", "has schema null"),
    "null": (lambda _: None, "has schema null"),
    "an empty object": (lambda _: {}, "has schema null"),
    "an older schema": (put(["schema"], 1), "has schema 1, and this version reads schema 2"),
    "a later schema": (put(["schema"], 99), "has schema 99"),
    "a schema that is true": (put(["schema"], True), "has schema true"),
    "a schema as text": (put(["schema"], "2"), 'has schema "2", and this version reads schema 2'),
    "no alarms": (put(["alarms"], KeyError), "it lacks the entry alarms"),
    "empty alarms": (put(["alarms"], {}), "no alarms of any detector"),
    "alarms as a list": (put(["alarms"], []), "alarms is []; it must be a mapping"),
    "no settings": (put(["settings"], KeyError), "it lacks the entry settings"),
    "settings as text": (put(["settings"], "x"), "settings is 'x'"),
    "empty settings": (put(["settings"], {}), "was made with detect=null"),
    "no overrides": (put(["overrides"], KeyError), "it lacks the entry overrides"),
    "a detector is missing": (put(["alarms", "ddm"], KeyError), "has no alarms of ddm on"),
    "a stream of a detector is missing": (
        put(["alarms", "ddm", "step"], KeyError),
        "has no alarms of ddm on step",
    ),
    "a detector without streams": (put(["alarms", "ddm"], {}), "has no alarms of ddm on"),
    "a pair without seeds": (put(["alarms", "ddm", "step"], {}), "alarms.ddm.step has no seed"),
    "a seed is missing": (put(SEED, KeyError), "has other seeds of ddm on step"),
    "a seed too many": (
        put([*SEED[:3], "77"], []),
        "alarms.ddm.step: the stream has no seed '77'",
    ),
    "a detector that nobody knows": (
        put(["alarms", "mine"], {"step": {"0": []}}),
        "alarms.mine.step: there is no mine in detectors",
    ),
    "an unknown stream": (
        put(["alarms", "ddm", "ramp"], {"0": []}),
        "alarms.ddm.ramp: there is no ramp in streams",
    ),
    "alarms that are text": (put(SEED, ["5"]), "alarms.ddm.step.0[0] is '5'"),
    "alarms that are fractions": (put(SEED, [5.5]), "alarms.ddm.step.0[0] is 5.5"),
    "alarms that are true": (put(SEED, [True]), "alarms.ddm.step.0[0] is True"),
    "alarms that are null": (put(SEED, None), "alarms.ddm.step.0 is None"),
    "alarms that fall": (put(SEED, [9, 5]), "alarms.ddm.step.0 must be rising rows"),
    "alarms before the stream": (put(SEED, [-1]), "must be rising rows from 0 to 599"),
    "alarms after the stream": (put(SEED, [600]), "must be rising rows from 0 to 599"),
    "NaN": (put(SEED, [float("nan")]), "not readable JSON (it holds NaN)"),
    "a stream is missing": (put(["streams", "step"], KeyError), "there is no step in streams"),
    "a stream without rows": (put(["streams", "step", "rows"], {}), "streams.step: it has no seed"),
    "rows below 1": (put(["streams", "step", "rows", "0"], 0), "streams.step: seed 0 has 0 rows"),
    "a seed that is no number": (
        put(["streams", "step", "rows", "x"], 5),
        "streams.step: 'x' is no seed",
    ),
    "other rows": (put(["streams", "step", "rows", "0"], 700), "has other rows or drifts"),
    "no drifts": (put(["streams", "step", "drifts"], []), "has other rows or drifts"),
    "half a drift": (put(["streams", "step", "drifts", 0], [0, 1]), "has 2 entries, not 6"),
    "a drift outside": (
        put(["streams", "step", "drifts", 0, 2], 9999),
        "the drift from 300 to 9999 of seed 0 is not in its rows",
    ),
    "an infinite error": (
        put(["streams", "step", "drifts", 0, 4], None),
        "the drift from 300 to 300 of seed 0 is not in its rows",
    ),
    "other settings": (put(["settings", "seeds"], 99), "was made with seeds=99"),
    "versions as a list": (put(["versions"], ["x"]), "versions is ['x']; it must be a mapping"),
    "detectors as numbers": (put(["detectors", "ddm"], 3), "detectors.ddm is 3; it must be text"),
}


def refused(place, name, capfd):
    """The one line on standard error of a check against this file."""
    capfd.readouterr()
    code = run(place, "check", *SMALL, f"check.baseline={name}", "folder=refused")
    complaint = capfd.readouterr().err
    assert code == ExitCode.NO_RESULT
    assert complaint.count("\n") == 1
    assert complaint.startswith("retrainlab: ")
    assert not json.loads((place / "refused" / "verdict.json").read_text())["passed"]
    return complaint


@pytest.mark.slow
@pytest.mark.parametrize("what", EDITS)
def test_a_baseline_that_was_edited_is_refused(place, what, capfd):
    edit, sentence = EDITS[what]
    record = copy.deepcopy(json.loads((place / "baseline.json").read_text()))
    (place / "edited.json").write_text(json.dumps(edit(record)))
    assert sentence in refused(place, "edited.json", capfd)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "not readable JSON"),
        (b"alarms: {}", "not readable JSON"),
        (b'{"schema": 2', "not readable JSON"),
        (b"\xff\xfe\x00", "not readable JSON"),
        (b"\x89PNG\r\n\x1a\n", "not readable JSON"),
        (b"[" * 100_000, "not readable JSON"),
        (b'{"schema": 2, "schema": Infinity}', "not readable JSON (it holds Infinity)"),
    ],
)
def test_a_file_that_is_no_json_is_refused(place, text, sentence, capfd):
    (place / "bytes.json").write_bytes(text)
    assert sentence in refused(place, "bytes.json", capfd)


def test_half_of_a_baseline_is_refused(place, capfd):
    whole = (place / "baseline.json").read_bytes()
    (place / "half.json").write_bytes(whole[: len(whole) // 2])
    assert "not readable JSON" in refused(place, "half.json", capfd)


def test_a_folder_is_refused(place, capfd):
    (place / "folder.json").mkdir()
    assert "which is a folder; name a file" in refused(place, "folder.json", capfd)
