"""Several runs side by side: what changed in their configuration, and in their results."""

from collections.abc import Sequence
from os.path import relpath
from pathlib import Path
from typing import Any

import pandas as pd

from retrainlab.reports.analysis.compared_runs import at_prices_of, change
from retrainlab.reports.decision.statistics import paired
from retrainlab.reports.decision.summary import summary
from retrainlab.reports.drawing.canvas import theme
from retrainlab.reports.drawing.inline import Picture, picture
from retrainlab.reports.drawing.marks import distinct
from retrainlab.reports.figures.compared_costs import compared_costs
from retrainlab.reports.figures.scenario_figures import name_currency
from retrainlab.reports.pages.html import write_page
from retrainlab.reports.pages.study_page import provenance
from retrainlab.reports.results.decision_file import load as decisions
from retrainlab.reports.results.tables import Tables, load
from retrainlab.reports.text import run_change
from retrainlab.reports.text.decision import headline
from retrainlab.reports.text.format import (
    UNKNOWN,
    count,
    listed,
    money,
    percent_of,
    plus_minus,
    shorten,
    slug,
    three_digits,
)
from retrainlab.reports.text.price_words import loss_of, paid, unit_of_loss
from retrainlab.reports.text.provenance import named_source
from retrainlab.sim.errors import make_folder, require
from retrainlab.sim.multiple_comparisons import bonferroni

OTHER_PRICES = (
    "The runs have other prices. The costs below are all at the prices of the first run, so that a "
    "change is one of the policy or of the data."
)
NOT_COMPARED = {"cost": UNKNOWN, "change": UNKNOWN, "sure": "another loss", "clear": False}
OTHER_LOSSES = "Runs that count another loss are not compared by their costs."


def build(folders: Sequence[Path]) -> Path:
    """Write `comparison.html` into the last folder; the first run is the reference of the others.

    Costs are those at the prices of the first run. Raises `InputError` where a folder holds no
    study or no report, or is named twice.
    """
    resolved = [folder.resolve() for folder in folders]
    require(len(set(resolved)) == len(resolved), "the same run is named twice; name different ones")
    studies = [load(folder) for folder in folders]
    names = [folder.name for folder in resolved]
    compared = [_Compared(name, names, studies) for name in _shared(studies)]
    return write_page(
        folders[-1],
        "comparison.html.j2",
        file="comparison.html",
        runs=[_run(*one, resolved[-1]) for one in zip(names, resolved, studies, strict=True)],
        other_prices=other_prices(names, studies, not all(all(one.alike) for one in compared)),
        headlines=[line for one in compared for line in one.headlines()],
        changes=changes([study.manifest.config for study in studies]),
        scenarios=[(one.name, one.rows(), one.picture(folders[-1])) for one in compared],
    )


def other_prices(names: Sequence[str], studies: Sequence[Tables], other_losses: bool) -> str:
    """Say which costs are no change of a policy; nothing where prices and losses are the same.

    names: of the runs. other_losses: whether some count another loss than the first.
    """
    each = [", ".join(paid(study.manifest)) for study in studies]
    said = [OTHER_PRICES] * (len(set(each)) > 1) + [OTHER_LOSSES] * other_losses
    if not said:
        return ""
    prices = "; ".join(f"{name}: {text}" for name, text in zip(names, each, strict=True))
    return f"{' '.join(said)} {prices}."


