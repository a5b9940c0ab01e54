"""The steps of a tick: observe closes it and decides, fit trains, deploy puts to the gate.

Facts go into the journal first; what follows from them is written after it, so that a command
that was killed is completed by the next one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import Any

from retrainlab.experiments.production.data import asked_date
from retrainlab.experiments.production.folder import Folder
from retrainlab.experiments.production.journal import Deployed
from retrainlab.experiments.production.tick_rows import missing
from retrainlab.sim.errors import InputError, require
from retrainlab.sim.replay.ledger import Training
from retrainlab.sim.replay.state import ReplayState
from retrainlab.sim.rows import count, first, last

DONE, NOTHING = 0, 99


@dataclass(frozen=True)
class Outcome:
    """What a command has done: its exit code, and what it prints."""

    code: int
    line: dict[str, Any] = field(default_factory=dict)


def observe(folder: Folder, date: str) -> Outcome:
    """Close a tick: read its rows, predict them, see which labels have come, and decide."""
    date = _reachable(folder, date)
    begin(folder)
    if date not in folder.journal.dates:
        if _is_gap(folder, date):
            return Outcome(NOTHING, {"date": date, "rows": 0})
        folder.close(date)
    tick = folder.journal.dates.index(date)
    if tick < folder.policy.world.warmup:
        return Outcome(NOTHING, {"date": date, "tick": tick, "history": True})
    state = folder.live()
    if tick == folder.newest:
        folder.require_same_model(state)
        folder.settle(state)
    return Outcome(DONE, _decision(folder, state, tick))


def begin(folder: Folder) -> None:
    """Close the history and train the first model, unless that is done."""
    if folder.journal.closed:
        return
    warmup = folder.policy.world.warmup
    dates = list(islice(_waiting(folder), warmup + 1))
    require(
        len(dates) > warmup,
        f"there are {len(dates)} dates from {folder.policy.start} on; the history takes "
        f"world.warmup={warmup}, and the first tick one more",
    )
    for date in dates[:warmup]:
        folder.close(date)
    fits = folder.fits()
    for fact in fits.train(fits.fit(slice(0, fits.stream.rows)), -1):
        folder.journal.add(fact)
    folder.journal.save()
    folder.crown(Training(0, "warm-up", -1, warmup, fits.fit(slice(0, fits.stream.rows))))


def _reachable(folder: Folder, date: str) -> str:
    """Return a date as that of its tick; `InputError` if no rows have come as late as that."""
    date = asked_date(date, folder.policy.columns)
    known = (*folder.rows.available(), *folder.journal.dates)
    require(
        any(other >= date for other in known),
        f"there are no rows of {date}, nor of any later date",
    )
    return date


def _waiting(folder: Folder) -> Iterator[str]:
    """Yield the dates with rows that are to be closed, in order."""
    dates = missing(folder.rows.available(), folder.journal.dates)
    return filter(folder.rows.has_rows, dates)


def _is_gap(folder: Folder, date: str) -> bool:
    """Whether a date has no rows; `InputError` if a tick that has some cannot be closed now."""
    closed = folder.journal.dates
    if date not in folder.rows.available() or not folder.rows.has_rows(date):
        return True
    require(
        date > closed[-1],
        f"{date} comes before {closed[-1]}, which is closed; rows that come later are not counted",
    )
    first = next(_waiting(folder))
    require(
        date == first,
        f"{first} has not been closed, and ticks go in order; run {folder.tick_command}",
    )
    return False


def _decision(folder: Folder, state: ReplayState, tick: int) -> dict[str, Any]:
    closed, dates = folder.journal.closed[tick], folder.journal.dates
    line: dict[str, Any] = {
        "date": closed.date,
        "tick": tick,
        "rows": closed.rows,
        "labelled": dates[closed.labelled - 1],
    }
    job = _decided_at(state, tick)
    if job is None:
        return {**line, "due": False}
    return {**line, "due": True, "reason": job.reason, **work(job)}


def work(job: Training) -> dict[str, Any]:
    """Return what an action does, and on how many rows it trains, the first and the last of them;
    no such rows where it trains nothing."""
    rows = job.rows
    line = {"action": job.action, "train_rows": count(rows)}
    return {**line, "first_row": first(rows), "last_row": last(rows)} if count(rows) else line


def _decided_at(state: ReplayState, tick: int) -> Training | None:
    return next((job for job in state.trainings[1:] if job.decided == tick), None)


def fit(folder: Folder, date: str) -> Outcome:
    """Make the model that was decided at the end of a tick, where one was."""
    tick = _closed(folder, date, "fit")
    line = {"date": folder.journal.dates[tick], "tick": tick}
    state = folder.live() if tick >= folder.policy.world.warmup else None
    job = _decided_at(state, tick) if state else None
    if state is None or job is None:
        return Outcome(NOTHING, {**line, "due": False})
    facts = [fact for fact in folder.journal.trained if fact.decided == tick]
    if not facts:
        facts = folder.fits().train(job.fit, tick)
        for made in facts:
            folder.journal.add(made)
        state = folder.live()
    fact = facts[-1]
    folder.settle(state)
    return Outcome(
        DONE,
        {**line, "number": job.number, "model": fact.name, "sha256": fact.sha256},
    )


def deploy(folder: Folder, date: str) -> Outcome:
    """Put the trainings whose models have come to the gate, for the newest closed tick only."""
    tick = _closed(folder, date, "deploy")
    if tick == folder.newest and tick >= folder.policy.world.warmup:
        state = folder.live(deploying=True)
        ready = folder.journal.ready
        jobs = [job for job in state.trainings[1:] if job.accepted is not None]
        new = [job for job in jobs if job.decided not in ready]
        if new:
            folder.journal.add(_deployed(tick, new))
        folder.settle(state)
    facts = [fact for fact in folder.journal.deployed if fact.tick == tick]
    numbers = [number for fact in facts for number in fact.numbers]
    served = [number for fact in facts for number in fact.served]
    line = {
        "date": folder.journal.dates[tick],
        "tick": tick,
        "deployed": served,
        "rejected": [number for number in numbers if number not in served],
    }
    return Outcome(DONE if served else NOTHING, line)


def _deployed(tick: int, jobs: list[Training]) -> Deployed:
    return Deployed(
        tick,
        tuple(job.decided for job in jobs),
        tuple(job.number for job in jobs),
        tuple(job.number for job in jobs if job.accepted),
    )


def _closed(folder: Folder, date: str, command: str) -> int:
    """Return the tick of a date; `InputError` if it was never observed."""
    date = asked_date(date, folder.policy.columns)
    if date not in folder.journal.dates:
        raise InputError(f"{command} of {date}: that tick was never observed; run observe first")
    return folder.journal.dates.index(date)


def tick(folder: Folder, date: str) -> Outcome:
    """Observe, fit and deploy a date, after those before it that are missing, in order."""
    date = _reachable(folder, date)
    begin(folder)
    _complete(folder)
    for before in takewhile(lambda other: other < date, _waiting(folder)):
        _tick(folder, before)
    return _tick(folder, date)


def tick_all(folder: Folder) -> Outcome:
    """Observe, fit and deploy every date that is missing, in order."""
    begin(folder)
    _complete(folder)
    done = [_tick(folder, date) for date in _waiting(folder)]
    line = {
        "ticks": len(done),
        "retrainings": sum(outcome.line["due"] for outcome in done),
        "deployed": sum(len(outcome.line["deployed"]) for outcome in done),
        "rejected": sum(len(outcome.line["rejected"]) for outcome in done),
    }
    return Outcome(DONE if done else NOTHING, line)


def _complete(folder: Folder) -> None:
    """Fit and deploy the newest closed tick, whose command may have been killed."""
    if folder.newest >= folder.policy.world.warmup:
        newest = folder.journal.dates[-1]
        fit(folder, newest)
        deploy(folder, newest)


def _tick(folder: Folder, date: str) -> Outcome:
    observed = observe(folder, date)
    if observed.code == NOTHING:
        return observed
    trained, deployed = fit(folder, date), deploy(folder, date)
    return Outcome(DONE, {**observed.line, **trained.line, **deployed.line})
