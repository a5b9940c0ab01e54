"""What a class of the user's depends on is part of the key: modules, and files that it names."""

import sys
from pathlib import Path
from types import ModuleType

import pytest
from command_line import run
from small_sweep import SMALL

from retrainlab.experiments.storage.own_code import modules_of
from retrainlab.sim.exit_codes import ExitCode

CLASS = """
import importlib
from os import path

import numpy as np
from {name}_pkg import inner
from {name}_settings import LIMIT

importlib.import_module("{name}_" + "plugin")


class Model:
    def __init__(self, table: str = ""):
        self.table = table

    def fit(self, x, y):
        import {name}_lazy
        assert path.exists("{name}.csv")

    def predict(self, x):
        return np.zeros(len(x), dtype=int)
"""
MODULES = ("settings", "pkg/__init__", "pkg/inner", "pkg/deeper", "lazy", "plugin")


@pytest.fixture
def name(tmp_path: Path, monkeypatch) -> str:  # type: ignore[no-untyped-def]
    """The name of a project in the current folder, and of no other one."""
    name = f"mine_{abs(hash(tmp_path))}"
    (tmp_path / f"{name}_pkg").mkdir()
    for module in MODULES:
        (tmp_path / f"{name}_{module}.py").write_text("LIMIT = 3\n")
    (tmp_path / f"{name}_pkg/inner.py").write_text("from . import deeper\n")
    (tmp_path / f"{name}.py").write_text(CLASS.format(name=name))
    for table in (f"{name}.csv", "table.csv"):
        (tmp_path / table).write_text("1\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    yield name
    for module in [module for module in sys.modules if module.startswith(name)]:
        del sys.modules[module]


def words(name: str) -> list[str]:
    node = f"{{_target_:{name}.Model,table:table.csv}}"
    own = [f"+learner={{classification:{node}}}", "~learner", "strategy=never", "engine=serial"]
    return [*SMALL[1:5], *own, "seeds=1", "references=null", "folder=out"]


def test_every_own_module_is_found_and_no_other(name: str, tmp_path: Path) -> None:
    __import__(name)
    expected = {name, *(f"{name}_{m}".replace("/", ".") for m in MODULES)}
    expected = {one.removesuffix(".__init__") for one in expected}
    found = modules_of(f"{name}.Model")
    assert set(found) == expected
    assert all(path.is_relative_to(tmp_path) for path in found.values())
    for other in (
        "numpy.ndarray",
        "os.path",
        "retrainlab.sim.rows",
        "not.there",
        "sklearn.svm.SVC",
    ):
        assert modules_of(other) == {}


def test_packages_of_another_environment_are_not_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("site-packages", "dist-packages", "mine"):
        place = tmp_path / folder
        place.mkdir()
        (place / f"in_{folder[:4]}.py").write_text("LIMIT = 1\n")
        monkeypatch.syspath_prepend(str(place))
    names = ("in_site", "in_dist", "in_mine")
    assert [name for name in names if modules_of(name)] == ["in_mine"]


@pytest.mark.slow
def test_a_changed_module_or_file_is_never_mixed_in(name, tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    assert run(tmp_path, *words(name)) == 0
    changes = {f"{name}_{m}.py": "code." for m in MODULES}
    changes |= {f"{name}.py": "code.", f"{name}.csv": "data.", "table.csv": "data."}
    for file, part in changes.items():
        before = (tmp_path / file).read_text()
        (tmp_path / file).write_text(f"{before}\n")
        capsys.readouterr()
        assert run(tmp_path, *words(name)) == ExitCode.NO_RESULT
        err = capsys.readouterr().err
        assert f"out holds another study: {part}" in err
        assert Path(file).stem.removesuffix("__init__") in err
        (tmp_path / file).write_text(before)
    assert run(tmp_path, *words(name)) == 0
    assert "resumed; not compared: files that" in capsys.readouterr().err


def as_main(file: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """What runs a file as a script, or the cells of a notebook, has for `__main__`."""
    main = ModuleType("__main__")
    exec(file.read_text(), vars(main))
    monkeypatch.setitem(sys.modules, "__main__", main)
    return main


def test_a_script_that_runs_counts_with_what_it_imports(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    as_main(tmp_path / f"{name}.py", monkeypatch).__file__ = str(tmp_path / f"{name}.py")
    assert run(tmp_path, *words("__main__")) == 0
    assert run(tmp_path, *words("__main__")) == 0
    (tmp_path / f"{name}_settings.py").write_text("LIMIT = 4\n")
    assert run(tmp_path, *words("__main__")) == ExitCode.NO_RESULT
    assert f"code.{name}_settings was" in capsys.readouterr().err


def test_a_class_of_a_notebook_is_never_resumed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    as_main(tmp_path / f"{name}.py", monkeypatch)
    assert run(tmp_path, *words("__main__")) == 0
    assert run(tmp_path, *words("__main__")) == ExitCode.NO_RESULT
    assert "out cannot be continued: __main__.Model stands in no file" in capsys.readouterr().err


def test_a_folder_that_is_named_counts_with_its_files_but_not_with_runs(tmp_path: Path) -> None:
    from retrainlab.experiments.storage.named_files import NamedFiles

    (tmp_path / "data/run").mkdir(parents=True)
    (tmp_path / "data/a.csv").write_text("1")
    text = str(tmp_path / "data")

    def key() -> dict[str, str]:
        return NamedFiles().of([text, "data", "", "no/such", "x" * 5000, "a\0b"])

    first = key()
    assert list(first) == [text]
    (tmp_path / "data/run/study.json").write_text("{}")
    assert key() == first
    (tmp_path / "data/b.csv").write_text("1")
    assert key() != first


def test_a_word_in_a_module_names_tables_beside_it_but_no_runs_and_no_whole_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from retrainlab.experiments.storage import named_files

    monkeypatch.chdir(tmp_path)
    for folder in ("data", "runs/a", "many"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "data/a.csv").write_text("1")
    texts = ["data", "runs", "./runs/", "many", "/proc/self/status", "/proc", "logs/*.csv", "* a?"]

    def key() -> dict[str, str]:
        return named_files.NamedFiles().beside(tmp_path / "mine.py", texts)

    first = key()
    assert list(first) == ["data beside mine.py"]
    (tmp_path / "runs/a/.lock").touch()
    assert key() == first
    (tmp_path / "runs/a/study.json").write_text("{}")
    (tmp_path / "runs/a/ticks.parquet").write_text("1")
    (tmp_path / "data/readme.md").write_text("1")
    assert key() == first
    (tmp_path / "data/b.csv").write_text("1")
    assert key() != first
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/a.csv").write_text("1")
    assert "logs/*.csv" in key()
    monkeypatch.setattr(named_files, "MOST", 3)
    for number in range(5):
        (tmp_path / f"many/{number}.csv").write_text("1")
    named = named_files.NamedFiles()
    found = named.beside(tmp_path / "mine.py", [*texts, "./many"])
    assert not any("many" in name for name in found)
    assert named.skipped == ["./many", "many"]
