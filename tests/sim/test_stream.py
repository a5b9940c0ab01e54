"""A stream that is wrong is refused in one sentence when it is made, and not by numpy later."""

from dataclasses import replace

import numpy as np
import pytest
from streams import turning

from retrainlab.sim.errors import InputError
from retrainlab.sim.stream import Drift, Stream, require_stream

CLASSES, NUMBERS = turning(), turning(classes=0)
N = CLASSES.rows


def put(values, place, value, dtype=float):
    """A copy of the values with another one at a place."""
    changed = np.array(values, dtype=dtype)
    changed[place] = value
    return changed


def drifting(**changes):
    """The fields of a stream with one drift, which is changed."""
    return {"drifts": (replace(Drift("concept", 30, 30, 0.5), **changes),)}


BAD = {
    "x of one dimension": ({"x": np.zeros(N)}, r"x must be \(rows, features\), it has shape"),
    "x of three": ({"x": np.zeros((N, 3, 1))}, r"x must be \(rows, features\)"),
    "x of texts": ({"x": np.full((N, 3), "a")}, "x holds text values; it must be an array of num"),
    "x of objects": ({"x": np.full((N, 3), None)}, "x holds object values"),
    "x of dates": ({"x": np.full((N, 3), np.datetime64("2020", "D"))}, "x holds datetime64"),
    "x complex": ({"x": np.zeros((N, 3), complex)}, "x holds complex128 values"),
    "x ragged": ({"x": [[1.0], [1.0, 2.0]]}, "x is no array of numbers: its rows differ"),
    "x missing": ({"x": None}, "x is None; it must be an array of numbers"),
    "x without rows": ({"x": np.zeros((0, 3))}, "the stream has no rows"),
    "nan in x": ({"x": put(CLASSES.x, (7, 1), np.nan)}, "x is nan in row 7, feature 'x1'; a stre"),
    "inf in x": ({"x": put(CLASSES.x, (7, 2), -np.inf)}, "x is infinite in row 7, feature 'x2'"),
    "a feature too few": ({"features": ("a", "b")}, "2 feature names for 3 features"),
    "a name for three": ({"features": "abc"}, "features is 'abc'; it must be a tuple of texts"),
    "numbered features": ({"features": (0, 1, 2)}, r"features is \(0, 1, 2\); it must be a tuple"),
    "a feature twice": ({"features": ("a", "b", "a")}, "features names a twice"),
    "y too short": ({"y": CLASSES.y[1:]}, rf"y must hold one value a row \({N}\), it has shape"),
    "y of two dimensions": ({"y": CLASSES.y[:, None]}, "y must have one dimension"),
    "y of texts": ({"y": np.where(CLASSES.y, "yes", "no")}, "y holds text values"),
    "y not whole": ({"y": put(CLASSES.y, 5, 0.5)}, "y holds 0.5 at 5; it must hold class codes fr"),
    "y nan": (
        {"y": put(CLASSES.y, 5, np.nan)},
        "y holds nan at 5; it must hold class codes from 0",
    ),
    "y above the classes": ({"y": CLASSES.y + 1}, "y holds 2 at .*; .* class codes from 0 to 1"),
    "y below": ({"y": CLASSES.y - 1}, "y holds -1 at .*; it must hold class codes from 0 to 1"),
    "no classes": ({"classes": ()}, "classes is empty; a classification stream names them"),
    "a class twice": ({"classes": ("a", "a")}, "classes names a twice"),
    "another task": ({"task": "ranking"}, "task is 'ranking'; it must be classification or regr"),
    "offsets falling": (
        {"offsets": np.array([0, 400, 300, N])},
        r"number of rows \(.*it falls from 400 to 300 at 2",
    ),
    "offsets too far": (
        {"offsets": np.array([0, N + 1])},
        rf"offsets must rise .* \({N}\); it goes from 0 to {N + 1}",
    ),
    "offsets from 1": ({"offsets": np.array([1, N])}, "offsets must rise from 0"),
    "one offset": ({"offsets": np.array([0])}, "offsets must rise from 0"),
    "offsets not whole": (
        {"offsets": np.array([0, 2.5, N])},
        "offsets holds 2.5 at 1; .* whole nu",
    ),
    "offsets of two dimensions": (
        {"offsets": np.array([[0, N]])},
        "offsets must have one dimension",
    ),
    "ceiling above 1": ({"ceiling": np.full(N, 1.2)}, "ceiling is 1.2 in row 0; .* from 0 to 1"),
    "ceiling below 0": ({"ceiling": np.full(N, -0.1)}, "ceiling is -0.1 in row 0"),
    "ceiling too short": ({"ceiling": np.ones(3)}, "ceiling must hold one value a row"),
    "one ceiling": ({"ceiling": 0.9}, "ceiling must have one dimension"),
    "concept not whole": ({"concept": np.full(N, 0.5)}, "concept holds 0.5 at 0; .* -1 or more"),
    "concept below -1": ({"concept": np.full(N, -2)}, "concept holds -2 at 0"),
    "scored too long": ({"scored": np.zeros(N + 1, int)}, "scored must hold one value a row"),
    "scored out of classes": ({"scored": np.full(N, 9)}, "scored holds 9 at 0; .* from 0 to 1"),
    "entity below 0": ({"entity": np.full(N, -1)}, "entity holds -1 at 0; .* of 0 or more"),
    "entity of texts": ({"entity": np.full(N, "shop")}, "entity holds text values"),
    "drift outside": (drifting(stop=999), "a concept drift from tick 30 to 999 lies outside"),
    "drift backwards": (drifting(stop=29), "a concept drift from tick 30 to 29 lies outside"),
    "drift at half a tick": (drifting(start=1.5), "start of a concept drift is 1.5; .* a tick"),
    "drift of no kind": (drifting(kind="label"), "a drift is of kind 'label'; it must be concept"),
    "drift of too much": (
        drifting(magnitude=1.5),
        "magnitude of a concept drift is 1.5; .* most 1",
    ),
    "drift below 0": (
        drifting(kind="covariate", magnitude=-1),
        "of a covariate drift is -1; it mus",
    ),
    "drift in words": (drifting(magnitude="much"), "magnitude of a concept drift is 'much'"),
    "drifts of tuples": (
        {"drifts": ((3, 4),)},
        r"drifts holds \(3, 4\); each must be a retrainlab",
    ),
    "a list of drifts": ({"drifts": []}, r"drifts is \[\]; it must be a tuple"),
    "no such category": ({"categorical": (3,)}, "categorical names column 3; .* are 0 to 2"),
    "categories not whole": ({"categorical": (0,)}, "feature 'x0' is categorical; it must hold wh"),
    "staleness above 1": ({"staleness": 2.0}, "staleness is 2.0; it must be a share from 0 to 1"),
    "a story of None": ({"story": None}, "story is None; it must be a text"),
}
BAD_NUMBERS = {
    "classes": ({"classes": ("a",)}, r"classes is \('a',\); a regression stream has none"),
    "y nan": ({"y": put(NUMBERS.y, 3, np.nan)}, "y is nan in row 3; it must be a number"),
    "y inf": ({"y": put(NUMBERS.y, 3, np.inf)}, "y is inf in row 3"),
    "scored nan": ({"scored": put(NUMBERS.y, 3, np.nan), "unlabelled": True}, "scored is nan in r"),
    "ceiling above 0": ({"ceiling": np.full(N, 0.5)}, "ceiling is 0.5 .* minus an expected absolu"),
    "ceiling infinite": ({"ceiling": np.full(N, -np.inf)}, "ceiling is -inf in row 0"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_field_is_named(name):
    changes, sentence = BAD[name]
    with pytest.raises(InputError, match=sentence):
        replace(CLASSES, **changes)


@pytest.mark.parametrize("name", BAD_NUMBERS)
def test_a_bad_field_of_a_regression_is_named(name):
    changes, sentence = BAD_NUMBERS[name]
    with pytest.raises(InputError, match=sentence):
        replace(NUMBERS, **changes)


def test_what_loses_nothing_is_converted():
    made = replace(
        CLASSES,
        x=CLASSES.x.astype(np.float32),
        y=CLASSES.y.astype(float),
        offsets=CLASSES.offsets.tolist(),
        ceiling=np.ones(N, dtype=int),
        concept=np.zeros(N, dtype=bool),
        entity=np.arange(N, dtype=np.uint8) % 3,
    )
    types = {name: getattr(made, name).dtype for name in ("x", "ceiling")}
    assert set(types.values()) == {np.dtype(np.float64)}
    codes = {getattr(made, name).dtype for name in ("y", "offsets", "concept", "entity")}
    assert codes == {np.dtype(np.int64)}
    assert np.array_equal(made.y, CLASSES.y)
    assert np.array_equal(made.x, CLASSES.x.astype(np.float32))


def test_arrays_are_shared_and_locked():
    x = np.array(CLASSES.x)
    made = replace(CLASSES, x=x)
    assert np.shares_memory(made.x, x)
    for name in ("x", "y", "offsets", "ceiling", "concept"):
        assert not getattr(made, name).flags.writeable
    assert x.flags.writeable


def test_what_is_unknown_is_allowed():
    gaps = replace(CLASSES, x=put(CLASSES.x, (0, 0), np.nan), missing=True)
    assert np.isnan(gaps.x[0, 0])
    assert np.isnan(replace(NUMBERS, y=put(NUMBERS.y, 599, np.nan), unlabelled=True).y[-1])
    drift = Drift("covariate", 0, 60, float("nan"))
    assert replace(CLASSES, drifts=(drift,)).drifts == (drift,)


@pytest.mark.parametrize(("made", "what"), [(None, "nothing"), ((1, 2), "a tuple")])
def test_a_scenario_that_makes_no_stream_is_named(made, what):
    with pytest.raises(InputError, match=f"the scenario made {what}; it is called with a seed"):
        require_stream(made)
    require_stream(CLASSES)
    assert isinstance(CLASSES, Stream)
