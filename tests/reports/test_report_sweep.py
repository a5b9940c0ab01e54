"""The index of a sweep on its page, and that of a folder of runs."""

import json
import shutil
from dataclasses import replace

import pandas as pd
import pytest
from fake_study import CELLS, Fake, write
from html_page import Page

from retrainlab import reports
from retrainlab.reports.pages import index
from retrainlab.reports.results import decision_file
from retrainlab.sim.errors import InputError

pytestmark = pytest.mark.slow

EVIL = "<script>alert(1)</script>"
FEW = (CELLS[0], CELLS[3], CELLS[4], CELLS[-1])
WORSE = tuple(replace(cell, level=cell.level - 0.1) for cell in FEW)
VALUES = ((0.1, EVIL), (0.1, "tree"), (0.3, EVIL))


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweep")
    fakes = tuple(
        Fake(f"gradual magnitude={m} learner={learner}", cells=WORSE if learner == "tree" else FEW)
        for m, learner in VALUES
    )
    write(folder, fakes)
    runs = pd.read_parquet(folder / "runs.parquet")
    values = {fake.name: name for fake, name in zip(fakes, VALUES, strict=True)}
    runs["s_scenario.gradual.magnitude"] = [values[name][0] for name in runs["scenario"]]
    runs["s_learner"] = [values[name][1] for name in runs["scenario"]]
    runs.to_parquet(folder / "runs.parquet")
    manifest = json.loads((folder / "manifest.json").read_text())
    keys = ["scenario.gradual.magnitude", "learner"]
    given = [f"{keys[0]}=0.1,0.3", f"learner={EVIL},tree"]
    manifest["sweep"] = {"arguments": given, "points": 3, "keys": keys}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    reports.build(folder)
    return folder


def test_the_page_of_a_sweep_says_what_was_tried_and_what_is_best(swept):
    page = Page(swept / "report.html")
    text = " ".join(page.text.split()).replace("\N{NO-BREAK SPACE}", " ")
    assert "scenario.gradual.magnitude0.1,0.3" in text
    assert f"learner{EVIL},tree" in text
    assert EVIL not in (swept / "report.html").read_text()
    assert "3 combinations. Retrain: 3." in text
    assert f"learner: of 1 comparison cheapest is {EVIL} in 1; 1 significant." in text
    assert f"All settings, {3 * len(FEW)} rows" in text
    links = [a for a in page.addresses if a.startswith("#gradual-magnitude")]
    assert links
    assert {a.removeprefix("#") for a in links} <= set(page.ids)


def test_a_study_without_a_sweep_has_no_index(study):
    assert 'id="sweep"' not in (study / "report.html").read_text()


def test_the_dearest_cells_are_left_out_of_a_long_table(swept, monkeypatch):
    tables = reports.load(swept)
    lines = [
        {
            "label": label,
            "strategy": label,
            "cells": [{"name": "cost", "value": cost, "text": cost}],
        }
        for label, cost in (("a", "10"), ("b", "12"), ("c", "30"))
    ]
    card = {"anchor": "x", "choice": "a", "badge": "Retrain", "surety": "clear"}
    card["currency"] = None
    sections = [{"name": n, "table": {"lines": lines}, **card} for n in tables.scenarios]
    monkeypatch.setattr(index, "MOST", 6)
    found = index.of_sweep(tables, sections)
    assert found["left_out"] == 3
    assert [row["cells"][3]["text"] for row in found["every"]["rows"][:2]] == ["0.0 %", "20.0 %"]
    assert [key for key, _ in found["every"]["headings"]][:2] == [*("magnitude", "learner")]


def test_a_folder_of_runs_gets_an_index_that_leads_to_their_reports(swept, tmp_path):
    for name, seeds in (("0", 4), ("1", 9), ("10", EVIL)):
        shutil.copytree(swept, tmp_path / name)
        manifest = json.loads((tmp_path / name / "manifest.json").read_text())
        manifest["config"] = {"seeds": seeds, "learner": {"name": name, "depth": name}}
        (tmp_path / name / "manifest.json").write_text(json.dumps(manifest))
    path = index.build(tmp_path, [tmp_path / name for name in ("0", "1", "10")])
    page = Page(path)
    assert path == tmp_path / "index.html"
    assert EVIL not in path.read_text()
    text = " ".join(page.text.split())
    assert "saved against neverseedslearner.name" in text
    inside = [a for a in page.addresses if a.startswith(("0/", "1/", "10/"))]
    assert len(inside) == 9 + 9  # of the recommendations, and of the trends
    for address in inside:
        file, anchor = address.split("#")
        assert anchor in Page(tmp_path / file).ids
    with pytest.raises(InputError, match="holds no finished run"):
        index.build(tmp_path, [])


def test_an_index_names_keys_of_two_scenarios_in_full_and_a_saving_of_nothing_without_money(
    swept, tmp_path
):
    for name in ("sudden", "gradual"):
        shutil.copytree(swept, tmp_path / name)
        manifest = json.loads((tmp_path / name / "manifest.json").read_text())
        manifest["config"] = {"scenario": {name: {"magnitude": 0.1, f"only_{name}": 1}}}
        (tmp_path / name / "manifest.json").write_text(json.dumps(manifest))
        (tmp_path / name / "SHA256SUMS").unlink()
        decided = decision_file.load(tmp_path / name).values()
        in_euros = [replace(d, prices=replace(d.prices, currency="EUR")) for d in decided]
        decision_file.save(in_euros, tmp_path / name)
    text = " ".join(
        Page(index.build(tmp_path, [tmp_path / "sudden", tmp_path / "gradual"])).text.split()
    )
    assert "scenario.sudden.magnitudeonly_suddenscenario.gradual.magnitudeonly_gradual" in text
    assert " EUR" in text
    assert "– EUR" not in text
