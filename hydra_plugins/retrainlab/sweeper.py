"""Hydra's seam for `-m`: the arguments go to one study, instead of one job for each cell."""

from dataclasses import dataclass
from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.plugins.sweeper import Sweeper
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig


@dataclass
class JointConf:
    """`hydra/sweeper: retrainlab`; params: what is swept, as in Hydra's basic sweeper."""

    _target_: str = "hydra_plugins.retrainlab.sweeper.Joint"
    params: dict[str, str] | None = None


ConfigStore.instance().store("retrainlab", JointConf, group="hydra/sweeper", provider="retrainlab")


class Joint(Sweeper):
    """Calls the task once, with the sweep in place of a configuration."""

    def __init__(self, params: dict[str, str] | None = None):
        self.params = params or {}

    def setup(
        self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig
    ) -> None:
        """Keep what the sweep is composed with."""
        self.loader, self.task, self.config = hydra_context.config_loader, task_function, config

    def sweep(self, arguments: list[str]) -> Any:
        """Expand the arguments, and hand them to the task."""
        from retrainlab.experiments.config.compose import Sweep

        assert self.config is not None
        given = [f"{key}={value}" for key, value in self.params.items()]
        return self.task(Sweep.of([*given, *arguments], self.loader, self.config))
