"""Detectors that need no labels: what alpha promises, what they find, and what they refuse."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.naive_bayes import GaussianNB
from streams import run, small, stream_of
from threadpoolctl import threadpool_limits

from retrainlab.sim.errors import InputError
from retrainlab.sim.seeds import generator
from retrainlab.strategies import monitors
from retrainlab.strategies.detectors import bins, discriminator, distance, registry, significance
from retrainlab.strategies.detectors.control_band import ControlBand
from retrainlab.strategies.detectors.discriminator import Discriminator
from retrainlab.strategies.detectors.distance import PSI, Wasserstein
from retrainlab.strategies.detectors.null import AtRandom, EveryKRows
from retrainlab.strategies.detectors.significance import KS, ChiSquare
from retrainlab.strategies.detectors.two_sample import TwoSample
from retrainlab.strategies.what import Last
from retrainlab.strategies.when import OnAlarm


@pytest.fixture(autouse=True)
def one_thread():
    """As a study does: small fits only wait for a second thread."""
    with threadpool_limits(1):
        yield


ROWS = ("KS", "ChiSquare", "PSI", "Wasserstein", "Discriminator")


def normal(name, *shape):
    return generator(0, "tests", "input detectors", name).standard_normal(shape)


class Looking(TwoSample):
    """Notes what it compares, and finds what it is told to."""

    def __init__(self, *sizes, answers=False):
        super().__init__(*sizes)
        self.answers, self.looks = answers, []

    def differs(self, reference, window):
        self.looks.append((reference.ravel().tolist(), sorted(window.ravel().tolist())))
        return self.answers


def test_a_look_holds_the_first_rows_and_the_newest():
    detector = Looking(3, 4, 2)
    assert detector.update_many(np.arange(12)) == []
    assert detector.looks == [([0, 1, 2], [*range(end - 4, end)]) for end in (7, 9, 11)]


def test_after_an_alarm_the_next_rows_are_the_reference():
    detector = Looking(3, 4, 2, answers=True)
    assert detector.update_many(np.arange(22)) == [6, 13, 20]
    assert [look[0] for look in detector.looks] == [[0, 1, 2], [7, 8, 9], [14, 15, 16]]
    assert not detector.drift_detected


TURNS = normal("pieces", 600, 2) + 2.0 * (np.arange(600) // 150 % 2)[:, None]


@pytest.mark.parametrize(("name", "values"), [("PSI", TURNS), ("ControlBand", TURNS[:, 0])])
@given(cuts=st.lists(st.integers(0, len(TURNS)), max_size=30))
def test_rows_may_come_in_any_portions(name, values, cuts):
    whole = registry.make(small(name))[0].update_many(values)
    assert len(whole) >= 3
    detector, alarms, start = registry.make(small(name))[0], [], 0
    for part in np.split(values, sorted(cuts)):
        found = detector.update_many(part)
        assert detector.drift_detected == (len(part) - 1 in found)
        alarms += [start + index for index in found]
        start += len(part)
    assert alarms == whole


@pytest.mark.parametrize("name", ROWS)
def test_one_by_one_is_the_same_as_many_and_as_again(name):
    one, alarms = registry.make(small(name))[0], []
    for index, row in enumerate(TURNS[:300]):
        one.update(row)
        alarms += [index] * one.drift_detected
    many, again = (registry.feed(registry.make(small(name))[0], TURNS[:300]) for _ in range(2))
    assert alarms == many == again != []


def share_of_alarms(detector, draw, looks):
    return np.mean([detector.differs(*draw()) for _ in range(looks)])


def assert_near(share, expected, looks):
    """Within four standard errors of a binomial share: once in 16,000 by chance, and seeded."""
    assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / looks)


@pytest.mark.parametrize("kind", [KS, ChiSquare])
def test_alpha_is_the_chance_that_a_look_alarms(kind):
    """Three independent features, corrected: 1 - (1 - alpha/3)^3. Uncorrected it were .271."""
    random = generator(0, "tests", "alpha")

    def draw():
        x = random.standard_normal((700, 3))
        x[:, 2] = random.choice(4, 700, p=[0.4, 0.3, 0.2, 0.1])
        return x[:500], x[500:]

    share = share_of_alarms(kind(alpha=0.1, categorical=[2]), draw, 500)
    assert_near(share, 1 - (1 - 0.1 / 3) ** 3, 500)


def test_psi_without_drift_is_chi_square():
    """Yurdakul 2018, for samples that are large against the number of bins."""
    random = generator(0, "tests", "psi")
    threshold = (1 / 2000 + 1 / 1000) * stats.chi2.isf(0.2, 9)
    detector = PSI(2000, 1000, threshold=threshold)
    share = share_of_alarms(detector, lambda: np.split(random.random((3000, 1)), [2000]), 800)
    assert_near(share, 0.2, 800)


def test_the_control_band_alarms_as_often_as_students_t_says():
    random = generator(0, "tests", "band")
    detector = ControlBand(sigmas=1.5)
    share = share_of_alarms(
        detector, lambda: np.split(random.standard_normal((525, 1)), [500]), 2000
    )
    assert_near(share, 2 * stats.t.sf(1.5 / np.sqrt(1 + 1 / 20), 19), 2000)


def test_a_discriminator_strays_from_guessing_as_it_says():
    """Two deviations of .03 above .5 in one look of 44: four of 20 are once in a thousand."""
    random = generator(0, "tests", "auc")
    draws = [np.split(random.standard_normal((700, 4)), [500]) for _ in range(20)]
    assert sum(Discriminator(auc=0.56).differs(*draw) for draw in draws) <= 3
    assert not any(Discriminator(classifier="tree").differs(*draw) for draw in draws)


AT = 1000


def mean(x):
    x[AT:, 1] += 1.0


def spread(x):
    x[AT:, 1] *= 2.5


def category(x):
    """Shares .45, .45, .1 of codes 0, 1, 2; then .1, .45, .45: no rank test is needed."""
    random = generator(0, "tests", "category")
    x[:AT, 3] = random.choice(3, AT, p=[0.45, 0.45, 0.1])
    x[AT:, 3] = random.choice(3, len(x) - AT, p=[0.1, 0.45, 0.45])


def together(x):
    """Each feature moves by a third of its deviation only."""
    x[AT:] += 1 / 3


FOUND = [
    *((name, {}, mean) for name in ROWS),
    *((name, {}, spread) for name in ("KS", "ChiSquare", "PSI", "Wasserstein")),
    ("Discriminator", {"classifier": "tree"}, spread),
    ("KS", {"categorical": [3]}, category),
    *((name, {}, category) for name in ROWS),
    ("Discriminator", {}, together),
]


@pytest.mark.parametrize(
    ("name", "options", "change"),
    FOUND,
    ids=[f"{name}-{change.__name__}-{len(options)}" for name, options, change in FOUND],
)
def test_a_shift_is_found_once_the_window_is_full_of_it(name, options, change):
    x = normal("shift", 1500, 6)
    change(x)
    detector = registry.make({"name": name, **options})[0]
    alarms = detector.update_many(x)
    assert AT <= alarms[0] < AT + detector.window + detector.every


def test_the_control_band_by_hand():
    """Windows with means 1 and 3: a band of 2 +- sqrt(2)."""
    reference, band = np.array([0, 2, 1, 5]), ControlBand("mean", 4, 2, sigmas=1.0)
    for now, outside in ((3.41, False), (3.42, True), (0.59, False), (0.58, True)):
        assert band.differs(reference[:, None], np.full((2, 1), now)) == outside


def test_the_seed_of_a_discriminator_decides():
    """Without drift, near guessing, the folds make the difference."""
    rows = normal("folds", 20, 60, 1)

    def answers(seed):
        detector = Discriminator(40, 20, 20, auc=0.51, classifier="tree", seed=seed)
        return [detector.differs(look[:40], look[40:]) for look in rows]

    assert answers(1) == answers(1) != answers(2)


@pytest.mark.parametrize("statistic", ["min", "max", "mean", "median"])
def test_a_control_band_sees_its_statistic_leave(statistic):
    values = normal("level", 700)
    values[600:] += 4
    assert ControlBand(statistic, sigmas=4).update_many(values) == [624]


def test_psi_by_hand():
    """Ten rows of three values against ten others; half a row is added to each bin."""
    old, new = np.repeat([1.0, 2.0, 3.0], [5, 3, 2]), np.repeat([1.0, 3.0, 7.0], [2, 4, 4])
    table = bins.counts(old, new, bins=10, categorical=False)
    np.testing.assert_array_equal(table, [[5, 3, 2, 0], [2, 0, 4, 4]])
    # (p - q) log(p / q) of 5.5, 3.5, 2.5, .5 against 2.5, .5, 4.5, 4.5 twelfths
    by_hand = (3 * np.log(2.2) + 3 * np.log(7) + 2 * np.log(1.8) + 4 * np.log(9)) / 12
    assert distance.stability_index(table) == pytest.approx(by_hand)
    assert PSI(10, 10, 1, threshold=by_hand - 1e-9).differs(old[:, None], new[:, None])
    assert not PSI(10, 10, 1, threshold=by_hand + 1e-9).differs(old[:, None], new[:, None])


def test_bins_are_quantiles_of_the_old_sample():
    old, new = np.arange(100.0), np.array([-5.0, 24.75, 24.8, 60.0, 98.0, 1e9])
    table = bins.counts(old, new, bins=4, categorical=False)
    np.testing.assert_array_equal(table, [[25, 25, 25, 25], [2, 1, 1, 2]])
    # Quantiles that coincide are one cut: six of ten are zero.
    table = bins.counts(np.array([0.0] * 60 + [*range(1, 41)]), new, bins=4, categorical=False)
    np.testing.assert_array_equal(table.sum(axis=1), [100, 6])
    assert table[0].tolist() == [60, 15, 25]


def test_wasserstein_is_the_mean_gap_of_sorted_values():
    """Of equally large samples; and a mean that moves by s deviations moves it by s."""
    old, new = normal("old", 300), 2 * normal("new", 300) + 1
    gap = np.abs(np.sort(old) - np.sort(new)).mean()
    assert distance.mean_gaps(np.sort(old)[None], new[None]) == pytest.approx([gap])
    assert Wasserstein(threshold=0.69).differs(old[:, None], old[:, None] + 0.7 * old.std())
    assert not Wasserstein(threshold=0.71).differs(old[:, None], old[:, None] + 0.7 * old.std())
    assert not Wasserstein(categorical=[0]).differs(old[:, None], new[:, None])


def test_the_correction_is_the_number_of_features_tested():
    p = np.array([0.02, 0.5, np.nan])
    assert significance.rejects(p, 0.04)
    assert not significance.rejects(p, 0.039)
    assert not significance.rejects(np.array([np.nan]), 0.5)
    old, new = normal("a", 200, 1), normal("b", 100, 1) + 0.3
    p_value = stats.ks_2samp(old[:, 0], new[:, 0], method="asymp").pvalue
    assert KS(alpha=p_value * 1.001).differs(old, new)
    assert not KS(alpha=p_value * 0.999).differs(old, new)


def test_rare_categories_are_pooled_until_five_are_expected():
    """Samples of 60 and 30: five are expected in the smaller of the 15 of a pool.

    The pools, the rarest first: 3 + 8 + 15, 30, 34.
    """
    table = np.array([[20, 3, 1, 26, 10], [10, 5, 2, 8, 5]])
    pooled = [[14, 20, 26], [12, 10, 8]]
    expected = stats.chi2_contingency(pooled, correction=False).pvalue
    assert significance.chi_square(table) == pytest.approx(expected)
    # Three are expected of each: two pools, and the fifth joins the second.
    table = np.array([[7, 5, 6, 8, 4], [2, 4, 3, 1, 5]])
    expected = stats.chi2_contingency([[12, 18], [6, 9]], correction=False).pvalue
    assert significance.chi_square(table) == pytest.approx(expected)
    assert np.isnan(significance.chi_square(np.array([[60], [30]])))
    assert np.isnan(significance.chi_square(np.array([[59, 1], [30, 0]])))


def detector_of(name):
    return registry.make(name)[0]


@pytest.mark.parametrize("name", ROWS)
def test_a_constant_feature_is_no_drift_and_costs_no_warning(name):
    old, new = normal("c", 500, 3), normal("d", 200, 3)
    old[:, 1] = new[:, 1] = 0.1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not detector_of(name).differs(old, new)
        assert not detector_of(name).differs(old[:, [1]], new[:, [1]])
        assert not detector_of(name).differs(old[:, [1]], new[:2, [1]].repeat(100, axis=0))
        new[:, 1] = 0.2
        assert detector_of(name).differs(old, new)


@pytest.mark.parametrize("name", ["KS", "ChiSquare", "PSI"])
def test_one_category_is_no_drift_and_a_second_one_is(name):
    detector = registry.make({"name": name, "categorical": [0]})[0]
    old = np.full((500, 1), 7.0)
    assert not detector.differs(old, old[:200])
    assert detector.differs(old, np.repeat([7.0, 8.0], 100)[:, None])


def test_a_constant_band_alarms_at_any_change():
    values = np.full(600, 0.1)
    assert ControlBand("mean").update_many(values) == []
    values[560] = 0.1000001
    assert ControlBand("mean").update_many(values) == [574]


@pytest.mark.parametrize("name", ROWS)
def test_missing_values_are_left_out_feature_by_feature(name):
    """Some are missing: no drift, and a shift is found. All are missing: nothing to say."""
    old, new = normal("e", 500, 3), normal("f", 200, 3)
    hole = normal("g", 700) < -0.5
    for rows, holes in ((old, hole[:500]), (new, hole[500:])):
        rows[holes, 1] = np.nan
        rows[:, 2] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not detector_of(name).differs(old, new)
        assert detector_of(name).differs(old, new + 1)
        assert not detector_of(name).differs(old[:, [2]], new[:, [2]])


def test_what_is_there_is_compared_as_if_nothing_were_missing():
    old, new = normal("h", 500, 1), normal("i", 200, 1)
    old[:90], new[:40] = np.nan, np.inf
    kept = KS().measure(0, np.sort(old[90:, 0]), new[40:, 0])
    assert KS(alpha=kept * 1.001).differs(old, new)
    assert not KS(alpha=kept * 0.999).differs(old, new)
    # More than half is missing: left out, whatever the rest says.
    new[:101], new[101:] = np.nan, 50
    assert not KS().differs(old, new)


def test_null_detectors_look_at_nothing():
    rows = normal("null", 2000, 2)
    feed = registry.feed
    assert feed(detector_of("NeverAlarms"), rows) == []
    assert feed(EveryKRows(700), rows) == [699, 1399]
    drawn = feed(AtRandom(0.1, seed=1), rows)
    assert drawn == feed(AtRandom(0.1, seed=1), rows[:, 0]) != feed(AtRandom(0.1, seed=2), rows)
    assert_near(len(drawn) / 2000, 0.1, 2000)


def test_every_detector_names_signals_that_there_are():
    for name in registry.NAMES:
        assert set(registry.watches(name)) <= set(monitors.SIGNALS)
    assert {name for name in registry.NAMES if registry.watches(name)[0] == "inputs"} == {*ROWS}
    assert set(registry.NULLS) <= set(registry.NAMES)
    assert registry.watches("DDM") == ("error",)
    assert registry.watches("ADWIN") == ("error", "loss", "prediction")


class Sums:
    """A detector of one's own for rows of features."""

    watches = ("inputs",)
    drift_detected = False

    def update(self, row):
        self.drift_detected = row.sum() > 8


