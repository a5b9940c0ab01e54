"""Label shift: recalibration to new class shares, from served rows that need no labels."""

import numpy as np
from numpy.typing import NDArray

from retrainlab.sim.errors import InputError, require, require_whole
from retrainlab.sim.replay import class_shares
from retrainlab.sim.replay.clause import Clause, Ticks, in_ticks
from retrainlab.sim.replay.corrections import ClassShares
from retrainlab.sim.replay.memory import Memory
from retrainlab.sim.replay.recipes import Recalibrate, Reuse
from retrainlab.sim.replay.view import View
from retrainlab.sim.rows import count
from retrainlab.sim.stream import Floats, Ints, Task

METHODS = ("em", "bbse")


class LabelShift:
    """Correct the model in service to the class shares of the newest served rows.

    No label is needed. The model stays as it is unless two tests agree that the class shares have
    changed and nothing else has: that the shares which it is corrected to are still right has a p
    value below `alpha`, and that its outputs are those of the old classes, mixed anew, one of at
    least `fit`. Where some of the rows have labels already, these may veto (labels: they are bought
    then): if the corrected model loses more on them than the model as it was trained, that serves.

    ticks: newest served ticks that say the shares. method: `em` (Saerens et al. 2002), for models
    with calibrated probabilities; `bbse` (Lipton et al. 2018), which takes classes alone.
    """

    memory = Memory.NOTHING

    def __init__(
        self,
        ticks: Ticks = 5,
        method: str = "em",
        alpha: float = 0.001,
        fit: float = 0.001,
        labels: bool = True,
    ):
        require_whole("ticks", ticks, 1)
        require(method in METHODS, f"method is {method!r}; it must be {' or '.join(METHODS)}")
        for name, share in (("alpha", alpha), ("fit", fit)):
            require(0 <= share <= 1, f"{name} is {share}; a p value lies between 0 and 1")
        self.ticks, self.method, self.alpha, self.fit = ticks, method, alpha, fit
        self.labels = labels

    def require_task(self, task: Task) -> None:
        """Raise `InputError` for a regression."""
        require(
            task == "classification",
            "LabelShift corrects class shares, which a regression does not have; use Residuals",
        )

    def describe(self) -> Clause:
        """Return what it does."""
        shares = f"the class shares of the last {in_ticks(self.ticks)}"
        return Clause("action", f"correct the outputs to {shares} ({self.method.upper()})")

    def __call__(self, view: View) -> Recalibrate | Reuse:
        """Return the correction; the model in service where no label shift is shown."""
        bank = view.bank
        base = bank.base(view.bank.serving)
        given = self._given(view, base)
        shares = np.maximum(bank.class_shares(base), class_shares.FLOOR)
        reference = _reference(view, base)
        now = self._shares(given, shares, *reference)
        correction = bank.correction(bank.serving)
        before = shares * np.asarray(correction.ratio if correction else 1.0)
        new = Recalibrate(base, ClassShares(tuple((now / shares).tolist())))
        if self.labels and self._is_worse(view, base, new):
            return Reuse(base)
        is_shown = class_shares.p_of_no_change(given, shares, before, now) < self.alpha
        is_mixture = class_shares.p_of_label_shift(given, now, *reference) >= self.fit
        return new if is_shown and is_mixture else Reuse(bank.serving)

    def _given(self, view: View, base: int) -> Floats:
        """(n, k) probabilities for the newest served ticks."""
        first = max(view.tick + 1 - self.ticks, view.warmup)
        given = view.bank.given(base, view.served(first, view.tick + 1))
        require(
            given.ndim == 2,
            "the learner gives classes without probabilities, and a recalibration of class shares "
            "needs them; choose a learner with predict_proba",
        )
        return np.maximum(given, class_shares.FLOOR)

    def _shares(self, given: Floats, shares: Floats, reference: Floats, labels: Ints) -> Floats:
        if self.method == "em":
            return class_shares.em(given, shares)
        try:
            return class_shares.bbse(given, shares, reference, labels)
        except np.linalg.LinAlgError as error:
            raise InputError(
                "BBSE needs a model that tells every class from the others, and this one predicts "
                "some class never; use method=em"
            ) from error

    def _is_worse(self, view: View, base: int, new: Recalibrate) -> bool:
        """Whether the rows that have labels say that the corrected model loses more."""
        first = max(view.tick + 1 - self.ticks, view.warmup)
        rows = view.rows(first, view.labelled) if first < view.labelled else slice(0, 0)
        bank = view.bank
        if not count(rows):
            return False
        more = bank.losses(bank.made(new), rows) - bank.losses(base, rows)
        return bool(more.mean() > 0)


def _reference(view: View, base: int) -> tuple[Floats, Ints]:
    """(m, k) predictions for the rows that a model was trained on, and their labels (m,)."""
    rows = view.bank.rows(base)
    labels: NDArray[np.int64] = view.labels_of(rows).astype(np.int64)
    return view.bank.given(base, rows), labels
