"""Who may import whom, room by room; the packages of a wheel; the public names."""

import importlib
import tomllib
from pathlib import Path

import pytest

import retrainlab
from benchmarks.structure import TOPS, imports, modules, room

ROOT = Path(__file__).parents[1]
# Each room with those that it may import besides itself. A package stands for its rooms.
MAY = {
    "sim": "",
    "sim.estimators": "sim",
    "sim.replay": "sim sim.estimators",
    "sim.optimum": "sim",
    "sim.detection": "sim",
    "sim.oracle": "sim sim.replay",
    "sim.forecast": "sim sim.replay",
    "scenarios": "sim. scenarios.",
    "scenarios.synthetic": "sim",
    "scenarios.damage": "sim scenarios.synthetic",
    "scenarios.injected": "sim scenarios.synthetic scenarios.damage",
    "scenarios.toilet_paper_2020": "sim",
    "scenarios.tabular": "sim",
    "strategies": "sim. strategies.detectors",
    "strategies.detectors": "sim.",
    "strategies.policies": "sim. strategies",
    "reports": "sim. reports.",
    "reports.results": "sim.",
    "reports.decision": "sim. reports.results",
    "reports.analysis": "sim. reports.results reports.decision",
    "reports.text": "sim. reports.results reports.decision reports.analysis",
    "reports.drawing": "sim reports.results reports.text",
    "reports.figures": (
        "sim. reports.results reports.decision reports.analysis reports.text reports.drawing"
    ),
    "reports.pages": (
        "sim. reports.results reports.decision reports.analysis reports.text reports.drawing "
        "reports.figures"
    ),
    "reports.detection": "sim. reports.results reports.text reports.drawing reports.pages",
    "experiments": "sim. scenarios. strategies. reports. experiments.",
    "experiments.conf": "",
    "experiments.config": "sim. experiments.conf",
    "experiments.engines": "sim. experiments.config",
    "experiments.storage": "sim. scenarios. experiments.config experiments.engines",
    "experiments.study": (
        "sim. scenarios. strategies. reports. "
        "experiments.config experiments.engines experiments.storage"
    ),
    "experiments.optimize": (
        "sim. strategies. reports. "
        "experiments.config experiments.engines experiments.storage experiments.study"
    ),
    "experiments.detection": (
        "sim. scenarios. strategies. reports. "
        "experiments.check experiments.config experiments.engines experiments.storage "
        "experiments.study"
    ),
    "experiments.check": (
        "sim reports.results reports.text experiments.engines experiments.storage"
    ),
    "experiments.forecast": (
        "sim. scenarios. experiments.config experiments.engines experiments.study"
    ),
    "experiments.gates": (
        "sim. reports. experiments experiments.check experiments.config experiments.engines "
        "experiments.storage experiments.study"
    ),
    "experiments.notebook": (
        "sim. scenarios. strategies. reports. experiments experiments.config experiments.engines "
        "experiments.storage experiments.study experiments.optimize"
    ),
    "experiments.tracking": "sim reports reports.results",
    "experiments.production": (
        "sim. scenarios. strategies. reports. experiments.config experiments.engines "
        "experiments.storage experiments.study experiments.tracking"
    ),
    "experiments.validation": (
        "sim. scenarios. strategies. reports. "
        "experiments.config experiments.engines experiments.storage experiments.study"
    ),
}
ARROWS = imports(ROOT)


def admits(rule: str, target: str) -> bool:
    """Whether a rule of `MAY` names a room, or the package that it lies in."""
    return any(
        target == name or (name.endswith(".") and f"{target}.".startswith(name))
        for name in rule.split()
    )


def test_every_room_is_in_the_table():
    assert {room(name, ROOT) for name in modules(ROOT)} == set(MAY)


@pytest.mark.parametrize("name", MAY)
def test_no_import_goes_against_the_table(name):
    wrong = sorted(
        (a, b)
        for a, b in ARROWS
        if room(a, ROOT) == name != room(b, ROOT) and not admits(MAY[name], room(b, ROOT))
    )
    assert not wrong


def test_only_the_command_line_and_its_configuration_know_hydra():
    knowing = {
        name
        for name, path in modules(ROOT).items()
        if any(word in path.read_text() for word in ("import hydra", "from hydra", "omegaconf"))
    }
    rooms = {name.rpartition(".")[0] for name in knowing}
    assert rooms <= {"experiments", "experiments.config", "experiments.validation"}


def test_the_wheel_holds_every_package():
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    here = {
        f"retrainlab.{path.parent.relative_to(ROOT).as_posix().replace('/', '.')}"
        for top in TOPS
        for path in (ROOT / top).rglob("__init__.py")
    }
    assert set(setuptools["packages"]) == {"retrainlab", "hydra_plugins.retrainlab", *here}


@pytest.mark.parametrize("name", retrainlab.__all__)
def test_a_public_name_is_there(name):
    assert getattr(retrainlab, name)
    assert name in dir(retrainlab)


def test_type_checkers_see_every_public_name():
    text = (ROOT / "api" / "__init__.py").read_text()
    for name, home in retrainlab.HOMES.items():
        original = retrainlab.RENAMED.get(name, name)
        assert f"from retrainlab.{home} import {original} as {name}" in text
        assert importlib.import_module(f"retrainlab.{home}")


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nothing"):
        retrainlab.nothing  # noqa: B018


def test_no_two_files_of_tests_have_one_name():
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
