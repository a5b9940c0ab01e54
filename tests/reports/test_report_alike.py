"""Settings that acted alike share one row of the table, and every setting stays within reach."""

import csv
import io

import pandas as pd
import pytest
from fake_study import NEVER, Cell, Fake, schedule, write

from retrainlab import reports

pytestmark = pytest.mark.slow

ASLEEP = Cell("trigger detector=ADWIN", "trigger")  # its alarms never came
LATE = schedule("periodic", 500)
OTHERS = (schedule("periodic", 10), schedule("sliding_window", 20))
CELLS = (LATE, *OTHERS, ASLEEP, NEVER)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Of five settings three never retrain."""
    folder = write(tmp_path_factory.mktemp("alike"), (Fake("one", seeds=2, cells=CELLS),), 80)
    oracle = {"scenario": "one", "reference": "oracle", "label": "", "retrainings": 1}
    oracle |= {"cost": 90.0, "cost_retraining": 20.0}
    pd.DataFrame([oracle | {"seed": seed} for seed in (0, 1)]).to_parquet(
        folder / "references.parquet"
    )
    reports.build(folder)
    return folder


@pytest.fixture
def table(page):
    return page.locator('section[data-scenario="one"] table.sortable')


def shown(table):
    return set(
        table.locator("tr[data-label]:visible").evaluate_all("all => all.map(e => e.dataset.label)")
    )


def test_they_share_the_row_of_the_simplest_which_names_the_others(table):
    assert shown(table) == {"never", *(cell.label for cell in OTHERS)}
    detail = table.locator('tr[data-label="never"] details')
    detail.locator("summary").click()
    summary, names = detail.inner_text().split("\n")
    assert summary == "and 2 that acted alike"
    assert set(names.split(", ")) == {LATE.label, ASLEEP.label}


def test_one_whose_strategy_is_hidden_leaves_its_row_to_the_next(page, table):
    page.locator('input[data-toggle="never"]').uncheck()
    left = shown(table) & {LATE.label, ASLEEP.label}
    assert len(left) == 1
    page.locator('input[data-toggle="periodic"]').uncheck()
    assert shown(table) == {ASLEEP.label, "sliding_window ticks=20"}
    assert table.locator("details:visible").count() == 0
    assert "acted as never" in table.locator(f'tr[data-label="{ASLEEP.label}"]').inner_text()


def test_a_filter_finds_each_and_the_address_keeps_it(study, page, table):
    words = page.locator('section[data-scenario="one"] input[type=search]')
    words.fill("ADWIN")
    assert shown(table) == {ASLEEP.label}
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("#controls", state="visible")
    assert shown(table) == {ASLEEP.label}
    words.fill("")
    assert shown(table) == {"never", *(cell.label for cell in OTHERS)}


def test_sorted_and_at_other_prices_they_still_share_a_row(page, table):
    table.locator('th[data-column="1"] button').click()
    last = int(page.locator("#price-fit").get_attribute("max"))
    for step in (0, last):
        page.locator("#price-fit").fill(str(step))
        assert len(shown(table)) == 3
        assert table.locator("tr.chosen:visible").count() == 1


def lines_of(page, table):
    """The lines of a table as CSV, by their labels."""
    with page.expect_download() as taken:
        table.locator("xpath=ancestor::div[1]/following-sibling::a[1]").click()
    text = taken.value.path().read_text(encoding="utf-8-sig")
    return {row[0]: row[1:] for row in [*csv.reader(io.StringIO(text))][1:]}


def test_a_csv_has_a_line_of_each_with_its_label_alone(page, table):
    assert set(lines_of(page, table)) == {cell.label for cell in CELLS}


def test_the_best_of_each_strategy_share_a_row_and_have_a_line_of_a_csv_each(page):
    table = page.get_by_role("region", name="The best setting of each strategy").locator("table")
    assert table.locator("tbody tr").count() == 3  # oracle, never, sliding_window
    assert "and 2 that acted alike" in table.inner_text()
    lines = lines_of(page, table)
    assert len(lines) == 5
    assert lines[ASLEEP.label] == lines[LATE.label] == lines["never"]
