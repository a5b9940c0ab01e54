"""What the page says of a benchmark, its streams and their drifts."""

import pandas as pd

from retrainlab.reports.detection.manifest import DetectorFailure
from retrainlab.reports.detection.strips import Strip
from retrainlab.reports.detection.tables import DetectorBenchmark
from retrainlab.reports.text.format import count, listed, number, percent
from retrainlab.reports.text.provenance import named_source

KINDS = {
    "errors": "Errors drawn at a known rate, without any model.",
    "scenario": "A model that is trained on the first rows and never again.",
}


def overview(bench: DetectorBenchmark) -> str:
    """Say how much was run."""
    real = [name for name in bench.detectors if not bench.info(name).null]
    runs = bench.runs[bench.runs["detector"].isin(real)]
    rows = runs.merge(bench.streams, on=["problem", "seed"])["rows"].sum()
    return (
        f"{count(len(real), 'detector')} on {count(len(bench.problems), 'stream')} whose drifts "
        f"are known exactly, {count(len(bench.manifest.seeds), 'seed')} each; "
        f"{number(int(rows))} rows watched at all settings, {number(int(runs['alarms'].sum()))} "
        f"alarms. A drift has to be found within {count(bench.window, 'row')} of its end."
    )


def source_line(bench: DetectorBenchmark) -> str:
    """Return what the foot of a picture says of where its numbers come from."""
    return named_source("benchmark of drift detectors", bench.manifest.created[:10])


def seeds(bench: DetectorBenchmark) -> str:
    """Say who ran on fewer seeds, and where there were more."""
    asked = len(bench.manifest.seeds)
    few = [name for name in bench.detectors if (bench.info(name).seeds or asked) < asked]
    sentences = []
    if few:
        counts = listed([f"{name} ({bench.info(name).seeds})" for name in few], 12)
        sentences.append(f"On fewer seeds, since they are slow: {counts}.")
    wide = bench.manifest.options.wide
    if wide is not None and bench.runs["seed"].nunique() > asked:
        sentences.append(
            "Where the interval of the restricted mean delay was wider than "
            f"{percent(wide)} of the window, a stream was run on as many seeds again."
        )
    return " ".join(sentences)


def story(bench: DetectorBenchmark, problem: str) -> list[str]:
    """Say what a stream is: its kind, its size, and how it is configured."""
    info = bench.manifest.problems[problem]
    streams = bench.streams[bench.streams["problem"] == problem]
    sizes = sorted(set(streams["rows"].tolist()))
    rows = f"{number(sizes[0])} to {number(sizes[-1])} rows" if len(sizes) > 1 else ""
    config = dict(info.config)
    made = str(config.pop("_target_", ""))
    options = ", ".join(f"{key} {value}" for key, value in config.items())
    size = rows or count(sizes[0], "row")
    return [
        f"{KINDS.get(info.kind, info.kind)} {size} a stream, {count(len(streams), 'seed')}.",
        f"{made}: {options}" if options else made,
    ]


def drifts(bench: DetectorBenchmark, problem: str) -> list[str]:
    """Say of every drift where it is, what it does to the errors, and for whom it counts."""
    table = bench.drifts[bench.drifts["problem"] == problem]
    place = table.groupby("seed").cumcount()
    labelled = {bench.info(name).labelled for name in _ran(bench, problem)}
    rated = bool(bench.streams.loc[bench.streams["problem"] == problem, "binary"].all())
    return [
        f"{_where(part)}: {_change(part, rated)}. {_counts(bench, problem, i, part, labelled)}"
        for i, (_, part) in enumerate(table.groupby(place))
    ]


def _ran(bench: DetectorBenchmark, problem: str) -> list[str]:
    return sorted(set(bench.runs.loc[bench.runs["problem"] == problem, "detector"]))


def _where(part: pd.DataFrame) -> str:
    start, stop = (_range(part[column]) for column in ("start", "stop"))
    return f"Row {start}" if (part["start"] == part["stop"]).all() else f"Rows {start} to {stop}"


def _range(rows: "pd.Series[int]") -> str:
    low, high = int(rows.min()), int(rows.max())
    return number(low) if low == high else f"{number(low)}–{number(high)} (by seed)"


def _change(part: pd.DataFrame, rated: bool) -> str:
    before, after = float(part["before"].mean()), float(part["after"].mean())
    if rated:
        return f"errors go from {percent(before)} to {percent(after)}"
    return f"the mean error goes from {number(before)} to {number(after)}"


def _counts(
    bench: DetectorBenchmark, problem: str, place: int, part: pd.DataFrame, labelled: set[bool]
) -> str:
    """Say for whom a drift counts and why; labelled: kinds of detectors that ran on the stream."""
    sentences = []
    if True in labelled:
        worse = bench.harmful[problem][place]
        sentences.append(
            "On errors it counts: the model is worse after it."
            if worse
            else "On errors it does not count: the model is not significantly worse after it."
        )
    if False in labelled:
        sentences.append(
            "On inputs and predictions it counts: P(x) changes."
            if bool(part["moved"].all())
            else "On inputs and predictions it does not count: P(x) stays the same."
        )
    return " ".join(sentences)


def strip_words(strip: Strip) -> str:
    """Say in words what the figure of a stream shows."""
    spans = [s for group in strip.groups for s in group.spans[0]]
    where = sorted({(s.start, s.stop) for s in spans})
    shaded = [number(a) if a == b else f"{number(a)} to {number(b)}" for a, b in where]
    missed = [
        f"{row.name} {row.missed} of {row.drifts}"
        for group in strip.groups
        for row in group.rows
        if row.drifts and not row.null
    ]
    return (
        f"{strip.problem}: alarms of every detector over time on {count(len(strip.seeds), 'seed')}"
        + (f", with drifts shaded at row {listed(shaded, 8)}" if shaded else ", without any drift")
        + (f", and the delays of those found. Missed: {listed(missed, 20)}." if missed else ".")
    )


def failure(entry: DetectorFailure) -> str:
    """Say in one line what failed, and on how many seeds."""
    who = f"{entry.detector or 'the stream'} {entry.setting}".strip()
    first, *more = entry.seeds
    where = f"seed {first}" + (f" and {len(more)} more" if more else "")
    return f"{who} on {entry.problem}, {where}: {entry.error}"
