"""Judging gates by their baseline: gate by gate and stream by stream, and nothing left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from retrainlab.experiments.check.settings import Options
from retrainlab.experiments.check.verdict import (
    Figure,
    Kind,
    PairResult,
    Verdict,
    changes,
    state_of,
)
from retrainlab.experiments.gates.baseline import ANEW, FIGURES, BySeed, GateBaseline
from retrainlab.reports.analysis.gate_scores import COLUMNS
from retrainlab.sim.comparison import Comparison, compared, judged, least_seeds
from retrainlab.sim.errors import InputError

Pair = tuple[str, str]
GATES = Kind(
    "gate",
    "Gates against the baseline",
    "stream",
    "seeds",
    {
        "served": Figure(COLUMNS["served"]),
        "waited": Figure(COLUMNS["waited"], 1),
        "loss": Figure("loss", 0),
    },
)


@dataclass(frozen=True)
class Both:
    """Figures before and now."""

    before: GateBaseline
    now: GateBaseline

    def comparisons(self, gate: str, stream: str) -> Iterator[Comparison]:
        """Compare each figure on the seeds on which it is defined before and now."""
        for name in FIGURES:
            old, new = (of.figures[gate][stream][name] for of in (self.before, self.now))
            pairs = np.array([(old[seed], new[seed]) for seed in old if seed in new])
            known = pairs[np.isfinite(pairs).all(axis=1)] if len(pairs) else pairs
            if len(known):
                yield compared(gate, stream, name, known[:, 0], known[:, 1])

    def changed(self, gate: str, stream: str) -> int:
        """Return on how many seeds any figure is another one."""
        old, new = (of.figures[gate][stream] for of in (self.before, self.now))
        return sum(
            any(not _same(old[name], new[name], seed) for name in FIGURES) for seed in old["loss"]
        )


def decide(
    both: Both, expected: Sequence[Pair], failures: Sequence[str], options: Options
) -> Verdict:
    """Compare gates with a baseline of the same settings.

    expected: pairs of gate and stream that were to run; failures: why some did not. Raises
    `InputError` where a pair has no baseline.
    """
    lacking = [pair for pair in expected if pair not in both.before.pairs]
    for gate, stream in lacking:
        raise InputError(f"{options.path} has no figures of {gate} on {stream}; {ANEW}")
    ran = [pair for pair in expected if pair in both.now.pairs]
    comparisons = [one for pair in ran for one in both.comparisons(*pair)]
    by_pair: dict[Pair, list[Comparison]] = {pair: [] for pair in ran}
    for comparison in judged(comparisons, options.factor, options.level):
        by_pair[comparison.subject, comparison.stream].append(comparison)
    least = least_seeds(len(comparisons), options.level)
    return Verdict(
        GATES,
        tuple(_row(both, *pair, tuple(by_pair[pair]), least) for pair in ran),
        len(expected),
        tuple(failures),
        options.factor,
        options.level,
        least,
        str(options.path),
        changes(both.before.gates, both.now.gates),
        changes(both.before.versions, both.now.versions),
    )


def _row(
    both: Both, gate: str, stream: str, comparisons: tuple[Comparison, ...], least: int
) -> PairResult:
    seeds = len(both.now.never[stream])
    changed = both.changed(gate, stream)
    is_other = both.before.never[stream] != both.now.never[stream]
    return PairResult(
        gate,
        stream,
        state_of(comparisons, seeds >= least, bool(changed)),
        comparisons,
        tested=seeds >= least,
        note=_note(changed, seeds, is_other),
        seeds=seeds,
        seconds=0.0,
        more={"changed_seeds": changed, "stream_changed": is_other},
    )


def _note(changed: int, seeds: int, is_other_stream: bool) -> str:
    """Say what changed; nothing where nothing did."""
    if is_other_stream:
        return "never retraining itself loses something else: other streams, or another learner"
    return f"other figures on {changed} of {seeds} seeds" if changed else ""


def _same(old: BySeed, new: BySeed, seed: str) -> bool:
    before, after = old.get(seed, np.nan), new.get(seed, np.nan)
    return before == after or (np.isnan(before) and np.isnan(after))
