"""From a run to a production folder: the setting that was simulated, as `policy.yaml`."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from retrainlab.experiments.config.build import build, suggest
from retrainlab.experiments.config.composed import composed
from retrainlab.experiments.production import journal, model_file, policy, scheduler_files
from retrainlab.experiments.production.data import (
    DataPlace,
    asked_date,
    open_source,
    resolved,
    tick_date,
)
from retrainlab.experiments.production.policy import Policy
from retrainlab.experiments.storage import files, git
from retrainlab.experiments.study.cells import Cell, expand
from retrainlab.experiments.study.error_costs import learner_of, loss_of
from retrainlab.experiments.study.follows import at_prices
from retrainlab.reports.results import decision_file, manifest
from retrainlab.reports.results.manifest import Manifest
from retrainlab.reports.results.saved_table import columns_of, read_table
from retrainlab.scenarios.tabular.schema import Schema
from retrainlab.scenarios.tabular.sql import SQLITE
from retrainlab.sim.checksums import verify
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.learners import OPTIONS

# What a run says of a setting, to be compared with what happens.
SIMULATED = ("ticks", "rows", "loss", "score", "retrainings", "deployed", "rejected", "labels")


@dataclass(frozen=True)
class ExportOptions:
    """ExportOptions of `export`.

    label: of the setting; None: the decision's choice. scenario: where the run has several. start:
    first date of the history; None: that of the run. data: a folder, a file or a database; None:
    the run's file. query, dates: of a database. labels, labels_query: where labels come from that
    stand in files, or a table, of their own; key: the column by which they find their rows.
    """

    label: str | None = None
    scenario: str | None = None
    start: str | None = None
    data: str | None = None
    query: str | None = None
    dates: str | None = None
    labels: str | None = None
    labels_query: str | None = None
    key: str | None = None


def export(run: Path, folder: Path, options: ExportOptions) -> Policy:
    """Write the policy of a run's setting into a folder, and return it."""
    model_file.require_installed()
    _require_used(options)
    require(
        not (folder / journal.FILE).exists(),
        f"{folder} is at work already: it has a journal; export to a new folder",
    )
    study = manifest.read(run / "manifest.json")
    require(study.sweep is None, f"{run} is a sweep; run the one setting that you want by itself")
    name = _scenario(study, options.scenario)
    file = build(_node(study, name), f"scenario.{name}")
    require(
        hasattr(file, "schema"),
        f"scenario {name} is drawn, not data; run your own table first, as in retrainlab optimize "
        "scenario=file scenario.file.path=data.csv scenario.file.target=y scenario.file.time=date",
    )
    made = _policy(run, study, name, options, file)
    made.strategy()
    first = _first(made)
    policy.save(made, folder)
    scheduler_files.write(made, folder, first)
    return made


def _policy(run: Path, study: Manifest, name: str, options: ExportOptions, file: Any) -> Policy:
    label = options.label or _choice(run, study, name)
    prices = study.scenarios[name].prices or study.prices
    cell = _cell(study, label, prices)
    columns: Schema = file.schema()
    task, config, info = columns.task, study.config, study.scenarios[name]
    learner = learner_of(config)
    original = DataPlace(path=file.path, sample=file.sample)
    return Policy(
        schema=policy.SCHEMA,
        label=label,
        when=cell.node["when"],
        what=cell.node["what"],
        gate=cell.node["gate"],
        learner={
            "name": learner.get("name", "own"),
            "estimator": learner[task],
            **{key: learner[key] for key in OPTIONS if key in learner},
        },
        loss=loss_of(config)[task],
        world=info.world,
        seed=info.seeds[0],
        start=_start(options.start, file, columns),
        data=_place(options, original),
        columns=columns,
        labels=_labels(options),
        simulated=_simulated(run, study, name, label),
        versions=files.versions(),
        provenance={
            "run": str(run.resolve()),
            "scenario": name,
            "command": study.command,
            "git": git.state(),
            "exported": datetime.now().astimezone().isoformat(timespec="seconds"),
            "run_versions": study.versions,
            "prices": vars(prices),
            "data": dict(info.facts).get("fingerprint", ""),
        },
    )


def _first(made: Policy) -> str:
    """Return the date of the first tick that is served, as far as there are rows already."""
    columns = made.columns
    source = open_source(made.data, columns)
    dates = [date for date in source.dates() if date >= made.start]
    return dates[made.world.warmup] if len(dates) > made.world.warmup else made.start


