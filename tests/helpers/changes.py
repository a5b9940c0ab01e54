"""Damage and drift as they ship, on small streams."""

from dataclasses import replace
from pathlib import Path

import yaml

from retrainlab.experiments import conf
from retrainlab.experiments.config.build import build
from retrainlab.scenarios.damaged import Damaged
from retrainlab.sim.errors import InputError

FOLDER = Path(conf.__path__[0])


def shipped(group):
    """Every choice of a group by name, but `own`, as plain configuration."""
    nodes = [yaml.safe_load(path.read_text()) for path in sorted((FOLDER / group).glob("*.yaml"))]
    return {name: node for one in nodes for name, node in one.items() if name != "own"}


def changed(scenario, group, name, seed=0, label_delay=1, warmup=20, **options):
    """The stream of a scenario with one change, whose options differ by these."""
    node = {**shipped(group)[name], **options}
    part = {group: {name: build(node, f"{group}.{name}")}}
    return Damaged(scenario, **part, label_delay=label_delay, warmup=warmup)(seed)


def of_stream(stream):
    """A scenario that makes this stream, whatever the seed."""
    return lambda seed: replace(stream)


def refusal(*arguments, **options):
    """The sentence with which a change is refused."""
    try:
        changed(*arguments, **options)
    except InputError as error:
        return str(error)
    return ""
