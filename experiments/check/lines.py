"""The verdict of a check in lines of text: for the terminal, Markdown and JUnit alike."""

from collections.abc import Iterator, Sequence

from retrainlab.experiments.check.verdict import IN_WORDS, Kind, PairResult, Verdict
from retrainlab.reports.text.format import number
from retrainlab.sim.comparison import Comparison


def headings(kind: Kind) -> tuple[str, ...]:
    """Return the headings of the lines."""
    return (kind.subject, "stream", "", "figure", "before", "after", "change", *kind.beside)


def lines(verdict: Verdict) -> Iterator[tuple[str, ...]]:
    """What got worse, was not judged, got better and changed, in this order."""
    for state in ("worse", "unjudged", "better", "changed"):
        for row in verdict.of(state):
            yield from lines_of(row, verdict.kind)


def lines_of(row: PairResult, kind: Kind) -> Iterator[tuple[str, ...]]:
    """A line for each figure that has a verdict, or one for what changed."""
    told = [c for c in row.comparisons if c.verdict != "equal"]
    for c in told:
        yield (row.subject, row.stream, c.verdict, *_values(c, kind), *row.beside)
    if not told:
        state = IN_WORDS.get(row.state, row.state)
        yield (row.subject, row.stream, state, row.note, "", "", "", *row.beside)


def notes(verdict: Verdict) -> list[str]:
    """Return what a reader must know beside the table, a sentence each."""
    sentences = []
    changes = [f"{n}: was {old}, is {new}" for n, (old, new) in verdict.parameters.items()]
    if changes:
        sentences.append(f"Parameters differ from the baseline's: {'; '.join(changes)}.")
    moved = [f"{name} {old} to {new}" for name, (old, new) in verdict.versions.items()]
    if moved:
        sentences.append(f"Versions since the baseline: {', '.join(moved)}.")
    if verdict.unjudged:
        sentences.append(too_few_seeds(verdict))
    if verdict.by_alarms:
        sentences.append(
            "Compared by alarms alone, on few seeds as configured, and the same as before: "
            f"{', '.join(verdict.by_alarms)}."
        )
    sentences.append(
        f"Worse is what changed by more than a factor of {verdict.factor:g} and significantly over "
        f"the seeds (Wilcoxon's signed-rank test at {100 * (1 - verdict.level):g} %, corrected "
        "after Holm)."
    )
    return [*sentences, *(f"Failed: {failure}." for failure in verdict.failures)]


def too_few_seeds(verdict: Verdict) -> str:
    """Say of which subjects a pair is not judged, and how many seeds that needs."""
    return (
        f"Too few seeds for a verdict on {', '.join(verdict.unjudged)}: this check needs "
        f"{verdict.least} of each stream ({verdict.kind.seeds})."
    )


def before_and_after(values: Sequence[float], decimals: int) -> str:
    """Write what was and is: "0 to 9", or once where nothing has changed."""
    before, after = (number(value, decimals) for value in values)
    return before if before == after else f"{before} to {after}"


def _values(c: Comparison, kind: Kind) -> tuple[str, str, str, str]:
    figure = kind.figures[c.figure]
    times = f"x {c.ratio:.3g}" if c.before else "from none"
    before, after = (number(value, figure.decimals) for value in (c.before, c.after))
    return figure.words, before, after, times
