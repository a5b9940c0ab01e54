"""`python -m benchmarks.coverage`: how often an interval holds the true best retraining interval.

The expected costs of these worlds are known exactly. A row is missed when its uniform number lies
below the chance of an error, which grows with the age of the model. All intervals see the same
rows, and schedules that retrain at the same tick share the fit. Of "all equal", where nothing
drifts, nothing is paid and no two intervals have anything in common, the first is the best.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy import special

from retrainlab.sim.optimum.bootstrap import cheapest
from retrainlab.sim.optimum.grid import nested_grid, refine
from retrainlab.sim.optimum.optimum import Optimum, optimum, optimum_in_time
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Floats, Ints

RESAMPLES = 300
TICKS = 256
LEVEL = 0.95


@dataclass(frozen=True)
class Case:
    """A world: error of a perfect fit, drift a tick of age, luck of a fit (exponential, mean).

    idle: share of the seeds on which nothing drifts; the others drift the more. price: of a fit,
    in errors.
    """

    drift: float
    luck: float
    price: float
    idle: float = 0.0
    error: float = 0.1
    rows: int = 10


CASES = {
    "steady drift": Case(drift=0.001, luck=0.02, price=4),
    "lucky fits": Case(drift=0.0003, luck=0.1, price=3),
    "half drift": Case(drift=0.0005, luck=0.02, price=4, idle=0.5),
    "cheap fits": Case(drift=0.0005, luck=0.02, price=0.01),
    "no drift": Case(drift=0.0, luck=0.05, price=1),
}
EQUAL = "all equal"
Ends = tuple[int, int]


def grid(ticks: int) -> list[float]:
    """Return about thirty intervals up to two thirds of the stream, and never."""
    coarse = nested_grid(2 * ticks // 3)
    fine = [*coarse, *refine(coarse, 8, coarse[-1], most=12)]
    return [*sorted(fine), math.inf]


def starts(interval: float, ticks: int) -> Ints:
    """(T,) the tick at which the model that serves at each tick began to."""
    every = ticks if math.isinf(interval) else int(interval)
    return np.arange(ticks) // every * every


def expected(
    case: Case, values: Sequence[float], ticks: int, first_luck: float | None = None
) -> Floats:
    """(V,) exact mean costs; of all worlds, or of those whose first fit had this luck."""
    begun = [starts(v, ticks) for v in values]
    ages = np.array([(np.arange(ticks) - start).sum() for start in begun])
    first = np.array([(start == 0).sum() for start in begun])
    beyond = 0.0 if first_luck is None else first_luck - case.luck
    chance = ticks * (case.error + case.luck) + beyond * first + case.drift * ages
    return case.rows * chance + spent(case, values, ticks)


def spent(case: Case, values: Sequence[float], ticks: int) -> Floats:
    """(V,) what the fits cost; the first model is free."""
    return case.price * np.array([len(set(starts(v, ticks))) - 1 for v in values])


def errors(case: Case, values: Sequence[float], luck: Floats, rng: np.random.Generator) -> Floats:
    """(seeds, T, V) errors at each tick; luck (seeds, T) of a fit at each tick."""
    seeds, ticks = luck.shape
    drift = case.drift / (1 - case.idle) * (rng.random((seeds, 1)) >= case.idle)
    rows = rng.random((case.rows, seeds, ticks), dtype=np.float32)
    counts = np.empty((len(values), seeds, ticks))
    for v, interval in enumerate(values):
        start = starts(interval, ticks)
        chance = case.error + luck[:, start] + drift * (np.arange(ticks) - start)
        counts[v] = (rows < chance.astype(np.float32)).sum(axis=0)
    return np.moveaxis(counts, 0, 2)


def alternatives(costs: Floats, rng: np.random.Generator) -> dict[str, Ends]:
    """First and last position of each interval that was considered, from costs (S, V).

    percentile: the middle of the resampled best positions; inflated: their noise widened for few
    seeds; Student: and spread as Student's t. bootstrap-t: of the position, its standard error by
    the jackknife. Bonferroni: paired t tests of each value against all others.
    """
    seeds, values = costs.shape
    resamples = costs[rng.integers(seeds, size=(RESAMPLES, seeds))]
    mean = costs.mean(axis=0)
    noise = resamples.mean(axis=1) - mean
    widened = math.sqrt(seeds / (seeds - 1)) * noise
    spread = np.sqrt(rng.chisquare(seeds - 1, (RESAMPLES, 1)) / (seeds - 1))
    bound = special.stdtrit(seeds - 1, 1 - (1 - LEVEL) / (values - 1))
    return {
        "percentile": middle(cheapest(mean + noise)),
        "inflated": middle(cheapest(mean + widened)),
        "Student": middle(cheapest(mean + widened / spread)),
        "bootstrap-t": bootstrap_t(costs, resamples),
        "Bonferroni": hull(largest_t(costs) <= bound),
    }


def largest_t(costs: Floats) -> Floats:
    """(V,) the largest paired t statistic of each value against the others."""
    gap = costs[:, :, None] - costs[:, None]
    error = gap.std(axis=0, ddof=1) / math.sqrt(len(costs))
    return np.divide(gap.mean(axis=0), error, out=np.zeros_like(error), where=error > 0).max(axis=1)


def hull(kept: NDArray[np.bool_]) -> Ends:
    inside = np.flatnonzero(kept)
    return int(inside[0]), int(inside[-1])


def middle(picked: Ints) -> Ends:
    low = np.quantile(picked, (1 - LEVEL) / 2, method="lower")
    high = np.quantile(picked, (1 + LEVEL) / 2, method="higher")
    return int(low), int(high)


def bootstrap_t(costs: Floats, resamples: Floats) -> Ends:
    """From costs (S, V) and resamples of them (B, S, V)."""
    (at,), (own_error,) = jackknife(costs[None])
    position, error = jackknife(resamples)
    t = (position - at)[error > 0] / error[error > 0]
    if own_error == 0 or len(t) == 0:
        return int(at), int(at)
    low, high = np.quantile(t, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    last = costs.shape[1] - 1
    return max(0, math.floor(at - high * own_error)), min(last, math.ceil(at - low * own_error))


def jackknife(costs: Floats) -> tuple[Floats, Floats]:
    """(B,) best positions of costs (B, S, V), and their standard errors."""
    seeds, total = costs.shape[1], costs.sum(axis=1)
    without = (total[:, None] - costs).argmin(axis=2)
    return total.argmin(axis=1), np.sqrt((seeds - 1) * without.var(axis=1))


@dataclass(frozen=True)
class Study:
    """One interval of one study: did it cover the best value, how many values does it span.

    pays: whether it says that retraining pays; wrongly: although never is as good as any.
    """

    covered: bool
    width: int
    pays: bool
    wrongly: bool


def judge(ends: Ends, costs: Floats, pays: bool | None) -> Study:
    """Compare with the exact mean costs (V,); of values that are equal the first is the best."""
    covered = ends[0] <= int(np.argmin(costs)) <= ends[1]
    never_is_best = bool(costs[-1] <= costs.min())
    return Study(covered, ends[1] - ends[0] + 1, bool(pays), bool(pays) and never_is_best)


def percent(studies: Sequence[Study], name: str) -> str:
    return f"{100 * float(np.mean([getattr(study, name) for study in studies])):.1f}"


def shown(studies: Sequence[Study]) -> str:
    return f"{percent(studies, 'covered')} ({float(np.mean([s.width for s in studies])):.1f})"


def over_seeds(name: str, seeds: int, studies: int) -> dict[str, list[Study]]:
    """Put every interval to the test on `studies` studies of `seeds` seeds each."""
    values, rng = grid(TICKS), generator(0, "coverage", name, seeds)
    truth = true_costs(name)
    by_method: dict[str, list[Study]] = {}
    for study in range(studies):
        costs = replayed(name, seeds, rng)
        ours = optimum(values, costs, RESAMPLES, study, level=LEVEL)
        ends = alternatives(costs, rng) | {"max-t": positions(values, ours)}
        for method, end in ends.items():
            by_method.setdefault(method, []).append(judge(end, truth, ours.pays))
    return by_method


def replayed(name: str, seeds: int, rng: np.random.Generator) -> Floats:
    """(seeds, V) total costs."""
    values = grid(TICKS)
    if name == EQUAL:
        return 100 + rng.standard_normal((seeds, len(values)))
    case = CASES[name]
    luck = rng.exponential(case.luck, (seeds, TICKS))
    return errors(case, values, luck, rng).sum(axis=1) + spent(case, values, TICKS)


def true_costs(name: str) -> Floats:
    """(V,) exact mean costs."""
    values = grid(TICKS)
    return np.full(len(values), 100.0) if name == EQUAL else expected(CASES[name], values, TICKS)


def in_time(name: str, ticks: int, streams: int) -> list[Study]:
    """Put `optimum_in_time` to the test, against the exact costs given the first model's luck."""
    case, values = CASES[name], [*nested_grid(ticks // 4), math.inf]
    rng = generator(0, "coverage in time", name, ticks)
    paid, judged = spent(case, values, ticks), []
    for stream in range(streams):
        luck = rng.exponential(case.luck, (1, ticks))
        losses = errors(case, values, luck, rng)[0]
        ours = optimum_in_time(values, losses, paid, None, RESAMPLES, stream, level=LEVEL)
        truth = expected(case, values, ticks, luck[0, 0])
        judged.append(judge(positions(values, ours), truth, ours.pays))
    return judged


def positions(values: Sequence[float], best: Optimum) -> Ends:
    return values.index(best.low), values.index(best.high)


def main(studies: int = 1000, streams: int = 300) -> None:
    """Print both tables."""
    began, console, values = time.perf_counter(), Console(width=130), grid(TICKS)
    parallel = Parallel(n_jobs=-1)
    cells = [*product(CASES, (5, 10, 30)), *product([EQUAL], (3, 5, 10, 30))]
    results = parallel(delayed(over_seeds)(name, seeds, studies) for name, seeds in cells)
    table = Table("case", "best", "seeds", *results[0], "pays", "wrongly", box=None)
    for (name, seeds), by_method in zip(cells, results, strict=True):
        best = values[int(np.argmin(true_costs(name)))]
        verdicts = (percent(by_method["max-t"], verdict) for verdict in ("pays", "wrongly"))
        table.add_row(name, f"{best:g}", str(seeds), *map(shown, by_method.values()), *verdicts)
    console.print(f"% of {studies} studies that hold the best of {len(values)} (mean width)")
    console.print(table)
    cells = [cell for cell in product(CASES, (400, 1600)) if not CASES[cell[0]].idle]
    alone = parallel(delayed(in_time)(name, ticks, streams) for name, ticks in cells)
    table = Table("case", "ticks", "max-t", "pays", "wrongly", box=None)
    for (name, ticks), one in zip(cells, alone, strict=True):
        verdicts = (percent(one, verdict) for verdict in ("pays", "wrongly"))
        table.add_row(name, str(ticks), shown(one), *verdicts)
    console.print(f"\nThe same of {streams} streams, each on its own")
    console.print(table)
    console.print(f"\n{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
