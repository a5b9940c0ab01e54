"""Audit of a learner: a row's prediction depends on no other row, and equal fits are equal.

Both are what sharing rests on: fits and predictions are made once, in blocks of rows, and stand
for those that a team would make one by one. The cost is bounded: four rows and half a block for
the first fit, one row for one fit in 32, and one fit made twice in a study.
"""

from typing import Any
from zlib import crc32

import numpy as np

from retrainlab.sim.errors import require
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.predictions import Prediction, differs
from retrainlab.sim.stream import Floats

ROWS = 4  # of the first fit that are predicted alone
ONE_IN = 32  # later fits, of which a row is predicted alone


class Audit:
    """The audit of the learner of one stream. A learner that was refused once stays refused.

    is_first: whether the first fit is made a second time.
    """

    def __init__(self, learner: Learner, is_first: bool):
        self.learner = learner
        self.is_pending = is_first
        self._compared: set[tuple[Any, ...]] = set()
        self._refusal = ""

    @property
    def is_first_done(self) -> bool:
        """Whether the first fit has been through its checks."""
        return bool(self._compared) and not self.is_pending

    def leave_first(self) -> None:
        """Leave the checks of the first fit to another audit of the same learner."""
        self.is_pending = False
        self._compared.add(())

    def require_accepted(self) -> None:
        """Raise `InputError` if the learner has been refused."""
        require(not self._refusal, self._refusal)

    def require_repeatable(self, model: Any, training: tuple[Any, ...], unseen: Floats) -> None:
        """Refuse a learner if the same rows and seed give another model.

        training: arguments of its fit. unseen: rows for which both predict;
        models that know their training rows by heart may only differ on others.
        """
        if not self.is_pending or not len(unseen):
            return
        self.is_pending = False
        learner = self.learner
        first = learner.predict(model, unseen)
        if differs(first, learner.predict(learner.fit(*training), unseen), learner.task):
            self._refuse(
                "gives another model when it is trained again on the same rows with the same seed; "
                "draw at random from the attribute random_state alone, which every fit sets, and "
                "keep nothing from one fit to the next"
            )

    def require_rows_alone(
        self, key: tuple[Any, ...], model: Any, x: Floats, given: Prediction
    ) -> None:
        """Refuse a learner if rows of a block (m, d) are predicted otherwise apart from it.

        In production rows come one by one, or a tick at a time: a prediction that depends on other
        rows of its block has seen some that had not come. given: what was predicted for the block.
        """
        learner = self.learner
        for part in self._parts(key, len(x)):
            if not differs(given[part], learner.predict(model, x[part]), learner.task, given):
                continue
            if differs(given, learner.predict(model, x), learner.task):
                self._refuse(
                    "predicts something else each time that it is asked for the same rows; a "
                    "prediction must depend on the model and the row alone"
                )
            self._refuse(
                "predicts something else for a row alone than among other rows: its predict looks "
                "at the rows of its batch, which is a look into the future"
            )

    def _refuse(self, sentence: str) -> None:
        self._refusal = f"learner {self.learner.name} {sentence}"
        self.require_accepted()

    def _parts(self, key: tuple[Any, ...], rows: int) -> list[slice]:
        """Return the parts of the first block of a fit that are predicted alone."""
        if rows < 2 or key in self._compared:
            return []
        if not self._compared:
            self._compared.add(key)
            alone = np.unique(np.linspace(0, rows - 1, ROWS, dtype=np.int64)).tolist()
            return [slice(0, rows // 2), *(slice(row, row + 1) for row in alone)]
        place = crc32(repr(key).encode())
        if place % ONE_IN:
            return []
        self._compared.add(key)
        row = place // ONE_IN % rows
        return [slice(row, row + 1)]
