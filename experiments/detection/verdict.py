"""The verdict of a check: a row a detector and stream, and what it comes down to."""

import math
from dataclasses import dataclass, field
from typing import Any

from retrainlab.sim.detection.regression import Comparison
from retrainlab.sim.exit_codes import ExitCode

STATES = ("worse", "unjudged", "better", "changed", "equal")
IN_WORDS = {"unjudged": "not judged"}
NAMES = {
    "restricted_delay": "restricted mean delay, rows",
    "false_per_1000": "false alarms in 1,000 rows",
}
WHEN = ("before", "after")
OUTCOMES = {ExitCode.DONE: "passed", ExitCode.FAILED: "FAILED", ExitCode.NO_RESULT: "NOT JUDGED"}


@dataclass(frozen=True)
class PairResult:
    """A detector on one stream, before and after.

    state: worse, better, changed (other alarms, as good), equal, or unjudged: something changed,
    or could have, on too few seeds to be tested. tested: whether there are seeds enough for a test.
    changed: on how many of its seeds alarms are other ones. repeats: repeated alarms, and surplus:
    false and repeated alarms in 1,000 stationary rows (nan without such rows), over all seeds. They
    are shown and decide nothing: a detector that is sooner may well alarm again. seconds: that the
    detector took now, over all seeds.
    """

    detector: str
    problem: str
    state: str
    comparisons: tuple[Comparison, ...]
    tested: bool
    changed: int
    seeds: int
    stream_changed: bool
    repeats: tuple[int, int]
    surplus: tuple[float, float]
    seconds: float

    @property
    def note(self) -> str:
        """What changed of the alarms, in words; empty where nothing did."""
        if self.stream_changed:
            return "the stream itself is another one here, so its alarms are not compared"
        return f"other alarms on {self.changed} of {self.seeds} seeds" if self.changed else ""


@dataclass(frozen=True)
class Verdict:
    """What a check has come to.

    rows: of the pairs that ran. configured: how many pairs of detector and stream there are.
    failures: of those that could not run. least: seeds that a pair needs to be tested. parameters:
    detectors whose parameters differ, with both. versions: of libraries that differ.
    """

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
        """FAILED where a detector is worse; DONE where every configured pair was judged."""
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
        """Detectors of which a pair is not judged."""
        return tuple(dict.fromkeys(row.detector for row in self.of("unjudged")))

    @property
    def by_alarms(self) -> tuple[str, ...]:
        """Detectors that are judged by their alarms, because a pair of them has too few seeds."""
        rows = [row for row in self.rows if not row.tested and row.state != "unjudged"]
        return tuple(dict.fromkeys(row.detector for row in rows))

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
            f"detector and stream were compared ({', '.join(states) or 'none ran'})."
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
            "rows": [_plain(row) for row in self.rows],
        }


def _plain(row: PairResult) -> dict[str, Any]:
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
        "detector": row.detector,
        "problem": row.problem,
        "state": row.state,
        "seeds": row.seeds,
        "seconds": row.seconds,
        "changed_seeds": row.changed,
        "stream_changed": row.stream_changed,
        "repeats": dict(zip(WHEN, row.repeats, strict=True)),
        "surplus_per_1000": {
            when: rate if math.isfinite(rate) else None
            for when, rate in zip(WHEN, row.surplus, strict=True)
        },
        **figures,
    }
