"""Trend over runs: which runs are comparable, in which order they stand, and where it changed."""

from dataclasses import replace

import pytest
from fake_study import scenario_info, study_manifest

from retrainlab.reports.analysis.trend import FinishedRun, trends
from retrainlab.reports.results.decision import Comparison, Decision, References, Setting
from retrainlab.sim.prices import Prices


def decision(choice: str, cost: float = 80.0, prices: Prices | None = None) -> Decision:
    """A decision for a choice that costs so much where never costs 100."""
    saving = Comparison(choice, "never", cost, 100.0, 100 - cost, 90 - cost, 110 - cost, 4, 4)
    nothing = float("nan")
    setting = Setting(choice, choice.split()[0], "strategy", *[nothing] * 9)
    return Decision(
        scenario="gradual", kind="keep" if choice == "never" else "retrain", choice=choice,
        overrides="", best=choice, rival=None, evidence=None, significance="significant", seeds=4,
        prices=prices or Prices(), sensitivity=(), against=References(saving, None, None), ties=(),
        better_baselines=(), cheaper=None, no_change_row_by_row=nothing, ticks_needed=nothing,
        seeds_needed=nothing, proven_below=nothing, rests_on=None, edges=(), drift="present",
        settings=(setting,),
    )  # fmt: skip


def run(
    day: int, choice: str, name: str = "", node: int = 1, facts: tuple = (), **given: object
) -> FinishedRun:
    """A run made on a day of May; node: of its scenario."""
    manifest = study_manifest(
        created=f"2026-05-{day:02d}T12:00:00+02:00",
        scenarios={"gradual": scenario_info(facts=facts)},
        config={"scenario": {"gradual": {"magnitude": node, "path": f"log-{day}.csv"}}}
        if facts
        else {"scenario": {"gradual": {"magnitude": node}}},
    )
    return FinishedRun(name or f"run {day}", manifest, {"gradual": decision(choice, **given)})  # type: ignore[arg-type]


def test_runs_stand_in_the_order_in_which_they_were_made_and_a_change_is_one_in_it():
    (trend,) = trends([run(3, "trigger"), run(1, "never"), run(2, "never"), run(4, "trigger")])
    assert [point.run for point in trend.points] == ["run 1", "run 2", "run 3", "run 4"]
    assert [point.is_change for point in trend.points] == [False, False, True, False]
    assert [(p.run, p.before and p.before.choice) for p in trend.changes] == [("run 3", "never")]
    assert trend.series == [[0, 1, 2, 3]]


def test_moments_in_other_time_zones_are_compared_as_moments():
    early, late = run(1, "never", "early"), run(1, "never", "late")
    early = replace(early, manifest=replace(early.manifest, created="2026-05-01T13:00:00+09:00"))
    unknown = replace(run(9, "never", "old"), manifest=replace(late.manifest, created=""))
    (trend,) = trends([late, early, unknown])
    assert [point.run for point in trend.points] == ["old", "early", "late"]


@pytest.mark.parametrize(
    "changed",
    [
        {"prices": Prices(fit=50.0)},
        {"prices": Prices(currency="EUR")},
        {"node": 2},
        {"facts": (("fingerprint", "abc"),)},
    ],
)
def test_runs_of_other_prices_or_data_are_another_series(changed):
    same = [run(day, "never") for day in (1, 2, 4)]
    other = run(3, "trigger", **changed)
    (trend,) = trends([*same, other])
    assert trend.series == [[0, 1, 3], [2]]
    assert trend.changes == []
    assert trends([*same[:2], other]) == []


def test_the_same_data_at_another_place_are_comparable():
    facts = (("fingerprint", "abc"),)
    (trend,) = trends([run(day, "never", facts=facts) for day in (1, 2, 3)])
    assert trend.series == [[0, 1, 2]]


def test_a_share_has_the_interval_of_the_saving():
    (trend,) = trends([run(day, "trigger", cost=80.0) for day in (1, 2, 3)])
    assert trend.points[0].share == pytest.approx(0.8)
    assert trend.points[0].interval == pytest.approx((0.7, 0.9))


def test_without_a_cost_of_never_there_is_no_share():
    runs = [run(day, "trigger") for day in (1, 2, 3)]
    free = replace(runs[1].decisions["gradual"].against.never, reference_cost=0.0)
    for one, never in zip(runs, (None, free, None), strict=True):
        one.decisions["gradual"] = replace(
            one.decisions["gradual"], against=References(never, None, None)
        )
    (trend,) = trends(runs)
    assert all(point.share != point.share for point in trend.points)
    assert all(end != end for point in trend.points for end in point.interval)


def test_a_run_without_the_scenario_is_passed_over():
    runs = [run(day, "never") for day in (1, 2, 3, 4)]
    runs[1].decisions.clear()
    (trend,) = trends(runs)
    assert [point.run for point in trend.points] == ["run 1", "run 3", "run 4"]
