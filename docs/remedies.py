"""Which remedy for which drift: the tables of docs/remedies.md. python docs/remedies.py FOLDER."""

import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import t

from retrainlab.experiments.config.composed import composed
from retrainlab.experiments.study import study as studies
from retrainlab.experiments.study_commands import Runtime
from retrainlab.reports.results.tables import load
from retrainlab.sim.prices import Prices, price

FITS = (1.0, 10.0, 100.0, 1000.0)  # prices of a retraining; one wrong row costs 1
WARMUPS = (2, 8, 32, 128)  # ticks of 100 rows: the first data
AFTER = 220  # ticks after the first data, whatever their size
NEWEST = "sliding_window"
WITH_OLD = ("periodic", "keep_first", "decayed")  # schedules of refits that keep old rows
REFITS = (NEWEST, "full_replace", *WITH_OLD)
CHEAP = 10.0  # price at which they are compared: every schedule pays there
# Ticks after the first data at which each drift begins, drawn by seed.
FIRST = {
    "stationary": "",
    "sudden": "scenario.sudden.at=[[{},{}]]",
    "covariate": "scenario.covariate.start=[{},{}]",
    "prior": "scenario.prior.start=[{},{}]",
}
BEGINS = (60, 120)


def studied(folder: Path, *overrides: str) -> pd.DataFrame:
    """Return the runs of strategies of a study, which is resumed where its folder is there."""
    config = composed("config", list(overrides))
    config.pop("hydra", None)
    runtime = Runtime.taken_from(config)
    study = studies.prepare(config).keeping(runtime.memo_bytes)
    studies.run(study, runtime.engine, folder, shlex.join(["retrainlab", *overrides]))
    runs = load(folder).runs
    return runs[runs["role"] == "strategy"]


def cost_table(runs: pd.DataFrame, fit: float) -> pd.DataFrame:
    """(seeds, strategy and label) total costs at a price of a retraining, nothing replayed."""
    costs = runs.assign(cost=price(runs, Prices(fit=fit))["cost"])
    return costs.pivot(index="seed", columns=["strategy", "label"], values="cost")


def cheapest(costs: pd.DataFrame, strategies: Sequence[str]) -> tuple[str, pd.Series]:
    """Return the setting of least mean cost among strategies, and its (seeds,) costs."""
    among = costs.loc[:, costs.columns.get_level_values("strategy").isin(strategies)]
    best = among.mean().idxmin()
    return str(best[1]), among[best]


def interval(saved: pd.Series) -> tuple[float, float]:
    """Return a mean over seeds, and half the width of its 95 % confidence interval."""
    error = saved.std(ddof=1) / np.sqrt(len(saved))
    return float(saved.mean()), float(t.ppf(0.975, len(saved) - 1) * error)


def amount(saved: pd.Series) -> str:
    """Write a saving with its interval."""
    mean, half = interval(saved)
    return f"{mean:,.0f} ± {half:,.0f}"


def winners(runs: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """Yield a row a drift and price: the cheapest setting, what it saves, against what."""
    for drift, part in runs.groupby("scenario", sort=False):
        for fit in FITS:
            costs = cost_table(part, fit)
            strategies = set(costs.columns.get_level_values("strategy"))
            label, cost = cheapest(costs, sorted(strategies - {"never"}))
            _, never = cheapest(costs, ["never"])
            refit, of_refit = cheapest(costs, ["never", *REFITS])
            mean, half = interval(never - cost)
            row = (f"{never.mean():,.0f}", amount(never - cost), refit, amount(of_refit - cost))
            yield str(drift), f"{fit:,g}", label if mean > half else f"none ({label})", *row


def old_or_new(runs: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """Yield a row a drift: what refits with old rows save against refits on the newest alone."""
    for drift, part in runs.groupby("scenario", sort=False):
        costs = cost_table(part, CHEAP)
        _, newest = cheapest(costs, [NEWEST])
        saved = (newest - cheapest(costs, [name])[1] for name in WITH_OLD)
        yield str(drift), f"{newest.mean():,.0f}", *map(amount, saved)


def first_data(folder: Path, more: Sequence[str]) -> dict[str, list[float]]:
    """Return by drift the (sizes,) prices above which never costs least, by size of first data."""
    runs = [_with_warmup(folder, ticks, more) for ticks in WARMUPS]
    return {
        drift: [break_even(part[part["scenario"] == drift]) for part in runs] for drift in FIRST
    }


def _with_warmup(folder: Path, ticks: int, more: Sequence[str]) -> pd.DataFrame:
    begins = [ticks + begin for begin in BEGINS]
    return studied(
        folder / f"warmup_{ticks}",
        f"scenario=[{','.join(FIRST)}]",
        *(f"scenario.{drift}.ticks={ticks + AFTER}" for drift in FIRST),
        *(word.format(*begins) for word in FIRST.values() if word),
        "strategy=[never,periodic,sliding_window]",
        "learner=naive_bayes",
        "references=null",
        f"world.warmup={ticks}",
        "seeds=10",
        *more,
    )


def rich_enough(break_evens: Sequence[float], fit: float) -> str:
    """Return the fewest rows of first data from which on never costs least at a price."""
    too_few = [ticks for ticks, most in zip(WARMUPS, break_evens, strict=True) if most > fit]
    more = [ticks for ticks in WARMUPS if ticks > max(too_few, default=0)]
    return f"{100 * more[0]:,}" if more else f"more than {100 * WARMUPS[-1]:,}"


def break_even(runs: pd.DataFrame) -> float:
    """Return the price of a retraining above which never costs less than every setting."""
    means = runs.groupby(["strategy", "label"])[["loss", "retrainings"]].mean()
    never = means.loc["never", "loss"].iloc[0]
    trained = means[means["retrainings"] > 0]
    return max(0.0, float(((never - trained["loss"]) / trained["retrainings"]).max()))


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main(folder: Path, more: Sequence[str] = ()) -> None:
    """Run both studies and print the four tables; more: overrides, as of the engine."""
    runs = studied(folder / "remedies", "experiment=remedies", *more)
    head = ("drift", "price", "costs least", "never", "saves", "best with refits", "saves")
    print(markdown(head, winners(runs)), end="\n\n")
    head = ("drift", "newest rows alone", "everything", "and some of the first", "older weigh less")
    print(markdown(head, old_or_new(runs)), end="\n\n")
    prices = first_data(folder, more)
    head = ("drift", *(f"{100 * ticks:,} rows" for ticks in WARMUPS))
    rows = ((drift, *(f"{most:,.1f}" for most in by_size)) for drift, by_size in prices.items())
    print(markdown(head, rows), end="\n\n")
    head = ("price", *FIRST)
    rows = ((f"{fit:,g}", *(rich_enough(prices[drift], fit) for drift in FIRST)) for fit in FITS)
    print(markdown(head, rows))


if __name__ == "__main__":
    place, *words = sys.argv[1:] or ["runs/remedies"]
    main(Path(place), words)