def shifted():
    """Forty ticks of 50 rows; the inputs move at tick 30 and the label rule does not."""
    x = normal("covariate", 2000, 3)
    x[1500:] += 2
    return stream_of(x, x[:, 0] > 1, [50] * 40)


@pytest.mark.parametrize("detector", ["KS", "Discriminator", Sums()])
def test_inputs_alarm_before_any_label_has_come(detector):
    """Labels come eight ticks late: the alarm does not wait for them, and buys none."""
    ledger = run(
        shifted(), GaussianNB(), OnAlarm(detector, "inputs"), Last(5), warmup=10, label_delay=8
    )
    alarm, training = ledger.alarms[0], ledger.trainings[1]
    assert 30 <= alarm.tick < 36
    assert alarm.source.endswith(" on inputs")
    assert training.decided == alarm.tick
    assert training.fit.rows == slice(50 * (alarm.tick - 12), 50 * (alarm.tick - 7))
    labels = ledger.ticks.set_index("tick")["labels"]
    assert labels.loc[: alarm.tick - 1].sum() == 0
    assert labels.loc[alarm.tick] == 250


BAD = [
    (lambda: KS(reference=1), "reference is 1; it must be a whole number of rows, 2 or more"),
    (lambda: KS(window=2.5), "window is 2.5; it must be a whole number of rows"),
    (lambda: KS(every=0), "every is 0"),
    (lambda: KS(window=20), "every is 50; it must be at most the window of 20"),
    (lambda: KS(alpha=0), "alpha is 0; it must lie between 0 and 1"),
    (lambda: KS(categorical=[-1]), "categorical is -1"),
    (lambda: ChiSquare(alpha=1), "alpha is 1"),
    (lambda: ChiSquare(bins=1), "bins is 1"),
    (lambda: PSI(threshold=0), "threshold is 0; it must be above 0"),
    (lambda: PSI(bins=0), "bins is 0"),
    (lambda: Wasserstein(threshold=-1), "threshold is -1"),
    (lambda: Discriminator(auc=0.5), "auc is 0.5; it must lie between 0.5"),
    (lambda: Discriminator(window=4, every=1), "window is 4; 5 folds need 5 rows or more"),
    (lambda: Discriminator(classifier="forest"), "'forest'; it must be logistic, tree, or"),
    (lambda: ControlBand("mode"), "statistic is 'mode'; it must be one of min, max, mean, median"),
    (lambda: ControlBand(sigmas=0), "sigmas is 0"),
    (lambda: ControlBand(window=300), "needs two windows of 300 or more"),
    (lambda: EveryKRows(0), "rows is 0"),
    (lambda: AtRandom(0), "rate is 0; it must be above 0, and 1 at most"),
    (lambda: registry.make({"name": "KS", "threshold": 1}), "KS has no 'threshold'; it has"),
    (lambda: OnAlarm(Sums(), "error"), "Sums cannot watch signal=error, only inputs; those"),
]


