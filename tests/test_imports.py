"""The direction of the imports: sim <- scenarios, strategies, reports <- experiments."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY = {
    "sim": {"sim"},
    "scenarios": {"scenarios", "sim"},
    "strategies": {"strategies", "sim"},
    "reports": {"reports", "sim"},
    "experiments": {"experiments", "scenarios", "strategies", "reports", "sim"},
}
OURS = {*MAY, "tests", "benchmarks"}
CONFIGURATION = {"hydra", "omegaconf"}


def imported(path):
    """Top-level names of the modules that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = path.relative_to(ROOT).parts[0]
            yield package if node.level else node.module.split(".")[0]


def files(package):
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", MAY)
def test_no_import_goes_against_the_direction(package):
    assert files(package)
    wrong = {
        (str(path.relative_to(ROOT)), name)
        for path in files(package)
        for name in imported(path)
        if name in OURS - MAY[package]
    }
    assert not wrong


@pytest.mark.parametrize("package", sorted(MAY.keys() - {"experiments"}))
def test_only_experiments_knows_hydra(package):
    wrong = [path for path in files(package) if CONFIGURATION & set(imported(path))]
    assert not wrong


def test_every_package_is_under_watch():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - {"tests", "benchmarks"} == set(MAY)
