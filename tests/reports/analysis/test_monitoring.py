"""Monitoring: what the charts hold is what the tables say, tick by tick."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from fake_study import TWO, Cell, Fake, write

from retrainlab.reports.analysis.monitoring import monitored, monitoring, width_of
from retrainlab.reports.decision.sensitivity import own_decision
from retrainlab.reports.decision.summary import summary
from retrainlab.reports.results.tables import load
from retrainlab.reports.text import monitoring as words
from retrainlab.sim.metrics import accuracy, precision, recall

LABEL = "periodic ticks=20"


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    return load(write(tmp_path_factory.mktemp("monitored"), TWO))


def charts_of(seen):
    return {chart.heading: chart for chart in (*seen.quality, *seen.predictions)}


def test_a_point_is_the_metric_of_its_ticks_on_the_first_seed(tables):
    one = tables.of("gradual")
    seen = monitoring(one, [LABEL, "never"], "never")
    assert (seen.seed, seen.width) == (0, 2)
    charts = charts_of(seen)
    cell = one.ticks[(one.ticks["label"] == LABEL) & (one.ticks["seed"] == 0)]
    for heading, formula in (("accuracy", accuracy), ("precision", precision), ("recall", recall)):
        values = charts[heading].values[LABEL]
        for point in values.index[[0, 7, -1]]:
            span = cell[(cell["tick"] >= point) & (cell["tick"] < point + seen.width)]
            part = span.drop(columns=["hits", "scored"], errors="ignore")
            assert values[point] == pytest.approx(formula(part), nan_ok=True)


def test_the_spread_of_a_point_is_that_of_its_ticks(tables):
    one = tables.of("shop")
    seen = monitoring(one, [LABEL], "never")
    cell = one.ticks[(one.ticks["label"] == LABEL) & (one.ticks["seed"] == 0)]
    point = seen.predictions[0].values.index[3]
    span = cell[(cell["tick"] >= point) & (cell["tick"] < point + seen.width)]
    at = {heading: chart.values.loc[point, LABEL] for heading, chart in charts_of(seen).items()}
    assert at["max prediction"] == span["predicted_max"].max()
    assert at["min prediction"] == span["predicted_min"].min()
    assert at["median prediction"] == span["predicted_median"].median()
    assert at["mean prediction"] == pytest.approx(
        np.average(span["predicted_mean"], weights=span["rows"])
    )
    assert list(at)[:3] == ["forecast accuracy", "mean absolute error", "bias"]


def test_limits_rest_on_the_first_model_alone(tables):
    """What a setting does later changes no limit, nor does the setting that is looked at."""
    one = tables.of("gradual")
    seen = monitoring(one, [LABEL, "never"], "never")
    late = one.ticks["tick"] > one.ticks["tick"].min() + seen.reference * seen.width
    changed = one.ticks.assign(hit_0=one.ticks["hit_0"].where(~late, 0))
    other = monitoring(replace(one, ticks=changed), ["never"], "never")
    assert [chart.limits for chart in other.quality] == [chart.limits for chart in seen.quality]
    assert charts_of(seen)["accuracy"].limits is not None


def test_a_model_that_goes_stale_leaves_the_limits_more_often(tables):
    seen = monitoring(tables.of("gradual"), [LABEL, "never"], "never")
    chart = charts_of(seen)["accuracy"]
    after = {label: chart.outside(label, seen.reference).mean() for label in seen.labels}
    assert after["never"] > 2 * after[LABEL]
    assert words.finding(seen, chart).startswith("Accuracy left its limits at ")
    assert f"never: {words.share_outside(seen, chart, 'never')}" in words.finding(seen, chart)


def test_what_was_not_saved_has_no_chart(tables):
    one = tables.of("gradual")
    bare = replace(one, ticks=one.ticks.drop(columns=[c for c in one.ticks if "predicted_m" in c]))
    assert monitoring(bare, ["never"], "never").predictions == ()


def test_a_stream_of_one_tick_has_a_point_and_no_limits(tables):
    one = tables.of("gradual")
    first = replace(one, ticks=one.ticks[one.ticks["tick"] == one.ticks["tick"].min()])
    seen = monitoring(first, ["never"], "never")
    assert (seen.width, seen.reference) == (1, 0)
    assert {chart.limits for chart in seen.quality} == {None}
    rows = words.table(seen, one.manifest.scenarios["gradual"])
    assert {row[1][0] for row in rows} == {"too few points"}
    assert [row[0] for row in rows][1] == "precision of class yes"
    assert "too few points" in words.finding(seen, seen.quality[0])


def test_points_are_few_and_of_days_whole_weeks():
    assert width_of(80, "tick") == 1
    assert width_of(81, "tick") == 2
    assert width_of(731, "day") == 14
    assert width_of(200, "day") == 3


def test_todays_policy_and_never_stand_beside_the_choice(tmp_path):
    write(tmp_path, (Fake("one"),))
    tables = load(tmp_path)
    tables = replace(tables, manifest=replace(tables.manifest, current_policy="periodic ticks=5"))
    decision = own_decision(tables.of("one"), summary(tables))
    assert monitored(decision) == (decision.choice, "periodic ticks=5", "never")


def test_where_never_is_chosen_the_best_strategy_stands_beside_it(tmp_path):
    cells = (Cell("never", "never", never=True), Cell("periodic ticks=5", "periodic", 5))
    write(tmp_path, (Fake("still", slope=0.0, cells=cells),))
    tables = load(tmp_path)
    decision = own_decision(tables.of("still"), summary(tables))
    assert decision.choice == "never"
    assert monitored(decision) == ("never", "periodic ticks=5")


def test_undefined_values_stay_undefined(tables):
    one = tables.of("gradual")
    none = one.ticks.assign(actual_1=0.0)
    seen = monitoring(replace(one, ticks=none), [LABEL], "never")
    assert "recall" not in charts_of(seen)
    assert pd.notna(charts_of(seen)["precision"].values[LABEL]).all()
