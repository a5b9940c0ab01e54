"""The figures of a report: nothing covers anything, and what they show is what the tables say."""

import itertools
import math
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from fake_study import CELLS, TWO, Cell, Fake, schedule, write
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.path import Path as Outline
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox
from price_axes import effects_of

from retrainlab import reports
from retrainlab.reports.analysis.cost_curve import curves
from retrainlab.reports.analysis.cost_points import cost_points
from retrainlab.reports.analysis.how_often import by_price
from retrainlab.reports.analysis.monitoring import monitored, monitoring
from retrainlab.reports.analysis.saving_parts import saving_parts
from retrainlab.reports.decision.sensitivity import own_decision
from retrainlab.reports.decision.summary import by_seed
from retrainlab.reports.drawing.canvas import text_boxes, theme
from retrainlab.reports.drawing.labels import spread
from retrainlab.reports.drawing.marks import VARIANTS, mark, variant
from retrainlab.reports.figures.bars import breakdown
from retrainlab.reports.figures.intervals import intervals
from retrainlab.reports.figures.monitoring import monitoring_figure
from retrainlab.reports.figures.parameter import parameter_curve
from retrainlab.reports.figures.price_strips import price_strips
from retrainlab.reports.figures.prices import best_by_price
from retrainlab.reports.figures.scenario_figures import leaders, name_currency
from retrainlab.reports.figures.seeds import by_seeds
from retrainlab.reports.figures.timeline import LOSS, close_up, measure, timeline, whole
from retrainlab.reports.figures.tradeoff import tradeoff
from retrainlab.reports.figures.waterfall import waterfall
from retrainlab.reports.results.tables import load
from retrainlab.reports.text import monitoring as monitoring_words
from retrainlab.reports.text.calendar import date_ticks, moments, period, spoken
from retrainlab.reports.text.format import shorten
from retrainlab.reports.text.price_words import units_of
from retrainlab.reports.text.saving_parts import levels

LONG = Fake(
    "a scenario with quite a long name, as people give their own",
    drifts=tuple(("prior", start, start + 2, 0.2, f"note {start}") for start in range(20, 118, 5)),
    cells=(
        *CELLS[:-1],
        *(schedule(f"a_strategy_of_my_own_with_a_long_name_{i}", 10 + i) for i in range(3)),
        Cell("no_change", "no_change", role="baseline", level=0.84),
        Cell("majority", "majority", role="baseline", level=0.839),
    ),
)
PHASES = (
    *(("concept", 430, 437, math.nan, "run-up"), ("concept", 437, 440, math.nan, "spike")),
    *(("concept", 440, 470, math.nan, "empty shelves"), ("concept", 470, 470, 0.3, "turn")),
    ("concept", 480, 500, math.nan, "a level that is higher than before and decays slowly"),
)
PANIC = Fake(
    "panic", "regression", drifts=PHASES, tick_name="day", first_day="2019-01-01", slope=1e-4
)
DEAR = Fake("dear", cells=(*CELLS, Cell("majority", "majority", role="baseline", level=-400.0)))


