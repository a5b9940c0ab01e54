"""How often, on what data, and when not, should a model be retrained?

The public API. Names are imported when they are used, so that `import retrainlab` is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retrainlab.experiments.notebook.finished import Run as Run
    from retrainlab.experiments.notebook.parts import make_fits as make_fits
    from retrainlab.experiments.notebook.parts import make_prices as make_prices
    from retrainlab.experiments.notebook.parts import make_strategies as make_strategies
    from retrainlab.experiments.notebook.parts import make_stream as make_stream
    from retrainlab.experiments.notebook.parts import make_world as make_world
    from retrainlab.experiments.notebook.studies import optimize as optimize
    from retrainlab.experiments.notebook.studies import run as run
    from retrainlab.reports import build as report  # noqa: F401
    from retrainlab.reports.results.decision import Decision as Decision
    from retrainlab.reports.results.decision_file import load as decision  # noqa: F401
    from retrainlab.reports.results.tables import Tables as Tables
    from retrainlab.reports.results.tables import load as load
    from retrainlab.sim.errors import InputError as InputError
    from retrainlab.sim.optimum.optimum import optimum as optimum
    from retrainlab.sim.optimum.optimum import optimum_in_time as optimum_in_time
    from retrainlab.sim.prices import Prices as Prices
    from retrainlab.sim.prices import price as price
    from retrainlab.sim.replay.fit_cache import FitCache as FitCache
    from retrainlab.sim.replay.learners import Learner as Learner
    from retrainlab.sim.replay.ledger import Ledger as Ledger
    from retrainlab.sim.replay.loop import replay as replay
    from retrainlab.sim.replay.strategy import Gate as Gate
    from retrainlab.sim.replay.strategy import Strategy as Strategy
    from retrainlab.sim.replay.view import View as View
    from retrainlab.sim.stream import Drift as Drift
    from retrainlab.sim.stream import Stream as Stream
    from retrainlab.sim.world import World as World

__version__: str

HOMES = {
    "Decision": "reports.results.decision",
    "Drift": "sim.stream",
    "FitCache": "sim.replay.fit_cache",
    "Gate": "sim.replay.strategy",
    "InputError": "sim.errors",
    "Learner": "sim.replay.learners",
    "Ledger": "sim.replay.ledger",
    "Prices": "sim.prices",
    "Run": "experiments.notebook.finished",
    "Strategy": "sim.replay.strategy",
    "Stream": "sim.stream",
    "Tables": "reports.results.tables",
    "View": "sim.replay.view",
    "World": "sim.world",
    "decision": "reports.results.decision_file",
    "load": "reports.results.tables",
    "make_fits": "experiments.notebook.parts",
    "make_prices": "experiments.notebook.parts",
    "make_strategies": "experiments.notebook.parts",
    "make_stream": "experiments.notebook.parts",
    "make_world": "experiments.notebook.parts",
    "optimize": "experiments.notebook.studies",
    "optimum": "sim.optimum.optimum",
    "optimum_in_time": "sim.optimum.optimum",
    "price": "sim.prices",
    "replay": "sim.replay.loop",
    "report": "reports",
    "run": "experiments.notebook.studies",
}
RENAMED = {"decision": "load", "report": "build"}

__all__ = ["__version__", *HOMES]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        # It imports Python's random, which `python -m` in the folder of another one must not find.
        from importlib.metadata import version

        return version("retrainlab")
    if name not in HOMES:
        raise AttributeError(f"module 'retrainlab' has no attribute {name!r}")
    module = import_module(f"retrainlab.{HOMES[name]}")
    return getattr(module, RENAMED.get(name, name))


def __dir__() -> list[str]:
    return __all__
