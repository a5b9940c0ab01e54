"""The library: logs whose future is known, as ratios of what each policy cost later and before."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_LZMA, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import InputError, require
from retrainlab.sim.forecast.backtest import Backtest, backtest
from retrainlab.sim.forecast.losses import Losses
from retrainlab.sim.forecast.packing import packed, unpacked
from retrainlab.sim.forecast.policies import CATALOGUE, OFTEN, PAST
from retrainlab.sim.forecast.steadiness import SIXTHS, TINY, scatter_of, sixths, unrest_of
from retrainlab.sim.stream import Floats, Ints

VERSION = 5  # of the catalogue and of what a library holds
SHIPPED = Path(__file__).parent / "library.npz"
PRICES = (0.1, 0.6, 3.5, 20.0)  # of a retraining, in fresh losses of a step
HORIZONS = (0.125, 0.25, 0.5, 1.0, 2.0)  # of the future, in lengths of the past
UNREST, SCATTER = 0.01, 0.001  # what these are rounded to in a file
TABLES = ("past", "ratio", "traits", "unrest", "scatter", "kind")  # of a library
FILE = ("past", "future", *TABLES[2:])
TRAITS = ("row share", "label price", "label lag", "fit delay")


@dataclass(frozen=True, eq=False)
class Library:
    """K logs with a past of `PAST` steps and a future of twice as many.

    past: (K, Q, P) logarithm of the cost of each policy in the past, over the fresh loss of as many
    steps, at each price of `PRICES`. ratio: (K, Q, H, P) logarithm of its cost per step in the
    future, up to each of `HORIZONS`, over that in the past. traits: (K, 4), see `TRAITS`. unrest:
    (K,) of the level in the past; scatter: (K, Q) of what set the policies apart there, see
    `steadiness`. kind: (K,) place among `kinds`, names of what the logs are of. seed: that it was
    built with.
    """

    past: Floats
    ratio: Floats
    traits: Floats
    unrest: Floats
    scatter: Floats
    kind: Ints
    kinds: tuple[str, ...]
    seed: int

    def __len__(self) -> int:
        return len(self.past)

    def chosen(self, logs: NDArray[np.bool_]) -> "Library":
        """Return the library of some of the logs."""
        return replace(self, **{table: getattr(self, table)[logs] for table in TABLES})

    def counts(self) -> dict[str, int]:
        """Return how many logs of each kind it holds."""
        return {name: int((self.kind == i).sum()) for i, name in enumerate(self.kinds)}

    def at_price(self, price: float) -> tuple[Floats, Floats, Floats]:
        """Return (K, P) past, (K, H, P) ratios and (K,) scatter at a price in fresh losses of a
        step.

        Logarithms are interpolated in the logarithm of the price; beyond the prices that the
        library knows, its last one stands for all.
        """
        place = np.interp(np.log(max(price, TINY)), np.log(PRICES), np.arange(len(PRICES)))
        low = min(int(place), len(PRICES) - 2)
        share = place - low
        return tuple(  # type: ignore[return-value]
            (1 - share) * table[:, low] + share * table[:, low + 1]
            for table in (self.past, self.ratio, self.scatter)
        )


def at_horizon(ratio: Floats, horizon: float) -> Floats:
    """(K, P) logarithm of the ratio up to a horizon; ratio: (K, H, P).

    Costs are interpolated, log by log: what is spent between two horizons is spread evenly. Before
    the first horizon its ratio holds. Raises `InputError` beyond the last one.
    """
    require(
        0 < horizon <= HORIZONS[-1],
        f"the horizon is {horizon:.3g} times the log, and the library knows up to "
        f"{HORIZONS[-1]:g} times; give a smaller forecast.ticks",
    )
    place = float(np.interp(horizon, HORIZONS, np.arange(len(HORIZONS))))
    low = min(int(place), len(HORIZONS) - 2)
    share = place - low
    costs = [np.exp(ratio[:, i]) * HORIZONS[i] for i in (low, low + 1)]
    between = HORIZONS[low] + share * (HORIZONS[low + 1] - HORIZONS[low])
    return np.asarray(np.log(((1 - share) * costs[0] + share * costs[1]) / between))


@dataclass(frozen=True, eq=False)
class Source:
    """Logs for a library: their kind, their losses and their traits (K, 4)."""

    kind: str
    losses: Losses
    traits: Floats


def measured(source: Source) -> Library:
    """Return the library of some logs: the catalogue simulated on the past and the future of each.

    Logs that lose nothing at all have no ratio, and are left out.
    """
    past, ratio, unrest, scatter = _ratios(source.losses)
    sound = np.abs(past).max(axis=(1, 2)) < -np.log(TINY) / 2
    sound &= np.abs(ratio).max(axis=(1, 2, 3)) < -np.log(TINY) / 2
    kind = np.zeros(int(sound.sum()), dtype=np.int64)
    parts = (past[sound], ratio[sound], source.traits[sound], unrest[sound], scatter[sound])
    return Library(*parts, kind, (source.kind,), 0)


def gathered(parts: Iterable[Library], seed: int) -> Library:
    """Put libraries into one."""
    parts = list(parts)
    names = tuple(dict.fromkeys(name for part in parts for name in part.kinds))
    kinds = [np.array([names.index(name) for name in part.kinds])[part.kind] for part in parts]
    past, ratio, traits, unrest, scatter = (
        np.concatenate([getattr(part, table) for part in parts]) for table in TABLES[:-1]
    )
    kind = np.concatenate(kinds)
    return Library(past, ratio, traits, unrest, scatter, kind, names, seed)


def _ratios(losses: Losses) -> tuple[Floats, Floats, Floats, Floats]:
    """(K, Q, P) past, (K, Q, H, P) ratios, (K,) unrest, (K, Q) scatter.

    What does not read the price is simulated once, unless labels are paid for as well.
    """
    ends = [round(h * PAST) for h in HORIZONS]
    k, shape = losses.logs, (len(PRICES), len(CATALOGUE))
    past, later = np.empty((k, *shape, SIXTHS)), np.empty((k, len(PRICES), len(ends), shape[1]))
    losses.price = np.ones(k)
    often = backtest(losses, CATALOGUE[OFTEN], 0, PAST).loss
    fresh = often.mean(axis=1)
    has_labels = losses.labels(np.zeros(k, dtype=np.int64), np.ones(k, dtype=np.int64)).any()
    for j, policy in enumerate(CATALOGUE):
        halves: tuple[Backtest, Backtest] | None = None
        for i, price in enumerate(PRICES):
            if halves is None or policy.when.watches or has_labels:
                losses.price = price * fresh
                halves = (
                    backtest(losses, policy, 0, PAST),
                    backtest(losses, policy, PAST, 3 * PAST),
                )
                reference = losses.price
            scale = (price * fresh / reference)[:, None]
            past[:, i, j] = sixths(halves[0].loss + scale * halves[0].spent) / fresh[:, None]
            for h, end in enumerate(ends):
                later[:, i, h, j] = _up_to(end, halves[1], scale, losses.fit_delay) / end / fresh
    mean = np.log(np.maximum(past.mean(axis=-1), TINY))
    ratio = np.log(np.maximum(later, TINY)) - mean[:, :, None]
    return mean, ratio, unrest_of(often), scatter_of(past)


def _up_to(end: int, lived: Backtest, scale: Floats, fit_delay: float) -> Floats:
    """(K,) cost of the first steps, as if the period ended there: without what was trained too late
    to serve. scale: (K, 1) of what was spent."""
    decided = max(0, math.ceil(end - 1 - fit_delay))
    others = scale * (lived.spent - lived.trained)[:, : end - 1]
    trained = scale * lived.trained[:, :decided]
    return np.asarray(sum(part.sum(axis=1) for part in (lived.loss[:, :end], others, trained)))


def save(library: Library, path: Path) -> None:
    """Write a library: the same bytes for the same one."""
    about = {
        "version": VERSION,
        "policies": [policy.name for policy in CATALOGUE],
        "kinds": library.kinds,
        "seed": library.seed,
    }
    tables: dict[str, NDArray[Any]] = {
        "about": np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
        "past": packed(library.past),
        "future": packed(library.past[:, :, None] + library.ratio),
        "traits": library.traits.astype(np.float32),
        "unrest": np.round(library.unrest / UNREST).astype(np.uint16),
        "scatter": np.round(library.scatter / SCATTER).astype(np.uint16),
        "kind": library.kind.astype(np.uint8),
    }
    with ZipFile(path, "w") as file:
        for name, table in tables.items():
            content = BytesIO()
            np.save(content, table, allow_pickle=False)
            # Of no date; a third smaller than what numpy compresses.
            file.writestr(ZipInfo(f"{name}.npy"), content.getvalue(), ZIP_LZMA)


@lru_cache(maxsize=2)
def load(path: Path = SHIPPED) -> Library:
    """Read a library; `InputError` if it is none, or one of another version."""
    other = f"{path} is no library of this version; build it again: retrainlab library build"
    try:
        with np.load(path, allow_pickle=False) as saved:
            about = json.loads(saved["about"].tobytes())
            tables = {name: saved[name] for name in FILE}
    except FileNotFoundError:
        raise InputError(f"there is no library at {path}") from None
    except Exception as error:
        raise InputError(other) from error
    names = [policy.name for policy in CATALOGUE]
    require(about.get("version") == VERSION and about.get("policies") == names, other)
    past = unpacked(tables["past"])
    return Library(
        past=past,
        ratio=unpacked(tables["future"]) - past[:, :, None],
        traits=tables["traits"].astype(np.float64),
        unrest=tables["unrest"] * UNREST,
        scatter=tables["scatter"] * SCATTER,
        kind=tables["kind"].astype(np.int64),
        kinds=tuple(about["kinds"]),
        seed=int(about["seed"]),
    )
