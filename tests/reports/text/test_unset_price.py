"""The question for a price that nobody has set, and the answer over prices."""

from types import SimpleNamespace

from retrainlab.reports.results.decision import Regime
from retrainlab.reports.text.unset_price import asked
from retrainlab.sim.prices import Prices

REGIMES = (
    Regime(0.0, 2.5, "retrain", "periodic every 1"),
    Regime(2.5, 20.0, "retrain", "periodic every 7"),
    Regime(20.0, 30.0, "undecided", "periodic every 7"),
    Regime(30.0, 40.0, "undecided", "never"),
    Regime(40.0, None, "keep", "never"),
)


def said(is_unset, regimes=REGIMES, currency=None):
    """What is asked of a decision with these ranges of the price of a retraining."""
    effect = SimpleNamespace(name="fit", regimes=regimes)
    prices = Prices(fit=100.0, currency=currency)
    return asked(
        SimpleNamespace(sensitivity=(effect,), prices=prices),
        SimpleNamespace(is_price_unset=is_unset),
    )


def test_ranges_in_which_the_same_is_recommended_are_one_line():
    assert said(True)["lines"] == [
        "from 0 to 2.5: retrain: periodic every 1",
        "from 2.5 to 20: retrain: periodic every 7",
        "from 20 to 40: undecided",
        "from 40 on: do not retrain",
    ]
    assert said(True, currency="EUR")["lines"][0] == "from 0 to 2.5 EUR: retrain: periodic every 1"
    assert "set prices.fit" in said(True)["question"]
    assert "Until then 100 stands in for it" in said(True)["question"]


def test_nothing_is_asked_where_the_price_was_set_or_nothing_is_known():
    assert said(False) == {}
    assert said(True, ()) == {}
