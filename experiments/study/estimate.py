"""What a study will take: counted from its cells, timed by a short probe of its groups."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from retrainlab.experiments.engines.local import Engine, WorkerCrash
from retrainlab.experiments.engines.progress import in_words
from retrainlab.experiments.engines.threads import one_thread
from retrainlab.experiments.study.damage import undamaged
from retrainlab.experiments.study.expected_fits import expected_fits
from retrainlab.experiments.study.group import Group, run_group
from retrainlab.reports.text.format import count as several

MANY = 200  # cells from which on a probe is worth its time
PROBE = 3  # cells of a group that are tried
LONG = 3.0  # seconds of probes after which no other scenario is tried


@dataclass(frozen=True)
class Probe:
    """Seconds of one cell among others and of what stands around them, the oracle included.

    memory: bytes of the process. ticks: of the stream, 0 where it could not be made.
    """

    cell: float
    around: float
    memory: float
    ticks: int = 0


def say(groups: Sequence[Group], engine: Engine) -> str:
    """Return a line with what is ahead; empty for a study of few cells.

    Of those the progress tells once they have begun, if much time is left.

    Raises nothing for a group that fails: the study itself will say so.
    """
    cells = sum(len(group.cells) for group in groups)
    if cells < MANY:
        return ""
    by_scenario: dict[str, list[Group]] = {}
    for group in groups:
        by_scenario.setdefault(group.scenario, []).append(group)
    kinds = sorted(by_scenario.values(), key=len, reverse=True)
    first = [alike[0] for alike in kinds]
    measured = engine.alone(probes, first)
    is_lost = isinstance(measured, WorkerCrash)
    pairs = [] if is_lost else zip(first, measured, strict=False)
    ticks = {repr(group.node): probe.ticks for group, probe in pairs}
    count = f"{cells:,} cells in {several(len(groups), 'group')}, {_fits(groups, ticks)}"
    if is_lost:
        return count
    busy = engine.workers if engine.local else min(engine.workers, len(groups))
    memory = max(probe.memory for probe in measured) * busy / 2**30
    seconds = sum(_seconds(measured, kinds)) / busy
    return (
        f"{count}; about {in_words(seconds)} on {several(busy, 'worker')}, {memory:.1f} GiB "
        "of memory (from a probe of a few cells)"
    )


def probes(groups: Sequence[Group]) -> list[Probe]:
    """Probe the first of these groups, and as many more as there is time for."""
    with one_thread():  # loads what every worker loads
        pass
    start, measured = time.perf_counter(), [probe(groups[0])]
    for group in groups[1:]:
        if time.perf_counter() - start > LONG:
            break
        measured.append(probe(group))
    return measured


def _seconds(measured: Sequence[Probe], kinds: Sequence[Sequence[Group]]) -> Iterator[float]:
    """Yield the seconds of each group; a kind that was not probed is taken for a mean one."""
    n = len(measured)
    mean = Probe(sum(p.cell for p in measured) / n, sum(p.around for p in measured) / n, 0)
    for alike, probe in zip(kinds, chain(measured, repeat(mean)), strict=False):
        for group in alike:
            yield probe.cell * len(group.cells) + probe.around


def probe(group: Group) -> Probe:
    """Time a few cells of a group, drawn evenly, and one of them alone, by the difference."""
    # In the middles of so many parts: the most expensive cells often stand at an end.
    places = {(2 * i + 1) * len(group.cells) // (2 * PROBE) for i in range(PROBE)}
    some = [group.cells[place] for place in sorted(places)]
    one, ticks = _timed(replace(group, cells=tuple(some[-1:]), references=None))
    few, _ = _timed(replace(group, cells=tuple(some), references=None))
    oracle = 0.0
    if group.references:
        oracle = max(0.0, _timed(replace(group, cells=tuple(some[-1:])))[0] - one)
    cell = max(0.0, few - one) / max(1, len(some) - 1)
    return Probe(cell, max(0.0, one - cell) + oracle, peak_bytes(), ticks)


def _timed(group: Group) -> tuple[float, int]:
    """Return the seconds that a group takes, and the ticks of its stream."""
    start = time.perf_counter()
    result = run_group(group)
    return time.perf_counter() - start, int(result.info.get("ticks", 0))


def peak_bytes() -> int:
    """Most memory that this process has held.

    Linux hands what `getrusage` tells down from the parent process, so its own record is read.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(s for s in status.read_text().splitlines() if s.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _fits(groups: Sequence[Group], ticks: Mapping[str, int]) -> str:
    """Say how many models schedules come to; what alarms will ask for is not known before.

    ticks: of the streams that were probed, by the configuration of the scenario.
    """
    known: dict[tuple[Any, ...], tuple[int, bool]] = {}
    total, is_open, uncounted = 0, False, 0
    for group in groups:
        length = ticks.get(repr(group.node)) or undamaged(group.node).get("ticks")
        if not isinstance(length, int):
            uncounted += 1
            continue
        key = id(group.cells), length, group.world.warmup
        if key not in known:
            known[key] = expected_fits(group.cells, group.world.warmup, length)
        total, is_open = total + known[key][0], is_open or known[key][1]
    if uncounted == len(groups):
        return "distinct fits not counted"
    most = f"at most {total:,} distinct fits" + " and those that alarms ask for" * is_open
    return most + f" (without {several(uncounted, 'group')})" * bool(uncounted)
