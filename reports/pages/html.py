"""Values into a strict template, every string escaped, with the page's one script and its hash."""

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from retrainlab.reports.drawing.dark import css_declarations
from retrainlab.reports.pages.compact import compact
from retrainlab.reports.text.format import tight
from retrainlab.sim.atomic import write_text

FOLDERS = ("templates", "static")
TABLES = ("elements.js", "table.js", "csv.js", "print.js")
REPORT = (
    *(*TABLES, "chart.js", "live.js", "hover.js", "figures.js"),
    *("player.js", "classes.js", "share.js", "page.js"),
)


def write_page(
    folder: Path,
    template: str,
    file: str = "report.html",
    scripts: Sequence[str] = TABLES,
    **values: Any,
) -> Path:
    """Fill a template of `reports/templates/pages` and write it as a page of the folder.

    scripts: `TABLES` or `REPORT`. The file is written atomically; returns its path.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("retrainlab.reports", name) for name in FOLDERS]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["tight"] = tight
    environment.filters["address"] = address
    environment.globals["declared"] = css_declarations
    values = _script(scripts) | values
    page = compact(environment.get_template(f"pages/{template}").render(**values))
    path = folder / file
    write_text(path, page)
    return path


def address(path: object) -> str:
    """Return a path beside the page as an address: a colon begins no scheme, a sign no query."""
    return quote(str(path).encode("utf-8", "surrogateescape"), safe="/")


def _script(names: Sequence[str]) -> dict[str, str]:
    """Return a page's one script, and the hash by which its policy allows it and no other."""
    parts = (files("retrainlab.reports") / "static" / name for name in names)
    inner = "".join(part.read_text(encoding="utf-8") for part in parts)
    text = f'\n"use strict";\n(() => {{\n{inner}}})();\n'
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return {"script": Markup(text), "digest": f"sha256-{digest}"}
