"""Batch prediction: the champion of a folder, a file in, a file with predictions out."""

from pathlib import Path

import pandas as pd

from retrainlab.experiments.production import policy as policies
from retrainlab.experiments.production.data import read_by
from retrainlab.experiments.production.folder import Folder
from retrainlab.scenarios.tabular.paths import locate, members
from retrainlab.sim import atomic
from retrainlab.sim.errors import InputError, own_code, require


def predict_file(path: Path, source: str, target: str) -> dict[str, object]:
    """Write the rows of a file with the champion's predictions; return what was done."""
    require(target.endswith((".csv", ".parquet")), f"{target} must end in .csv or .parquet")
    policy, place = policies.load(path), locate(source)
    require(
        Path(target).resolve() not in {member.resolve() for member in members(place)},
        f"{target} holds the rows to predict, and would be overwritten; name another file",
    )
    frame = read_by(policy.columns, place)
    predicted = predict(path, frame)
    if target.endswith(".parquet"):
        atomic.write_atomic(Path(target), lambda half: predicted.to_parquet(half, index=False))
    else:
        atomic.write_atomic(Path(target), lambda half: predicted.to_csv(half, index=False))
    model = predicted[_new_name("model", frame)]
    return {"rows": len(predicted), "model": int(model.iloc[0]), "file": target}


def predict(path: Path, frame: pd.DataFrame) -> pd.DataFrame:
    """(n, ...) the rows with `prediction`, `p_<class>` where there are any, and `model`.

    A name that the rows have themselves is followed by `_2`. model: number of the training in the
    ledger. Rows may stand in any order, and need no label. `InputError` if a column is missing,
    nothing has been deployed yet, or the model's file has changed.
    """
    folder = Folder(path)
    champion = folder.crowned()
    if champion is None:
        raise InputError(f"{path} has no champion yet; run {folder.tick_command}")
    number, fact = champion
    schema = folder.rows.schema
    for name in (*(column.name for column in schema.columns), *schema.time):
        require(name in frame.columns, f"the rows to predict have no column {name!r}")
    schema = schema.extended(frame)
    x = schema.x(frame, schema.clock.times(frame, in_order=False))
    learner = folder.policy.make_learner(folder.fits().stream)
    model = folder.store.model(fact)
    with own_code(f"the model {fact.name} cannot predict these rows"):
        given = learner.predict(model, x)
    decided, chances = given.decision, given.given
    names = [schema.classes[code] for code in decided] if schema.classes else decided
    new = {"prediction": names, "model": number}
    if schema.classes and chances.ndim == 2:
        new |= {f"p_{name}": chances[:, k] for k, name in enumerate(schema.classes)}
    return frame.assign(**{_new_name(name, frame): values for name, values in new.items()})


def _new_name(name: str, frame: pd.DataFrame) -> str:
    """Return the name of a column that is added to a frame."""
    tried = (name, *(f"{name}_{count}" for count in range(2, len(frame.columns) + 3)))
    return next(other for other in tried if other not in frame.columns)
