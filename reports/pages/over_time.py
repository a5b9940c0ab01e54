"""What a section says of monitoring, and of what the saving consists of."""

import math
from typing import Any

from retrainlab.reports.analysis.class_quality import MACRO
from retrainlab.reports.analysis.monitoring import Chart, Monitoring
from retrainlab.reports.analysis.saving_parts import SavingParts
from retrainlab.reports.pages.live import packed
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.results.manifest import ScenarioInfo
from retrainlab.reports.text import monitoring
from retrainlab.reports.text import saving_parts as saving


def over_time(
    seen: Monitoring, parts: SavingParts | None, decision: Decision, info: ScenarioInfo
) -> dict[str, dict[str, Any]]:
    """Return the two tables of a section, each beside its figures."""
    rows = [] if parts is None else saving.meanings(parts, decision.prices.currency)
    return {
        "monitoring": {
            "labels": seen.labels,
            "rows": monitoring.table(seen, info),
            "explained": monitoring.EXPLAINED,
            "drawn": monitoring.judged_class(info.classes) or MACRO,
            "classes": [(name, monitoring.class_name(name)) for name in seen.classes],
            "packed": packed(_classes(seen)) if seen.classes else "",
        },
        "saving": {"rows": rows},
    }


def _classes(seen: Monitoring) -> dict[str, Any]:
    """Return precision and recall of each class for the page to draw, in thousandths.

    at: the first tick of each point; those before `reference` lie outside of nothing.
    """
    return {
        "at": next(iter(seen.classes.values()))[0].values.index.tolist(),
        "reference": seen.reference,
        "charts": {
            name: [_chart(chart, name) for chart in charts] for name, charts in seen.classes.items()
        },
        "says": {name: monitoring.of_class(seen, charts) for name, charts in seen.classes.items()},
    }


def _chart(chart: Chart, name: str) -> dict[str, Any]:
    limits = chart.limits
    return {
        "title": monitoring.heading_of(chart.heading, name),
        "limits": limits and [round(1000 * limits.low), round(1000 * limits.high)],
        "values": {
            label: [None if math.isnan(value) else round(1000 * value) for value in column]
            for label, column in chart.values.items()
        },
    }
