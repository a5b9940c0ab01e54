"""What the figure of one stream shows: alarms over time, drifts, and how late each was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from retrainlab.reports.detection.tables import DetectorBenchmark
from retrainlab.sim.detection.matching import Matching, match
from retrainlab.sim.stream import Ints

SEEDS = 10  # whose alarms are drawn


@dataclass(frozen=True)
class Span:
    """A drift in rows: its start and stop, the end of its window, and whether it counts."""

    start: int
    stop: int
    end: int
    counts: bool


@dataclass(frozen=True)
class StripRow:
    """A detector on the stream. alarms: of each seed that is drawn; none where it did not run."""

    detector: str
    name: str
    null: bool
    alarms: list[Ints | None]
    matchings: list[Matching]

    @property
    def drifts(self) -> int:
        """Drifts that count, over all seeds."""
        return sum(len(matching.delays) for matching in self.matchings)

    @property
    def missed(self) -> int:
        """Drifts that were missed."""
        return sum(matching.missed for matching in self.matchings)


@dataclass(frozen=True)
class Group:
    """Detectors of one kind. spans: the drifts of each seed that is drawn."""

    labelled: bool
    rows: list[StripRow]
    spans: list[list[Span]]


@dataclass(frozen=True)
class Strip:
    """The detectors on one stream. length: rows. seeds: those that are drawn, of so many in all."""

    problem: str
    length: int
    early: int
    seeds: list[int]
    of: int
    groups: list[Group]

    @property
    def spans(self) -> list[Span]:
        """All drifts that are drawn, for either kind of detector."""
        return [span for group in self.groups for spans in group.spans for span in spans]


def strip(bench: DetectorBenchmark, table: pd.DataFrame, problem: str) -> Strip:
    """Return what is to be drawn of a problem. table: of `scores`; its order is that of the rows.

    Real detectors come before null detectors, the least restricted delay first.
    """
    streams = bench.streams[bench.streams["problem"] == problem]
    lengths = dict(sorted(zip(streams["seed"].tolist(), streams["rows"].tolist(), strict=True)))
    seeds = list(lengths)[:SEEDS]
    table_of_alarms = bench.alarms[
        (bench.alarms["problem"] == problem)
        & (bench.alarms["setting"] == "")
        & bench.alarms["seed"].isin(seeds)
    ]
    alarms: dict[Any, Ints] = {
        key: part["row"].to_numpy() for key, part in table_of_alarms.groupby(["detector", "seed"])
    }
    groups = []
    for labelled in (True, False):
        names = ordered(bench, table, problem, labelled)
        if names:
            rows = [_row(bench, name, problem, seeds, alarms) for name in names]
            signal = bench.info(names[0]).signal
            spans = [_spans(bench, problem, seed, signal, lengths[seed]) for seed in seeds]
            groups.append(Group(labelled, rows, spans))
    early = bench.manifest.options.early
    return Strip(problem, max(lengths.values()), early, seeds, len(lengths), groups)


def ordered(
    bench: DetectorBenchmark, table: pd.DataFrame, problem: str, labelled: bool
) -> list[str]:
    """Return the detectors of one kind that ran on a problem: real ones first, by their delay."""
    rows = table[table["problem"] == problem]
    rows = rows[rows["detector"].isin(bench.of_kind(labelled))]
    nulls = [bench.info(name).null for name in rows["detector"]]
    by = ["null", "restricted_delay", "false_per_1000"]
    return rows.assign(null=nulls).sort_values(by, kind="stable")["detector"].tolist()


def title(bench: DetectorBenchmark, detector: str) -> str:
    """Return the name that people read: a null detector's says what it does."""
    info = bench.info(detector)
    return info.detector if info.null else detector


def _row(
    bench: DetectorBenchmark,
    detector: str,
    problem: str,
    seeds: Sequence[int],
    alarms: dict[Any, Ints],
) -> StripRow:
    matchings = bench.matchings(detector, problem)
    nothing = bench.alarms["row"].to_numpy()[:0]
    rows = [alarms.get((detector, s), nothing) if s in matchings else None for s in seeds]
    name, null = title(bench, detector), bench.info(detector).null
    return StripRow(detector, name, null, rows, list(matchings.values()))


def _spans(bench: DetectorBenchmark, problem: str, seed: int, signal: str, rows: int) -> list[Span]:
    drifts = bench.drifts[(bench.drifts["problem"] == problem) & (bench.drifts["seed"] == seed)]
    spans, options = drifts[["start", "stop"]].to_numpy(), bench.manifest.options
    limits = match([], spans, rows, options.window, options.early).limits.tolist()
    counts = counted(bench, problem, signal, drifts)
    return [
        Span(start, stop, start + limit, kept)
        for (start, stop), limit, kept in zip(spans.tolist(), limits, counts, strict=True)
    ]


def counted(
    bench: DetectorBenchmark, problem: str, signal: str, drifts: pd.DataFrame
) -> list[bool]:
    """Return which drifts of one seed are to be found by who watches this signal."""
    if signal == "error":
        return bench.harmful[problem][: len(drifts)]
    return [bool(moved) for moved in drifts["moved"]]