def figures_of(folder, fake, ticks=120):
    """All figures of a fake scenario."""
    write(folder, (fake,), ticks=ticks)
    tables, rows = load(folder), reports.summary(folder)
    scenario = tables.manifest.scenarios[fake.name]
    choice = own_decision(tables, rows).choice
    yield breakdown(rows, fake.name)
    strips = price_strips(effects_of(tables), units_of(tables.manifest, fake.name), fake.name)
    assert strips is not None
    yield strips
    costs, strategy_of = (
        by_seed(tables.runs),
        dict(zip(rows["label"], rows["strategy"], strict=True)),
    )
    for costs_of_oracle in (0.9 * costs.min(axis=1), pd.Series(dtype=float)):
        yield by_seeds(costs[leaders(rows)], costs_of_oracle, strategy_of, fake.name)
    yield tradeoff(rows, choice, fake.name, scenario.metric)
    yield intervals(tables, choice, fake.name, scenario.tick_name)
    cost_curves, oracle = curves(tables), 0.9 * rows["cost"].min()
    cheapest = min(cost_curves, key=lambda curve: curve.best.cost)
    law = lambda every: 400 / every + every  # noqa: E731
    yield intervals(tables, choice, fake.name, scenario.tick_name, cheapest, oracle, law)
    yield parameter_curve(cheapest, fake.name, ", on the last 20 ticks", oracle)
    if sweep := by_price(cheapest, tables):
        yield best_by_price(cheapest, sweep, 1.0, 20.0, fake.name, scenario.tick_name)
    for span in (whole(tables), close_up(tables, scenario)):
        if span:
            yield timeline(tables, leaders(rows, most=6), fake.name, scenario, span)
            yield timeline(tables, leaders(rows, most=6), fake.name, scenario, span, finding=True)
    decision = own_decision(tables, rows)
    seen = monitoring(tables, monitored(decision), "never")
    for charts in seen.by_kind.values():
        title = monitoring_words.finding(seen, charts[0])
        reading = monitoring_words.reading(shorten(fake.name, 40), seen, scenario, fake.seeds)
        yield monitoring_figure(tables, seen, charts, scenario, title, reading)
    parts = saving_parts(tables, decision)
    assert parts is not None
    if parts.gained:
        yield waterfall(levels(parts, decision), "what the saving consists of", fake.name)


def clipped(points, axes):
    """What is seen of a line inside its axes; the end of the path is no point."""
    inside = Outline(points).cleaned(clip=axes.bbox.extents)
    kept = inside.codes != Outline.STOP
    return Outline(inside.vertices[kept], inside.codes[kept])


def strokes(figure):
    """Every line, error bar and mark that is drawn inside axes, as outlines in pixels."""
    for axes in figure.axes:
        bars = [
            bar
            for container in axes.containers
            if isinstance(container, BarContainer)
            for bar in container
        ]
        seen = [Bbox.intersection(bar.get_window_extent(), axes.bbox) for bar in bars]
        yield from (Outline(box.corners()[[0, 1, 3, 2, 0]]) for box in seen if box)
        for child in axes.get_children():
            if isinstance(child, Line2D) and len(child.get_xdata()):
                points = child.get_transform().transform(child.get_xydata())
                if child.get_linestyle() != "None":
                    yield clipped(points, axes) if child.get_clip_on() else Outline(points)
                if child.get_marker() not in ("None", None):
                    seen = [at for at in points if axes.bbox.contains(*at)]
                    yield from (Outline([at - 3, at + 3]) for at in seen)
            if isinstance(child, Annotation) and child.arrow_patch:
                yield child.arrow_patch.get_path().transformed(child.arrow_patch.get_transform())
            if isinstance(child, (LineCollection, PolyCollection)):
                to_pixels = child.get_transform()
                paths = [to_pixels.transform_path(path) for path in child.get_paths()]
                if isinstance(child, PolyCollection):
                    paths = [clipped(path.vertices, axes) for path in paths]
                yield from (p for p in paths if p.intersects_bbox(axes.bbox))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fake", "ticks"),
    [(TWO[0], 120), (TWO[1], 120), (LONG, 120), (PANIC, 900), (DEAR, 120)],
    ids=["seeds", "one stream", "crowded", "phases", "far baseline"],
)
def test_no_text_covers_another_or_a_line_or_leaves_the_figure(tmp_path, fake, ticks):
    with theme():
        for figure in figures_of(tmp_path, fake, ticks):
            boxes = assert_apart(figure)
            assert len(boxes) > 8
            lines = list(strokes(figure))
            assert len(lines) > 3
            struck = [t for t, box in boxes if any(crosses(line, box) for line in lines)]
            assert struck == []


