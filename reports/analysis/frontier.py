"""The efficient frontier of accuracy against cost."""

import numpy as np

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
