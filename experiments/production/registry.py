"""registry=mlflow: each stored model as a version in MLflow's registry, the champion by alias.

The folder stays the truth. What the registry lacks of it is added after each command, so that a
command which could not reach it is made up for by the next.
"""

from typing import Any

from retrainlab.experiments.production.folder import Folder
from retrainlab.experiments.tracking.connection import FOLDER, checked, experiment, one_sentence
from retrainlab.sim.errors import require

ALIAS = "champion"
FILE, SHA256 = "retrainlab.model", "retrainlab.sha256"


def is_asked(option: Any) -> bool:
    """Whether the registry is to be kept; `InputError` for what is not known or installed."""
    return checked(option, "registry")


def mirror(folder: Folder) -> None:
    """Add the versions that the registry lacks, and move the alias if another model serves."""
    from mlflow import MlflowClient

    kept = f"{folder.path} itself is complete; the next command makes up for it"
    with one_sentence(kept):
        client, home = MlflowClient(), experiment(kept)
        name = _registered(client, folder)
        query = f"name = '{name}'"
        versions = {one.tags.get(FILE): one for one in client.search_model_versions(query)}
        for fact in folder.journal.trained:
            if fact.name not in versions:
                versions[fact.name] = _add(client, home, name, folder, fact)
        champion = folder.crowned()
        if champion is not None:
            serving = versions[champion[1].name]
            known = client.get_registered_model(name).aliases.get(ALIAS)
            if known is None or int(known) != int(serving.version):
                client.set_registered_model_alias(name, ALIAS, serving.version)


def _registered(client: Any, folder: Folder) -> str:
    """Return the name of the registered model, which is that of the folder."""
    place, name = str(folder.path.resolve()), folder.path.resolve().name.replace("'", "_")
    known = client.search_registered_models(f"name = '{name}'")
    if not known:
        client.create_registered_model(name, tags={FOLDER: place})
    for one in known:
        require(
            one.tags.get(FOLDER) == place,
            f"the registry has another model called {name}, of {one.tags.get(FOLDER)}; give the "
            "folder another name",
        )
    return name


def _add(client: Any, home: str, name: str, folder: Folder, fact: Any) -> Any:
    """Return a new version: the model's file as an artifact of a run of its own."""
    begun = fact.decided < 0
    date = folder.journal.dates[folder.policy.world.warmup - 1 if begun else fact.decided]
    tags = {FILE: fact.name, SHA256: fact.sha256, "retrainlab.date": date}
    run = client.create_run(home, run_name=f"{name} {date}", tags=tags).info
    client.log_artifact(run.run_id, str(folder.store.model_path(fact.name)), "model")
    client.log_metric(run.run_id, "fit_seconds", fact.seconds)
    client.set_terminated(run.run_id)
    return client.create_model_version(name, f"{run.artifact_uri}/model", run.run_id, tags=tags)
