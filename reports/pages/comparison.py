"""Several runs side by side: what changed in their configuration, and in their results."""

from collections.abc import Sequence
from os.path import relpath
from pathlib import Path
from typing import Any

import pandas as pd

from retrainlab.reports.analysis.decision_file import load as decisions
from retrainlab.reports.analysis.statistics import paired
from retrainlab.reports.analysis.summary import by_seed, summary
from retrainlab.reports.analysis.tables import Tables, load
from retrainlab.reports.pages.html import write_page
from retrainlab.reports.pages.study_page import provenance
from retrainlab.reports.text.decision import headline
from retrainlab.reports.text.format import UNKNOWN, count, money, number, percent_of, plus_minus
from retrainlab.reports.text.price_words import paid
from retrainlab.sim.errors import require
from retrainlab.sim.multiple_comparisons import bonferroni

OTHER_PRICES = (
    "The runs have other prices, so that a change of a total cost below is also one of prices, and "
    "no policy need have become better or worse."
)


def build(folders: Sequence[Path]) -> Path:
    """Write `comparison.html` into the last folder; the first run is the reference of the others.

    Raises `InputError` where a folder holds no study or no report, or is named twice.
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
        other_prices=other_prices(names, studies),
        changes=changes([study.manifest.config for study in studies]),
        scenarios=[(name, _results(name, studies)) for name in _shared(studies)],
    )


def other_prices(names: Sequence[str], studies: Sequence[Tables]) -> str:
    """Say that costs at other prices are no change of a policy; nothing where all are the same.

    names: of the runs.
    """
    each = [", ".join(paid(study.manifest)) for study in studies]
    if len(set(each)) == 1:
        return ""
    prices = "; ".join(f"{name}: {text}" for name, text in zip(names, each, strict=True))
    return f"{OTHER_PRICES} {prices}."


def changes(configs: Sequence[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """Return the paths whose values differ, each with its value in every configuration."""
    flat = [_flat(config) for config in configs]
    paths = dict.fromkeys(path for one in flat for path in one)
    listed = [(path, [one.get(path, UNKNOWN) for one in flat]) for path in paths]
    return [(path, values) for path, values in listed if len(set(values)) > 1]


def _flat(node: Any, path: str = "") -> dict[str, str]:
    if not isinstance(node, dict) or not node:
        return {path: str(node)}
    parts = [_flat(value, f"{path}.{key}".lstrip(".")) for key, value in node.items()]
    return {key: value for part in parts for key, value in part.items()}


def _run(name: str, folder: Path, study: Tables, beside: Path) -> dict[str, Any]:
    """Return what a run is and what it recommends."""
    headlines = [(n, headline(d, study.manifest)) for n, d in decisions(folder).items()]
    page = relpath(folder / "report.html", beside)
    return {"name": name, "page": page, "decisions": headlines, **provenance(study, folder)}


def _shared(studies: Sequence[Tables]) -> list[str]:
    """Scenarios that the first run shares with another one."""
    others = {name for study in studies[1:] for name in study.scenarios}
    return [name for name in studies[0].scenarios if name in others]


def _results(name: str, studies: Sequence[Tables]) -> list[dict[str, Any]]:
    """Return a row a label of the first run: its cost in each run, and the change, by seed."""
    currencies = [study.manifest.prices.currency for study in studies]
    first, *others = [
        by_seed(study.of(name).runs) if name in study.scenarios else pd.DataFrame()
        for study in studies
    ]
    rows = summary(studies[0].of(name)).to_dict("records")
    shared = sum(row["label"] in costs for row in rows for costs in others)
    confidence = bonferroni(shared)
    return [
        {
            "label": row["label"],
            "cost": money(number(row["cost"]), currencies[0]),
            "cells": [
                _change(row["label"], first, costs, confidence, currency)
                for costs, currency in zip(others, currencies[1:], strict=True)
            ],
        }
        for row in rows
    ]


def _change(
    label: str,
    first: pd.DataFrame,
    costs: pd.DataFrame,
    confidence: float,
    currency: str | None,
) -> dict[str, str]:
    """Return the cost of a label in a run, and how it differs from that in the first run."""
    if label not in costs:
        return {"cost": UNKNOWN, "change": UNKNOWN, "sure": "not in this run"}
    gap = paired(costs[label], first[label], confidence)
    size = plus_minus(gap.mean, gap.half, sign=True)
    several = "significant" if gap.clear else "not significant"
    return {
        "cost": money(number(float(costs[label].mean())), currency),
        "change": f"{size}, {percent_of(gap.mean, float(first[label].mean()))}",
        "sure": f"{several if gap.seeds > 1 else 'no interval'}, {count(gap.seeds, 'shared seed')}",
    }
