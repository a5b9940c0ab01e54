"""The laws on a tenth of the data, through the same functions as `retrainlab laws`.

Each of them is also measured on something broken, and must then be missed.
"""

import json
import pickle
import sys
from functools import partial

import numpy as np
import pytest
from streams import Level, run, stream_of
from threadpoolctl import threadpool_limits

from retrainlab.experiments import validation
from retrainlab.experiments.validation import (
    aliasing_law,
    covariate_law,
    doubling_law,
    false_alarms_law,
    half_life_law,
    label_shift_law,
    last_ticks_law,
    learning_debt_law,
    no_drift_law,
    oracle_law,
    prior_law,
    random_walk_law,
    rent_or_buy_law,
    rotating_law,
    spike_law,
    square_root_law,
    staleness_law,
    suite,
)
from retrainlab.reports.text.law_figures import shown
from retrainlab.sim.closed_form import Check
from retrainlab.sim.errors import InputError
from retrainlab.sim.replay import ledger, loop
from retrainlab.strategies.policies import evidence
from retrainlab.strategies.what import Last
from retrainlab.strategies.when import Every


@pytest.fixture(autouse=True)
def one_thread():
    """As the suite does: small fits only wait for a second thread."""
    with threadpool_limits(1):
        yield


def misses(law):
    """What was missed, for the reader of a failure."""
    return [(row.what, *shown(row)) for row in law.missed]


@pytest.mark.slow
@pytest.mark.parametrize("check", suite.CHECKS)
def test_law(check):
    law = check(suite.QUICK)
    assert law.rows
    assert law.charts
    assert misses(law) == []
    assert not [row.what for row in law.rows if "object at" in row.what]


def changed(name, **options):
    """What replaces a part: the same one with other options, or with a function of the first."""

    def replace(module, patch):
        right = getattr(module, name)

        def wrong(*given, **named):
            first = [options["first"](given[0]), *given[1:]] if "first" in options else given
            return right(*first, **named | {k: v for k, v in options.items() if k != "first"})

        patch.setattr(module, name, wrong)

    return replace


def late(module, patch):
    """Every model serves one tick later than it should."""
    act = loop.ReplayState.act

    def wrong(bench, *given):
        started = act(bench, *given)
        if started:
            bench.jobs[-1].ready += 1
        return started

    patch.setattr(loop.ReplayState, "act", wrong)


def charged_double(module, patch):
    """A retraining costs twice its price."""
    right = module.price

    def wrong(quantities, prices):
        return right(quantities | {"retrainings": 2 * quantities["retrainings"]}, prices)

    patch.setattr(module, "price", wrong)


def charged_too_late(module, patch):
    """A training that could not serve before the stream ends is charged."""
    patch.setattr(ledger, "serves_in_time", lambda ready, stream: True)


def costs_misjudged(module, patch):
    """The oracle thinks that a retraining costs half."""
    right = module.best_schedule

    def wrong(table, prices):
        return right(table, type(prices)(prices.error, prices.fit / 2, prices.row, prices.label))

    patch.setattr(module, "best_schedule", wrong)


def put(name, other):
    """What puts another part or function in the place of one."""
    return lambda module, patch: patch.setattr(module, name, other)


def reference_taken_as_exact(module, patch):
    """The share of errors at first is taken for their chance, without its uncertainty."""
    patch.setattr(evidence, "upper_bound", lambda errors, rows, chance: errors / rows + 1e-9)


BROKEN = [
    (rotating_law.rotating_boundary, changed("Every", first=lambda ticks: ticks + 20)),
    (square_root_law.square_root, charged_double),
    (last_ticks_law.last_ticks, charged_too_late),
    (staleness_law.exponential_staleness, changed("Poisson", rate=0.15)),
    (random_walk_law.random_walk, changed("Last", first=lambda ticks: 2 * ticks)),
    (prior_law.prior_shift, changed("Prior", before=0.4)),
    (covariate_law.covariate_shift, changed("Covariate", rule="curved")),
    (no_drift_law.no_drift, changed("Sudden", at=60)),
    (spike_law.short_spike, late),
    (aliasing_law.alternating_rules, changed("Every", first=lambda ticks: ticks + 1)),
    (oracle_law.oracle, costs_misjudged),
    (half_life_law.half_life, changed("RandomWalk", step=0.2)),
    (label_shift_law.label_shift, put("shares_by_em", lambda given, trained: trained)),
    (false_alarms_law.false_alarms, reference_taken_as_exact),
    (doubling_law.doubling, put("Doubling", partial(Every, 64))),
    (rent_or_buy_law.rent_or_buy, changed("OnExcess", first=lambda loss: 3 * loss)),
    (learning_debt_law.learning_debt, put("cusum", lambda total, gap: total + 4 * abs(gap))),
]


