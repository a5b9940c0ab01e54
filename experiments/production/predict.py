"""Batch prediction: the champion of a folder, a file in, a file with predictions out."""

import json
from pathlib import Path

import pandas as pd

from retrainlab.experiments.production import policy as policies
from retrainlab.experiments.production.data import read_by
from retrainlab.experiments.production.folder import CHAMPION, Folder
from retrainlab.experiments.storage import files
from retrainlab.scenarios.tabular.paths import locate
from retrainlab.sim.errors import require


def predict_file(path: Path, source: str, target: str) -> dict[str, object]:
    """Write the rows of a file with the champion's predictions; return what was done."""
    require(target.endswith((".csv", ".parquet")), f"{target} must end in .csv or .parquet")
    policy = policies.load(path)
    frame = read_by(policy.columns, locate(source))
    predicted = predict(path, frame)
    if target.endswith(".parquet"):
        files.write_atomic(Path(target), lambda half: predicted.to_parquet(half, index=False))
    else:
        files.write_atomic(Path(target), lambda half: predicted.to_csv(half, index=False))
    return {"rows": len(predicted), "model": int(predicted["model"].iloc[0]), "file": target}


def predict(path: Path, frame: pd.DataFrame) -> pd.DataFrame:
    """(n, ...) the rows with `prediction`, `p_<class>` where there are any, and `model`.

    model: number of the training in the ledger. The label column is not needed. `InputError` if
    nothing has been deployed yet, or the model's file has changed.
    """
    folder = Folder(path)
    require(
        (path / CHAMPION).is_file(),
        f"{path} has no champion yet; run retrainlab tick {path}",
    )
    champion = json.loads((path / CHAMPION).read_text(encoding="utf-8"))
    schema = folder.rows.schema.extended(frame)
    x = schema.x(frame, schema.clock.times(frame))
    learner = folder.policy.make_learner(folder.fits().stream)
    given = learner.predict(folder.store.model(folder.journal.models[champion["model"]]), x)
    decided, chances = given.decision, given.given
    out = frame.assign(
        prediction=[schema.classes[code] for code in decided] if schema.classes else decided,
        model=champion["number"],
    )
    if schema.classes and chances.ndim == 2:
        out = out.assign(**{f"p_{name}": chances[:, k] for k, name in enumerate(schema.classes)})
    return out