@pytest.mark.parametrize(("make", "sentence"), BAD)
def test_a_bad_setting_is_named(make, sentence):
    with pytest.raises(InputError, match=sentence):
        make()


def test_rows_that_do_not_suit_are_named():
    with pytest.raises(InputError, match="categorical names feature 2; the rows have 2, from 0"):
        KS(categorical=[2]).update(np.zeros(2))
    detector = KS()
    detector.update(np.zeros(2))
    with pytest.raises(InputError, match="a row has 3 features; those before had 2"):
        detector.update(np.zeros(3))


def _as_scipy(name):
    """What a feature is judged by, by the library's own functions."""
    if name == "KS":
        return lambda old, new: stats.ks_2samp(old, new, method="asymp").pvalue
    if name == "Wasserstein":
        return lambda old, new: stats.wasserstein_distance(old, new) / old.std()
    return lambda old, new: significance.chi_square(bins.counts(old, new, 10, False))


@pytest.mark.parametrize("name", ["PSI", "Wasserstein"])
@given(
    seed=st.integers(0, 999),
    features=st.integers(1, 4),
    digits=st.integers(0, 3),
    shift=st.floats(0, 3),
    holes=st.sampled_from([0.0, 0.0, 0.02]),
    categorical=st.sampled_from([(), (0,)]),
)
def test_all_features_at_once_are_measured_as_one_by_one(
    name, seed, features, digits, shift, holes, categorical
):
    rng = np.random.default_rng(seed)
    options = {"name": name, "reference": 50, "window": 30, "every": 10}
    detector = registry.make({**options, "categorical": categorical})[0]
    old, new = (np.round(rng.standard_normal((n, features)) * 2, digits) for n in (50, 30))
    old[:, -1] = 0.5  # a constant: its distance has no scale
    new = np.where(rng.random(new.shape) < holes, np.nan, new + np.round(shift, digits))
    prepared = detector._references(old)
    each = [
        detector.measure(j, prepared[j], new[np.isfinite(new[:, j]), j]) for j in range(features)
    ]
    assert detector.measures(prepared, new).tolist() == pytest.approx(each, rel=0, nan_ok=True)


