"""decision.json: read back as it was, and the same numbers as terminal, page and tables."""

import json
import math
import re
import shutil
from dataclasses import fields, is_dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from fake_study import CELLS, NEVER, TWO, Cell, Fake, begun_later, on_the_last, schedule, write
from html_page import Page
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.table import Table

import retrainlab
from retrainlab import reports
from retrainlab.experiments import terminal
from retrainlab.reports.decision import price_grid
from retrainlab.reports.decision.decide import decide
from retrainlab.reports.decision.phases import with_phases
from retrainlab.reports.decision.price_grid import price_sliders
from retrainlab.reports.decision.repriced import Pricing
from retrainlab.reports.decision.summary import by_seed
from retrainlab.reports.pages import comparison, index
from retrainlab.reports.pages.live import unpacked
from retrainlab.reports.pages.study_page import at_price
from retrainlab.reports.results import decision_file
from retrainlab.reports.text import decision as words
from retrainlab.reports.text.format import amount, percent
from retrainlab.reports.text.price_words import (
    effects_sentence,
    effects_table,
    prices_in_words,
    units_of,
)
from retrainlab.reports.text.rates import rates, volume
from retrainlab.sim.errors import InputError
from retrainlab.sim.prices import Prices, price

EVIL = "<script>alert('1')</script>"
EVIL_CURRENCY = "<script>EUR</script>"
BASELINES = (
    Cell("no_change", "no_change", role="baseline", level=0.6),
    Cell("majority", "majority", role="baseline", level=0.93),
)
TRAINED = (*(schedule("periodic", n) for n in (5, 20, 40)), schedule(EVIL, 10), *CELLS[-3:-1])
WINDOWED = [schedule("sliding_window", n) for n in (5, 20, 40)]
FLAGS = st.booleans()

OVER_TIME = ("over time", "negligible", "not proven")
HARD = "\N{NO-BREAK SPACE}"


@st.composite
def studies(draw):
    """One or two scenarios, with any strategies, baselines, seeds and speeds of drift."""
    trained = draw(st.lists(st.sampled_from(TRAINED), min_size=1, unique_by=lambda c: c.label))
    trained += [on_the_last(cell, n) for cell in WINDOWED for n in (20, 50)] * draw(FLAGS)
    probed = [cell for cell in trained if cell.every]
    probes = [begun_later(cell, n) for cell in probed for n in (2, 5)] * draw(FLAGS)
    cells = (*trained, *probes, *(NEVER,) * draw(FLAGS), *BASELINES * draw(FLAGS))
    names = draw(st.lists(st.sampled_from(["one", EVIL]), min_size=1, unique=True))
    return tuple(
        Fake(
            name,
            draw(st.sampled_from(["classification", "regression"])),
            seeds=draw(st.integers(1, 4)),
            slope=draw(st.sampled_from([0.0, 0.0005, 0.004])),
            truth_known=draw(FLAGS),
            cells=cells,
        )
        for name in names
    )


def with_current_policy(folder, label):
    """Name today's policy in the manifest of a fake study."""
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "current_policy": label}))
    return folder


def shown(folder):
    """What the terminal prints of a study, whose page is made without figures."""
    printed = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("retrainlab.reports.pages.scenario.pictures", lambda *_: [])
        patch.setattr("rich.console.Console.print", lambda _, *what, **__: printed.extend(what))
        terminal.show(folder, [])
    tables = [part for part in printed if isinstance(part, Table)]
    return tables, [str(part) for part in printed if not isinstance(part, Table)]


