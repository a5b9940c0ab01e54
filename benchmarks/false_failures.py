"""Error rates of `check`: false failures, and detection of a doubled threshold.

`python -m benchmarks.false_failures`: detectors run once on a pool of seeds; each simulated check
draws two sets of seeds from it that share none, one as its baseline and one as its new state.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from rich.console import Console
from scipy.stats import binomtest

from retrainlab.experiments.engines.progress import imap
from retrainlab.scenarios.error_rates import ErrorRates
from retrainlab.sim.comparison import judged
from retrainlab.sim.detection.matching import Matching, match
from retrainlab.sim.detection.regression import compare
from retrainlab.sim.seeds import generator
from retrainlab.strategies.detectors import registry

Pool = Mapping[tuple[str, str], Sequence[Matching]]

WINDOW, FACTOR, LEVEL = 1000, 1.2, 0.99  # as in conf/check.yaml
STREAMS = {
    "stationary": ErrorRates(shape="stationary"),
    "step": ErrorRates(after=0.2),
    "seasons": ErrorRates(shape="recurrent", start=2000, period=2000),
}
# Each with its threshold doubled: of a confidence the logarithm, of EDDM the ratio halved.
DETECTORS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "ADWIN": ({"delta": 0.002}, {"delta": 0.002**2}),
    "DDM": ({"drift_threshold": 3.0}, {"drift_threshold": 6.0}),
    "EDDM": ({"beta": 0.9}, {"beta": 0.45, "alpha": 0.475}),
    "FHDDM": ({"confidence_level": 1e-6}, {"confidence_level": 1e-24}),
    "PageHinkley": ({"threshold": 50.0}, {"threshold": 100.0}),
}


def pool(seeds: Sequence[int], worse: bool, jobs: int = -1) -> Pool:
    """Return the matchings of every detector on every stream, by seed."""
    label = "detectors with doubled thresholds" if worse else "detectors"
    rows = sorted(imap(partial(_alone, worse), seeds, jobs, label))
    return {pair: [by_pair[pair] for _, by_pair in rows] for pair in rows[0][1]}


def simulate(old: Pool, new: Pool, checks: int, seeds: int, doubled: str = "") -> tuple[int, int]:
    """Return in how many checks anything is worse, and in how many the doubled detector is.

    old, new: of which the baseline and the new state are drawn, on seeds that they do not share.
    doubled: the one detector that is taken from `new`; all others come from `old`.
    """
    failed = caught = 0
    for check in range(checks):
        rng = generator("false failures", check, doubled)
        chosen = rng.choice(len(next(iter(old.values()))), 2 * seeds, replace=False)
        before, after = chosen[:seeds], chosen[seeds:]
        comparisons = []
        for (detector, stream), matchings in old.items():
            now = new[detector, stream] if detector == doubled else matchings
            pair = (
                {int(s): by_seed[s] for s in at}
                for at, by_seed in ((before, matchings), (after, now))
            )
            comparisons += compare(detector, stream, *pair)
        worse = {c.detector for c in judged(comparisons, FACTOR, LEVEL) if c.verdict == "worse"}
        failed += bool(worse)
        caught += doubled in worse
    return failed, caught


def main(checks: int = 500, seeds: int = 30, size: int = 300) -> None:
    """Run the detectors, simulate the checks, and print both rates with 95 % intervals."""
    console = Console()
    old, new = (pool(range(size), worse) for worse in (False, True))
    failed, _ = simulate(old, old, checks, seeds)
    console.print(f"nothing changed, other seeds: {_rate(failed, checks)} of the checks failed")
    for name in DETECTORS:
        _, caught = simulate(old, new, checks // 5, seeds, name)
        console.print(f"{name}, threshold doubled: {_rate(caught, checks // 5)} were caught")


def _alone(worse: bool, seed: int) -> tuple[int, dict[tuple[str, str], Matching]]:
    by_pair = {}
    for name, settings in DETECTORS.items():
        for stream, scenario in STREAMS.items():
            errors = scenario(seed)
            detector, _ = registry.make({"name": name, **settings[worse]})
            alarms = registry.feed(detector, errors.values)
            matched = match(alarms, errors.spans, errors.rows, WINDOW, counts=errors.rises)
            by_pair[name, stream] = matched
    return seed, by_pair


def _rate(count: int, of: int) -> str:
    low, high = binomtest(count, of).proportion_ci(method="exact")
    return f"{count} of {of} ({100 * low:.1f} to {100 * high:.1f} %)"


if __name__ == "__main__":
    main()
