"""One byte of any file of a study is another: the command that reads it names the file."""

import shutil
from functools import partial
from pathlib import Path

import command_line
import pytest
from small_sweep import SMALL

from retrainlab import decision, load
from retrainlab.sim import checksums
from retrainlab.sim.errors import InputError

run = partial(command_line.run, page=True, figures=False)
WORDS = [*SMALL[1:8], "strategy=[never,periodic]", "strategy.periodic.when.ticks=10"]
WORDS += ["engine=serial", "folder=out"]
DETECT = ["detect", "scenario=[]", "errors=step", "errors.step.rows=1500", "errors.step.start=700"]
DETECT += ["detect.window=400", "detector=[adwin,ddm]", "seeds=2", "engine=serial", "folder=out"]
COMMANDS = {"run": WORDS, "detect": DETECT}


@pytest.fixture(scope="module", params=COMMANDS)
def finished(request, tmp_path_factory) -> tuple[list[str], Path]:  # type: ignore[no-untyped-def]
    """A finished study, and the words that made it."""
    folder = tmp_path_factory.mktemp(request.param)
    words = COMMANDS[request.param]
    assert run(folder, *words) == 0
    return words, folder


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "out").rglob("*") if path.is_file())


def flipped(path: Path, place: int) -> bytes:
    """Change one byte in place; return what the file was."""
    before = path.read_bytes()
    after = bytearray(before)
    after[place] ^= 1 << place % 8
    path.write_bytes(after)
    return before


def is_checkpoint(path: Path) -> bool:
    return path.name == "study.json" or path.parent.name == "units"


def is_of_page(path: Path) -> bool:
    return path.name in ("report.html", "summary.md") or path.parent.name == "figures"