@pytest.mark.slow
@pytest.mark.parametrize(("check", "damage"), BROKEN)
def test_a_law_is_missed_where_something_is_broken(check, damage, monkeypatch):
    damage(sys.modules[check.__module__], monkeypatch)
    assert check(suite.QUICK).missed


def test_every_mean_time_to_a_false_alarm_falls_short_of_a_reference_that_is_too_low(monkeypatch):
    monkeypatch.setattr(false_alarms_law, "REFERENCES", {"too low": false_alarms_law.ERROR / 2})
    missed = {row.what.split(": ")[-1] for row in false_alarms_law.false_alarms(suite.QUICK).missed}
    assert missed == {f"{name}, too low" for name in false_alarms_law.PARTS}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder to run in, where law 8 is the only one: it is quick and exact."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(suite, "CHECKS", (spike_law.short_spike,))
    return tmp_path


def test_laws_that_are_hit_leave_a_page_and_exit_with_0(folder, capsys):
    assert validation.command(["quick=true"]) == 0
    (run_folder,) = (folder / "runs").iterdir()
    page = (run_folder / "report.html").read_text()
    assert run_folder.name.startswith("laws_")
    assert "All 5 figures of 1 law are hit." in page
    assert "://" not in page.replace("http://www.w3.org/", "")
    assert sorted(path.name for path in (run_folder / "figures").iterdir()) == [
        *("law-8-1.png", "law-8-1.svg"),
        *("law-8-2.png", "law-8-2.svg"),
    ]
    (saved,) = json.loads((run_folder / "laws.json").read_text())
    assert saved["rows"][0]["expected"] == pytest.approx(0.7175)
    printed = capsys.readouterr().out
    assert "exact, but for rounding" in printed
    assert "0.7175" in printed


def test_a_miss_is_named_and_exits_with_1(folder, capsys, monkeypatch):
    monkeypatch.setattr(spike_law, "Every", lambda ticks: Every(ticks + 1))
    assert validation.command([]) == 1
    printed = capsys.readouterr()
    assert "law 8 is missed: retrained every tick over never, D = 20, W = 20 is" in printed.err
    assert "4 of 5 figures missed, of law 8." in printed.out
    (run_folder,) = (folder / "runs").iterdir()
    assert "4 of 5 figures missed" in (run_folder / "report.html").read_text()


def test_a_wrong_option_is_named(folder):
    with pytest.raises(InputError, match="laws was given quick=maybe; it takes quick=true"):
        validation.command(["quick=maybe"])


def test_laws_come_in_the_order_of_their_numbers_and_travel_between_workers(monkeypatch):
    monkeypatch.setattr(suite, "cpu_count", lambda: 1)
    laws = suite.measure(suite.QUICK, (spike_law.short_spike, prior_law.prior_shift))
    assert [law.number for law in laws] == [5, 8]
    assert [law.rows for law in pickle.loads(pickle.dumps(laws))] == [law.rows for law in laws]


def test_an_undefined_figure_is_a_miss():
    assert not Check("accuracy", 0.5, np.nan, 0.1, "").hit
    assert Check("accuracy", 0.5, 0.6, 0.2, "").hit


@pytest.mark.parametrize(
    ("tolerance", "text"),
    [
        (0.00163, ("0.8822", "0.8846", "± 0.0016")),
        (0.0, ("0.88217", "0.88456", "exact")),
        (30.0, ("1", "1", "± 30")),
    ],
)
def test_figures_are_written_as_precisely_as_they_are_known(tolerance, text):
    assert shown(Check("accuracy", 0.88217, 0.88456, tolerance, "")) == text


def test_a_constant_shift_is_learnt_and_its_delay_is_paid():
    """Law 2's remark: a delay of D ticks costs D ticks of the old error, whatever the interval."""
    y = np.repeat([0.0, 1.0], [20, 30])
    stream = stream_of(np.zeros(50), y, [1] * 50, classes=0)
    for label_delay, fit_delay in ((0, 0), (3, 0), (0, 4), (2, 5)):
        ledger = run(
            stream,
            Level(),
            Every(1),
            Last(1),
            warmup=10,
            label_delay=label_delay,
            fit_delay=fit_delay,
        )
        assert ledger.ticks["loss"].sum() == 1 + label_delay + fit_delay
