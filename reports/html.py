"""Values into a strict template, every string escaped."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports.words import tight


def write_page(folder: Path, template: str, **values: Any) -> Path:
    """Fill a template of `reports/templates` and write it as the folder's `report.html`.

    The page is whole or is not there; returns its path.
    """
    environment = Environment(
        loader=PackageLoader("reports"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["tight"] = tight
    page = environment.get_template(template).render(**values)
    path = folder / "report.html"
    unfinished = folder / "report.html.part"
    unfinished.write_text(page, encoding="utf-8")
    return unfinished.replace(path)
