"""The report: built from saved tables alone, true, escaped, and the same bytes every time."""

import json
import math
import shutil

import numpy as np
import pandas as pd
import pytest
from fake_study import CELLS, NEVER, TWO, Cell, Fake, write
from html_page import Page

from retrainlab import reports
from retrainlab.reports.analysis.frontier import efficient
from retrainlab.reports.pages.strategy_table import table
from retrainlab.reports.results.tables import load
from retrainlab.reports.text.decision import evidence, headline, notes
from retrainlab.reports.text.format import (
    interval,
    listed,
    number,
    percent,
    percent_of,
    plain_name,
    plus_minus,
    slug,
    spaced,
    three_digits,
)
from retrainlab.sim.errors import InputError

EVIL = "<script>alert(1)</script>"


def test_the_page_shows_every_scenario_and_every_strategy(study):
    page = Page(study / "report.html")
    for fake in TWO:
        assert page.text.count(fake.name) >= 3
    for cell in CELLS:
        assert page.text.count(cell.label) >= 2
    tables, said = load(study), " ".join(page.text.replace("\N{NO-BREAK SPACE}", " ").split())
    for decision in reports.decisions(study).values():
        sentences = headline(decision, tables.manifest), evidence(decision), *notes(decision)
        assert all(sentence in said for sentence in sentences)


def test_the_page_refers_to_nothing_outside_itself_and_its_folder(study):
    page = Page(study / "report.html")
    anchors = [address[1:] for address in page.addresses if address.startswith("#")]
    files = [a for a in page.addresses if not a.startswith(("#", "data:"))]
    assert set(anchors) <= set(page.ids)
    assert files
    assert all((study / file).is_file() for file in files)
    assert page.tags.count("script") == 2 + 2 + 1  # the values of sliders, each player, and classes
    assert page.tags.count("form") == 1
    assert "@import" not in (study / "report.html").read_text()


