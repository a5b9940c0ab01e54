"""The page of a benchmark of detectors."""

from pathlib import Path
from typing import Any

import pandas as pd

from retrainlab.reports.detection import curve_figure, metric_table, strip_figure, wording
from retrainlab.reports.detection.curves import planes
from retrainlab.reports.detection.strips import ordered, strip
from retrainlab.reports.detection.summary import rankings
from retrainlab.reports.detection.tables import COLUMNS, DetectorBenchmark
from retrainlab.reports.drawing.canvas import theme
from retrainlab.reports.drawing.inline import picture
from retrainlab.reports.pages.html import write_page
from retrainlab.reports.text.format import count, slug
from retrainlab.reports.text.provenance import source
from retrainlab.sim.checksums import rewriting
from retrainlab.sim.errors import make_folder

LARGEST = 160_000  # bytes of SVG beyond which a picture is shown as PNG
GROUPS = {
    True: "on errors, with labels",
    False: "on inputs and predictions, without labels",
}


def build(bench: DetectorBenchmark, table: pd.DataFrame, folder: Path) -> Path:
    """Write `report.html` and `figures/` into the folder; return the page's path.

    table: of `reports.detection.scores.scores`.
    """
    with rewriting(folder, "report.html", "figures/*"):
        return _written(bench, table, folder)


def _written(bench: DetectorBenchmark, table: pd.DataFrame, folder: Path) -> Path:
    figures = folder / "figures"
    make_folder(figures)
    with theme():
        curves = [
            picture(
                curve_figure.draw(plane, bench.window),
                "curve",
                figures / f"{slug(plane.problem)}-curves-{KEYS[plane.labelled]}.png",
                f"{plane.problem}, detectors {GROUPS[plane.labelled]}",
                curve_figure.words(plane),
                wording.source_line(bench),
                LARGEST,
            )
            for plane in planes(bench)
        ]
        made = [_section(bench, table, problem, figures) for problem in bench.problems]
    sections = [section for section in made if section]
    return write_page(
        folder,
        "detect.html.j2",
        overview=wording.overview(bench),
        rankings=_rankings(bench, table),
        seeds=wording.seeds(bench),
        curves=curves,
        sections=sections,
        source=source(bench.manifest)
        | {
            "files": ["manifest.json", *(f"{name}.parquet" for name in COLUMNS)],
            "failures": [wording.failure(entry) for entry in bench.manifest.failures],
        },
        window=count(bench.window, "row"),
    )


KEYS = {True: "labelled", False: "unlabelled"}


def _rankings(bench: DetectorBenchmark, table: pd.DataFrame) -> list[dict[str, Any]]:
    """The pooled table of each kind of detector, with its sentence."""
    return [
        {
            "title": ranking.title,
            "sentence": ranking.sentence,
            "headings": [
                (name in metric_table.LEFT, text) for name, text in metric_table.LONG.items()
            ],
            "lines": metric_table.lines(bench, ranking.rows, metric_table.LONG, library=True),
        }
        for ranking in rankings(bench, table)
    ]


def _section(
    bench: DetectorBenchmark, table: pd.DataFrame, problem: str, figures: Path
) -> dict[str, Any] | None:
    """The section of a stream; None where nothing ran on it."""
    rows = table[table["problem"] == problem].set_index("detector", drop=False)
    if rows.empty:
        return None
    alarms = strip(bench, table, problem)
    png, alt = figures / f"{slug(problem)}-alarms.png", wording.strip_words(alarms)
    return {
        "name": problem,
        "anchor": slug(problem),
        "story": wording.story(bench, problem),
        "drifts": wording.drifts(bench, problem),
        "picture": picture(
            strip_figure.draw(alarms),
            "timeline",
            png,
            f"{problem}, alarms",
            alt,
            wording.source_line(bench),
            LARGEST,
        ),
        "headings": [
            (name in metric_table.LEFT, text) for name, text in metric_table.SHORT.items()
        ],
        "groups": [
            (
                GROUPS[labelled],
                metric_table.lines(bench, rows.loc[names], metric_table.SHORT, library=False),
            )
            for labelled in (True, False)
            if (names := ordered(bench, table, problem, labelled))
        ],
    }