@pytest.mark.parametrize("name", ["KS", "Wasserstein", "ChiSquare"])
@given(seed=st.integers(0, 999), digits=st.integers(0, 3), shift=st.floats(0, 3))
def test_a_look_measures_what_scipy_does(name, seed, digits, shift):
    """With ties and without, and with a reference that was looked at before."""
    rng = np.random.default_rng(seed)
    detector = registry.make({"name": name, "reference": 50, "window": 30, "every": 10})[0]
    old = np.round(rng.standard_normal(50), digits)
    for moved in (0.0, shift):
        new = np.round(rng.standard_normal(30) + moved, digits)
        (prepared,) = detector._references(old[:, None])
        assert detector.measure(0, prepared, new) == pytest.approx(
            _as_scipy(name)(old, new), rel=1e-12, nan_ok=True
        )


@given(
    ones=st.integers(1, 199), share=st.sampled_from([0.2, 0.4, 0.5]), threshold=st.floats(0.05, 0.9)
)
def test_a_distance_at_its_threshold_is_that_of_scipy(ones, share, threshold):
    """Also of two levels, whose distances are few, and often the threshold itself."""
    old = np.repeat([0.0, 1.0], [int(500 * (1 - share)), int(500 * share)])
    new = np.repeat([0.0, 1.0], [200 - ones, ones])
    plain = stats.wasserstein_distance(old, new) / old.std()
    for bound in (threshold, plain, round(plain, 3), np.nextafter(plain, 0)):
        if bound > 0:
            detector = Wasserstein(threshold=bound)
            assert detector.differs(old[:, None], new[:, None]) == (plain > bound)


