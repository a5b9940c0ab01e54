"""The Pareto frontier of score against cost of retraining."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retrainlab.sim.stream import Floats, Ints


def efficient(cost: Floats, score: Floats) -> Ints:
    """Positions of the points that no other point beats in both, by rising cost.

    cost, score: (n,). A point is beaten by one that costs no more and scores at least as much,
    and is better in one of the two. Of equal points the first stays.
    """
    order = np.lexsort((-score, cost))
    kept, best = [], -np.inf
    for position in order:
        if score[position] > best:
            kept.append(int(position))
            best = score[position]
    return np.array(kept, dtype=np.int64)


def on_frontier(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the settings on the frontier, by rising cost; rows: of `summary`, strategies alone.

    Of equal ones it is never that stays, rather than an alarm that did not come.
    """
    never = rows["never"].to_numpy(bool)
    cost, score = (rows[name].to_numpy(float) for name in ("cost_retraining", "score"))
    return rows.iloc[frontier_places(never, cost, score)]


def frontier_places(never: NDArray[np.bool_], cost: Floats, score: Floats) -> Ints:
    """Positions of the settings on the frontier, see `on_frontier`; each argument is (n,)."""
    order = np.argsort(~never, kind="stable")
    places: Ints = order[efficient(cost[order], score[order])]
    return places
