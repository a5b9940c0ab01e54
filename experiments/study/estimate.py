"""What a study will take: counted from its cells, timed by a short probe of its groups."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from retrainlab.experiments.engines.local import Engine, WorkerCrash
from retrainlab.experiments.engines.threads import one_thread
from retrainlab.experiments.study.group import Group, run_group
from retrainlab.reports.text.format import count as several

MANY = 200  # cells from which on a probe is worth its time
PROBE = 3  # cells of a group that are tried
LONG = 3.0  # seconds of probes after which no other scenario is tried
EVERYTHING = "everything"


@dataclass(frozen=True)
class Probe:
    """Seconds of one cell among others and of what stands around them; bytes of the process."""

    cell: float
    around: float
    memory: float


def say(groups: Sequence[Group], engine: Engine) -> str:
    """Return a line with what is ahead; empty for a study of few cells.

    Raises nothing for a group that fails: the study itself will say so.
    """
    cells = sum(len(group.cells) for group in groups)
    if cells < MANY:
        return ""
    count = f"{cells:,} cells in {several(len(groups), 'group')}, {_fits(groups)}"
    by_scenario: dict[str, list[Group]] = {}
    for group in groups:
        by_scenario.setdefault(group.scenario, []).append(group)
    kinds = sorted(by_scenario.values(), key=len, reverse=True)
    measured = engine.alone(probes, [alike[0] for alike in kinds])
    if isinstance(measured, WorkerCrash):
        return count
    busy = min(engine.workers, len(groups))
    memory = max(probe.memory for probe in measured) * busy / 2**30
    seconds = sum(_seconds(measured, kinds)) / busy
    return (
        f"{count}; about {_words(seconds)} on {several(busy, 'worker')}, {memory:.1f} GiB "
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
    times = []
    for cells in (tuple(some[-1:]), tuple(some)):
        start = time.perf_counter()
        run_group(replace(group, cells=cells, references=None))
        times.append(time.perf_counter() - start)
    cell = max(0.0, times[1] - times[0]) / max(1, len(some) - 1)
    return Probe(cell, max(0.0, times[0] - cell), peak_bytes())


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


def _fits(groups: Sequence[Group]) -> str:
    """Return how many models schedules come to; what alarms will ask for is not known before."""
    known: dict[tuple[Any, ...], tuple[int, bool]] = {}
    total, open_ended = 0, False
    for group in groups:
        key = id(group.cells), group.node.get("ticks"), group.world.warmup
        if key not in known:
            known[key] = _of_cells(group)
        count, more = known[key]
        total, open_ended = total + count, open_ended or more
    return f"at most {total:,} distinct fits" + " and those that alarms ask for" * open_ended


def _of_cells(group: Group) -> tuple[int, bool]:
    """Count moments and windows of the schedules; whether other strategies are there."""
    ticks, warmup = group.node.get("ticks"), group.world.warmup
    fits: set[tuple[str, int]] = {(EVERYTHING, warmup - 1)}  # the first model
    is_open = False
    for cell in group.cells:
        strategy = cell.build()
        schedule = getattr(strategy.when, "schedule", None)
        if schedule is not None and isinstance(ticks, int):
            # So long as a window reaches back to the first tick, it is everything so far.
            window, data = strategy.window, repr(cell.node["what"])
            moments = schedule(warmup, ticks)
            fits |= {(EVERYTHING if tick < window else data, tick) for tick in moments}
        elif not strategy.never:
            is_open = True
    return len(fits), is_open


def _words(seconds: float) -> str:
    for size, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {name}"
    return f"{max(1, round(seconds))} s"
