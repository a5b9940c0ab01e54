"""Tables over many scenarios: the combinations of a sweep, and the runs of a folder."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from retrainlab.reports.analysis.sweep_wins import COLUMN, sweep_wins
from retrainlab.reports.analysis.trend import FinishedRun
from retrainlab.reports.pages.comparison import changes
from retrainlab.reports.pages.html import write_page
from retrainlab.reports.pages.strategy_table import raw
from retrainlab.reports.pages.trend import trend_sections
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.decision_file import load as decisions
from retrainlab.reports.results.manifest import Sweep, read
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text.columns import columns
from retrainlab.reports.text.decision import badge, significance
from retrainlab.reports.text.failures import grouped
from retrainlab.reports.text.format import UNKNOWN, count, listed, money, number, shorten, slug
from retrainlab.reports.text.sweep_words import cheapest_value
from retrainlab.reports.text.trend import COMPARABLE
from retrainlab.sim.errors import require

NUMBERS = {
    "score": ("score", 1),
    "retrainings": ("retrainings", -1),
    "cost": ("total cost", -1),
    "saving": ("saved against never", 1),
}
COSTS = ("cost", "saving")
SHOWN = [columns()[name] for name in NUMBERS]
MOST = 1500  # rows of the table of every cell
LONGEST = 60  # characters of a value of the configuration
IndexRow = dict[str, Any]
Link = tuple[str, str]  # page (empty: this one) and anchor


def of_sweep(tables: Tables, sections: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Return what a sweep tried and what it found, None where nothing was swept.

    sections: of the page, one a scenario, for what they say at the study's price.
    """
    sweep = tables.manifest.sweep
    if sweep is None or not sweep.keys:
        return None
    around = [str(name) for name in tables.runs if str(name).startswith(COLUMN)]
    values = tables.runs.drop_duplicates("scenario").set_index("scenario")[around]
    keys = [name.removeprefix(COLUMN) for name in around]
    best, every = [], []
    for section in sections:
        swept = [_value(value) for value in values.loc[section["name"]]]
        lines = section["table"]["lines"]
        best.append(_row(section["name"], ("", section["anchor"]), swept, section, lines))
        every.append([_cell(section, swept, line, lines) for line in lines])
    chosen = {section["name"]: section["choice"] for section in sections}
    few = max(1, MOST // len(sections))
    shown = [row for rows in every for row in rows[:few]]
    kinds = Counter(section["badge"] for section in sections)
    sentence = listed([f"{badge}: {n}" for badge, n in kinds.items()])
    return {
        "tried": _tried(sweep, tables.runs),
        "sentence": f"{count(len(sections), 'combination')}. {sentence}.",
        "wins": [cheapest_value(wins) for wins in sweep_wins(tables.runs, chosen)],
        "found": _table(keys, ("what to do", "how sure"), best),
        "every": _table(keys, ("setting", "above the best"), shown),
        "left_out": sum(len(rows[few:]) for rows in every),
    }


def build(
    folder: Path,
    runs: Sequence[Path],
    unfinished: Sequence[Path] = (),
    unread: Sequence[str] = (),
) -> Path:
    """Write `index.html` into a folder of runs, with a row a scenario of each and its page.

    unfinished: runs that have no result yet, which are named only. unread: a sentence for each run
    that is damaged, or of an earlier version. Raises `InputError` where one of `runs` is, or where
    there are none.
    """
    require(len(runs) > 0, f"{folder} holds no finished run")
    finished = [read_run(run) for run in runs]
    pages = {run.name: f"{run.relative_to(folder).as_posix()}/report.html" for run in runs}
    differ = _short(changes([run.manifest.config for run in finished]))
    rows = []
    for i, run in enumerate(finished):
        swept = [_value(values[i]) for _, values in differ]
        for name, decision in run.decisions.items():
            card = {
                "badge": badge(decision),
                "surety": significance(decision),
                "choice": decision.choice,
                "currency": decision.prices.currency,
            }
            link = pages[run.name], slug(name)
            row = _row(f"{run.name}: {name}", link, [], card, [_choice(decision)])
            rows.append(row | {"cells": [*row["cells"], *swept]})
    return write_page(
        folder,
        "index.html.j2",
        file="index.html",
        runs=count(len(finished) + len(unread), "run"),
        unfinished=_unfinished(unfinished),
        unread=unread,
        failed=[(run.name, pages[run.name]) for run in finished if not run.decisions],
        failures=_failures(finished),
        found=_table([], ("what to do", "how sure"), rows, [key for key, _ in differ]),
        trends=trend_sections(finished, folder, pages),
        comparable=COMPARABLE,
        commands=list(dict.fromkeys(run.manifest.command for run in finished)),
    )


def _unfinished(runs: Sequence[Path]) -> str:
    """Say which runs have no result yet; nothing where all have."""
    if not runs:
        return ""
    verb = "has" if len(runs) == 1 else "have"
    names = listed([run.name for run in runs], at_most=6)
    return f"{count(len(runs), 'run')} {verb} no result yet: {names}."


def read_run(folder: Path) -> FinishedRun:
    """Read what the index needs of a run: neither its tables nor its page."""
    return FinishedRun(folder.name, read(folder / "manifest.json"), decisions(folder))


def _choice(decision: Decision) -> IndexRow:
    """Return the line of what is recommended, as the table of all strategies has it."""
    setting, never = decision.setting(decision.choice), decision.against.never
    row = vars(setting) | {
        "saving": never.saving if never else math.nan,
        "saving_low": never.low if never else math.nan,
        "saving_high": never.high if never else math.nan,
        "never": never is not None and never.same,
    }
    is_unknown = {c.name: c.of_strategies and setting.role == "baseline" for c in SHOWN}
    cells = [
        {
            "name": column.name,
            "value": raw(row[column.name]),
            "text": UNKNOWN if is_unknown[column.name] else column.write(row),
        }
        for column in SHOWN
    ]
    return {"label": setting.label, "strategy": setting.strategy, "cells": cells}


def _failures(runs: Sequence[FinishedRun]) -> list[str]:
    """Return each reason why replays failed, once, with the runs in which it was met."""
    met: dict[str, list[str]] = {}
    for run in runs:
        for sentence in grouped(run.manifest.failures, run.manifest):
            met.setdefault(sentence, []).append(run.name)
    return [f"{listed(names, at_most=4)}: {sentence}" for sentence, names in met.items()]


def _short(differ: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """Leave out what follows from the name of a group: of two learners, all but `learner.name`."""
    named = [key.removesuffix("name") for key, _ in differ if key.endswith(".name")]
    kept = [(key, values) for key, values in differ if key != "folder"]
    return [
        (key, values)
        for key, values in kept
        if key.endswith(".name") or not key.startswith(tuple(named))
    ]


def _tried(sweep: Sweep, runs: pd.DataFrame) -> list[tuple[str, str]]:
    """Return each key with its values, as they were given."""
    given = dict(word.lstrip("+").split("=", 1) for word in sweep.arguments if "=" in word)
    tried = []
    for key in sweep.keys:
        known: Iterable[Any] = runs[COLUMN + key].dropna().unique() if COLUMN + key in runs else []
        tried.append((key, given.get(key) or ", ".join(_value(v)["text"] for v in known)))
    return tried


def _row(
    name: str, link: Link, swept: list[IndexRow], card: IndexRow, lines: list[IndexRow]
) -> IndexRow:
    """Return the row of a scenario: what is recommended, and its numbers; link: to its section."""
    page, anchor = link
    line = next(line for line in lines if line["label"] == card["choice"])
    words = [_text(f"{card['badge']}: {card['choice']}"), _text(card["surety"])]
    return {
        "name": name,
        "page": page,
        "anchor": anchor,
        "label": f"{name} {card['badge']} {card['choice']}",
        "strategy": line["strategy"],
        "cells": [*swept, *words, *_numbers(line, card["currency"])],
    }


def _cell(
    section: IndexRow, swept: list[IndexRow], line: IndexRow, lines: list[IndexRow]
) -> IndexRow:
    """Return the row of one setting in one scenario; section: of the page."""
    name, currency = section["name"], section["currency"]
    costs = [float(c["value"]) for row in lines for c in row["cells"] if c["name"] == "cost"]
    cost = next(float(c["value"]) for c in line["cells"] if c["name"] == "cost")
    above = 100 * (cost / min(costs) - 1) if min(costs) > 0 else 0.0
    share = {"text": f"{number(above, 1)} %", "value": f"{above:.10g}"}
    return {
        "name": name,
        "page": "",
        "anchor": section["anchor"],
        "label": f"{name} {line['label']}",
        "strategy": line["strategy"],
        "cells": [*swept, _text(line["label"]), share, *_numbers(line, currency)],
    }


def _numbers(line: IndexRow, currency: str | None) -> list[IndexRow]:
    cells = {cell["name"]: cell for cell in line["cells"]}
    nothing = {"text": UNKNOWN, "value": ""}
    numbers = [{k: cells.get(name, nothing)[k] for k in nothing} for name in NUMBERS]
    for name, cell in zip(NUMBERS, numbers, strict=True):
        if name in COSTS and cell["value"]:
            cell["text"] = money(cell["text"], currency)
    return numbers


def _table(
    keys: Sequence[str],
    words: tuple[str, str],
    rows: list[IndexRow],
    last: Sequence[str] = (),
) -> IndexRow:
    """Return headings, each with the better direction (0: none), and the rows.

    keys, last: of the configuration, before what was found and behind it.
    """
    plain = [(name, 0) for name in (*_headings(keys), *words)]
    return {
        "headings": [*plain, *NUMBERS.values(), *((key, 0) for key in _headings(last))],
        "rows": rows,
    }


def _headings(keys: Sequence[str]) -> list[str]:
    """Return `magnitude` for `scenario.gradual.magnitude`, where no other key ends so."""
    ends = [re.sub(r"^scenario\.[^.]+\.", "", key) for key in keys]
    return [end if ends.count(end) == 1 else key for key, end in zip(keys, ends, strict=True)]


def _text(text: str) -> IndexRow:
    return {"text": text, "value": None}


def _value(value: Any) -> IndexRow:
    """Return a swept value, sorted by its number if it is one."""
    number_of = pd.to_numeric(value, errors="coerce")
    if isinstance(value, float):
        return {"text": UNKNOWN if pd.isna(value) else f"{value:.10g}", "value": f"{value:.10g}"}
    text = shorten(str(value), LONGEST)  # a list of all scenarios would make every row as high
    return {"text": text, "value": None if pd.isna(number_of) else f"{number_of:.10g}"}