@given(seed=st.integers(0, 999), k=st.integers(2, 8))
def test_the_p_value_of_a_table_is_that_of_scipy(seed, k):
    table = np.random.default_rng(seed).integers(5, 60, (2, k))
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert significance._p_value(table) == expected


@given(seed=st.integers(0, 999), digits=st.integers(1, 4))
def test_an_area_is_that_of_scikit_learn(seed, digits):
    rng = np.random.default_rng(seed)
    new = np.repeat([0, 1], [40, 25])
    chance = np.round(rng.random(65), digits)
    area = roc_auc_score(new, chance)
    for bound in (area, np.nextafter(area, 0), area - 1e-6, area + 1e-6):
        assert discriminator._area_above(new, chance, bound) == (area > bound)


@pytest.mark.parametrize("classifier", ["logistic", "tree"])
def test_the_discriminator_judges_as_cross_validation_does(classifier):
    detector = Discriminator(classifier=classifier, seed=3)
    for look in range(4):
        old, new = normal(f"old {look}", 120, 3), normal(f"new {look}", 60, 3) + 0.2 * look
        x, which = np.concatenate([old, new]), np.repeat([0, 1], [120, 60])
        folds = StratifiedKFold(5, shuffle=True, random_state=3)
        chance = cross_val_predict(detector.classifier, x, which, cv=folds, method="predict_proba")
        area = roc_auc_score(which, chance[:, 1])
        for bound, is_above in ((area, False), (np.nextafter(area, 0), True)):
            detector.auc = bound
            assert detector.differs(old, new) == is_above
