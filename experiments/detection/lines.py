"""The verdict of a check in lines of text: for the terminal, Markdown and JUnit alike."""

from collections.abc import Iterator

from retrainlab.experiments.detection.verdict import IN_WORDS, NAMES, PairResult, Verdict
from retrainlab.reports.text.format import number
from retrainlab.sim.detection.regression import Comparison

HEADINGS = (
    *("detector", "stream", "", "figure", "before", "after", "change"),
    *("repeated alarms", "false and repeated in 1,000"),
)


def lines(verdict: Verdict) -> Iterator[tuple[str, ...]]:
    """What got worse, was not judged, got better and changed, in this order."""
    for state in ("worse", "unjudged", "better", "changed"):
        for row in verdict.of(state):
            yield from lines_of(row)


def lines_of(row: PairResult) -> Iterator[tuple[str, ...]]:
    """A line for each figure that has a verdict, or one for what changed.

    Each ends with repeated alarms, and with those and the false ones together, before and after.
    """
    extra = _pair(row.repeats, 0), _pair(row.surplus, 3)
    told = [c for c in row.comparisons if c.verdict != "equal"]
    for c in told:
        yield (row.detector, row.problem, c.verdict, NAMES[c.figure], *_values(c), *extra)
    if not told:
        state = IN_WORDS.get(row.state, row.state)
        yield (row.detector, row.problem, state, row.note, "", "", "", *extra)


def notes(verdict: Verdict) -> list[str]:
    """Return what a reader must know beside the table, a sentence each."""
    sentences = []
    changes = [f"{n}: was {old}, is {new}" for n, (old, new) in verdict.parameters.items()]
    if changes:
        sentences.append(f"Parameters differ from the baseline's: {'; '.join(changes)}.")
    moved = [f"{name} {old} to {new}" for name, (old, new) in verdict.versions.items()]
    if moved:
        sentences.append(f"Versions since the baseline: {', '.join(moved)}.")
    sentences += _on_few_seeds(verdict)
    sentences.append(
        f"Worse is what changed by more than a factor of {verdict.factor:g} and significantly over "
        f"the seeds (Wilcoxon's signed-rank test at {100 * (1 - verdict.level):g} %, corrected "
        "after Holm)."
    )
    return [*sentences, *(f"Failed: {failure}." for failure in verdict.failures)]


def _on_few_seeds(verdict: Verdict) -> Iterator[str]:
    if verdict.unjudged:
        yield (
            f"Too few seeds for a verdict on {', '.join(verdict.unjudged)}: this check needs "
            f"{verdict.least} of each stream (seeds, or check_seeds of a detector)."
        )
    if verdict.by_alarms:
        yield (
            "Compared by alarms alone, on few seeds as configured, and the same as before: "
            f"{', '.join(verdict.by_alarms)}."
        )


def _pair(values: tuple[float, float], decimals: int) -> str:
    """Write what was and is: "0 to 9", or once where nothing has changed."""
    before, after = (number(value, decimals) for value in values)
    return before if before == after else f"{before} to {after}"


def _values(c: Comparison) -> tuple[str, str, str]:
    decimals = 0 if c.figure == "restricted_delay" else 3
    times = f"x {c.ratio:.3g}" if c.before else "from none"
    return number(c.before, decimals), number(c.after, decimals), times