def test_pictures_have_words_tables_have_scopes_and_ids_are_single(study):
    page = Page(study / "report.html")
    files = [one for one in (study / "figures").glob("*.png") if one.name != "card.png"]
    described = [p["aria-describedby"] for p in page.pictures if p.get("aria-describedby")]
    assert len(set(described)) == len(files) == 9 + 7
    assert all(described.count(words) == 2 for words in described)  # the second for a phone
    assert all(file.with_suffix(".svg").is_file() for file in files)
    assert all(len(page.words[name]) > 40 for name in described)
    assert all(page.words[p["aria-labelledby"]] for p in page.pictures)
    assert all(header.get("scope") for header in page.headers)
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.slow
def test_strings_from_a_study_are_shown_and_never_run(tmp_path):
    fake = Fake(EVIL, cells=(NEVER, Cell(f"{EVIL} ticks=10", EVIL, 10)), seeds=2)
    write(tmp_path, (fake,))
    path = reports.build(tmp_path)
    assert EVIL not in path.read_text()
    assert EVIL in Page(path).text
    for file in (tmp_path / "figures").iterdir():
        assert set(file.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")


@pytest.mark.slow
def test_the_same_tables_give_the_same_bytes(study, tmp_path):
    for path in (*study.glob("*.parquet"), study / "manifest.json"):
        shutil.copy(path, tmp_path)
    (tmp_path / "optimum.parquet").unlink()
    reports.build(tmp_path)
    names = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert names >= {
        *("report.html", "decision.json", "summary.md", "optimum.parquet", "figures/card.png"),
        *("figures/badge.svg", "figures/gradual-tradeoff.png", "figures/shop-timeline.png"),
    }
    for name in names:
        assert (study / name).read_bytes() == (tmp_path / name).read_bytes(), name


@pytest.mark.parametrize(
    ("table", "column"), [("runs", "cost_fit"), ("retrainings", "decided"), ("streams", "ceiling")]
)
def test_a_missing_column_is_named(tmp_path, table, column):
    write(tmp_path)
    path = tmp_path / f"{table}.parquet"
    pd.read_parquet(path).drop(columns=column).to_parquet(path)
    with pytest.raises(InputError, match=rf"{table}\.parquet.*lacks the column {column}"):
        load(tmp_path)


def test_what_else_is_missing_is_named(tmp_path):
    write(tmp_path)
    ticks = pd.read_parquet(tmp_path / "ticks.parquet")
    ticks.drop(columns=["hit_0", "hit_1", "abs_error"]).to_parquet(tmp_path / "ticks.parquet")
    with pytest.raises(InputError, match="hit_<class>"):
        load(tmp_path)
    (tmp_path / "alarms.parquet").unlink()
    ticks.to_parquet(tmp_path / "ticks.parquet")
    with pytest.raises(InputError, match=r"alarms\.parquet is missing"):
        load(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    del manifest["prices"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="lacks the entry prices"):
        load(tmp_path)
    with pytest.raises(InputError, match="not a folder"):
        load(tmp_path / "nowhere")


def test_a_cell_that_is_there_twice_is_named(tmp_path):
    write(tmp_path)
    runs = pd.read_parquet(tmp_path / "runs.parquet")
    pd.concat([runs, runs.iloc[[0]]]).to_parquet(tmp_path / "runs.parquet")
    with pytest.raises(InputError, match="two cells for scenario gradual, seed 0, label never"):
        load(tmp_path)


def test_the_frontier_keeps_what_nothing_beats():
    cost = np.array([0.0, 10.0, 10.0, 20.0, 30.0, 0.0])
    score = np.array([0.5, 0.7, 0.6, 0.7, 0.9, 0.5])
    assert efficient(cost, score).tolist() == [0, 1, 4]


def test_numbers_are_written_as_people_write_them():
    assert number(1240.4) == "1,240"
    assert number(-3.25) == "−3.25"
    assert number(-0.001, 1) == "0.0"
    assert number(math.nan) == "–"
    assert plus_minus(1240.4, 60.2) == "1,240 ± 60"
    assert plus_minus(369.0, 0.31) == "369 ± 0.3"
    assert plus_minus(-12847.0, 3.2) == "−12,800 ± 3"
    assert plus_minus(0.0489, 0.0012) == "0.0489 ± 0.0012"
    assert plus_minus(0.489, 0.0012) == "0.489 ± 0.001"
    assert plus_minus(4.89e-6, 1.5e-6) == "0.00000489 ± 0.0000015"
    assert plus_minus(33.0, 1e-14) == plus_minus(33.0, 0.0) == "33 ± 0"
    assert plus_minus(1.99e22, 1e21) == "1.99e22 ± 1e21"
    assert three_digits(-19.9e21) == "−1.99e22"
    assert three_digits(7e-15) == "0"
    assert interval(600.4, 520.0, 711.0) == "600, from 520 to 711"
    assert percent(0.9312, 0.004) == "93.1 ± 0.4 %"
    assert percent_of(30.0, 250.0) == "12 %"
    assert [percent_of(part, 1000.0) for part in (0.0, 0.3, 4.1, 5.1)] == [
        "0 %",
        "0.03 %",
        "0.4 %",
        "1 %",
    ]
    assert percent_of(1e9, 2272.2) == "44,000,000 %"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert plain_name("ZeroOne()") == "zero one"
    assert spaced("0: 76.1%") == "0: 76.1 %"
    assert slug("toilet_paper") == "toilet-paper"
    assert len({slug(name) for name in ("a b", "a/b", "A b", "a_b", EVIL)}) == 5


def test_the_summary_has_intervals_and_the_distance_to_the_ceiling(study):
    table = reports.summary(study).set_index(["scenario", "label"])
    row = table.loc["gradual", "periodic ticks=20"]
    assert row["gap"] == pytest.approx(0.93 - row["score"])
    assert row["cost"] == pytest.approx(row["cost_error"] + row["cost_retraining"])
    assert row["saving"] == pytest.approx(table.loc["gradual", "never"]["cost"] - row["cost"])
    assert math.isnan(table.loc["shop", "never"]["score_half"])
    assert "no_change" in table.loc["gradual"].index


@pytest.mark.slow
def test_the_page_says_what_each_scenario_is_and_when_it_begins(tmp_path):
    few = {"seeds": 1, "cells": CELLS[:4]}
    early = Fake("early", **few)
    late = Fake("late", warmup=40, tick_name="day", truth_known=False, drifts=(), **few)
    write(tmp_path, (early, late))
    text = " ".join(Page(reports.build(tmp_path)).text.split())
    assert "The first 20 ticks train the first model" in text
    assert "The first 40 days train the first model" in text
    assert "a label is known 2 days after its day, training takes 1 day" in text
    assert text.count("truth unknown: no ceiling, no list of drifts") == 1
    assert text.count("over the ticks of this one stream") == 4 + 4  # in words, and in numbers
    assert text.count("it is no forecast") == 3
    assert "concept drift, 30 % of labels: ticks 60 to 100" in text
    assert "noise 7 %" in text
    assert "1 per wrong prediction, 20 per retraining and 0.001 per row trained on" in text


def test_a_table_has_only_columns_with_something_in_them(study):
    tables, rows = load(study), reports.summary(study)
    about = tables.manifest.scenarios["gradual"]
    decision = reports.decisions(study)["gradual"]
    found = table(rows[rows["scenario"] == "gradual"], decision, about, {})
    headings = [heading for _, group in found["groups"] for heading in group]
    assert headings == [
        *("accuracy", "points below ceiling", "precision", "recall", "F1"),
        *("retrainings", "labels bought", "training rows"),
        *("errors", "fits", "training rows", "total cost", "saved against never"),
    ]
    assert all(len(line["cells"]) == len(headings) for line in found["lines"])
    costs = rows[(rows["scenario"] == "gradual") & (rows["role"] == "strategy")]["cost"]
    assert costs.is_monotonic_increasing
    best = [line["label"] for line in found["lines"] if line["cells"][-2]["best"]]
    assert decision.best in best
    assert "of class yes" in dict(found["groups"])
    shop = tables.manifest.scenarios["shop"]
    numbers = dict(table(rows[rows["scenario"] == "shop"], decision, shop, {})["groups"])
    assert {"forecast accuracy", "mean absolute error", "bias"} <= {
        h for g in numbers.values() for h in g
    }
    assert not {"points below ceiling", "F1"} & {h for g in numbers.values() for h in g}
