"""Studies out of all proportion: a page that can be read comes of each."""

import json
import re

import pandas as pd
import pytest
from fake_study import NEVER, Fake, schedule, write
from html_page import Page

from retrainlab import reports
from retrainlab.sim.errors import InputError

LONG = "a name that goes on " * 15
PAIR = (NEVER, schedule("periodic", 7))
MANY = (NEVER, *(schedule(f"strategy_{i % 6}", i + 2) for i in range(60)))
STUDIES = {
    "60 settings": (Fake("one", seeds=2, cells=MANY), 60),
    "40 scenarios": (Fake("one", seeds=1, cells=PAIR), 40),
    "long names": (Fake(LONG, seeds=2, cells=(NEVER, schedule("x" * 300, 10))), 60),
    "one tick": (Fake("one", seeds=2, cells=PAIR), 21),
    "one tick of one file": (Fake("one", seeds=1, cells=PAIR, truth_known=False, drifts=()), 21),
}


def studied(folder, kind):
    """The fake scenarios of a study, written; of 40 there are 40."""
    fake, ticks = STUDIES[kind]
    names = [fake.name] if kind != "40 scenarios" else [f"scenario {i}" for i in range(40)]
    fakes = tuple(Fake(**{**vars(fake), "name": name}) for name in names)
    return write(folder, fakes, ticks), names


@pytest.mark.slow
@pytest.mark.parametrize("kind", STUDIES)
def test_a_page_that_can_be_read_comes_of_it(tmp_path, monkeypatch, kind):
    folder, names = studied(tmp_path, kind)
    if kind in ("40 scenarios", "60 settings"):  # prices are those of few
        monkeypatch.setattr("retrainlab.reports.pages.render.price_sliders", lambda *_: [])
    if kind == "40 scenarios":  # figures are those of one
        monkeypatch.setattr("retrainlab.reports.pages.scenario.pictures", lambda *_: [])
        monkeypatch.setattr("retrainlab.reports.pages.render.MANY", 99)
    page = Page(reports.build(folder))
    text = " ".join(page.text.split())
    decisions = reports.decisions(folder)
    assert [*decisions] == [*names]
    assert len(page.ids) == len(set(page.ids))
    assert all(f"All settings of {name.strip()}" in text for name in names)
    labels = {setting.label for one in decisions.values() for setting in one.settings}
    assert all(label in text for label in labels)
    assert not re.search(r"\bnan\b|\binf\b|None\b", text)
    assert (folder / "figures" / "card.png").is_file()


def test_a_study_of_which_nothing_is_left_is_refused_in_one_sentence(tmp_path):
    """All replays failed: the tables have no row, and there is nothing to decide."""
    folder = write(tmp_path, (Fake("one", seeds=1, cells=PAIR),), 40)
    for table in ("runs", "ticks", "retrainings", "streams", "alarms"):
        (folder / f"{table}.parquet").unlink()
    with pytest.raises(InputError):
        reports.build(folder)


@pytest.mark.slow
def test_a_scenario_of_which_every_cell_failed_is_named_with_its_reason(tmp_path):
    """What stands around it, a reference of never and its stream, is no result."""
    folder = write(tmp_path, (Fake("whole", seeds=2, cells=PAIR), Fake("failed", seeds=2)), 40)
    runs = pd.read_parquet(folder / "runs.parquet")
    is_left = (runs["scenario"] == "whole") | runs["never"]
    roles = runs["role"].where(runs["scenario"] == "whole", "reference")
    runs.assign(role=roles)[is_left].to_parquet(folder / "runs.parquet")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["failures"] = [
        {"scenario": "failed", "seed": seed, "label": label, "error": "no <such> thing"}
        for seed in (0, 1)
        for label in manifest["strategies"]
    ]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    page = Page(reports.build(folder))
    text = " ".join(page.text.split())
    assert f"{len(manifest['failures'])} replays have no result, and are missing below" in text
    assert "on all 2 seeds of failed: no <such> thing" in text
    assert "All settings of whole" in text
    assert "All settings of failed" not in text
    assert [*reports.decisions(folder)] == ["whole"]


def test_a_study_of_which_every_cell_failed_is_refused_with_its_reasons(tmp_path):
    folder = write(tmp_path, (Fake("one", seeds=1, cells=PAIR),), 40)
    runs = pd.read_parquet(folder / "runs.parquet")
    runs.assign(role="reference").to_parquet(folder / "runs.parquet")
    with pytest.raises(InputError, match="holds no finished cell to report on"):
        reports.build(folder)
    assert not (folder / "report.html").exists()


@pytest.mark.slow
def test_a_target_of_a_single_class_has_a_page(tmp_path):
    folder = write(tmp_path, (Fake("one", seeds=2, cells=PAIR),), 60)
    ticks = pd.read_parquet(folder / "ticks.parquet")
    both = ticks["hit_0"] + ticks["hit_1"]
    ticks = ticks.drop(columns=[f"{kind}_1" for kind in ("hit", "actual", "predicted")])
    ticks.assign(hit_0=both, actual_0=20, predicted_0=20).to_parquet(folder / "ticks.parquet")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["scenarios"]["one"]["classes"] = ["only"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    page = Page(reports.build(folder))
    text = " ".join(page.text.split())
    assert "classes only" in text
    assert "precision of class only" in text
    assert "mean over classes" not in text
    assert not re.search(r"\bnan\b|\binf\b|None\b", text)
    assert page.tags.count("select") == 2  # of the player; there is no class to choose
