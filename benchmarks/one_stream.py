"""How often the test on one stream says Retrain where nothing is saved, or something is.

`python -m benchmarks.one_stream [--logs N] [--jobs N] [--first SEED] [FAMILY ...]`: N simulated
logs a family, each replayed with the settings of a default study. Intervals of the shares are 95 %
(Wilson). The rule was chosen on seeds below 100; its rates are those of seeds from 100 on.

Wrong answers are counted given the first model, in MODELS groups of logs without drift that share
it, at the *edge* of the group: the price of a retraining at which the best setting saves exactly
nothing, on average over the group. There it is counted too how often a baseline wins that is no
better: a constant is added to its loss of every tick, with which it costs as much as the cheapest
setting, on average over the group. Power is counted at given prices.
"""

import argparse
from collections import Counter
from collections.abc import Sequence

import numpy as np
from joblib import Parallel, delayed
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy.stats import binomtest

from benchmarks.one_stream_logs import DRIFTING, STATIONARY, Family, Replayed, replayed
from retrainlab.sim.optimum.one_stream import BASELINE_BLOCKS, answer, spread_evenly, stream_test
from retrainlab.sim.stream import Floats

MODELS = 5  # first models, each with an equal share of the logs
FIRST = 100  # seed: the rule was chosen on smaller ones
ANSWERS = ("retrain", "keep", "undecided")
POWER = (10.0, 30.0, 100.0)  # prices of a retraining in units of loss
BASELINES = ("majority", "mean")


def edge(logs: Sequence[Replayed]) -> float:
    """Return the price at which the best setting saves nothing on average over the logs."""
    saved = np.mean([log.losses[:, 0].sum() - log.losses.sum(0) for log in logs], axis=0)
    trained = np.mean([log.starts.sum(0) for log in logs], axis=0)
    return max(0.0, float(np.max(saved[1:] / np.maximum(trained[1:], 1e-9), initial=0.0)))


def answers(logs: Sequence[Replayed], price: float) -> Counter[str]:
    """Count the answers on the logs at a price of a retraining."""
    counts: Counter[str] = Counter()
    for number, log in enumerate(logs):
        used = log.starts.any(axis=0)
        spent = price * log.starts[:, used]
        gains = log.losses[:, :1] - log.losses[:, used] - spread_evenly(spent)
        counts[answer(gains, spent, log.losses[:, 0], number)[0]] += 1
    return counts


def baseline_wins(logs: Sequence[Replayed], price: float) -> int:
    """Count the logs on which a baseline wins that costs as much as the cheapest setting."""
    costs = [log.losses + spread_evenly(price * log.starts) for log in logs]
    baselines = [_usual(log) for log in logs]
    cheapest = np.mean([cost.sum(axis=0) for cost in costs], axis=0).min()
    lift = (cheapest - np.mean([base.sum() for base in baselines])) / len(baselines[0])
    wins = 0
    for number, (log, cost, base) in enumerate(zip(logs, costs, baselines, strict=True)):
        gains = cost - (base + lift)[:, None]
        wins += bool(
            stream_test(gains, -price * log.starts, number, blocks=BASELINE_BLOCKS).proven.all()
        )
    return wins


def _usual(log: Replayed) -> Floats:
    """(T,) losses of the baseline that predicts the majority or the mean."""
    return log.baselines[:, next(i for i, name in enumerate(log.names) if name in BASELINES)]


def rate(count: int, logs: int) -> str:
    """Write a share with its interval: "3.0 % (1.4 to 6.4)"."""
    low, high = binomtest(count, logs).proportion_ci(method="wilson")
    return f"{100 * count / logs:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def _at_the_edge(family: Family, first: int, logs: int, parallel: Parallel) -> list[str]:
    """Replay logs without drift; return the edges and the shares of what is said there."""
    each, edges = max(1, logs // MODELS), []
    total: Counter[str] = Counter()
    for model in range(first, first + MODELS):
        streams = family.group(model, each)
        group = parallel(delayed(replayed)(family, stream, model) for stream in streams)
        edges.append(edge(group))
        total.update(answers(group, edges[-1]))
        total["baseline"] += baseline_wins(group, edges[-1])
    shares = [rate(total[kind], MODELS * each) for kind in (*ANSWERS, "baseline")]
    return [f"{MODELS * each}", f"{min(edges):.1f} to {max(edges):.1f}", *shares]


def _power(family: Family, first: int, logs: int, parallel: Parallel) -> list[list[str]]:
    """Replay logs with a drift; return what is said at each price."""
    streams = enumerate(family.streams(first, logs), first)
    done = parallel(delayed(replayed)(family, stream, seed) for seed, stream in streams)
    rows = []
    for price in POWER:
        counts = answers(done, price)
        shares = (rate(counts[kind], logs) for kind in ANSWERS)
        saved = _saving_of_the_best(done, price)
        rows.append([str(logs), f"{price:g}", f"{100 * saved:.1f} %", *shares])
    return rows


def _saving_of_the_best(logs: Sequence[Replayed], price: float) -> float:
    """Return what the best setting saves on average, as a share of never's cost."""
    costs = np.mean([log.losses.sum(0) + price * log.starts.sum(0) for log in logs], axis=0)
    return float(1 - costs[1:].min() / costs[0])


def main() -> None:
    """Print a table of wrong answers, and one of power."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.one_stream")
    parser.add_argument("families", nargs="*", default=[*STATIONARY, *DRIFTING])
    parser.add_argument("--logs", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=-1)
    parser.add_argument("--first", type=int, default=FIRST, help="first seed")
    asked = parser.parse_args()
    heads = ("Retrain", "Keep", "Undecided")
    wrong = Table("logs without drift", "logs", "price at the edge", *heads, "Baseline wins")
    power = Table("logs with a drift", "logs", "price", "the best saves", *heads)
    with Parallel(n_jobs=asked.jobs) as parallel:
        for name in track(asked.families, "families", console=Console(stderr=True)):
            family = STATIONARY.get(name) or DRIFTING[name]
            logs = min(asked.logs, family.most or asked.logs)
            if name in STATIONARY:
                wrong.add_row(name, *_at_the_edge(family, asked.first, logs, parallel))
            else:
                for row in _power(family, asked.first, logs, parallel):
                    power.add_row(name, *row)
    console = Console()
    for table in (wrong, power):
        if table.row_count:
            console.print(table)


if __name__ == "__main__":
    main()
