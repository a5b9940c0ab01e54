"""Views of a decision, a run and a page for the output of a notebook's cell."""

from collections.abc import Mapping, Sequence

import pandas as pd
from markupsafe import Markup

from retrainlab.reports.results.decision import Decision
from retrainlab.reports.text.format import amount, number, three_digits

ROWS = 8  # settings that a decision shows
HEIGHT = 800  # pixels of a page in its frame


def decision_view(sentence: str, decision: Decision) -> str:
    """Return a decision as HTML: its sentence, and the settings of least cost."""
    rows = [
        {
            "setting": setting.label,
            "score": number(setting.score, 3),
            "retrainings": amount(setting.retrainings),
            "cost": three_digits(setting.cost),
        }
        for setting in decision.settings[:ROWS]
    ]
    left = len(decision.settings) - len(rows)
    more = Markup("<p>{} more in .data.settings</p>").format(left) if left > 0 else ""
    table = pd.DataFrame(rows).to_html(index=False, border=0)  # it escapes every cell
    return Markup("<p><strong>{}</strong></p>{}{}").format(sentence, Markup(table), more)


def run_view(decisions: Mapping[str, str], failures: Sequence[str], report: str) -> str:
    """Return a run as HTML: each scenario's decision, what failed, and where the report lies."""
    parts = [Markup("<h4>{}</h4>{}").format(name, Markup(view)) for name, view in decisions.items()]
    failed = [Markup("<p>{}</p>").format(sentence) for sentence in failures]
    return Markup("{}{}<p>Report: <code>{}</code></p>").format(
        Markup("").join(parts), Markup("").join(failed), report
    )


def page_view(page: str) -> str:
    """Return a page in a frame of its own, which takes no scripts or styles from around it."""
    return Markup(
        '<iframe srcdoc="{}" width="100%" height="{}" sandbox="allow-scripts" '
        'style="border:0"></iframe>'
    ).format(page, HEIGHT)
