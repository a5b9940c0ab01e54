"""How well the forecast of the coming period is calibrated, on logs that its library does not hold.

`python -m benchmarks.forecast [--logs N] [--first SEED] [--keep FILE] [--figure FILE] [--speed]`:
N logs of each kind, a retraining at .6 and 3.5 fresh losses of a step, a horizon of half of the
log. Where the kind is in the library, its logs are left out of it. Seeds are others than its own.
--keep: a file for the measured logs, which are read from there if it exists. --speed: the
processor time that a library and a forecast take, and nothing else.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.stats import binomtest
from sklearn.tree import DecisionTreeClassifier

from retrainlab.experiments.forecast.command import all_measured
from retrainlab.experiments.forecast.simulated_logs import KINDS, SIZE, LogKind
from retrainlab.reports.drawing.canvas import FAINT, axes_box, new_figure, theme
from retrainlab.reports.drawing.marks import KNOWN
from retrainlab.scenarios.sudden import Sudden
from retrainlab.sim.forecast import library as libraries
from retrainlab.sim.forecast.backtest import backtest
from retrainlab.sim.forecast.calibration import (
    MONTHLY,
    Bin,
    Examined,
    examined,
    pooled,
    reliability,
)
from retrainlab.sim.forecast.latent import LatentLosses
from retrainlab.sim.forecast.library import Library, gathered, load
from retrainlab.sim.forecast.policies import CATALOGUE, NEVER, PAST
from retrainlab.sim.forecast.prediction import Past, predict

FIRST = 10_000  # seed: the library is built from smaller ones
PRICES = (1, 2)  # places among the prices of a library
HORIZON = 0.5
TREE = DecisionTreeClassifier(max_depth=4, random_state=0)


def noisy(random: np.random.Generator) -> Sudden:
    """Return a scenario with more noise than any log of the library."""
    at = sorted({int(t) for t in random.integers(10, SIZE["ticks"] - 2, 3)})
    return Sudden(**SIZE, noise=0.35, at=at, magnitude=random.uniform(0.1, 0.4))


FAMILIES = (
    *(LogKind(name, draw) for name, draw in KINDS.items()),
    LogKind("learner: tree", KINDS["sudden"], TREE),
    LogKind("noise: 35 % of labels", noisy),
)


def measured_logs(first: int, logs: int) -> Library:
    """Measure the logs of every family."""
    recipes = (recipe for family in FAMILIES for recipe in family.recipes(first, logs))
    return gathered(all_measured(recipes), first)


def of_kinds(logs: Library, library: Library) -> Iterator[tuple[str, Examined]]:
    """Yield the examination of each family, by a library without its kind."""
    for place, name in enumerate(logs.kinds):
        own = library.kinds.index(name) if name in library.kinds else -1
        others = library.chosen(library.kind != own)
        of_kind = logs.chosen(logs.kind == place)
        yield name, pooled(examined(of_kind, others, price, HORIZON) for price in PRICES)


def table(results: dict[str, Examined]) -> Table:
    """Return a row a family, and one of all."""
    lines = Table(box=None, pad_edge=False)
    headings = ("logs of", "logs", "cost held", "saving held", "saving claimed", "width")
    regrets = ("choice", "first half's best", "never", "every month", "best fixed")
    for heading in (*headings, *(f"regret: {name}" for name in regrets)):
        lines.add_column(heading, justify="right")
    for name, result in {**results, "all": pooled(results.values())}.items():
        chosen = (result.choice, result.past_best, NEVER, MONTHLY, result.best_fixed())
        lines.add_row(
            name,
            str(len(result.cost) // len(PRICES)),
            f"{result.held.mean():.2f}",
            f"{np.delete(result.held_saving, NEVER, axis=1).mean():.2f}",
            f"{result.claimed.mean():.2f}",
            f"{100 * np.median(result.width):.0f} %",
            *(f"{100 * result.regret(one):.1f} %" for one in chosen),
        )
    return lines


def interval(one: Bin) -> tuple[float, float]:
    """Return the 95 % interval of what was true in a bin, of forecasts that are independent."""
    low, high = binomtest(round(one.true * one.forecasts), one.forecasts).proportion_ci()
    return float(low), float(high)


def reliability_lines(result: Examined) -> str:
    """Return what was said of the probability of costing least, and what was true, as text."""
    lines = ["probability of being the cheapest: said, true (95 % interval), policies, forecasts"]
    for one in reliability(result.best, result.is_best):
        low, high = interval(one)
        lines.append(
            f"{one.said:.2f} {one.true:.2f} ({low:.2f} to {high:.2f}) "
            f"{one.policies:,} {one.forecasts:,}"
        )
    return "\n".join(lines)


def seconds() -> tuple[float, float]:
    """Processor time of the catalogue on 10,000 logs, and of a forecast from what is shipped."""
    start = time.process_time()
    for seed in range(10):
        losses = LatentLosses(seed, 1_000)
        for policy in CATALOGUE:
            backtest(losses, policy, 0, PAST)
            backtest(losses, policy, PAST, 2 * PAST)
    simulated = time.process_time() - start
    load.cache_clear()
    start = time.process_time()
    past = Past(np.linspace(1.0, 1.2, len(CATALOGUE)), 1.0, 1.0, np.zeros(4))
    prediction = predict(past, load(), HORIZON, HORIZON * PAST)
    prediction.interval(), prediction.best(), prediction.interval(prediction.saving(NEVER))
    return simulated, time.process_time() - start


def draw(bins: list[Bin], path: Path) -> None:
    """Draw the reliability diagram: what was said against what was true."""
    with theme():
        figure = new_figure(
            5.2, 5.2, "Probability of costing least", "Size: number of policies. Bars: 95 %."
        )
        axes = axes_box(figure, left=0.8, right=0.3, top=0.8, bottom=0.65)
        said, true, count, _ = map(np.array, zip(*bins, strict=True))
        axes.plot([0, 1], [0, 1], color=FAINT, lw=1, ls="--")
        axes.vlines(said, *zip(*map(interval, bins), strict=True), color=FAINT, lw=1)
        axes.scatter(said, true, s=10 + 20 * np.log10(count), color=KNOWN["periodic"].colour)
        axes.set_xlabel("said")
        axes.set_ylabel("true")
        figure.savefig(path, dpi=110)


def main() -> None:
    """Measure, and print the table and the reliability of P(best)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logs", type=int, default=100)
    parser.add_argument("--first", type=int, default=FIRST)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    if options.speed:
        simulated, forecast = seconds()
        count = len(CATALOGUE)
        print(f"{count} policies x 10,000 logs: {simulated:.1f} s; a forecast: {forecast:.2f} s")
        return
    if options.keep and options.keep.exists():
        logs = load(options.keep)
    else:
        logs = measured_logs(options.first, options.logs)
        if options.keep:
            libraries.save(logs, options.keep)
    results = dict(of_kinds(logs, load()))
    Console(width=160).print(table(results))
    every = pooled(results.values())
    print(reliability_lines(every))
    print(f"{len(CATALOGUE)} policies, {len(load())} logs in the library")
    if options.figure:
        draw(reliability(every.best, every.is_best), options.figure)


if __name__ == "__main__":
    main()