def text_of(page):
    """What a page says, on one line."""
    return " ".join(Page(page).text.replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.fixture(scope="module")
def few_steps(study):
    """Pages have few steps of each price, below and above the study's.

    study: the one that all tests share; it is made before, with all steps.
    """
    near = partial(price_grid.round_prices, decades=0.5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(price_grid, "round_prices", near)
        yield


@pytest.mark.slow
@settings(max_examples=10)
@given(fakes=studies(), is_policy_named=FLAGS)
def test_terminal_page_file_and_tables_agree_on_every_number(few_steps, fakes, is_policy_named):
    with TemporaryDirectory() as place:
        folder = write(Path(place) / "run", fakes)
        if is_policy_named:
            with_current_policy(folder, fakes[0].cells[0].label)
        tables, paragraphs = shown(folder)
        study, decisions = reports.load(folder), retrainlab.decision(folder)
        html, page = (folder / "report.html").read_text(), text_of(folder / "report.html")
        live = unpacked(re.search(r'id="live">(.*?)</script>', html, re.DOTALL)[1])
        assert EVIL not in html
        assert [*decisions] == study.scenarios
        assert len(tables) == len(decisions)
        for i, (name, decision) in enumerate(decisions.items()):
            assert_tables_agree(decision, study.of(name))
            assert_terminal_agrees(decision, tables[i], few=len(decisions) > 1)
            assert words.sentence(decision, study.manifest) in paragraphs
            assert_page_agrees(decision, study.manifest, page)
            step = live["scenarios"][i]["own"]
            assert step["headline"].replace(HARD, " ") == words.headline(decision, study.manifest)
            assert step["evidence"].replace(HARD, " ") == words.evidence(decision)
            assert (step["kind"], step["choice"]) == (decision.kind, decision.choice)
            assert_steps_agree(live["scenarios"][i], study, name)


def assert_steps_agree(scenario, study, name):
    """At every step of every price the page shows what is decided there."""
    one = study.of(name)
    pricing = Pricing(one, reports.summary(one))
    for slider in price_sliders(study.runs, study.manifest.prices):
        steps = scenario["steps"][slider.part.name]
        for value, step in zip(slider.values, steps, strict=True):
            prices = pricing.prices.with_amounts({slider.part.name: value})
            there = with_phases(decide(pricing.at(prices), name, one.manifest), one)
            shown_there = scenario["own"] | (step or {})
            wanted = at_price(there, one.manifest) | {"rates": rates(there, volume(one))}
            plain = json.loads(json.dumps(wanted).replace("\\u00a0", " "))
            for key, said in plain.items():
                assert json.loads(json.dumps(shown_there[key]).replace("\\u00a0", " ")) == said


def assert_tables_agree(decision, one):
    """Every number of a decision is what the tables say."""
    costs = by_seed(one.runs)
    assert decision.seeds == len(costs)
    rows = reports.summary(one).set_index("label")
    assert [setting.label for setting in decision.settings] == [*rows.index]
    for setting in decision.settings:
        row = rows.loc[setting.label]
        parts = {"errors": "cost_error", "retraining": "cost_retraining", "role": "role"}
        for field in fields(setting):
            if field.name != "label":
                wanted = row[parts.get(field.name, field.name)]
                same = pytest.approx(wanted, nan_ok=True) if field.type is float else wanted
                assert getattr(setting, field.name) == same
    gaps = [decision.evidence, decision.against.never, decision.against.current_policy]
    for gap in filter(None, gaps):
        saved = costs[gap.reference] - costs[gap.label]
        assert gap.saving == pytest.approx(saved.mean())
        assert (gap.seeds, gap.cheaper) == (len(saved), (saved > 0).sum())
        assert gap.cost == pytest.approx(costs[gap.label].mean())
        assert gap.is_tested == is_tested(gap, decision, rows)
    never = decision.against.never
    assert (never is None) == ("never" not in rows.index)
    if never is not None and not never.same and decision.kind != "baseline":
        assert never.saving == pytest.approx(rows["saving"][decision.choice])
        ends = rows.loc[decision.choice, ["saving_low", "saving_high"]].tolist()
        assert [never.low, never.high] == pytest.approx(ends, nan_ok=True)
    if decision.kind == "retrain":
        strategies = rows[rows["role"] == "strategy"]
        assert decision.best == strategies["cost"].idxmin()
        # Of a single stream the cheapest setting need not be the one that is proven.
        assert decision.choice == decision.best or decision.seeds == 1 or decision.cheaper


def is_tested(gap, decision, rows):
    """Whether a pair has a test: over three seeds, or over the ticks of one stream.

    There two that never retrained have none.
    """
    if decision.seeds > 1:
        return decision.seeds >= 3
    is_idle = (rows["role"] == "strategy") & (rows["retrainings"] == 0)
    is_open = gap == decision.evidence and decision.significance not in OVER_TIME
    return not (gap.same or is_open or is_idle[[gap.label, gap.reference]].all())


def assert_terminal_agrees(decision, table, few):
    columns = [[str(cell) for cell in column.cells] for column in table.columns]
    printed = list(zip(*columns, strict=True))
    wanted = [
        (
            setting.label,
            percent(setting.score, setting.score_half),
            percent(setting.gap),
            amount(setting.retrainings),
            words.cost(setting),
        )
        for setting in decision.settings
    ]
    assert set(printed) <= set(wanted)
    first = {s.strategy: s.label for s in reversed(decision.settings)}
    shown = {*first.values(), decision.choice} if few else {s.label for s in decision.settings}
    assert {line[0] for line in printed} == shown
    assert len(printed) == len(shown)
    assert str(table.title) == decision.scenario


def assert_page_agrees(decision, manifest, page):
    sentences = (words.headline(decision, manifest), words.evidence(decision))
    units = units_of(manifest, decision.scenario)
    said = [effects_sentence(decision.sensitivity, units, decision.prices.currency)]
    for effect in decision.sensitivity:
        if effect.name == "fit":
            said.append(prices_in_words(effect.regimes, effect.price, units["fit"], decision))
    for row in effects_table(decision.sensitivity, units):
        said += row.values()
    for part in (*sentences, *words.notes(decision), *said):
        assert " ".join(part.split()) in page
    for entry in words.savings(decision):
        saving = "the same" if entry["same"] else f"{entry['text']} ({entry['size']})"
        assert f"{entry['name']}{saving}" in page
    assert f"{words.badge(decision)} {words.significance(decision)}" in page
    for setting in decision.settings:
        assert words.cost(setting) in page


def test_a_decision_is_read_back_as_it_was(study, tmp_path):
    decisions = decision_file.load(study)
    path = decision_file.save([*decisions.values()], tmp_path)
    assert path.read_bytes() == (study / "decision.json").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["decision.json"]
    again = decision_file.load(tmp_path)
    assert {name: flat(d) for name, d in again.items()} == {
        name: flat(d) for name, d in decisions.items()
    }
    # One stream has no interval over seeds, and plain JSON has no nan.
    assert math.isnan(again["shop"].settings[0].cost_half)
    shop_saved = json.loads(path.read_text())["scenarios"]["shop"]
    assert shop_saved["settings"][0]["cost_half"] is None
    assert "NaN" not in path.read_text()


def flat(value):
    """Types and values of a decision, by path; nan as text, so that it equals itself."""
    if is_dataclass(value):
        return {field.name: flat(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return tuple(map(flat, value))
    return (type(value), "nan" if value != value else value)


def shop(saved):
    return saved["scenarios"]["shop"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            lambda saved: saved.update(schema=99),
            f"has schema 99; this version reads schema {decision_file.SCHEMA}",
        ),
        (lambda saved: saved.pop("scenarios"), "lacks the entry scenarios"),
        (
            lambda saved: shop(saved).pop("kind"),
            "lacks the entry scenarios.shop.kind",
        ),
        (
            lambda saved: shop(saved).update(kind="maybe"),
            "shop.kind is 'maybe'; it must be one of",
        ),
        (
            lambda saved: shop(saved).update(seeds="many"),
            "it must be a whole number",
        ),
        (
            lambda saved: shop(saved).update(against=None),
            "against must be a mapping, not None",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_said(study, tmp_path, change, complaint):
    saved = json.loads((study / "decision.json").read_text())
    change(saved)
    (tmp_path / "decision.json").write_text(json.dumps(saved))
    with pytest.raises(InputError, match=complaint) as refused:
        retrainlab.decision(tmp_path)
    assert f"`retrainlab report {tmp_path}` writes it anew" in str(refused.value)


def test_a_file_that_is_not_there_or_no_json_is_named(tmp_path):
    with pytest.raises(InputError, match=r"decision\.json is missing in .*report"):
        retrainlab.decision(tmp_path)
    (tmp_path / "decision.json").write_text("{")
    with pytest.raises(InputError, match="is not readable JSON"):
        retrainlab.decision(tmp_path)


@pytest.mark.slow
def test_index_and_comparison_show_the_decisions_that_are_saved(study, tmp_path):
    """They compute nothing anew: what the file says is what they show."""
    for name in ("a", "b"):
        run = write(tmp_path / name, TWO)
        decisions = decision_file.load(study)
        changed = [replace(d, kind="keep", choice="never") for d in decisions.values()]
        decision_file.save(changed, run)
    runs = [tmp_path / "a", tmp_path / "b"]
    assert text_of(comparison.build(runs)).count("Do not retrain.") == 4
    assert text_of(index.build(tmp_path, runs)).count("Do not retrain: never") == 4


def swept(folder):
    """A study of two scenarios, the second at a hundredfold price of a retraining."""
    write(folder, (Fake("free"), Fake("expensive")))
    manifest = json.loads((folder / "manifest.json").read_text())
    paid = {**manifest["prices"], "currency": EVIL_CURRENCY}
    manifest["prices"] = paid
    manifest["scenarios"]["expensive"]["prices"] = paid | {"fit": 2000.0}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    runs = pd.read_parquet(folder / "runs.parquet")
    is_expensive = runs["scenario"] == "expensive"
    quantities = {str(name): runs[name] for name in runs}
    costs = price(quantities, Prices(**manifest["scenarios"]["expensive"]["prices"]))
    for column, cost in costs.items():
        runs[column] = runs[column].mask(is_expensive, cost)
    runs.to_parquet(folder / "runs.parquet")
    return folder


@pytest.mark.slow
def test_a_price_sweep_is_decided_at_its_own_prices_wherever_it_is_shown(tmp_path):
    """The manifest has the prices of the first scenario; each part shows those of its own."""
    run, copy = swept(tmp_path / "a"), tmp_path / "b"
    _, paragraphs = shown(run)
    decisions, study = retrainlab.decision(run), reports.load(run)
    assert [d.kind for d in decisions.values()] == ["retrain", "keep"]
    assert [d.prices.fit for d in decisions.values()] == [20.0, 2000.0]
    page = text_of(run / "report.html")
    assert f"20 to 2,000 {EVIL_CURRENCY} per retraining" in page
    for name, decision in decisions.items():
        assert_tables_agree(decision, study.of(name))
        assert_page_agrees(decision, study.manifest, page)
        assert words.sentence(decision, study.manifest) in paragraphs
        assert {e.price for e in decision.sensitivity if e.name == "fit"} == {decision.prices.fit}
    shutil.copytree(run, copy)
    pages = [run / "report.html", comparison.build([run, copy]), index.build(tmp_path, [run, copy])]
    assert text_of(pages[1]).count("Do not retrain.") == 2
    assert text_of(pages[2]).count("Do not retrain: never") == 2
    for page in pages:
        assert EVIL_CURRENCY not in page.read_text()
        assert EVIL_CURRENCY in Page(page).text


def test_names_are_escaped_wherever_a_decision_is_shown(tmp_path):
    fake = Fake(EVIL, cells=(NEVER, Cell(f"{EVIL} ticks=10", EVIL, 10), *BASELINES[:1]), slope=0.01)
    runs = [write(tmp_path / "a", (fake,)), tmp_path / "b"]
    shown(with_current_policy(runs[0], f"{EVIL} ticks=10"))
    shutil.copytree(*runs)
    decision = retrainlab.decision(runs[0])[EVIL]
    assert decision.choice == f"{EVIL} ticks=10"
    pages = [runs[0] / "report.html", comparison.build(runs), index.build(tmp_path, runs)]
    for page in pages:
        assert EVIL not in page.read_text()
        assert EVIL in Page(page).text


def test_the_headings_of_an_index_stand_above_their_cells(study, tmp_path):
    for name, fit in (("a", 20.0), ("b", 30.0)):
        run = write(tmp_path / name, TWO)
        decision_file.save([*decision_file.load(study).values()], run)
        manifest = json.loads((run / "manifest.json").read_text())
        manifest["config"]["prices"] = {"fit": fit}
        (run / "manifest.json").write_text(json.dumps(manifest))
    text = index.build(tmp_path, [tmp_path / "a", tmp_path / "b"]).read_text()
    headings = re.findall(r'<th scope="col"( class="left")?[^>]*>([^<]*)</th>', text)
    cells = re.findall(r'<td( class="left")?', text.split("<tbody>")[1].split("</tr>")[0])
    assert headings[-1] == ("", "prices.fit")
    assert [left for left, _ in headings[1:]] == cells
