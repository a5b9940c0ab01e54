"""One scenario of a study: its figures, its section of the page, and what its controls need."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.figures.draw import pictures
from reports.live import quantities
from reports.load import Tables
from reports.optima import Curve, curves
from reports.outline import summary
from reports.page import decision, section, verdict_card
from reports.reprice import holds, verdicts
from reports.words import slug


@dataclass(frozen=True)
class Part:
    """The section for the template, the quantities for the page's sums, and the curves found."""

    section: dict[str, Any]
    live: dict[str, Any]
    curves: list[Curve]


def part(name: str, one: Tables, figures: Path) -> Part:
    """Draw the figures of a scenario into a folder and return its part of the page.

    one: the tables of this scenario alone.
    """
    rows, found, price = summary(one), curves(one), one.manifest["prices"]["fit"]
    swept = verdicts(one, name)
    own, verdict = next(at for at in swept if at[0].fit == price)
    card = verdict_card(name, one, own, verdict, found) | {"firm": holds(swept, price)}
    drawn = pictures(one, rows, verdict, name, found, figures)
    live = quantities(one, rows, slug(name))
    today = one.manifest.get("current_policy")
    live["decisions"] = [decision(there, said, today) for there, said in swept]
    return Part(section(card, one, rows, verdict, found) | {"pictures": drawn}, live, found)
