"""Law 16: rent or buy; to retrain once staleness has cost as much is within 2 of the oracle."""

import numpy as np
from numpy.typing import NDArray

from retrainlab.experiments.validation.setting import fits_of, replayed
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.oracle.candidates import candidate_grid
from retrainlab.sim.oracle.schedule import floor
from retrainlab.sim.prices import Prices, price
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Drift, Stream, even_ticks
from retrainlab.sim.world import World
from retrainlab.strategies.what import Last
from retrainlab.strategies.when import OnExcess

ROWS, WARMUP = 2, 3  # of a tick; ticks of the first model, which serves one more of its concept
FITS = (4.0, 10.0, 20.0)  # prices of a retraining; a wrong row costs 1
LENGTHS = (1, 2, 5, 10, 20)  # mean ticks of a concept
WORST = 2.0
CONCEPTS = 12


def rent_or_buy(size: float = 1.0) -> Law:
    """Law 16. size: streams of each kind, as a share of 10."""
    streams = max(3, int(10 * size))
    ratios = {
        (fit, mean): [_ratio(_drawn(mean, seed), fit) for seed in range(streams)]
        for fit in FITS
        for mean in LENGTHS
    }
    checks = [
        Check(
            f"by how much the worst of {streams * len(LENGTHS)} streams is above 2, C = {fit:g}",
            0.0,
            max(0.0, max(max(ratios[fit, mean]) for mean in LENGTHS) - WORST),
            1e-9,
            "exact, but for rounding",
        )
        for fit in FITS
    ]
    checks += [
        Check(
            f"cost over the oracle's, a drift right after each retraining, C = {fit:g}",
            (2 * CONCEPTS * fit + ROWS) / (CONCEPTS * fit + ROWS),
            _ratio(_adversarial(fit), fit),
            1e-9,
            "exact, but for rounding",
        )
        for fit in FITS
    ]
    return Law(
        16,
        "Rent or buy",
        "Where a stale model costs the same every tick until it is retrained or the drift is over, "
        "retraining once that has cost as much as a retraining costs at most twice what the oracle "
        "does (Karlin et al. 1988), and no rule that does not know the future is better.",
        f"Concepts of one class each, so that a stale model gets every row wrong; {ROWS} rows a "
        "tick, labels and models at once. Strategy OnExcess with loss = C. The oracle may retrain "
        "at the end of every tick, on that tick.",
        tuple(checks),
        (_chart(ratios),),
    )


def _drawn(mean: float, seed: int) -> NDArray[np.int64]:
    """(CONCEPTS + 1,) ticks of each concept: at least one, geometric beyond."""
    drawn: NDArray[np.int64] = generator("rent or buy", mean, seed).geometric(1 / mean, CONCEPTS)
    return np.concatenate([[WARMUP + 1], drawn])


def _adversarial(fit: float) -> NDArray[np.int64]:
    """(CONCEPTS + 2,) ticks of each concept: it is over when it has cost a retraining."""
    return np.concatenate([[WARMUP + 1], np.full(CONCEPTS, round(fit / ROWS)), [1]])


def _ratio(lengths: NDArray[np.int64], fit: float) -> float:
    """Return what rent or buy costs, over the oracle, where concepts last so many ticks."""
    fits, world, prices = fits_of(_stream(lengths), "tree"), World(warmup=WARMUP), Prices(fit=fit)
    ledger = replayed(fits, world, OnExcess(fit, ticks=1), Last(1))
    candidates = candidate_grid(fits.stream, world, 1, (1,))
    least = floor(fits, world, prices, [ledger], candidates)
    costs = [price(found.quantities(), prices)["cost"] for found in (ledger, least)]
    return float(costs[0] / costs[1])


def _stream(lengths: NDArray[np.int64]) -> Stream:
    """Return a stream whose rows are all of one class, another one in each concept."""
    concept = np.repeat(np.arange(len(lengths)), lengths * ROWS)
    starts = np.cumsum(lengths)[:-1].tolist()
    return Stream(
        x=generator("rent or buy").standard_normal((len(concept), 1)),
        y=concept,
        offsets=even_ticks(int(lengths.sum()), ROWS),
        task="classification",
        drifts=tuple(Drift("concept", tick, tick, 1.0) for tick in starts),
        ceiling=np.ones(len(concept)),
        concept=concept,
        features=("x",),
        classes=tuple(map(str, range(len(lengths)))),
    )


def _chart(ratios: dict[tuple[float, int], list[float]]) -> Chart:
    lengths = np.array(LENGTHS, dtype=float)
    worst = ReferenceCurve("at most", (lengths, np.full(len(lengths), WORST)))
    most = {fit: np.array([max(ratios[fit, mean]) for mean in LENGTHS]) for fit in FITS}
    curves = [ReferenceCurve(f"worst, C = {fit:g}", measured=(lengths, most[fit])) for fit in FITS]
    title, x = "Rent or buy over the oracle", "mean ticks of a concept"
    return Chart(title, x, "cost over the oracle's", (worst, *curves), True)