def changes(configs: Sequence[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """Return the paths whose values differ, each with its value in every configuration."""
    flat = [_flat(config) for config in configs]
    paths = dict.fromkeys(path for one in flat for path in one)
    listed = [(path, [one.get(path, UNKNOWN) for one in flat]) for path in paths]
    # Equal as values, so that 100 and 100.0 are no change.
    changed = [(path, values) for path, values in listed if any(v != values[0] for v in values)]
    return [(path, [str(value) for value in values]) for path, values in changed]


def _flat(node: Any, path: str = "") -> dict[str, Any]:
    if not isinstance(node, dict) or not node:
        return {path: node}
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


def _unit_of_loss(one: Tables, scenario: str) -> tuple[str, str]:
    """Return what a run counts as its loss; money of another currency is another loss."""
    loss = loss_of(one.manifest, scenario)
    return loss, unit_of_loss(loss, one.manifest.prices.currency)


class _Compared:
    """One scenario in all runs, at the prices of the first.

    alike: of each run, whether it counts the same loss as the first, so that costs are compared.
    """

    def __init__(self, name: str, names: Sequence[str], studies: Sequence[Tables]) -> None:
        self.name, self.names = name, names
        ones = [study.of(name) if name in study.scenarios else None for study in studies]
        assert ones[0] is not None
        self.first = ones[0]
        units = [_unit_of_loss(one, name) if one else None for one in ones]
        self.alike = [unit in (units[0], None) for unit in units]
        prices = self.first.manifest.prices
        self.currency = prices.currency
        self.common = [at_prices_of(one, prices) if one else None for one in ones]
        self.own = [at_prices_of(one, one.manifest.prices)[1] if one else None for one in ones]

    @property
    def costs(self) -> list[pd.DataFrame]:
        """(seeds, labels) of each run; empty where the scenario is not in it."""
        return [one[0] if one else pd.DataFrame() for one in self.common]

    def headlines(self) -> list[str]:
        """Return a sentence for each other run that has the scenario."""
        before = self.own[0]
        assert before is not None
        return [
            run_change.sentence(
                change(before, after, common[1]), self.names[0], name, self.name, is_one_loss
            )
            for name, after, common, is_one_loss in list(
                zip(self.names, self.own, self.common, self.alike, strict=True)
            )[1:]
            if after and common
        ]

    def rows(self) -> list[dict[str, Any]]:
        """Return a row a label of the first run: its cost in each run, and the change, by seed."""
        first, *others = self.costs
        labels = summary(self.first)["label"].tolist()
        compared = [costs for costs, is_one in zip(others, self.alike[1:], strict=True) if is_one]
        confidence = bonferroni(sum(label in costs for label in labels for costs in compared))
        return [self._row(label, first, others, confidence) for label in labels]

    def _row(
        self, label: str, first: pd.DataFrame, others: list[pd.DataFrame], confidence: float
    ) -> dict[str, Any]:
        cells = [
            _change(label, first, costs, confidence, self.currency) if is_one else NOT_COMPARED
            for costs, is_one in zip(others, self.alike[1:], strict=True)
        ]
        return {
            "label": label,
            "cost": money(three_digits(float(first[label].mean())), self.currency),
            "cells": cells,
            "changed": any(cell["clear"] for cell in cells),
        }

    def picture(self, folder: Path) -> Picture:
        """Draw the mean costs of the settings in all runs."""
        rows = summary(self.first)
        shown = [n for n, is_one in zip(self.names, self.alike, strict=True) if is_one]
        means = pd.DataFrame(
            {n: costs.mean() for n, costs in zip(self.names, self.costs, strict=True) if n in shown}
        ).reindex(rows["label"])
        make_folder(folder / "figures")
        png = folder / "figures" / f"compared-{slug(self.name)}.png"
        title = f"{shorten(self.name, 40)}: total cost in {count(len(shown), 'run')}"
        subtitle = f"All at the prices of {shorten(self.names[0], 60)}."
        strategy_of = dict(zip(rows["label"], rows["strategy"], strict=True))
        alt = f"{title}. " + "; ".join(f"{row['label']}: {row['cost']}" for row in self.rows()[:8])
        with theme(), distinct(map(str, rows["strategy"])):
            figure = compared_costs(means, strategy_of, title, subtitle)
            name_currency(figure, self.currency)
            source = named_source(f"runs {shorten(listed(shown), 100)}")
            return picture(figure, "compared", png, title, alt, source)


def _change(
    label: str,
    first: pd.DataFrame,
    costs: pd.DataFrame,
    confidence: float,
    currency: str | None,
) -> dict[str, Any]:
    """Return the cost of a label in a run, and how it differs from that in the first run."""
    if label not in costs:
        return {"cost": UNKNOWN, "change": UNKNOWN, "sure": "not in this run", "clear": False}
    gap = paired(costs[label], first[label], confidence)
    size = plus_minus(gap.mean, gap.half, sign=True)
    several = "significant" if gap.clear else "not significant"
    return {
        "cost": money(three_digits(float(costs[label].mean())), currency),
        "change": f"{size}, {percent_of(gap.mean, float(first[label].mean()))}",
        "sure": f"{several if gap.seeds > 1 else 'no interval'}, {count(gap.seeds, 'shared seed')}",
        "clear": gap.clear,
    }
