"""What a section says of monitoring, and of what the saving consists of."""

from typing import Any

from retrainlab.reports.analysis.decision import Decision
from retrainlab.reports.analysis.manifest import ScenarioInfo
from retrainlab.reports.analysis.monitoring import Monitoring
from retrainlab.reports.analysis.saving_parts import SavingParts
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
        },
        "saving": {"rows": rows},
    }
