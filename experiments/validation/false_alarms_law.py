"""Law 14: bets on errors keep their promise of false alarms, at any length."""

from collections.abc import Callable, Collection
from functools import partial

import numpy as np

from retrainlab.experiments.validation.setting import ALLOWED, share_error
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats
from retrainlab.strategies.policies.evidence import JOINS, EDetector, ErrorBets, OnHarm
from retrainlab.strategies.policies.likelihood_ratio import ShiryaevRoberts, Sprt

ERROR, ROWS, FRESH = 0.1, 20, 5  # of every row; rows a tick; ticks of the reference
ALPHAS = (0.05, 0.02, 0.01)
CHANCE, LENGTH = 0.05, 300  # of the harm test, and the ticks that it is followed
FEWEST, FOLLOWED = 400, 4  # streams; times 1 / alpha that one is followed
REFERENCES = {"reference from its first ticks": None, "reference known": ERROR}
RISE, MISSED = 0.05, 0.05  # that likelihood ratios look for; chance of a miss in a sequential test
Found = dict[tuple[str, float], Floats]
Make = Callable[[float, float | None], ErrorBets]  # of a part, from alpha and a known reference


def _e_detector(kind: str, alpha: float, _: float | None) -> ErrorBets:
    return EDetector(alpha, kind, FRESH)


def _shiryaev_roberts(alpha: float, known: float | None) -> ErrorBets:
    return ShiryaevRoberts(known, RISE, 1 / alpha, FRESH)


def _sprt(alpha: float, known: float | None) -> ErrorBets:
    """Return a test that promises 1 / alpha tests between two of its false alarms."""
    return Sprt(known, RISE, alpha * (1 - MISSED), MISSED, FRESH)


# The name of the random numbers, and the part.
E_DETECTORS = {f"e-{kind}": (kind, partial(_e_detector, kind)) for kind in JOINS}
RATIOS = {
    "Shiryaev-Roberts": ("shiryaev roberts", _shiryaev_roberts),
    "repeated SPRT": ("sprt", _sprt),
}
PARTS: dict[str, tuple[str, Make]] = {**E_DETECTORS, **RATIOS}


def false_alarms(size: float = 1.0) -> Law:
    """Law 14. size: number of streams, as a share of 4,000 and 10,000."""
    streams = max(FEWEST, int(4_000 * size))
    times = {
        (f"{name}, {reference}", alpha): _times(name, alpha, streams, known)
        for name in PARTS
        for reference, known in REFERENCES.items()
        for alpha in ALPHAS
    }
    checks = [_too_soon(name, alpha, found) for (name, alpha), found in times.items()]
    checks.append(_too_often(max(FEWEST, int(10_000 * size))))
    return Law(
        14,
        "False alarms of bets",
        "While the error of a model stays what it was, the mean time to a false alarm of an "
        "e-detector is at least 1 / alpha ticks (Shin, Ramdas and Rinaldo 2022), and so is that of "
        "Shiryaev-Roberts at the threshold 1 / alpha and of Wald's test, repeated, whose "
        "boundary it is; the chance that the harm test ever alarms is at most what was chosen. All "
        "hold at any size, as the uncertainty of the reference is carried along.",
        f"Errors with probability {ERROR:g}, {ROWS} rows a tick, the first {FRESH} ticks as the "
        f"reference, likelihood ratios of a rise of {RISE:g}. A stream is followed for "
        f"{FOLLOWED} / alpha ticks, which counts as its time "
        "where it does not alarm, so that a mean is rather too short.",
        tuple(checks),
        (_chart("e-detectors", E_DETECTORS, times), _chart("likelihood ratios", RATIOS, times)),
    )


def _times(name: str, alpha: float, streams: int, known: float | None) -> Floats:
    """(S,) ticks to the first alarm of a part."""
    draws, make = PARTS[name]
    rng = generator("false alarms", draws, alpha)
    return first_alarms(make(alpha, known), streams, int(FOLLOWED / alpha), rng, known)


def first_alarms(
    part: ErrorBets,
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


def _chart(kind: str, names: Collection[str], times: Found) -> Chart:
    promised = 1 / np.array(ALPHAS)
    curves = [
        ReferenceCurve(
            name, measured=(promised, np.array([times[name, alpha].mean() for alpha in ALPHAS]))
        )
        for name in dict.fromkeys(name for name, _ in times)
        if name.split(", ")[0] in names
    ]
    line = ReferenceCurve("promised at least", (promised, promised))
    title, x = f"Mean time to a false alarm: {kind}", "1 / alpha, ticks"
    return Chart(title, x, "mean time, ticks", (line, *curves), True)
