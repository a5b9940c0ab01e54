"""Several runs side by side: what changed in their configuration, and in their results."""

from collections.abc import Sequence
from os.path import relpath
from pathlib import Path
from typing import Any

from retrainlab.reports.analysis.decision import judge
from retrainlab.reports.analysis.statistics import paired
from retrainlab.reports.analysis.summary import by_seed, summary
from retrainlab.reports.analysis.tables import Tables, load
from retrainlab.reports.pages.html import write_page
from retrainlab.reports.pages.study_page import provenance
from retrainlab.reports.text.format import UNKNOWN, number, percent_of, plus_minus
from retrainlab.sim.errors import require


def build(folders: Sequence[Path]) -> Path:
    """Write `comparison.html` into the last folder; the first run is what others are held against.

    Raises `InputError` where a folder holds no study, or the same one is named twice.
    """
    resolved = [folder.resolve() for folder in folders]
    require(len(set(resolved)) == len(resolved), "the same run is named twice; name different ones")
    studies = [load(folder) for folder in folders]
    names = [folder.name for folder in resolved]
    return write_page(
        folders[-1],
        "comparison.html.j2",
        file="comparison.html",
        runs=[_run(*one, resolved[-1]) for one in zip(names, resolved, studies, strict=True)],
        changes=changes([study.manifest.config for study in studies]),
        scenarios=[(name, _results(name, studies, names)) for name in _shared(studies)],
    )


def changes(configs: Sequence[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """Return the paths whose values differ, each with its value in every configuration."""
    flat = [_flat(config) for config in configs]
    paths = dict.fromkeys(path for one in flat for path in one)
    found = [(path, [one.get(path, UNKNOWN) for one in flat]) for path in paths]
    return [(path, values) for path, values in found if len(set(values)) > 1]


def _flat(node: Any, path: str = "") -> dict[str, str]:
    if not isinstance(node, dict) or not node:
        return {path: str(node)}
    parts = [_flat(value, f"{path}.{key}".lstrip(".")) for key, value in node.items()]
    return {key: value for part in parts for key, value in part.items()}


def _run(name: str, folder: Path, study: Tables, beside: Path) -> dict[str, Any]:
    """Return what a run is and what it recommends."""
    manifest = study.manifest
    decisions = [
        (n, judge(study.of(n).runs, manifest.strategies, manifest.scenarios[n]).headline)
        for n in study.scenarios
    ]
    page = relpath(folder / "report.html", beside)
    return {"name": name, "page": page, "decisions": decisions, **provenance(study, folder)}


def _shared(studies: Sequence[Tables]) -> list[str]:
    """Scenarios that the first run shares with another one."""
    others = {name for study in studies[1:] for name in study.scenarios}
    return [name for name in studies[0].scenarios if name in others]


def _results(name: str, studies: Sequence[Tables], names: list[str]) -> list[dict[str, Any]]:
    """Return a row a label of the first run: its cost in each run, and the change, by seed."""
    costs = [by_seed(s.of(name).runs) if name in s.scenarios else None for s in studies]
    first, rows = costs[0], []
    assert first is not None
    for row in summary(studies[0].of(name)).to_dict("records"):
        cells = []
        for other in costs[1:]:
            if other is None or row["label"] not in other:
                cells.append({"cost": UNKNOWN, "change": UNKNOWN, "sure": "not in this run"})
                continue
            own = other[row["label"]]
            gap = paired(own, first[row["label"]])
            shared = f"{gap.seeds} shared seed{'' if gap.seeds == 1 else 's'}"
            share = percent_of(gap.mean, float(first[row["label"]].mean()))
            said = f"{plus_minus(gap.mean, gap.half, sign=True)}, {share}"
            sure = "beyond noise" if gap.clear else "noise" if gap.seeds > 1 else "no interval"
            cells.append(
                {"cost": number(float(own.mean())), "change": said, "sure": f"{sure}, {shared}"}
            )
        rows.append({"label": row["label"], "cost": number(row["cost"]), "cells": cells})
    return rows