@pytest.mark.slow
def test_every_file_is_checked_by_status_report_and_resume(finished, capsys) -> None:  # type: ignore[no-untyped-def]
    words, folder = finished
    names = {path.name for path in files_of(folder)}
    assert {"manifest.json", "report.html", "study.json", "SHA256SUMS"} < names
    for number, path in enumerate(files_of(folder)):
        size = path.stat().st_size
        for place in {0, size // 3, size // 2, size - 1, 7919 * number % size} if size else ():
            before = flipped(path, place)
            commands = [["status", "out"], ["report", "out"], words]
            for command in commands[: 3 if place == size // 2 else 1]:
                if command[0] == "report" and is_checkpoint(path):
                    continue  # it reads no checkpoint of a finished study
                if command[0] != "status" and is_of_page(path):
                    continue  # it is written anew
                capsys.readouterr()
                assert run(folder, *command) == 1, (command[0], path, place)
                sentence = capsys.readouterr().err
                assert path.name in sentence
                assert "Traceback" not in sentence
                assert len(sentence.splitlines()) == 1
            path.write_bytes(before)
    assert run(folder, "status", "out") == 0


@pytest.mark.slow
def test_a_page_that_was_changed_by_hand_is_written_anew(finished, tmp_path, capsys):  # type: ignore[no-untyped-def]
    words, folder = finished
    shutil.copytree(folder / "out", tmp_path / "out")
    changed = [path for path in files_of(tmp_path) if is_of_page(path)]
    assert len(changed) > 1
    before = {path: path.read_bytes() for path in changed}
    for command in (["report", "out"], words):
        for path in changed:
            path.write_bytes(before[path] + b"a note")
        capsys.readouterr()
        assert run(tmp_path, *command) == 0
        said = capsys.readouterr().err
        for path in changed:
            name = path.relative_to(tmp_path)
            assert f"{name} was changed since it was written; it is written anew\n" in said
            assert b"a note" not in path.read_bytes()
        assert run(tmp_path, "status", "out") == 0


@pytest.mark.slow
def test_what_is_removed_is_named_and_written_anew(finished, tmp_path: Path, capsys) -> None:  # type: ignore[no-untyped-def]
    words, folder = finished
    before = {path.name: path.read_bytes() for path in files_of(folder)}
    shutil.copytree(folder / "out", tmp_path / "out")
    (tmp_path / "out/report.html").unlink()
    assert run(tmp_path, "report", "out") == 0
    assert (tmp_path / "out/report.html").read_bytes() == before["report.html"]
    (tmp_path / "out/runs.parquet").unlink()
    assert run(tmp_path, "status", "out") == 1
    assert "removed, and written anew by the command of the run: out/runs.parquet\n" in (
        capsys.readouterr().out
    )
    next((tmp_path / "out/units").glob("*.zip")).unlink()
    assert run(tmp_path, *words) == 0
    assert run(tmp_path, "status", "out") == 0
    assert {path.name for path in files_of(tmp_path)} == set(before)


def test_no_report_is_made_without_a_table_that_the_study_had(finished, tmp_path, capsys):  # type: ignore[no-untyped-def]
    for table in finished[1].glob("out/*.parquet"):
        if table.name == "optimum.parquet":  # of the report itself
            continue
        folder = tmp_path / table.stem
        shutil.copytree(finished[1] / "out", folder)
        (folder / table.name).unlink()
        assert run(tmp_path, "report", table.stem) == 2, table.name
        assert f"{table.name} is missing in {table.stem}: the " in capsys.readouterr().err


def test_a_file_in_the_place_of_the_figures_is_named(finished, tmp_path, capsys):  # type: ignore[no-untyped-def]
    shutil.copytree(finished[1] / "out", tmp_path / "out")
    shutil.rmtree(tmp_path / "out/figures")
    (tmp_path / "out/figures").touch()
    assert run(tmp_path, "report", "out") == 1
    assert "out/figures is a file, and must be a folder; remove it\n" in capsys.readouterr().err


def test_a_checkpoint_that_was_copied_over_another_is_named(finished, tmp_path, capsys):  # type: ignore[no-untyped-def]
    words, folder = finished
    shutil.copytree(folder / "out", tmp_path / "out")
    one, other, *_ = sorted((tmp_path / "out/units").glob("*.zip"))
    other.write_bytes(one.read_bytes())
    for command in (["status", "out"], words):
        assert run(tmp_path, *command) == 1
        assert f"{other.name} holds the results of another part" in capsys.readouterr().err


@pytest.mark.slow
def test_a_folder_that_has_the_name_of_a_file_is_named(finished, capsys) -> None:  # type: ignore[no-untyped-def]
    words, folder = finished
    for path in files_of(folder):
        before = path.read_bytes()
        path.unlink()
        path.mkdir()
        for command in (["status", "out"], ["report", "out"], words):
            if command[0] == "report" and path.parent.name == "units":
                continue  # it reads no checkpoint of a finished study
            if command == words and is_of_page(path):
                continue  # it has taken the manifest away by then, as of any study at work
            capsys.readouterr()
            assert run(folder, *command) == 1, (command[0], path)
            assert f"{path.name} is a folder or the like, and must be" in capsys.readouterr().err
        path.rmdir()
        path.write_bytes(before)
    assert run(folder, "status", "out") == 0


@pytest.mark.slow
def test_python_names_a_damaged_file_too(tmp_path: Path) -> None:
    assert run(tmp_path, *WORDS) == 0
    folder = tmp_path / "out"
    before = flipped(folder / "decision.json", 100)
    with pytest.raises(InputError, match=r"decision\.json is not as it was written"):
        decision(folder)
    (folder / "decision.json").write_bytes(before)
    flipped(folder / "runs.parquet", 1000)
    with pytest.raises(InputError, match=r"runs\.parquet is not as it was written"):
        load(folder)
    (folder / checksums.FILE).unlink()  # then Parquet's own checksums are left
    with pytest.raises(InputError, match=r"runs\.parquet is damaged"):
        load(folder)


def test_the_list_is_one_that_the_usual_tool_reads(finished) -> None:  # type: ignore[no-untyped-def]
    import subprocess

    _, folder = finished
    if tool := shutil.which("sha256sum"):
        subprocess.run([tool, "-c", "--strict", checksums.FILE], cwd=folder / "out", check=True)


def test_files_that_are_being_rewritten_are_in_no_list(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    (tmp_path / "b").write_text("1")
    with checksums.rewriting(tmp_path, "*"):
        pass
    (tmp_path / "a").write_text("2")
    with pytest.raises(InputError, match="a is not as it was written"):
        checksums.verify(tmp_path)
    with pytest.raises(KeyError), checksums.rewriting(tmp_path, "a"):
        raise KeyError
    checksums.verify(tmp_path)
    (tmp_path / "b").write_text("2")
    with pytest.raises(InputError, match="b is not as it was written"):
        checksums.verify(tmp_path)
