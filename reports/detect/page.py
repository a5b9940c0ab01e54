"""The page of a benchmark of detectors."""

from pathlib import Path
from typing import Any

import pandas as pd

from reports.detect import cells, words
from reports.detect.curves import planes
from reports.detect.strips import ordered, strip
from reports.detect.summary import rankings
from reports.detect.tables import COLUMNS, Bench
from reports.figures import detect_curves, detect_strip
from reports.figures.canvas import theme
from reports.figures.inline import letters, picture
from reports.html import write_page
from reports.source import source
from reports.words import slug

LARGEST = 160_000  # bytes of SVG beyond which a picture is shown as PNG
GROUPS = {
    True: "on errors, with labels",
    False: "on inputs and predictions, without labels",
}


def build(bench: Bench, table: pd.DataFrame, folder: Path) -> Path:
    """Write `report.html` and `figures/` into the folder; return the page's path.

    table: of `reports.detect.scores.scores`.
    """
    figures = folder / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    with theme():
        curves = [
            picture(
                detect_curves.draw(plane, bench.window),
                "curve",
                figures / f"{slug(plane.problem)}-curves-{KEYS[plane.labelled]}.png",
                f"{plane.problem}, detectors {GROUPS[plane.labelled]}",
                detect_curves.words(plane),
                LARGEST,
            )
            for plane in planes(bench)
        ]
        found = [_section(bench, table, problem, figures) for problem in bench.problems]
    sections = [section for section in found if section]
    return write_page(
        folder,
        "detect.html.j2",
        overview=words.overview(bench),
        rankings=_rankings(bench, table),
        seeds=words.seeds(bench),
        curves=curves,
        sections=sections,
        letters=letters([*curves, *(section["picture"] for section in sections)]),
        source=source(bench.manifest)
        | {
            "files": ["manifest.json", *(f"{name}.parquet" for name in COLUMNS)],
            "failures": [words.failure(entry) for entry in bench.manifest["failures"]],
        },
        window=bench.window,
    )


KEYS = {True: "labelled", False: "unlabelled"}


def _rankings(bench: Bench, table: pd.DataFrame) -> list[dict[str, Any]]:
    """The pooled table of each kind of detector, with its sentence."""
    return [
        {
            "title": ranking.title,
            "sentence": ranking.sentence,
            "headings": [(name in cells.LEFT, said) for name, said in cells.LONG.items()],
            "lines": cells.lines(bench, ranking.rows, cells.LONG, library=True),
        }
        for ranking in rankings(bench, table)
    ]


def _section(
    bench: Bench, table: pd.DataFrame, problem: str, figures: Path
) -> dict[str, Any] | None:
    """The section of a stream; None where nothing ran on it."""
    own = table[table["problem"] == problem].set_index("detector", drop=False)
    if own.empty:
        return None
    found = strip(bench, table, problem)
    png, alt = figures / f"{slug(problem)}-alarms.png", words.strip_words(found)
    return {
        "name": problem,
        "anchor": slug(problem),
        "story": words.story(bench, problem),
        "drifts": words.drifts(bench, problem),
        "picture": picture(
            detect_strip.draw(found), "timeline", png, f"{problem}, alarms", alt, LARGEST
        ),
        "headings": [(name in cells.LEFT, said) for name, said in cells.SHORT.items()],
        "groups": [
            (GROUPS[labelled], cells.lines(bench, own.loc[names], cells.SHORT, library=False))
            for labelled in (True, False)
            if (names := ordered(bench, table, problem, labelled))
        ],
    }
