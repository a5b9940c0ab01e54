"""The course of a setting: sums that end at its cost, and what each retraining saved."""

import numpy as np
import pytest
from fake_study import TWO, write

from retrainlab.reports.analysis.courses import courses
from retrainlab.reports.results.tables import load

LABELS = ["never", "periodic ticks=20", "trigger detector=ADWIN", "no_change"]


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    return load(write(tmp_path_factory.mktemp("study"), TWO)).of("gradual")


@pytest.mark.parametrize("label", LABELS)
def test_money_ends_at_the_cost_of_the_first_seed(scenario, label):
    course = courses(scenario, LABELS)[label]
    runs = scenario.runs[scenario.runs["seed"] == 0].set_index("label")
    assert course.money[-1] == pytest.approx(runs.loc[label, "cost"])
    assert course.errors[-1] == pytest.approx(runs.loc[label, "loss"])
    assert len(course.retrainings) == runs.loc[label, "retrainings"]
    assert (np.diff(course.money) >= 0).all()


def test_what_the_retrainings_saved_adds_up_to_what_the_setting_saved(scenario):
    several = courses(scenario, LABELS)
    own, never = several["periodic ticks=20"], several["never"]
    before = own.ticks < own.retrainings["deployed"].iloc[0]
    assert own.retrainings["cost"].tolist() == [20.4] * len(own.retrainings)  # 20, and 400 rows
    early = (never.errors - own.errors)[before][-1]
    saved = never.errors[-1] - own.errors[-1] - early - own.retrainings["cost"].sum()
    assert own.retrainings["saved"].sum() == pytest.approx(saved)


def test_a_model_that_never_served_saved_nothing_that_is_known(scenario):
    trainings = scenario.retrainings.copy()
    is_last = trainings["number"].eq(2) & trainings["label"].eq("periodic ticks=20")
    trainings.loc[is_last, "deployed"] = np.nan
    scenario = type(scenario)(**{**vars(scenario), "retrainings": trainings})
    saved = courses(scenario, LABELS)["periodic ticks=20"].retrainings["saved"]
    assert saved.isna().tolist() == [False, True, *[False] * (len(saved) - 2)]


def with_others(scenario):
    """A setting whose second action is an update, and whose third a switch that serves first."""
    trainings = scenario.retrainings.copy()
    work = {"action": "refit", "refits": 1, "updates": 0, "switches": 0}
    trainings = trainings.assign(**work)
    mine = trainings["label"].eq("periodic ticks=20") & trainings["seed"].eq(0)
    update, switch = (mine & trainings["number"].eq(number) for number in (2, 3))
    trainings.loc[update, ["action", "refits", "updates"]] = ["update", 0, 1]
    trainings.loc[switch, ["action", "refits", "switches"]] = ["reuse", 0, 1]
    trainings.loc[switch, ["rows", "labels"]] = 0
    trainings.loc[update, "deployed"] = trainings.loc[switch, "deployed"].item() + 5
    return type(scenario)(**{**vars(scenario), "retrainings": trainings})


def test_an_action_is_charged_by_what_it_is(scenario):
    prices, label = scenario.manifest.prices, "periodic ticks=20"
    done = courses(with_others(scenario), LABELS)[label].retrainings
    assert done["action"].tolist()[:3] == ["refit", "update", "reuse"]
    rows = 400 * prices.row + 400 * prices.label
    expected = [prices.fit + rows, prices.update + rows, prices.deploy]
    assert done["cost"].tolist()[:3] == pytest.approx(expected)


def test_what_was_saved_adds_up_also_where_a_switch_serves_before_an_earlier_training(scenario):
    label = "periodic ticks=20"
    several = courses(with_others(scenario), LABELS)
    mine, never = several[label], several["never"]
    gains = never.errors - mine.errors
    before = gains[mine.ticks < mine.retrainings["deployed"].iloc[0]][-1]
    saved = mine.retrainings["saved"] + mine.retrainings["cost"]
    assert saved.sum() == pytest.approx(gains[-1] - before)
    at = dict(zip(mine.ticks.tolist(), gains, strict=True))
    update, switch = mine.retrainings.iloc[1], mine.retrainings.iloc[2]
    assert saved[2] == pytest.approx(at[update["deployed"] - 1] - at[switch["deployed"] - 1])


def test_alarms_are_those_of_the_setting(scenario):
    several = courses(scenario, LABELS)
    assert several["trigger detector=ADWIN"].alarms.tolist() == [63]
    assert several["never"].alarms.tolist() == []
