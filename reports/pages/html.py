"""Values into a strict template, every string escaped."""

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from retrainlab.reports.figures.dark import css_declarations
from retrainlab.reports.text.format import tight

ROOMS = ("templates", "static")
TABLES = ("words.js", "elements.js", "table.js")
REPORT = (*TABLES, "sums.js", "chart.js", "live.js", "hover.js", "page.js")


def script(names: Sequence[str]) -> tuple[Markup, str]:
    """Return a page's one script, and the hash by which its policy allows it and no other.

    names: `TABLES` or `REPORT`.
    """
    parts = (files("retrainlab.reports") / "static" / name for name in names)
    inner = "".join(part.read_text(encoding="utf-8") for part in parts)
    text = f'\n"use strict";\n(() => {{\n{inner}}})();\n'
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), f"sha256-{digest}"


def write_page(folder: Path, template: str, file: str = "report.html", **values: Any) -> Path:
    """Fill a template of `reports/templates` and write it as a page of the folder.

    The page is whole or is not there; returns its path.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("retrainlab.reports", room) for room in ROOMS]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["tight"] = tight
    environment.globals["declared"] = css_declarations
    page = environment.get_template(template).render(**values)
    path = folder / file
    unfinished = folder / f"{file}.part"
    unfinished.write_text(page, encoding="utf-8")
    return unfinished.replace(path)
