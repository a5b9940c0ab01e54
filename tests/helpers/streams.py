"""Small streams, learners and parts of strategies whose outcome can be told by hand."""

import importlib
import inspect
import pkgutil

import numpy as np

from retrainlab.sim.replay.fit_cache import FitCache
from retrainlab.sim.replay.learners import Learner
from retrainlab.sim.replay.loop import replay
from retrainlab.sim.replay.losses import Absolute, ZeroOne
from retrainlab.sim.replay.strategy import Gate, Strategy
from retrainlab.sim.seeds import generator
from retrainlab.sim.stream import Stream
from retrainlab.sim.world import World
from retrainlab.strategies import (
    doubt,
    ensembles,
    gate,
    label_shift,
    monitors,
    residuals,
    reuse,
    selection,
    soundness,
    triage,
    update,
    weighted,
    what,
    when,
)
from retrainlab.strategies import policies as policies_of_the_literature
from retrainlab.strategies.detectors import registry
from retrainlab.strategies.policies import estimated_error, evidence


def stream_of(x, y, sizes, classes=2, **more):
    """A stream of these rows (n, d) or (n,), with sizes[t] rows in tick t; 0 classes: a number."""
    x = np.asarray(x, dtype=float)
    x = x[:, None] if x.ndim == 1 else x
    return Stream(
        x=x,
        y=np.asarray(y, dtype=np.int64 if classes else float),
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        task="classification" if classes else "regression",
        drifts=(),
        ceiling=np.full(len(x), np.nan),
        concept=np.full(len(x), -1),
        features=tuple(f"x{j}" for j in range(x.shape[1])),
        classes=tuple(str(c) for c in range(classes)),
        **more,
    )


def turning(seed=0, sizes=(10,) * 60, turns=(30,), classes=2, features=3, **more):
    """A stream whose rule is another one from each of the turns on; 0 classes: a number."""
    rng = generator(seed, "tests", "turning")
    tick = np.repeat(np.arange(len(sizes)), sizes)
    x = rng.standard_normal((len(tick), features))
    sign = 1 - 2 * (np.searchsorted(turns, tick, side="right") % 2)
    margin = sign * x[:, 0] + 0.3 * rng.standard_normal(len(tick))
    if classes:
        return stream_of(x, np.clip(np.floor(margin + classes / 2), 0, classes - 1), sizes, classes)
    return stream_of(x, 5 * margin + 10 * (sign < 0), sizes, 0, **more)


class Mirror:
    """Learns whether y is x or 1 - x, for x and y of 0 and 1; `fit` and `predict`, no more."""

    def fit(self, x, y):
        self.straight = np.mean(x[:, 0] == y) >= 0.5

    def predict(self, x):
        return x[:, 0].astype(int) if self.straight else 1 - x[:, 0].astype(int)


class Level:
    """Predicts x plus what y was above x on average."""

    def fit(self, x, y):
        self.level = np.mean(y - x[:, 0])

    def predict(self, x):
        return x[:, 0] + self.level


class Mean:
    """Predicts the mean of the training labels."""

    def fit(self, x, y):
        self.mean = y.mean()

    def predict(self, x):
        return np.full(len(x), self.mean)


class AlarmOnOne:
    """A detector that alarms at every 1."""

    drift_detected = False

    def update(self, value):
        self.drift_detected = value == 1


class At:
    """Asks for a retraining at given ticks."""

    def __init__(self, *ticks):
        self.ticks = ticks

    def __call__(self, view):
        return "at" if view.tick in self.ticks else None


class Watching:
    """A part of a strategy that runs a function of the view at every tick, and asks nothing."""

    def __init__(self, look):
        self.look = look

    def __call__(self, view):
        self.look(view)


def fits_of(stream, estimator, loss=None, **options):
    """The fits of a stream with an estimator; the loss is zero-one, or the absolute error."""
    usual = ZeroOne() if stream.task == "classification" else Absolute()
    return FitCache(stream, Learner(estimator, stream), loss or usual, **options)


def run(stream, estimator, asks, rows, stops=None, loss=None, **clocks):
    """The ledger of one replay; clocks are those of `World`."""
    strategy = Strategy(asks, rows, stops or gate.Always())
    return replay(stream, strategy, World(**clocks), fits_of(stream, estimator, loss))


