"""What is usual for a user's own tables, and what was set stays."""

import numpy as np
import pandas as pd
import pytest

from retrainlab.experiments.config.composed import composed
from retrainlab.experiments.study.own_tables import unset_price, with_usual_values
from retrainlab.experiments.study.study import prepare

LABORATORY = [5, 10, 20, 50, 100]


@pytest.fixture
def words(tmp_path):
    """Overrides for a table of 480 rows, one an hour, that has 20 days."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "when": pd.date_range("2024-01-01", periods=480, freq="h"),
            "size": rng.normal(size=480),
            "y": rng.choice(["yes", "no"], 480),
        }
    )
    table.to_csv(tmp_path / "own.csv", index=False)
    path = f"scenario.file.path={tmp_path / 'own.csv'}"
    return ["scenario=file", path, "scenario.file.target=y", "strategy=[never,periodic]"]


def usual(words, *more):
    """The grid of the intervals, and the warm-up of the table."""
    overrides = [*words, *more]
    keys = [word.lstrip("+~").split("=")[0] for word in overrides]
    config = with_usual_values(composed("config", overrides), keys)
    grid = config["strategy"]["periodic"].get("grid", {})
    warmup = (config["scenario"]["file"].get("world") or {}).get("warmup")
    return grid.get("when.ticks"), warmup


@pytest.mark.parametrize(
    ("options", "intervals", "warmup"),
    [
        (["scenario.file.time=when"], [1, 7, 14], 4),
        (["scenario.file.time=when", "scenario.file.every=hour"], [6, 24, 72, 168], 96),
        (["scenario.file.time=when", "scenario.file.every=week"], [1], 1),
        (["scenario.file.rows=10"], [1, 5, 10, 20], 10),
        ([], [1], 1),
    ],
)
def test_intervals_go_by_what_a_tick_is_and_the_warm_up_by_the_log(
    words, options, intervals, warmup
):
    drop = [] if "scenario.file.time=when" in options else ["scenario.file.drop=when"]
    assert usual(words, *options, *drop) == (intervals, warmup)


def test_what_was_set_stays(words):
    day = "scenario.file.time=when"
    assert usual(words, day, "world.warmup=7") == ([1, 7, 14], None)
    assert usual(words, day, "+scenario.file.world.warmup=3") == ([1, 7, 14], 3)
    grid = "strategy.periodic.grid={when.ticks:[2,3]}"
    assert usual(words, day, grid) == ([2, 3], 4)


def test_drawn_and_shipped_data_keep_the_values_of_their_files():
    for scenario in ("gradual", "flights", "[gradual,flights]"):
        config = composed("config", [f"scenario={scenario}"])
        assert with_usual_values(config, []) == config
        assert config["strategy"]["periodic"]["grid"]["when.ticks"] == LABORATORY
        assert not unset_price(config, [])


def test_a_table_that_cannot_be_read_is_left_to_the_study(words, tmp_path):
    (tmp_path / "own.csv").unlink()
    assert usual(words) == ([5, 10, 20, 50, 100], None)


def test_the_price_of_a_retraining_is_open_until_somebody_sets_it(words):
    config = composed("config", words)
    assert unset_price(config, words)
    assert not unset_price(config, ["prices.fit"])
    assert not unset_price(config, ["prices"])
    assert not unset_price(composed("config", [*words, "prices.fit=7"]), [])
    assert prepare(config).is_price_unset
    assert not prepare(config, ["prices.fit"]).is_price_unset
