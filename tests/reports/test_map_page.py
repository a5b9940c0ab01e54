"""A map's page, its words and its picture: all of it, escaped, and nothing covers anything."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest
from fake_study import CELLS, Cell, Fake, schedule, write
from html_page import Page
from matplotlib.colors import to_hex

from retrainlab import reports
from retrainlab.reports.analysis.map_winners import map_of
from retrainlab.reports.drawing.canvas import text_boxes, theme
from retrainlab.reports.drawing.marks import mark
from retrainlab.reports.figures.strategy_map import BLANK, Place, strategy_map
from retrainlab.reports.results.manifest import MapInfo
from retrainlab.reports.results.tables import load
from retrainlab.reports.text.map_text import lines, percent
from retrainlab.sim.prices import Prices

EVIL = "<script>alert(1)</script>"
VALUES = {f"{EVIL} magnitude={v}": v for v in (0.1, 0.2, 0.3)}


def fake_map(folder, cells=CELLS, values=VALUES, prices=(1.0, 20.0, 400.0), own=0.2):
    """A made-up study of a map: the higher the value, the faster the models go stale."""
    fakes = tuple(
        Fake(n, slope=v / 50, cells=cells, drifts=(("concept", 60, 80, v, ""),))
        for n, v in values.items()
    )
    write(folder, fakes)
    manifest = json.loads((folder / "manifest.json").read_text())
    about = {"scenario": EVIL, "axis": "magnitude", "own": own}
    manifest["map"] = {**about, "values": dict(values), "prices": list(prices)}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return load(folder)


@pytest.mark.slow
def test_the_page_is_whole_escaped_and_says_all_in_words(tmp_path):
    tables = fake_map(tmp_path, (*CELLS, Cell(f"{EVIL} ticks=10", EVIL, 10)))
    path = reports.build(tmp_path, tables)
    page, cells = Page(path), map_of(tables)
    assert EVIL not in path.read_text()
    assert page.tags.count("script") == 1  # the page's own
    files = [a for a in page.addresses if not a.startswith(("#", "data:"))]
    assert files
    assert all((tmp_path / file).is_file() for file in files)
    assert len(page.ids) == len(set(page.ids))
    assert all(header.get("scope") for header in page.headers)
    text = " ".join(page.text.split())
    for line in reports.answers(tables)[0].splitlines():
        assert " ".join(line.split()) in text.replace("\N{NO-BREAK SPACE}", " ")
        assert line in page.alts[0]
    # A row of the table for each cell of the map, and its heading.
    front = 2 + len(VALUES)  # two lines of headings, and a line a value
    assert page.tags.count("tr") == len(cells) + 1 + front == 15
    assert "share of labels that change" in text


def test_the_words_say_where_what_wins():
    names = ["never", "periodic", "periodic", "trigger"]
    cells = pd.DataFrame(
        [
            {
                **{"value": v, "price": p, "label": f"{n} x", "strategy": n, "role": "strategy"},
                **{"runner_up": "z", "margin": 12.0, "margin_low": 8.0, "margin_high": 16.0},
                "significant": not (v == 0.4 and p == 5),
                "open_against": "w" if (v == 0.4 and p == 5) else "",
            }
            for v, n in zip((0.1, 0.2, 0.3, 0.4), names, strict=True)
            for p in (5.0, 50.0)
        ]
    )
    about = MapInfo("gradual", "magnitude", {}, 0.4, ())
    assert lines(cells, about, Prices(fit=50.0)) == [
        "gradual: periodic is significantly cheapest in 4 of the 8 cells of the map, never in 2, "
        "trigger in 1; in 1 nothing is.",
        "At a price of 50 a retraining, by magnitude: never up to 0.1, periodic from 0.2 to 0.3, "
        "trigger from 0.4 on.",
        "At magnitude 0.4, by price of a retraining: none significantly up to 5, trigger from 50 "
        "on.",
        "At magnitude 0.4 and price 50, trigger x is cheapest, 12 % below z "
        "(95 % interval 8.0 to 16.0 %).",
    ]
    still = cells.assign(significant=False, open_against="w")
    first, *_, last = lines(still, about, Prices(fit=50.0))
    assert first == "gradual: nothing is significantly cheapest in any of the 8 cells of the map."
    assert last == (
        "At magnitude 0.4 and price 50, nothing is significantly cheapest: trigger x is 12 % below "
        "z (95 % interval 8.0 to 16.0 %); whether w costs more is open."
    )
    assert "open" not in lines(still.assign(open_against="z"), about, Prices(fit=50.0))[-1]
    assert lines(cells.assign(role="baseline"), about, Prices(fit=7.0))[1] == (
        "In 7 cells the baseline never or periodic or trigger wins: no model is worth its cost "
        "there."
    )
    assert percent(0.04) == "under 0.1 %"
    assert percent(9.96) == "10 %"
    assert percent(float("nan")) == "–"


def test_the_words_name_the_currency():
    cell = {"value": 0.1, "price": 5.0, "label": "a x", "strategy": "a", "role": "strategy"}
    cell |= {"runner_up": "b", "margin": 1.0, "margin_low": 0.5, "margin_high": 1.5}
    cells, prices = pd.DataFrame([cell | {"significant": True}]), Prices(fit=5, currency="EUR")
    written = lines(cells, MapInfo("gradual", "magnitude", {}, 0.1, ()), prices)
    assert "At a price of 5 EUR a retraining" in written[1]
    assert "by price of a retraining (EUR)" in written[2]
    assert "price 5 EUR, a x is cheapest" in written[3]


PLACE = Place("gradual", "magnitude (share of labels that change)", "price", 0.2, 20.0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("values", "prices", "cells"),
    [
        ((0.1, 0.2, 0.3), (1.0, 20.0, 400.0), CELLS),
        ((0.2,), (20.0,), CELLS),
        (tuple(np.linspace(0.123456, 0.9, 14)), tuple(10.0**k for k in range(-3, 9)), CELLS[::4]),
        ((0.1, 0.2), (1.0, 2.0), (*CELLS[-1:], schedule("my_strategy_with_a_very_long_name", 9))),
    ],
    ids=["plain", "one cell", "long numbers", "long name"],
)
def test_no_text_of_the_picture_covers_another_or_leaves_it(tmp_path, values, prices, cells):
    names = {f"s magnitude={v}": float(v) for v in values}
    found = map_of(fake_map(tmp_path, cells, names, prices))
    with theme():
        figure = strategy_map(found, PLACE)
        boxes, frame = text_boxes(figure), figure.bbox
    assert len(boxes) >= len(values) + len(prices) + int(found["significant"].sum()) + 3
    for text, box in boxes:
        assert frame.x0 <= box.x0 < box.x1 <= frame.x1, text
        assert frame.y0 <= box.y0 < box.y1 <= frame.y1, text
    pairs = itertools.combinations(boxes, 2)
    assert [(a, b) for (a, one), (b, two) in pairs if one.overlaps(two)] == []


def test_the_picture_shows_what_the_table_says(tmp_path):
    found = map_of(fake_map(tmp_path))
    assert 0 < found["significant"].sum() < len(found)
    with theme():
        axes, key = strategy_map(found, PLACE).axes
    tiles = [patch for patch in axes.patches if patch.get_linewidth() == 0]
    assert len(tiles) == len(found) == len(axes.patches) - 1  # and the frame
    hatched = [tile for tile in tiles if tile.get_hatch() == BLANK["hatch"]]
    assert len(hatched) == (~found["significant"]).sum()
    won = found[found["significant"]]
    marks = [mark(name) for name in won["strategy"]]
    colours = [to_hex(tile.get_facecolor()) for tile in tiles if tile not in hatched]
    assert colours == [found.colour for found in marks]
    assert [line.get_marker() for line in axes.lines] == [found.marker for found in marks]
    assert [text.get_text() for text in axes.texts] == [percent(m) for m in won["margin"]]
    bold = [t.get_text() for t in axes.get_xticklabels() if t.get_fontweight() == "bold"]
    assert bold == ["0.2"]
    assert {text.get_text().split(":")[0] for text in key.texts} == {
        *won["strategy"],
        *("not significant", "this study"),
    }