RIVER = [name for name, path in registry.NAMES.items() if path.startswith("river.")]
WINDOWS = {"reference": 40, "window": 20, "every": 20, "classifier": "tree"}
NULLS = {"rows": 50, "rate": 0.02}
SMALL = {"ticks": 3, "min_rows": 10, "holdout": 2, "trainings": 3, "rows": 3, "loss": 3.0}
SMALL |= {"waited": 200.0, "lasted": 5.0, "alpha": 0.2, "chance": 0.4, "rate": 0.3, "between": 5}
OF_CLASSES = (evidence.ErrorBets, estimated_error.OnExpectedError)


def whens(task):
    """Every part of `when` that suits the task, with every detector and signal."""
    parts = [p for p in _parts(when, ()) if not isinstance(p, when.OnAlarm)]
    parts += policies()
    if task == "regression":
        parts = [p for p in parts if not isinstance(p, (when.OnDrop, *OF_CLASSES))]
        parts += [when.OnDrop(m, 0.1, 3) for m in monitors.ERRORS]
    else:
        parts += [when.OnDrop(m, 0.1, 3) for m in monitors.RATES]
    for name in registry.NAMES:
        if task == "classification" or not is_binary(name):
            parts += [when.OnAlarm(small(name), s) for s in registry.watches(name)]
    return parts


def policies():
    """Every part of retrainlab.strategies.policies."""
    names = [found.name for found in pkgutil.iter_modules(policies_of_the_literature.__path__)]
    home = policies_of_the_literature.__name__
    modules = [importlib.import_module(f"{home}.{name}") for name in names]
    return [
        _small(kind)
        for module in modules
        for kind in vars(module).values()
        if inspect.isclass(kind) and kind.__module__ == module.__name__ and _is_when(kind)
    ]


def _is_when(kind):
    """Whether a class can be asked, and is no base of others."""
    is_base = kind.__name__.startswith("_") or inspect.isabstract(kind)
    return not is_base and {"describe", "__call__"} <= {*dir(kind)}


def small(name):
    """The detector of this name, with windows that are full within a small stream."""
    given = {} if name in RIVER else WINDOWS | NULLS
    known = inspect.signature(type(registry.make(name)[0])).parameters
    return {"name": name, **{key: given[key] for key in given if key in known}}


def is_binary(name):
    """Whether the detector of this name takes 0/1 errors only."""
    return registry.binary(registry.make(name)[0])


def whats():
    """Every part of retrainlab.strategies.what."""
    return _parts(what, ())


BOTH = (
    reuse.BestRecent(2, 4),
    selection.KeepFirst(3, 5),
    selection.AllBut(what.Last(4), 10, 12),
    weighted.Decayed(3),
    weighted.ImportanceWeighted(3),
    triage.Triage([reuse.BestRecent(2), what.Last(4)], rows=5),
)
REMEDIES = {
    "classification": (
        *BOTH,
        label_shift.LabelShift(3, alpha=0.5),
        label_shift.LabelShift(3, "bbse", alpha=0.5),
        update.Update(what.SinceFit()),
        ensembles.AccuracyWeighted(3),
        ensembles.AccuracyWeighted(3, updates=True),
        ensembles.WeightedMajority(3, period=3),
        ensembles.ErrorWeighted(3),
        triage.Triage([label_shift.LabelShift(2), update.Update(what.SinceFit()), what.Last(4)], 5),
    ),
    "regression": (*BOTH, residuals.Residuals(3), residuals.Residuals(3, "ratio")),
}
MODULES = (ensembles, label_shift, residuals, reuse, selection, triage, update, weighted)


def remedies(task):
    """Every part of the rooms of remedies that suits the task; it learns by partial_fit."""
    return list(REMEDIES[task])


def remedy_kinds():
    """Every class at home in the rooms of remedies that is a part of its own."""
    kinds = [(module, kind) for module in MODULES for kind in vars(module).values()]
    return {
        kind
        for module, kind in kinds
        if inspect.isclass(kind)
        and kind.__module__ == module.__name__
        and not inspect.isabstract(kind)
    }


def gates():
    """Every gate that ships."""
    return [part for module in (gate, doubt, soundness) for part in _parts(module, (Gate,))]


def _parts(module, skip):
    """An instance of every class that is at home in the module, with small arguments."""
    kinds = [k for k in vars(module).values() if inspect.isclass(k) and k not in skip]
    own = [k for k in kinds if k.__module__ == module.__name__ and k.__name__[0] != "_"]
    return [_small(k) for k in own]


def _small(kind):
    names = inspect.signature(kind).parameters
    return kind(**{n: SMALL[n] for n in names if n in SMALL})


def show(part):
    """A part's name and arguments, for the reader of a failure."""
    plain = {k: v for k, v in vars(part).items() if isinstance(v, int | float | str)}
    return f"{type(part).__name__}({plain})"
