"""The parts of a saving in words: the levels of the waterfall, and what each part is."""

from dataclasses import dataclass

from retrainlab.reports.analysis.saving_parts import Name, SavingParts
from retrainlab.reports.decision.actions import REFIT
from retrainlab.reports.results.decision import Decision
from retrainlab.reports.text.actions import past, plural
from retrainlab.reports.text.format import money, percent_of, shorten, three_digits

LONGEST = 34  # characters of a setting in a title
SMALLEST = 0.0005  # share of never's cost, below which a part is not shown
NAMES: dict[Name, str] = {
    "more data": "more data, before the first drift",
    "drift repaired": "drift repaired",
    "fewer errors": "fewer errors: more data, or drift",
    "another model": "another model or rule",
    "retraining": "paid for {actions}",
    "needless retraining": "{past} without a new drift",
    "later than the oracle": "new model later than the oracle's",
    "other retraining": "another number of {actions}",
    "other errors": "other moments and training data",
}
MEANINGS: dict[Name, str] = {
    "more data": (
        "errors saved before the first drift of the stream, when only more data can help"
    ),
    "drift repaired": "errors saved from the first drift on, more and newer data together",
    "fewer errors": (
        "errors saved; in a log nobody knows which of them come from more data and which from "
        "repairing a drift"
    ),
    "another model": (
        "errors saved by a baseline, or by the model that was in service; the study retrained "
        "neither"
    ),
    "retraining": "what the {actions} cost, but for those below",
    "needless retraining": (
        "what was paid for {actions} with no drift since the one before, or since the start"
    ),
    "later than the oracle": (
        "errors while the old model still served and the oracle's new one already did: waiting "
        "for an alarm or for the calendar"
    ),
    "other retraining": "retraining that is paid and the oracle does not pay, or the reverse",
    "other errors": "what is left: other moments of retraining, and other rows to train on",
}


@dataclass(frozen=True)
class Level:
    """A bar of the waterfall, from `start` to `stop`; a total is of a strategy and begins at 0."""

    name: str
    start: float
    stop: float
    strategy: str = ""

    @property
    def is_total(self) -> bool:
        """Whether it is a whole cost and no part."""
        return bool(self.strategy)


# Of a setting with other actions than the oracle's retrainings.
OTHER_THAN_THE_ORACLE = "other actions than the oracle's"
OTHER_ACTIONS = "what the {actions} cost less the oracle's retrainings; negative: more is paid"


def levels(parts: SavingParts, decision: Decision) -> list[Level]:
    """Return the bars from never to the choice, and on to the oracle where it is known."""
    bars = []
    if parts.gained:
        bars.append(Level(parts.reference, 0, parts.never, _strategy(decision, parts.reference)))
        bars += _steps(parts, parts.never, parts.gained)
    bars.append(Level(parts.label, 0, parts.cost, _strategy(decision, parts.label)))
    if parts.remaining:
        bars += _steps(parts, parts.cost, parts.remaining)
        bars.append(Level("oracle", 0, parts.oracle, "oracle"))
    return bars


def _strategy(decision: Decision, label: str) -> str:
    return decision.setting(label).strategy


def _steps(parts: SavingParts, start: float, amounts: dict[Name, float]) -> list[Level]:
    steps, at = [], start
    for name, amount in amounts.items():
        if abs(amount) > SMALLEST * parts.never:
            steps.append(Level(_name(name, parts), at, at - amount))
            at -= amount
    return steps


def _name(name: Name, parts: SavingParts) -> str:
    if name == "needless retraining" and parts.waits:
        return "false alarms"
    differs = name == "other retraining" and parts.kinds != {REFIT}
    return _written(OTHER_THAN_THE_ORACLE if differs else NAMES[name], parts)


def _meaning(name: Name, parts: SavingParts) -> str:
    differs = name == "other retraining" and parts.kinds != {REFIT}
    return _written(OTHER_ACTIONS if differs else MEANINGS[name], parts)


def _written(text: str, parts: SavingParts) -> str:
    """Put the names of the setting's actions into a text."""
    return text.format(actions=plural(parts.kinds), past=past(parts.kinds))


def finding(parts: SavingParts, currency: str | None) -> str:
    """Return what the waterfall shows, as a title."""
    saved = parts.never - parts.cost
    rest = f"the oracle {money(three_digits(parts.cost - parts.oracle), currency)} more"
    label = shorten(parts.label, LONGEST)
    if not parts.gained:
        return f"Never costs least here; {rest}" if parts.remaining else "Never costs least here"
    verb = "saves" if saved >= 0 else "loses"
    share = percent_of(abs(saved), parts.never)
    text = f"{label} {verb} {share}"
    return f"{text}; {rest}" if parts.remaining else f"{text} of never's cost"


def described(parts: SavingParts, decision: Decision) -> str:
    """Return the description of the waterfall, with its values."""
    each = [
        f"{level.name} {three_digits(level.stop if level.is_total else level.stop - level.start)}"
        for level in levels(parts, decision)
    ]
    return f"total cost from never to the setting and on to the oracle: {', '.join(each)}."


def meanings(parts: SavingParts, currency: str | None) -> list[tuple[str, str, str]]:
    """Return a row a part: its name, its amount, and what it is."""
    return [
        (
            _name(name, parts),
            money(three_digits(-amount, sign=True), currency),
            _meaning(name, parts),
        )
        for name, amount in (*parts.gained.items(), *parts.remaining.items())
        if abs(amount) > SMALLEST * parts.never
    ]