def _node(study: Manifest, name: str) -> dict[str, Any]:
    return {key: value for key, value in study.config["scenario"][name].items() if key != "world"}


def _scenario(study: Manifest, name: str | None) -> str:
    names = list(study.scenarios)
    if name is None:
        require(
            len(names) == 1,
            f"the run has several scenarios ({', '.join(names)}); name one: scenario={names[0]}",
        )
        return names[0]
    require(name in names, f"scenario is {name!r}; {suggest(name, names)}")
    return name


def _choice(run: Path, study: Manifest, name: str) -> str:
    """Return the setting that the run recommends."""
    decision = decision_file.load(run)[name]
    require(
        decision.choice in study.strategies,
        f"the run recommends {decision.choice}, which is no strategy; name the setting that is to "
        f"run: label='{next(iter(study.strategies))}'",
    )
    return str(decision.choice)


def _cell(study: Manifest, label: str, prices: Prices) -> Cell:
    """Return the setting of a label, composed anew from the words that give it and no other.

    What follows the price has its value at these prices.
    """
    if label not in study.strategies:
        raise InputError(f"label is {label!r}; {suggest(label, list(study.strategies))}")
    words = list(study.strategies[label].overrides)
    strategies = composed("config", words)["strategy"]
    keys = [word.split("=", 1)[0].lstrip("+~") for word in words]
    (cell,) = expand(strategies, keys)
    return at_prices(cell, prices)


def _start(asked: str | None, file: Any, columns: Schema) -> str:
    """Return the date of the first tick: as asked, or that of the rows of the run."""
    if asked is not None:
        return asked_date(asked, columns)
    return tick_date(str(file.coded(file.source).times.iloc[0]), columns.every)


def _place(options: ExportOptions, file: DataPlace) -> DataPlace:
    if options.data is None:
        require(
            not _is_database(file.path),
            "the run read a database; name it by data=, with query= for the rows of :date and "
            "dates= for all dates",
        )
        return resolved(file)
    if _is_database(options.data):
        return DataPlace(url=_absolute(options.data), query=options.query, dates=options.dates)
    is_file = file.path is not None and Path(options.data).resolve() == Path(file.path).resolve()
    place = resolved(DataPlace(path=options.data, sample=file.sample if is_file else 1.0))
    require(Path(str(place.path)).exists(), f"data {options.data!r} does not exist")
    return place


def _is_database(place: str | None) -> bool:
    return place is not None and "://" in place


def _require_used(options: ExportOptions) -> None:
    """Raise `InputError` for an option that nothing else makes use of."""
    for name in ("query", "dates"):
        require(
            getattr(options, name) is None or _is_database(options.data),
            f"{name} is set, and data names no database, as data=sqlite:///shop.db does",
        )
    require(
        options.key is None or options.labels is not None or options.labels_query is not None,
        "key is set, and labels are not; name where they stand, as in labels=labels/",
    )
    require(
        options.labels_query is not None or not _is_database(options.labels),
        "labels names a database; ask for those of :date by labels_query=",
    )


def _labels(options: ExportOptions) -> DataPlace | None:
    if options.labels_query is not None:
        url = _absolute(options.labels or options.data or "")
        return DataPlace(url=url, query=options.labels_query, key=options.key)
    if options.labels is None:
        return None
    return resolved(DataPlace(path=options.labels, key=options.key))


def _absolute(url: str) -> str:
    if not url.startswith(SQLITE):
        return url
    return SQLITE + str(Path(url.removeprefix(SQLITE)).expanduser().resolve())


def _simulated(run: Path, study: Manifest, name: str, label: str) -> dict[str, Any]:
    """Return what the run found for the setting, a number each; of several streams the mean."""
    path, columns = run / "runs.parquet", ["scenario", "label", *SIMULATED]
    verify(run, path.name)
    columns_of(path, columns, "study")
    runs = read_table(path, columns)
    rows = runs[(runs["scenario"] == name) & (runs["label"] == label)]
    failed = [one.error for one in study.failures if (one.scenario, one.label) == (name, label)]
    why = f" ({failed[0]})" if failed else ""
    require(len(rows) > 0, f"{label} has no result on {name}{why}; export a setting that has one")
    return {key: round(float(rows[key].mean()), 6) for key in SIMULATED}
