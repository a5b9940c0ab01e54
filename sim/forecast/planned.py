"""Fits of the forecast that are known before anything is replayed: those of the calendars."""

import numpy as np

from retrainlab.sim.forecast.backtest import backtest
from retrainlab.sim.forecast.log_losses import LogLosses, Steps
from retrainlab.sim.forecast.losses import Models
from retrainlab.sim.forecast.policies import CATALOGUE, PAST
from retrainlab.sim.prices import Prices
from retrainlab.sim.replay.planning import PlannedFits
from retrainlab.sim.stream import Floats
from retrainlab.sim.world import World


class _NotedLosses(LogLosses):
    """Notes which predictions the losses are made of, and gives none."""

    fits: PlannedFits

    def loss(self, models: Models, step: int) -> Floats:
        """(1,) zeros."""
        fit = self._fit(int(models[0]))
        ticks = range(self.steps.tick(step), self.steps.tick(step + 1))
        self.fits.note(fit, {self.fits.block(tick)[0] for tick in ticks})
        return np.zeros(1)


def note_calendars(fits: PlannedFits, world: World, prices: Prices) -> None:
    """Note what the calendars of the catalogue ask for, on the whole log and on its halves."""
    served = fits.stream.ticks - world.warmup
    calendars = [policy for policy in CATALOGUE if policy.is_plain]
    for parts in (1, 2):
        if served < parts * PAST:
            return
        steps = Steps(world.warmup, served / (parts * PAST))
        losses = _NotedLosses(fits, world, prices, steps)
        for begin in range(0, parts * PAST, PAST):
            for policy in calendars:
                backtest(losses, policy, begin, begin + PAST)