def assert_apart(figure):
    """Return the texts of a figure with their boxes, all inside of it and none over another."""
    boxes, frame = text_boxes(figure), figure.bbox
    for text, box in boxes:
        assert frame.x0 <= box.x0 < box.x1 <= frame.x1, text
        assert frame.y0 <= box.y0 < box.y1 <= frame.y1, text
    pairs = itertools.combinations(boxes, 2)
    assert [(a, b) for (a, one), (b, two) in pairs if one.overlaps(two)] == []
    return boxes


def crosses(line: Outline, box) -> bool:
    """Whether a line runs through a box; the tick labels' own padding of one pixel is no matter."""
    inner = box.padded(-1)
    finite = np.isfinite(line.vertices).all(axis=1)
    clean = Outline(line.vertices[finite], None if line.codes is None else line.codes[finite])
    return len(clean.vertices) > 0 and clean.intersects_bbox(inner, filled=False)


@pytest.mark.slow
def test_a_long_stream_with_a_short_drift_gets_a_close_up_with_dates(tmp_path):
    write(tmp_path, (PANIC,), ticks=900)
    tables = load(tmp_path)
    scenario = tables.manifest.scenarios["panic"]
    assert close_up(tables, scenario) == (410, 520)
    assert close_up(tables, replace(scenario, drifts=())) is None
    assert spoken(0, scenario) == "1 January 2019"
    assert moments(replace(scenario, ticks=899)) is None
    assert moments(replace(scenario, tick_name="tick")) is None
    assert period(430, 437, scenario) == "6 March 2020 to 12 March 2020"
    assert period(470, 470, scenario) == "on 15 April 2020"
    reports.build(tmp_path)
    assert (tmp_path / "figures" / "panic-closeup.png").is_file()
    with theme():
        shown = leaders(reports.summary(tmp_path), most=6)
        near = timeline(tables, shown, "panic", scenario, (410, 520))
        texts = [text for text, _ in text_boxes(near)]
    assert "1: run-up" in texts
    assert "4: concept drift, 30 % of labels,\n   turn" in texts
    assert [text for text in texts if text.isdigit()] == ["1", "2", "3", "4", "5"]


def test_dates_stand_evenly():
    names = [name for _, name in date_ticks(date(2019, 1, 1), date(2021, 1, 1))]
    assert names == ["Jan\n2019", "Apr", "Jul", "Oct", "Jan\n2020", "Apr", "Jul", "Oct"]
    assert [name for _, name in date_ticks(date(2020, 2, 28), date(2020, 3, 2))] == [
        *("28 Feb", "29 Feb", "1 Mar")
    ]
    years = [name for _, name in date_ticks(date(1985, 1, 1), date(2025, 1, 1))]
    assert years == [*map(str, range(1985, 2025, 5))]
    for days in (1, 9, 40, 100, 400, 4000):
        stop = date.fromordinal(date(2020, 1, 1).toordinal() + days)
        assert 1 <= len(date_ticks(date(2020, 1, 1), stop)) <= 10


def test_cost_points_stand_at_schedules_or_at_mean_intervals(tmp_path):
    points = cost_points(load(write(tmp_path)).of("gradual")).set_index("label")
    assert points.loc["periodic ticks=20", "interval"] == 20
    assert set(points.loc[points["strategy"] == "periodic", "group"]) == {"periodic"}
    assert not points.loc["trigger detector=ADWIN", "scheduled"]
    assert 30 <= points.loc["trigger detector=ADWIN", "interval"] <= 60
    assert "never" not in points.index


def windows(intervals, lengths):
    """Cells of a sliding window, each interval with each length."""
    return [
        Cell(
            f"sliding_window {last}/{every}",
            "sliding_window",
            every,
            parameters={"when.ticks": every, "what.ticks": last},
        )
        for every, last in itertools.product(intervals, lengths)
    ]


