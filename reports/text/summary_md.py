"""A study as Markdown: a few lines for a pull request, or for the summary of a job."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from retrainlab.reports.results.decision import Kind
from retrainlab.reports.text.escape import markdown
from retrainlab.reports.text.format import listed, shorten

Card = Mapping[str, Any]
HEADINGS = ("scenario", "what to do", "how sure", "what it saves", "up to which price")
FIELDS = ("headline", "sure", "rates", "firm")
MOST = 30  # scenarios in the table
LONGEST = 40  # characters of the value of a badge


def summary_md(sections: Sequence[Card], overview: str, failures: Sequence[str]) -> str:
    """Return the summary; sections: what the first screen says of each scenario."""
    lines = ["### When should the model be retrained?", "", markdown(overview), ""]
    lines += [f"> {markdown(sentence)}" for sentence in failures] + [""] * bool(failures)
    lines += [_row(HEADINGS), _row(["---"] * len(HEADINGS))]
    for card in sections[:MOST]:
        first = _what_to_do(str(card["badge"]), str(card["headline"]))
        rest = [markdown(card[field]) for field in FIELDS[1:]]
        lines.append(_row([markdown(card["name"]), first, *rest]))
    if len(sections) > MOST:
        lines += ["", f"and {len(sections) - MOST} more in report.html"]
    overrides = [card for card in sections if card["overrides"]]
    if len(overrides) == 1:
        lines += ["", "```", overrides[0]["overrides"].replace("`", "'"), "```"]
    return "\n".join([*lines, "", "The evidence is in `report.html` beside this file.", ""])


def _what_to_do(badge: str, headline: str) -> str:
    """Write the badge in bold before the headline, or as its first words where it begins so."""
    bold, whole = markdown(badge), markdown(headline)
    rest = whole.removeprefix(bold)
    return f"**{bold}**{': ' if rest == whole else ''}{rest}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def badge_words(sections: Sequence[Card]) -> tuple[str, Kind]:
    """Return the value of the badge, and what is to be done most often, for its colour."""
    if len(sections) == 1:
        card = sections[0]
        named = card["choice"] if card["kind"] in ("retrain", "baseline") else ""
        text = f"{card['badge'].lower()}: {named}" if named else str(card["badge"]).lower()
        return shorten(text, LONGEST), card["kind"]
    kinds = Counter(str(card["badge"]).lower() for card in sections)
    most: Kind = Counter(card["kind"] for card in sections).most_common(1)[0][0]
    return shorten(listed([f"{n} {name}" for name, n in kinds.items()]), LONGEST), most
