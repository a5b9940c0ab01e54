"""Dataclasses as JSON: what is written is what is read, and what is wrong is named."""

import json
import math
import re
from dataclasses import dataclass, replace

import pytest
from fake_study import scenario_info

from retrainlab.reports.results.manifest import ScenarioInfo
from retrainlab.reports.results.typed_json import from_plain, read, to_plain
from retrainlab.sim.errors import InputError
from retrainlab.sim.stream import Drift


@dataclass(frozen=True)
class Part:
    name: str
    values: tuple[float, ...] = ()


@dataclass(frozen=True)
class Whole:
    schema: int
    parts: dict[str, Part]
    chosen: Part | None
    pair: tuple[str, int]
    open: bool = False


PLAIN = {
    **{"schema": 1, "parts": {"a": {"name": "x", "values": [1, 2.5]}}, "chosen": None},
    **{"pair": ["y", 3], "unknown": 7},
}


def test_what_is_written_is_what_is_read():
    drifts = (Drift("concept", 3, 5, 0.2),)
    info = replace(scenario_info(drifts=drifts), staleness=0.1, facts=(("noise", "7 %"),))
    assert from_plain(ScenarioInfo, json.loads(json.dumps(to_plain(info)))) == info
    undefined = from_plain(ScenarioInfo, json.loads(json.dumps(to_plain(scenario_info()))))
    assert math.isnan(undefined.staleness)


def test_entries_that_are_not_known_are_left_out_and_defaults_are_filled_in():
    whole = from_plain(Whole, PLAIN)
    assert whole == Whole(1, {"a": Part("x", (1, 2.5))}, None, ("y", 3))
    assert from_plain(Whole, {**PLAIN, "chosen": {}}).chosen is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"parts": {"a": {}}}, "it lacks the entry parts.a.name"),
        ({"parts": {"a": {"name": 3}}}, "parts.a.name is 3; it must be text"),
        ({"parts": []}, "parts is []; it must be a mapping"),
        ({"chosen": {"name": "x", "values": "12"}}, "chosen.values is '12'; it must be a list"),
        ({"pair": ["y"]}, "pair has 1 entries, not 2"),
        ({"pair": ["y", True]}, "pair[1] is True; it must be a whole number"),
        ({"open": 1}, "open is 1; it must be true or false"),
        ({"schema": 2}, "has schema 2; this version reads schema 1"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path, changes, sentence):
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({**PLAIN, **changes}))
    with pytest.raises(InputError, match=re.escape(sentence)) as error:
        read(Whole, path, 1)
    assert str(error.value).startswith(str(path))


@pytest.mark.parametrize(("text", "sentence"), [("{", "is not readable JSON"), ("[]", "must hold")])
def test_a_file_that_is_no_manifest_is_refused(tmp_path, text, sentence):
    (path := tmp_path / "manifest.json").write_text(text)
    with pytest.raises(InputError, match=sentence):
        read(Whole, path, 1)
    path.unlink()
    with pytest.raises(InputError, match="the study is not complete"):
        read(Whole, path, 1)
    (run := tmp_path / "mine").mkdir()
    (run / path.name).write_text(text)
    with pytest.raises(InputError, match=f"is a folder of runs; name one, such as {run}$"):
        read(Whole, path, 1)
