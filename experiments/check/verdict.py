"""The verdict of a check: a row a subject (a detector, a gate) and stream, and what follows."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from retrainlab.sim.comparison import Comparison
from retrainlab.sim.exit_codes import ExitCode

STATES = ("worse", "unjudged", "better", "changed", "equal")
IN_WORDS = {"unjudged": "not judged"}
OUTCOMES = {ExitCode.DONE: "passed", ExitCode.FAILED: "FAILED", ExitCode.NO_RESULT: "NOT JUDGED"}


@dataclass(frozen=True)
class Figure:
    """A figure that is compared: its words, and the decimals that it is shown with."""

    words: str
    decimals: int = 3


@dataclass(frozen=True)
class Kind:
    """What is checked.

    subject: "detector". title: of the summary. stream_key: of a stream in verdict.json. seeds: the
    option that sets their number. figures: by name. beside: headings of what is shown beside the
    figures and decides nothing.
    """

    subject: str
    title: str
    stream_key: str
    seeds: str
    figures: Mapping[str, Figure]
    beside: tuple[str, ...] = ()

    @property
    def suite(self) -> str:
        """Class of the test cases in JUnit XML."""
        return f"{self.subject}s"


@dataclass(frozen=True)
class PairResult:
    """A subject on one stream, before and after.

    state: worse, better, changed (other results, as good), equal, or unjudged: something changed,
    or could have, on too few seeds to be tested. tested: whether there are seeds enough for a test.
    note: what changed, in words; empty where nothing did. seconds: that the subject took now, over
    all seeds. beside: a text for each heading of `Kind.beside`. more: further entries of the row in
    verdict.json.
    """

    subject: str
    stream: str
    state: str
    comparisons: tuple[Comparison, ...]
    tested: bool
    note: str
    seeds: int
    seconds: float
    beside: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


def state_of(comparisons: tuple[Comparison, ...], is_judged: bool, is_changed: bool) -> str:
    """Return the state of a pair; is_judged: whether its seeds are enough, or nothing differs."""
    verdicts = {c.verdict for c in comparisons}
    # What got better in one figure and worse in the other is a trade, and somebody must look.
    if "worse" in verdicts:
        return "worse"
    if not is_judged:
        return "unjudged"
    if "better" in verdicts:
        return "better"
    return "changed" if is_changed else "equal"


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return both values of what has another one after, by name."""
    return {
        name: (str(old), str(after[name]))
        for name, old in before.items()
        if name in after and after[name] != old
    }


@dataclass(frozen=True)
class Verdict:
    """What a check has come to.

    rows: of the pairs that ran. configured: how many pairs of subject and stream there are.
    failures: of those that could not run. least: seeds that a pair needs to be tested. parameters:
    subjects whose parameters differ, with both. versions: of libraries that differ.
    """

    kind: Kind
    rows: tuple[PairResult, ...]
    configured: int
    failures: tuple[str, ...]
    factor: float
    level: float
    least: int
    baseline: str
    parameters: dict[str, tuple[str, str]] = field(default_factory=dict)
    versions: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def compared(self) -> int:
        """How many pairs were compared with the baseline and judged."""
        return len(self.rows) - len(self.of("unjudged"))

    @property
    def code(self) -> ExitCode:
        """FAILED where a subject is worse; DONE where every configured pair was judged."""
        if self.of("worse"):
            return ExitCode.FAILED
        if self.failures or not 0 < self.compared == self.configured:
            return ExitCode.NO_RESULT
        return ExitCode.DONE

    @property
    def passed(self) -> bool:
        """Whether every configured pair was judged, and none became worse."""
        return self.code == ExitCode.DONE

    @property
    def unjudged(self) -> tuple[str, ...]:
        """Subjects of which a pair is not judged."""
        return tuple(dict.fromkeys(row.subject for row in self.of("unjudged")))

    @property
    def by_alarms(self) -> tuple[str, ...]:
        """Detectors that are judged by their alarms, because a pair of them has too few seeds."""
        rows = [row for row in self.rows if not row.tested and row.state != "unjudged"]
        return tuple(dict.fromkeys(row.subject for row in rows))

    def of(self, state: str) -> list[PairResult]:
        """Rows in a state."""
        return [row for row in self.rows if row.state == state]

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        states = [f"{len(self.of(s))} {IN_WORDS.get(s, s)}" for s in STATES if self.of(s)]
        missing = self.configured - len(self.rows)
        states += [f"{missing} could not run"] if missing else []
        how_many = "all" if self.compared == self.configured else f"{self.compared} of"
        return (
            f"Check {OUTCOMES[self.code]}: {how_many} {self.configured} configured pairs of "
            f"{self.kind.subject} and stream were compared ({', '.join(states) or 'none ran'})."
        )

    def plain(self) -> dict[str, Any]:
        """The verdict as plain values, for JSON; what is not finite is null."""
        return {
            "passed": self.passed,
            "exit_code": int(self.code),
            "sentence": self.sentence,
            "configured": self.configured,
            "compared": self.compared,
            "baseline": self.baseline,
            "factor": self.factor,
            "level": self.level,
            "least_seeds": self.least,
            "parameters": {k: list(v) for k, v in self.parameters.items()},
            "versions": {k: list(v) for k, v in self.versions.items()},
            "unjudged": list(self.unjudged),
            "by_alarms": list(self.by_alarms),
            "failures": list(self.failures),
            "rows": [_plain(row, self.kind) for row in self.rows],
        }


def _plain(row: PairResult, kind: Kind) -> dict[str, Any]:
    figures = {
        c.figure: {
            "before": c.before,
            "after": c.after,
            "ratio": c.ratio if math.isfinite(c.ratio) else None,
            "seeds": c.seeds,
            "p": c.p,
            "adjusted_p": c.adjusted,
            "verdict": c.verdict,
        }
        for c in row.comparisons
    }
    return {
        kind.subject: row.subject,
        kind.stream_key: row.stream,
        "state": row.state,
        "seeds": row.seeds,
        "seconds": row.seconds,
        **row.more,
        **figures,
    }
