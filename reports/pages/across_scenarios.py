"""What a page says of all scenarios together: one setting for all of them."""

from typing import Any

from retrainlab.reports.analysis.robustness import robustness
from retrainlab.reports.decision.summary import never_of
from retrainlab.reports.drawing.marks import mark
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.text import robustness as words


def across_scenarios(tables: Tables) -> dict[str, Any] | None:
    """Return sentence, headings and rows; None where there is nothing to compare."""
    robust = robustness(tables, tables.manifest.current_policy)
    if robust is None:
        return None
    never = never_of(tables.runs.drop_duplicates("label"))
    return {
        "sentence": words.sentence(robust, never),
        "headings": words.headings(robust),
        "rows": [
            {"label": label, "strategy": strategy, "colour": mark(strategy).named, "cells": cells}
            for label, strategy, cells in words.rows(robust)
        ],
    }
