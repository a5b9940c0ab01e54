"""Baseline of gates: one JSON file with the figures of every gate, stream and seed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrainlab.experiments.check.repeat import overrides_of
from retrainlab.experiments.check.settings import sound
from retrainlab.reports.analysis.gate_scores import by_seed
from retrainlab.reports.results.tables import Tables
from retrainlab.reports.results.typed_json import to_plain, without_nan
from retrainlab.sim import atomic

SCHEMA = 1
ANEW = "write a new one with: retrainlab check gates --update"
FIGURES = ("served", "waited", "loss")
SAME = ("seeds", "scenario", "damage", "drift", "learner", "loss", "world", "prices")
BySeed = dict[str, float]  # nan where a figure is undefined


@dataclass(frozen=True)
class GateBaseline:
    """Figures of gates as they are saved.

    overrides: of the command line that it was made with; a later check repeats them. gates: the
    words of each. never: loss of never retraining by stream and seed; it changes with the streams
    and the learner only. figures: by gate, stream, name of `FIGURES` and seed.
    """

    schema: int
    created: str
    command: str
    overrides: tuple[str, ...]
    versions: dict[str, str]
    settings: dict[str, Any]
    gates: dict[str, str]
    never: dict[str, BySeed]
    figures: dict[str, dict[str, dict[str, BySeed]]]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Pairs of gate and stream."""
        return [(gate, stream) for gate, of in self.figures.items() for stream in of]


def settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what must be the same for a comparison: everything but the gates' parameters."""
    gates = {name: config["gates"][name] for name in ("when", "what", "poisoned")}
    same = {name: config[name] for name in SAME if config.get(name)}
    return {**same, "gates": gates, "gate": sorted(config["gate"])}


def measured(study: Tables, config: Mapping[str, Any]) -> GateBaseline:
    """Return the figures of a finished study of gates."""
    manifest = study.manifest
    figures: dict[str, dict[str, dict[str, BySeed]]] = {}
    table = by_seed(study, config["gates"]["poisoned"])
    for (gate, stream), part in table.groupby(["label", "stream"], sort=False):
        seeds = part["seed"].map(str)
        of_gate = figures.setdefault(str(gate), {})
        of_gate[str(stream)] = {
            name: dict(zip(seeds, map(float, part[name]), strict=True)) for name in FIGURES
        }
    runs = study.runs[study.runs["never"]]
    never: dict[str, BySeed] = {}
    for stream, seed, loss in runs[["scenario", "seed", "loss"]].itertuples(index=False):
        never.setdefault(str(stream), {})[str(seed)] = float(loss)
    return GateBaseline(
        SCHEMA,
        manifest.created,
        manifest.command,
        tuple(overrides_of(manifest.command)),
        manifest.versions,
        settings(config),
        {name: _words(node["gate"]) for name, node in config["gate"].items()},
        never,
        figures,
    )


def write(baseline: GateBaseline, path: Path) -> None:
    """Write a baseline, with a line for each gate and stream, so that a change is one of a diff."""
    plain = without_nan(to_plain(baseline))
    parts = [
        f"{json.dumps(name)}: {_nested(value) if name == 'figures' else _line(value)}"
        for name, value in plain.items()
    ]
    atomic.write_text(path, "{\n " + ",\n ".join(parts) + "\n}\n")


def read(path: Path) -> GateBaseline:
    """Read a baseline; `InputError` where there is none, and names what is wrong in one."""
    return sound(path, GateBaseline, SCHEMA, ANEW, _unsound)


def _unsound(baseline: GateBaseline) -> Iterator[str]:
    """Say what is wrong with a baseline whose entries all have their type."""
    if not baseline.pairs:
        yield "it has no figures of any gate, so nothing can be compared with it"
    for gate, stream in baseline.pairs:
        where, figures = f"figures.{gate}.{stream}", baseline.figures[gate][stream]
        if gate not in baseline.gates:
            yield f"{where}: there is no {gate} in gates"
        for name in FIGURES:
            if figures.get(name, {}).keys() != baseline.never.get(stream, {}).keys():
                yield f"{where}: {name} has other seeds than never.{stream}"


def _words(node: Any) -> str:
    """Write the gates of a node: class names, with their parameters."""
    nodes = node if isinstance(node, list) else [node]
    return " + ".join(
        " ".join([str(one.get("_target_")).rpartition(".")[2], *_parameters(one)]) for one in nodes
    )


def _parameters(node: Mapping[str, Any]) -> Iterator[str]:
    return (f"{name}={value}" for name, value in node.items() if not name.startswith("_"))


def _nested(figures: Mapping[str, Mapping[str, Any]]) -> str:
    gates = []
    for gate, of in figures.items():
        rows = ",\n".join(f"   {json.dumps(stream)}: {_line(v)}" for stream, v in of.items())
        gates.append(f"  {json.dumps(gate)}: {{\n{rows}\n  }}")
    return "{\n" + ",\n".join(gates) + "\n }"


def _line(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
