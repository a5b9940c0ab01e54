"""A calendar at other phases: found by its parameters, whatever else was tried at its interval."""

import itertools
import math
from dataclasses import replace

import pandas as pd
from fake_costs import NAME, study

from retrainlab.reports.analysis.cost_curve import cheapest, curves
from retrainlab.reports.decision.phases import costs_by_phase
from retrainlab.reports.decision.references import ORACLE
from retrainlab.reports.decision.sensitivity import own_decision
from retrainlab.reports.decision.summary import summary
from retrainlab.reports.results.manifest import StrategyInfo
from retrainlab.reports.text.best_of_each import best_of_each
from retrainlab.reports.text.how_often import lines
from retrainlab.sim.replay.clause import Clause

WINDOWS, INTERVALS, PHASE = (20, 50), (10, 20, 40), 5
BEST = "window every 20 last 20"
CLAUSES = (Clause("schedule", "every so often"),)


def info(interval, window, phase=0):
    parameters = {"when.ticks": interval, "what.ticks": window}
    parameters |= {"when.phase": phase} if phase else {}
    return StrategyInfo(
        "window", CLAUSES, parameters, interval=float(interval), window=window, phase=phase
    )


def probed_study(cost_at_phase):
    """Costs on 4 seeds; the best calendar of two windows was begun at another phase as well."""
    probe = f"{BEST} phase={PHASE}"
    costs = {"never": [1000.0, 1010.0, 1020.0, 1030.0]}
    infos = {probe: info(20, 20, PHASE)}
    for interval in INTERVALS:
        for window in WINDOWS:
            label = f"window every {interval} last {window}"
            infos[label] = info(interval, window)
            gain = 400 - abs(interval - 20) - window
            costs[label] = [cost - gain for cost in costs["never"]]
    costs[probe] = [cost_at_phase + seed for seed in range(4)]
    tables = study(costs, strategies=infos)
    is_probe = tables.runs["label"].eq(probe)
    return replace(tables, runs=tables.runs[~is_probe], probes=tables.runs[is_probe])


def test_another_window_at_the_same_interval_is_no_phase_of_it():
    tables = probed_study(640.0)
    costs = costs_by_phase(BEST, tables, tables.manifest.prices)
    pd.testing.assert_index_equal(costs.columns, pd.Index([0, PHASE]), check_names=False)
    assert costs_by_phase("window every 20 last 50", tables, tables.manifest.prices).empty


def test_card_and_how_often_agree_whether_an_interval_aliases():
    for cost, aliases in ((640.0, False), (960.0, True)):
        tables = probed_study(cost)
        decision = own_decision(tables, summary(tables))
        assert (decision.scenario, decision.choice) == (NAME, BEST)
        assert decision.phases.aliases is aliases
        (curve,) = curves(tables)
        assert any("(aliasing)" in line for line in lines([curve], tables)) is aliases


def test_an_interval_at_which_nothing_was_retrained_is_never():
    """It would be named as the value that comes closest to never, which it is."""
    costs = {"never": [500.0, 510.0, 520.0]}
    infos = {f"window every {ticks} last 20": info(ticks, 20) for ticks in (10, 20, 40, 80)}
    for more, label in zip((90, 60, 30, 0), infos, strict=True):
        costs[label] = [cost + more for cost in costs["never"]]
    tables = study(costs, strategies=infos, fits={"window every 80 last 20": 0.0})
    (curve,) = curves(tables)
    assert curve.choice == "window every 40 last 20"
    assert "every 40 ticks comes closest" in lines([curve], tables)[0]


def test_one_stream_that_is_too_short_for_an_interval_says_so():
    infos = {f"window every {ticks} last 20": info(ticks, 20) for ticks in (10, 20, 40)}
    costs = {"never": [500.0], **dict(zip(infos, ([450.0], [440.0], [430.0]), strict=True))}
    tables = study(costs, strategies=infos)
    (curve,) = curves(tables)
    first = lines([replace(curve, best=replace(curve.best, low=math.nan, draws=2))], tables)[0]
    assert first.endswith(
        "which is the largest of them (no confidence interval: it takes 3 blocks as long as the "
        "time between retrainings, and the stream has 2)."
    )


def test_of_two_parameters_one_line_says_that_never_costs_least():
    costs = {"never": [500.0, 510.0, 520.0]}
    infos = {}
    for (ticks, more), last in itertools.product({10: 50, 20: 10, 40: 30}.items(), (20, 40, 60)):
        label = f"window every {ticks} last {last}"
        infos[label] = info(ticks, last)
        costs[label] = [cost + more + last for cost in costs["never"]]
    tables = study(costs, strategies=infos)
    search = {"window": ["when.ticks", "what.ticks"]}
    tables = replace(tables, manifest=replace(tables.manifest, search=search))
    known = curves(tables)
    assert [line.count("costs least") for line in lines(known, tables)[:3]] == [1, 1, 0]
    open_ = [replace(curve, best=replace(curve.best, low=math.nan)) for curve in known]
    first, second, *_ = lines(open_, tables)
    assert first == (
        "window: never costs least; of the values tried, every 20 ticks on the last 20 ticks "
        "comes closest."
    )
    assert second.startswith("It costs 540 against 510 for never")


def test_a_cost_beside_nothing_is_told_without_a_percentage():
    infos = {f"window every {ticks} last 20": info(ticks, 20) for ticks in (10, 20, 40)}
    costs = {"never": [0.0] * 3} | dict(
        zip(infos, ([30.0] * 3, [20.0] * 3, [10.0] * 3), strict=True)
    )
    tables = study(costs, strategies=infos)
    oracle = tables.runs[tables.runs["label"] == "never"].assign(reference=ORACLE)
    tables = replace(tables, references=oracle)
    said = " ".join(lines(curves(tables), tables))
    assert "It costs 10 against 0 for never: more (10" in said
    assert "The oracle's schedule is 0 retrainings at 0: the regret is 10 ± 0." in said


def test_a_strategy_that_never_retrained_is_said_to():
    """Its values would be said to be nearly as good, and the last to come closest to never."""
    infos = {f"window every {ticks} last 20": info(ticks, 20) for ticks in (10, 20, 40)}
    costs = {label: [500.0, 510.0, 520.0] for label in ["never", *infos]}
    tables = study(costs, strategies=infos, fits=dict.fromkeys(infos, 0.0))
    found = curves(tables)
    assert lines(found, tables) == [
        "window: nothing was ever retrained, at any value from every 10 ticks to every 40 ticks."
    ]
    assert cheapest(found) is None


def test_never_is_not_the_best_of_all_by_another_name():
    infos = {
        f"{kind} every {ticks} last 20": info(ticks, 20) for kind in "ab" for ticks in (10, 40)
    }
    costs = {label: [500.0, 510.0, 520.0] for label in [*infos, "never"]}
    costs["a every 10 last 20"] = costs["b every 10 last 20"] = [600.0, 610.0, 620.0]
    tables = study(costs, strategies=infos, fits={f"{kind} every 40 last 20": 0.0 for kind in "ab"})
    runs = tables.runs
    kinds = runs["label"].astype(str).str[0]
    runs = runs.assign(strategy=runs["strategy"].where(runs["never"], kinds))
    assert best_of_each(runs) == (
        "Best of all: never (510). Best of each other strategy: a every 10 last 20 (610) and "
        "b every 10 last 20 (610)."
    )
