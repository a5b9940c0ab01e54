"""What a loss may ask for by name besides label and prediction."""

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB
from streams import At, run, stream_of, turning

from retrainlab.sim.errors import InputError
from retrainlab.sim.replay.predictions import Prediction
from retrainlab.sim.replay.row_loss import RowLoss
from retrainlab.strategies.what import Everything

X = np.array([[0.0, 5.0], [1.0, 6.0], [np.nan, 7.0]])
STREAM = stream_of(
    X,
    [0, 1, 1],
    [1, 2],
    categorical=(0,),
    levels=(("bonn", "ulm"),),
    missing=True,
    beside=[[10.0], [20.0], [30.0]],
    beside_names=("amount",),
)
GIVEN = Prediction(np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]]), np.array([1, 0, 1]))


def seen_by(loss, rows=slice(0, 3)):
    """What a loss is given, of some rows of the stream; it returns zeros."""
    RowLoss(loss, STREAM)(STREAM.y[rows], GIVEN[rows], rows)


def test_everything_that_has_a_name_is_of_the_same_rows():
    seen = {}

    def loss(y, prediction, decision, *, columns, weight, classes, unused=3):
        if not seen:  # later calls are for rows alone
            seen.update(y=y, p=prediction, d=decision, c=columns, w=weight, k=classes, u=unused)
        return np.zeros(len(y))

    seen_by(loss, slice(1, 3))
    assert seen["y"].tolist() == [1, 1]
    assert seen["p"].tolist() == [[0.8, 0.2], [0.3, 0.7]]
    assert seen["d"].tolist() == [0, 1]
    assert seen["w"].tolist() == [1, 1]
    assert seen["k"] == ("0", "1")
    assert seen["u"] == 3
    columns = {name: values.tolist() for name, values in seen["c"].items()}
    assert columns == {"x0": ["ulm", None], "x1": [6.0, 7.0], "amount": [20.0, 30.0]}


def test_an_unknown_column_and_an_unknown_parameter_are_named():
    with pytest.raises(InputError, match="there is no column 'amont'; did you mean 'amount'"):
        seen_by(lambda y, p, columns: columns["amont"])
    with pytest.raises(InputError, match=r"asks for 'customer'; .* decision, classes, weight, col"):
        seen_by(lambda y, p, customer: y)


@pytest.mark.parametrize(
    "loss",
    [
        lambda y, p, decision: np.multiply(decision, 2, out=decision),
        lambda y, p, columns: np.multiply(columns["x1"], 2, out=columns["x1"]),
    ],
    ids=["decision", "columns"],
)
def test_a_loss_cannot_change_what_it_is_given(loss):
    with pytest.raises(InputError, match="changes the arrays that it is given"):
        seen_by(loss)


def test_a_loss_by_columns_prices_a_replay():
    """Each wrong row costs the size of its first feature."""
    stream = turning(turns=())

    def loss(y, prediction, decision, columns):
        return np.abs(columns["x0"]) * (decision != y)

    ledger = run(stream, GaussianNB(), At(), Everything(), loss=loss, warmup=10)
    model = GaussianNB().fit(stream.x[:100], stream.y[:100])
    wrong = model.predict(stream.x[100:]) != stream.y[100:]
    expected = np.abs(stream.x[100:, 0])[wrong].sum()
    assert ledger.ticks["loss"].sum() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"beside": np.ones((2, 1))}, r"beside must be \(rows, 0\)"),
        ({"beside_names": ("a",)}, "and beside is None; give their values"),
        ({"beside": [[1.0], [np.nan]], "beside_names": ("a",)}, "beside is nan in row 1, column"),
        ({"beside": np.ones((2, 1)), "beside_names": ("x0",)}, "both name x0"),
        ({"beside": np.ones((1, 1)), "beside_names": ("a",)}, "beside must hold one value a row"),
        ({"categorical": (0,), "levels": (("a",),)}, "must be a different name for each code"),
        ({"levels": (("a",),)}, "levels has 1 entries for 0 categorical features"),
    ],
)
def test_columns_beside_and_levels_are_checked(more, sentence):
    with pytest.raises(InputError, match=sentence):
        stream_of([0.0, 1.0], [0, 1], [2], **more)
