"""What the plan of a forecast notes is what its calendars ask for."""

import pytest
from streams import Mean, turning

from retrainlab.sim.forecast import own_past
from retrainlab.sim.forecast.planned import note_calendars
from retrainlab.sim.forecast.policies import CATALOGUE, PAST
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.losses import Squared
from retrainlab.sim.replay.planning import PlannedFits
from retrainlab.sim.rows import key
from retrainlab.sim.world import World

WARMUP = 8
PRICES = Prices(error=2.0, fit=3.0)


class Asked(FitCache):
    """Remembers which blocks of which fits were served."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.asked = set()

    def serve(self, fit, tick):
        self.asked.add((fit.key, self.block(tick)[0]))
        return super().serve(fit, tick)


@pytest.mark.parametrize("parts", [0, 1, 2])
@pytest.mark.parametrize("delays", [(0, 0), (2, 1)])
def test_all_blocks_of_all_calendars_are_noted(parts, delays, monkeypatch):
    served = parts * PAST + 3
    stream = turning(classes=0, sizes=(10,) * (WARMUP + served))
    world = World(*delays, warmup=WARMUP)
    arguments = stream, Learner(Mean(), stream), Squared()
    planned, real = (kind(*arguments, block_rows=64) for kind in (PlannedFits, Asked))
    note_calendars(planned, world, PRICES)
    calendars = tuple(policy for policy in CATALOGUE if policy.is_plain)
    monkeypatch.setattr(own_past, "CATALOGUE", calendars)
    monkeypatch.setattr(own_past.own_past, "__defaults__", (calendars,))
    own_past.whole(real, world, PRICES)
    own_past.exam(real, world, PRICES)
    noted = {(key(rows), block) for rows, blocks in planned.noted for block in blocks}
    assert noted == real.asked
    assert bool(noted) == bool(parts)
