"""Law 14: e-detectors and the harm test keep their promise of false alarms, at any length."""

import numpy as np

from retrainlab.experiments.validation.setting import ALLOWED, share_error
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats
from retrainlab.strategies.policies.evidence import JOINS, EDetector, OnHarm

ERROR, ROWS, FRESH = 0.1, 20, 5  # of every row; rows a tick; ticks of the reference
ALPHAS = (0.05, 0.02, 0.01)
CHANCE, LENGTH = 0.05, 300  # of the harm test, and the ticks that it is followed
FEWEST, FOLLOWED = 400, 4  # streams; times 1 / alpha that one is followed
REFERENCES = {"reference from its first ticks": None, "reference known": ERROR}
Found = dict[tuple[str, float], Floats]


def false_alarms(size: float = 1.0) -> Law:
    """Law 14. size: number of streams, as a share of 4,000 and 10,000."""
    streams = max(FEWEST, int(4_000 * size))
    times = {
        (f"e-{kind}, {reference}", alpha): _times(kind, alpha, streams, known)
        for kind in JOINS
        for reference, known in REFERENCES.items()
        for alpha in ALPHAS
    }
    checks = [_too_soon(name, alpha, found) for (name, alpha), found in times.items()]
    checks.append(_too_often(max(FEWEST, int(10_000 * size))))
    return Law(
        14,
        "False alarms of bets",
        "While the error of a model stays what it was, the mean time to a false alarm of an "
        "e-detector is at least 1 / alpha ticks (Shin, Ramdas and Rinaldo 2022), and the chance "
        "that the harm test ever alarms is at most what was chosen. Both hold at any size, as the "
        "uncertainty of the reference is carried along.",
        f"Errors with probability {ERROR:g}, {ROWS} rows a tick, the first {FRESH} ticks as the "
        f"reference. A stream is followed for {FOLLOWED} / alpha ticks, which counts as its time "
        "where it does not alarm, so that a mean is rather too short.",
        tuple(checks),
        (_chart(times),),
    )


def _times(kind: str, alpha: float, streams: int, known: float | None) -> Floats:
    """(S,) ticks to the first alarm of an e-detector."""
    part, rng = EDetector(alpha, kind, FRESH), generator("false alarms", kind, alpha)
    return first_alarms(part, streams, int(FOLLOWED / alpha), rng, known)


def first_alarms(
    part: EDetector | OnHarm,
    streams: int,
    ticks: int,
    rng: np.random.Generator,
    known: float | None = None,
) -> Floats:
    """(S,) ticks of the bets to the first alarm; ticks + 1 where there is none.

    known: the reference, in place of the bound of the fresh error.
    """
    wrong = rng.binomial(ROWS * FRESH, ERROR, streams)
    bound = part.bound(wrong, ROWS * FRESH)
    wealth = part.begin(bound if known is None else np.full(streams, known))
    times = np.full(streams, ticks + 1.0)
    for tick in range(1, ticks + 1):
        is_reached = wealth.bet(rng.binomial(ROWS, ERROR, streams), ROWS) >= part.threshold
        times = np.where(is_reached, np.minimum(times, tick), times)
    return times


def _too_soon(name: str, alpha: float, times: Floats) -> Check:
    error = float(times.std(ddof=1) / np.sqrt(len(times)))
    return Check(
        f"ticks by which the mean time falls short of {1 / alpha:g}: {name}",
        0.0,
        max(0.0, 1 / alpha - float(times.mean())),
        ALLOWED * error,
        f"4 standard errors of {len(times):,} streams; the mean is {times.mean():,.0f}",
    )


def _too_often(streams: int) -> Check:
    times = first_alarms(OnHarm(CHANCE, 0.0, FRESH), streams, LENGTH, generator("harm"))
    share = float((times <= LENGTH).mean())
    return Check(
        f"share of streams, above {CHANCE:g}, on which the harm test ever alarms",
        0.0,
        max(0.0, share - CHANCE),
        ALLOWED * share_error(CHANCE, streams),
        f"4 standard errors of {streams:,} streams of {LENGTH} ticks; the share is {share:.4f}",
    )


def _chart(times: Found) -> Chart:
    promised = 1 / np.array(ALPHAS)
    curves = [
        ReferenceCurve(
            name, measured=(promised, np.array([times[name, alpha].mean() for alpha in ALPHAS]))
        )
        for name in dict.fromkeys(name for name, _ in times)
    ]
    line = ReferenceCurve("promised at least", (promised, promised))
    title, x = "Mean time to a false alarm", "1 / alpha, ticks"
    return Chart(title, x, "mean time, ticks", (line, *curves), True)
