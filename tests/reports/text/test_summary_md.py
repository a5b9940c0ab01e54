"""summary.md: a table that stays one, whatever the names are; the words of a badge."""

import pytest

from retrainlab.reports.text.summary_md import LONGEST, MOST, badge_words, summary_md

CARD = {
    "name": "gradual", "badge": "Retrain", "kind": "retrain", "choice": "periodic every 20",
    "headline": "Retrain every 20 ticks.", "sure": "At 95 %.", "rates": "It saves 1.",
    "firm": "Up to 10.", "overrides": "strategy=periodic",
}  # fmt: skip


def test_a_scenario_is_a_row():
    text = summary_md([CARD], "1 scenario.", [])
    row = next(line for line in text.splitlines() if line.startswith("| gradual"))
    assert row.count("|") == 6
    assert "**Retrain** every 20 ticks." in row
    assert "strategy=periodic" in text


@pytest.mark.parametrize(
    ("badge", "headline", "text"),
    [
        ("Undecided", "Undecided: never costs least.", "**Undecided**: never costs least."),
        ("Do not retrain", "Do not retrain.", "**Do not retrain**."),
        ("Retrain", "When ADWIN alarms, retrain.", "**Retrain**: When ADWIN alarms, retrain."),
    ],
)
def test_what_to_do_is_written_once(badge, headline, text):
    card = CARD | {"badge": badge, "headline": headline}
    assert f"| {text} |" in summary_md([card], "1 scenario.", [])


def test_names_cannot_break_the_table():
    hostile = CARD | {"name": "a|b\n# c <img src=x>", "overrides": "```"}
    text = summary_md([hostile], "", ["x | y"])
    rows = [line for line in text.splitlines() if line.startswith("| a")]
    assert len(rows) == 1
    assert rows[0].replace("\\|", "").count("|") == 6
    assert "<img" not in text.replace("\\<img", "")
    assert text.count("```") == 2


def test_many_scenarios_are_cut():
    text = summary_md([CARD | {"name": f"s{i}"} for i in range(MOST + 5)], "", [])
    assert "and 5 more" in text
    assert sum(line.startswith("| s") for line in text.splitlines()) == MOST + 1  # the headings


@pytest.mark.parametrize(
    ("cards", "words"),
    [
        ([CARD], "retrain: periodic every 20"),
        ([CARD | {"kind": "keep", "badge": "Do not retrain"}], "do not retrain"),
        ([CARD, CARD, CARD | {"badge": "Undecided", "kind": "undecided"}], "2 retrain and 1 undec"),
        ([CARD | {"choice": "x" * 300}], "retrain: xxx"),
    ],
)
def test_a_badge_says_what_to_do(cards, words):
    text, kind = badge_words(cards)
    assert text.startswith(words)
    assert len(text) <= LONGEST
    assert kind == cards[0]["kind"]
