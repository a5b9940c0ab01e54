"""Law 7: no drift; retraining gains only by more data."""

import numpy as np

from retrainlab.experiments.validation.boundary import accuracy, expected_disagreement, fit_error
from retrainlab.experiments.validation.setting import ALLOWED, fits_of, hit_rate, replayed
from retrainlab.scenarios.sudden import Sudden
from retrainlab.sim.closed_form import Chart, Check, Law, ReferenceCurve
from retrainlab.sim.oracle.candidates import candidate_grid, loss_table
from retrainlab.sim.oracle.schedule import best_schedule
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.stream import Floats
from retrainlab.sim.world import World
from retrainlab.strategies.what import Everything, Last
from retrainlab.strategies.when import Every, Never

NOISE, FEATURES, ROWS = 0.1, 5, 100
WARMUP, TICKS, PERIOD = 5, 200, 20
WORLD = World(warmup=WARMUP)
PRICES = np.geomspace(0.01, 3, 12)  # in units of what the first model's error of fit costs


def no_drift(size: float = 1.0) -> Law:
    """Law 7. size: number of streams, as a share of 24; 8 at least."""
    streams = max(8, int(24 * size))
    never, window, growing, counts = map(np.array, zip(*map(_stream, range(streams)), strict=True))
    trained = np.arange(
        WARMUP, WARMUP + TICKS, PERIOD, dtype=np.float64
    )  # ticks that each model was trained on
    law = _law(trained)
    whole = TICKS * ROWS * (1 - NOISE - law[0])
    why = "exact: by then it is above all that more data can bring, which varies by a third"
    higher = "exact: what costs more is bought less"
    return Law(
        7,
        "No drift",
        "Without drift only more data make a model better: what its error of fit costs falls as "
        "1 / sqrt(rows). The oracle's count goes to zero as C grows.",
        f"Scenario sudden without a drift: {streams} streams of {TICKS} ticks, {ROWS} rows a "
        f"tick, p = {NOISE}. Logistic regression, first on {WARMUP} ticks, then every {PERIOD}. "
        f"Never retrained, its error of fit costs {whole:.0f} errors.",
        (
            _row("accuracy, never retrained", law[0], never),
            _row(f"accuracy, retrained on the last {WARMUP} ticks", law[0], window),
            _row("accuracy, retrained on everything", law.mean(), growing.mean(axis=1)),
            Check(
                "retrainings of the oracle at 3 times that price", 0, counts[:, -1].sum(), 0, why
            ),
            Check("times it retrained more at a higher price", 0, _rises(counts), 0, higher),
        ),
        (_learning(trained, growing), _oracle(whole, counts)),
    )


def _law(ticks: Floats) -> Floats:
    """Accuracy of a model that was trained on so many ticks."""
    errors = [fit_error(NOISE, int(rows)) for rows in ticks * ROWS]
    wrong = [float(expected_disagreement(0.0, error, FEATURES)) for error in errors]
    return accuracy(NOISE, np.array(wrong))


def _stream(seed: int) -> tuple[float, float, Floats, Floats]:
    """Accuracy of never and of a window, of everything by period, and the oracle's counts."""
    stream = Sudden(WARMUP + TICKS, ROWS, FEATURES, NOISE, at=())(seed)
    fits = fits_of(stream, "logistic")
    never = hit_rate(replayed(fits, WORLD, Never(), Everything()))
    window = hit_rate(replayed(fits, WORLD, Every(PERIOD), Last(WARMUP)))
    growing = hit_rate(replayed(fits, WORLD, Every(PERIOD), Everything()))
    by_period = growing.reshape(-1, PERIOD).mean(axis=1)
    return float(never.mean()), float(window.mean()), by_period, _counts(fits)


def _counts(fits: FitCache) -> Floats:
    """Retrainings of the oracle at each price."""
    table = loss_table(fits, WORLD, candidate_grid(fits.stream, WORLD, PERIOD, [None]))
    whole = TICKS * ROWS * (1 - NOISE - _law(np.array([WARMUP]))[0])
    prices = [Prices(error=1, fit=float(whole * share)) for share in PRICES]
    return np.array([best_schedule(table, price).retrainings for price in prices])


def _row(what: str, law: float, measured: Floats) -> Check:
    """The mean over streams; the formula of the fit's error is of first order in 1 / rows."""
    unsure = (1 - NOISE - law) / 10
    error = np.std(measured, ddof=1) / np.sqrt(len(measured))
    why = f"4 standard errors over {len(measured)} streams; {unsure:.4f}, a tenth of the fit's cost"
    return Check(what, float(law), float(measured.mean()), ALLOWED * float(error) + unsure, why)


def _rises(counts: Floats) -> int:
    """How often the count rose with the price."""
    return int(np.sum(np.diff(counts, axis=1) > 0))


def _learning(trained: Floats, growing: Floats) -> Chart:
    rows = trained * ROWS
    grid_ = np.geomspace(rows[0], rows[-1], 30)
    curve = ReferenceCurve(
        "retrained on everything", (grid_, _law(grid_ / ROWS)), (rows, growing.mean(axis=0))
    )
    x = "rows trained on"
    return Chart("More data", x, "accuracy over the next 20 ticks", (curve,), log=True)


def _oracle(whole: float, counts: Floats) -> Chart:
    curve = ReferenceCurve(
        "oracle, mean over streams", measured=(whole * PRICES, counts.mean(axis=0))
    )
    x = "price of a retraining, in errors"
    return Chart("Retrainings of the oracle", x, "retrainings", (curve,), log=True)
