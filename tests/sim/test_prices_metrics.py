"""Prices are linear in quantities, and metrics of a ledger are those of the rows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference
from sklearn.linear_model import Ridge
from sklearn.tree import DecisionTreeClassifier
from streams import Mirror, run, stream_of, turning

from retrainlab.sim import metrics
from retrainlab.sim.errors import InputError
from retrainlab.sim.prices import LONGEST, Prices, amounts, cost_parts, price
from retrainlab.strategies.what import Everything
from retrainlab.strategies.when import Never

SPENT = {
    "loss": 7.5,
    "retrainings": 3,
    "train_rows": 400,
    "labels": 90,
    "fit_seconds": 1.5,
    "updates": 8,
    "switches": 11,
}
NAMES = ("error", "fit", "row", "label", "second", "update", "deploy")
PARTS = dict(zip(NAMES, SPENT.values(), strict=True))
COLUMNS = ("error", "fit", "rows", "labels", "seconds", "updates", "switches")
AMOUNTS = st.floats(0, 1e6)
PRICES = st.builds(Prices, *[AMOUNTS] * len(NAMES))


@given(PRICES)
def test_the_split_adds_up_and_is_quantity_times_price(prices):
    costs = price(SPENT, prices)
    parts = [costs[f"cost_{p}"] for p in COLUMNS]
    assert parts == pytest.approx([getattr(prices, name) * n for name, n in PARTS.items()])
    assert costs["cost_retraining"] == pytest.approx(sum(parts[1:]))
    assert costs["cost"] == pytest.approx(sum(parts))


@given(PRICES, PRICES, AMOUNTS)
def test_cost_is_linear_in_prices(one, other, factor):
    added = amounts(other)
    mixed = Prices(**{name: n + factor * added[name] for name, n in amounts(one).items()})
    first, second, both = (price(SPENT, p) for p in (one, other, mixed))
    for name, cost in both.items():
        assert cost == pytest.approx(first[name] + factor * second[name])


def test_a_table_of_runs_is_priced_at_once():
    runs = pd.DataFrame([SPENT, {name: 2 * n for name, n in SPENT.items()}])
    prices = Prices(error=2, fit=10, row=0.5, label=1, second=4, update=3, deploy=2)
    assert price(runs, prices)["cost"].tolist() == [387.0, 774.0]


def test_what_older_tables_do_not_count_costs_nothing():
    older = {name: n for name, n in SPENT.items() if name not in ("updates", "switches")}
    costs = price(pd.DataFrame([older]), Prices(update=3, deploy=2))
    assert costs["cost_updates"] == costs["cost_switches"] == 0
    assert costs["cost"].tolist() == [price(SPENT, Prices(update=0, deploy=0))["cost"]]


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        (part.name, bad)
        for part in cost_parts()
        for bad in [-1, float("nan"), float("inf"), "3", True, None]
        if bad is not None or part.divisor is None
    ],
)
def test_a_price_is_a_number_of_at_least_0(name, bad):
    with pytest.raises(InputError, match=f"^{name} is {bad}"):
        replace(Prices(), **{name: bad})


def test_a_currency_is_no_price():
    assert list(amounts(Prices(currency="EUR"))) == list(PARTS)
    assert "currency" not in {part.name for part in cost_parts()}
    assert Prices(fit=20).as_floats() == Prices(fit=20.0)
    assert Prices(currency="<b>").with_amounts({"fit": 2.0}).currency == "<b>"


@pytest.mark.parametrize("bad", ["", "  ", "E" * 300, "E\nUR", "\x1b[31m", 3, ["EUR"]])
def test_a_currency_is_a_short_printable_text(bad):
    with pytest.raises(InputError, match=r"^currency is .*a short text, as EUR") as refused:
        Prices(currency=bad)
    assert len(str(refused.value)) < 120 + LONGEST
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("classes", [2, 3])
def test_classification_metrics_are_those_of_scikit_learn(classes):
    stream = turning(classes=classes, sizes=(10, 0, 25) * 20, turns=(30,))
    tree = DecisionTreeClassifier(max_depth=3)
    ledger = run(stream, tree, Never(), Everything(), warmup=10)
    start = stream.offsets[10]
    y, given = stream.y[start:], ledger.trainings[0].fit.model.predict(stream.x[start:])
    average = "binary" if classes == 2 else "macro"
    for name in ("precision", "recall", "f1"):
        expected = getattr(reference, f"{name}_score")(
            y, given, average=average, zero_division=np.nan
        )
        assert metrics.summary(ledger.ticks, "classification")[name] == pytest.approx(expected)
    assert metrics.accuracy(ledger.ticks) == reference.accuracy_score(y, given)
    assert metrics.score(ledger.ticks, "classification") == metrics.accuracy(ledger.ticks)
    first = slice(start, stream.offsets[13])
    assert metrics.accuracy(ledger.ticks[:3]) == reference.accuracy_score(
        stream.y[first], given[: first.stop - start]
    )


def test_regression_metrics_are_those_of_scikit_learn():
    stream = turning(classes=0)
    ledger = run(stream, Ridge(), Never(), Everything(), warmup=10)
    y, given = stream.y[100:], ledger.trainings[0].fit.model.predict(stream.x[100:])
    summary = metrics.summary(ledger.ticks, "regression")
    assert summary["mae"] == pytest.approx(reference.mean_absolute_error(y, given))
    assert summary["bias"] == pytest.approx(np.mean(given - y))
    assert summary["wape"] == pytest.approx(np.abs(given - y).sum() / np.abs(y).sum())
    assert summary["score"] == pytest.approx(1 - summary["wape"])
    assert all(np.isnan(summary[name]) for name in ("accuracy", "precision", "recall", "f1"))
    assert ledger.ticks["sq_error"].sum() == pytest.approx(np.sum((given - y) ** 2))


def test_a_metric_that_is_undefined_is_nan():
    """One class, never predicted otherwise: class 1 has neither precision nor recall."""
    stream = stream_of([0, 1] + [0] * 6, [0, 1] + [0] * 6, [2] * 4)
    ticks = run(stream, Mirror(), Never(), Everything(), warmup=1).ticks
    summary = metrics.summary(ticks, "classification")
    assert summary["accuracy"] == 1
    assert all(np.isnan(summary[name]) for name in ("precision", "recall", "f1", "mae", "wape"))
    assert all(np.isnan(v) for v in metrics.summary(ticks[:0], "classification").values())
    zeros = run(stream_of([0] * 4, [0] * 4, [2, 2], 0), Ridge(), Never(), Everything(), warmup=1)
    assert metrics.mae(zeros.ticks) == 0
    assert np.isnan(metrics.wape(zeros.ticks))


def test_macro_averages_leave_out_classes_that_do_not_occur():
    hit, actual = np.array([3, 0, 1]), np.array([4, 0, 2])
    assert metrics.by_class(hit, actual) == pytest.approx((3 / 4 + 1 / 2) / 2)
    assert metrics.by_class(hit[:2], actual[:2] + 1) == 0


def test_the_ceiling_is_in_units_of_the_score():
    ceiling = np.array([0.1, 0.9, 0.8, 0.7])
    stream = replace(stream_of([0] * 4, [0, 1, 0, 1], [1] * 4), ceiling=ceiling)
    assert metrics.ceiling(stream, 1) == pytest.approx(0.8)
    # The best predictor is expected to miss by 1 a row, where the truth is 4 and 6: 1 - 2 / 10.
    values = replace(stream_of([0] * 4, [9, 9, 4, 6], [1] * 4, 0), ceiling=np.full(4, -1.0))
    assert metrics.ceiling(values, 2) == pytest.approx(0.8)
    assert np.isnan(metrics.ceiling(stream_of([0] * 4, [0, 1, 0, 1], [1] * 4), 1))


@pytest.mark.parametrize("fit", [0, 3, 100.0])
def test_an_update_and_a_switch_cost_a_share_of_a_retraining_unless_they_are_set(fit):
    prices = Prices(fit=fit)
    assert (prices.update, prices.deploy) == (fit / 10, fit / 100)
    assert (Prices(fit=fit, update=7).update, Prices(fit=fit, deploy=7).deploy) == (7, 7)
    assert replace(prices, fit=5).update == fit / 10


def test_at_another_price_of_a_retraining_shares_stay_and_set_prices_too():
    assert Prices(fit=3).at_fit(50) == Prices(fit=50)
    assert Prices(fit=3, update=2).at_fit(50) == Prices(fit=50, update=2)