def test_lines_of_one_strategy_are_named_as_people_write_and_keep_their_colour(tmp_path):
    cells = windows((5, 10, 20), (10, 20))
    write(tmp_path, (Fake("two", cells=(CELLS[0], *cells)),))
    with theme():
        figure = intervals(load(tmp_path), "never", "two", "tick")
    named = {text.get_text() for legend in figure.legends for text in legend.get_texts()}
    assert {"sliding_window last 10", "sliding_window last 20"} <= named
    styles = [variant("sliding_window", i) for i in range(len(VARIANTS))]
    assert {style["color"] for style in styles} == {mark("sliding_window").colour}
    assert len({style["fillstyle"] for style in styles}) == len(VARIANTS)


@pytest.mark.slow
def test_of_a_hundred_lines_those_that_reach_the_lowest_cost_are_drawn(tmp_path):
    cells = windows((5, 10), range(1, 101))
    write(tmp_path, (Fake("many", cells=(CELLS[0], *cells)),))
    tables = load(tmp_path)
    points = cost_points(tables)
    lowest = points.groupby("group")["cost"].min()
    costliest = lowest.idxmax()
    choice = points.loc[points["group"] == costliest, "label"].iloc[0]
    with theme():
        figure = intervals(tables, choice, "many", "tick")
    named = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    assert named[:-1] == sorted([*lowest.drop(costliest).nsmallest(11).index, costliest])
    assert any("12 of 100 lines" in text.get_text() for text in figure.texts)


def test_marks_depend_on_the_name_alone():
    known = ("never", "periodic", "trigger", "sliding_window", "full_replace", "no_change", "mean")
    assert mark("my_own") == mark("my_own")
    assert len({mark(name).colour for name in known}) == len(known)


def test_labels_are_moved_apart_no_more_than_needed():
    assert spread([1.0, 5.0, 9.0], gap=2, low=0, high=10) == [1.0, 5.0, 9.0]
    assert spread([9.5, 9.0], gap=2, low=0, high=10) == [10.0, 8.0]


def test_the_chart_over_time_shows_what_decides(tmp_path):
    """The score where the loss counts the same errors, the loss where it does not."""
    write(tmp_path, (LONG,), ticks=120)
    tables, rows = load(tmp_path), reports.summary(tmp_path)
    scenario = tables.manifest.scenarios[LONG.name]
    labels = [*leaders(rows), "majority"]  # a baseline that wins is drawn as well
    assert measure(tables, scenario) == "accuracy"
    surer = replace(tables, ticks=tables.ticks.assign(loss=tables.ticks["loss"] ** 2))
    assert measure(surer, scenario) == LOSS
    figures = (timeline(one, labels, LONG.name, scenario, whole(one)) for one in (tables, surer))
    assert [figure.axes[0].get_ylabel() for figure in figures] == ["accuracy", LOSS]


def test_an_axis_of_large_amounts_counts_in_millions_or_billions(tmp_path):
    write(tmp_path, (LONG,), ticks=120)
    tables, rows = load(tmp_path), reports.summary(tmp_path)
    scenario, labels = tables.manifest.scenarios[LONG.name], leaders(rows)
    costs = 2e9 / tables.runs["cost"].max() * tables.runs["cost"]
    rich = replace(
        tables,
        runs=tables.runs.assign(cost=costs),
        ticks=tables.ticks.assign(loss=1e7 * tables.ticks["loss"] ** 2),
    )
    with theme():
        by_interval = intervals(rich, labels[0], LONG.name, scenario.tick_name)
        over_time = timeline(rich, labels, LONG.name, scenario, whole(rich))
        for figure, title in ((by_interval, "total cost (billions)"), (over_time, LOSS)):
            assert figure.axes[0].get_ylabel().startswith(title)
            assert_apart(figure)
            ticks = [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
            assert max(map(len, ticks)) < 6
        name_currency(by_interval, "EUR")
        assert by_interval.axes[0].get_ylabel() == "total cost (billions of EUR)"
