"""The tables of the study of remedies, on runs whose answer is known."""

import sys
from pathlib import Path

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "docs"))
import remedies


def runs() -> pd.DataFrame:
    """Never loses 1,000; a refit saves 400 with 2 retrainings, an update 300 with 3."""
    cells = {"never": (1000, 0, 0), "periodic": (600, 2, 0), "incremental": (700, 0, 3)}
    return pd.DataFrame(
        [
            {
                **{"scenario": "one", "seed": seed, "strategy": name, "label": name},
                **{"loss": loss + 10 * seed + (name == "periodic") * seed, "switches": 0},
                **{"retrainings": refits, "updates": updates, "train_rows": 0},
                **{"labels": 0, "fit_seconds": 0.0},
            }
            for name, (loss, refits, updates) in cells.items()
            for seed in range(3)
        ]
    )


def test_the_winner_depends_on_the_price_and_is_none_where_nothing_is_proven():
    rows = {price: row for _, price, *row in remedies.winners(runs())}
    assert rows["1"][0] == "periodic"
    assert rows["100"][0] == "incremental"
    assert rows["100"][2].startswith("270 ±")
    assert rows["1,000"][0] == "none (incremental)"
    assert rows["1,000"][3] == "never"


def test_the_price_above_which_never_costs_least_is_that_of_the_last_refit_to_pay():
    assert remedies.break_even(runs()) == pytest.approx((400 - 1) / 2)


def test_an_interval_is_students():
    mean, half = remedies.interval(pd.Series([1.0, 2.0, 3.0]))
    assert mean == 2
    assert half == pytest.approx(4.302653 / 3**0.5)


def test_first_data_are_rich_enough_where_no_larger_ones_pay_either():
    prices = [500.0, 20.0, 30.0, 5.0]
    assert [remedies.rich_enough(prices, fit) for fit in (1, 10, 25, 100, 1000)] == [
        "more than 12,800",
        "12,800",
        "12,800",
        "800",
        "200",
    ]
