"""The notebooks of docs/notebooks: every cell runs, in a kernel of its own."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[3] / "docs" / "notebooks").glob("*.ipynb"))
NUMBER = re.compile(r"-?\d[\d.,]*(e[-+]?\d+)?")


def test_there_is_a_notebook_for_each_kind_of_question():
    assert [path.stem for path in NOTEBOOKS] == ["synthetic_question", "your_own_log"]


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_of_a_notebook_runs(path, tmp_path, monkeypatch):
    # The backend that a notebook sets; without a display.
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    monkeypatch.delenv("DISPLAY", raising=False)
    notebook = nbformat.read(path, as_version=4)
    stored = texts(notebook)
    NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [output for output in shown if output.output_type == "error"]
    assert any("text/html" in output.get("data", {}) for output in shown)
    assert [*tmp_path.glob("runs/*/report.html")]
    # What a reader sees is what the cells show now. Numbers may differ between environments.
    assert texts(notebook) == stored


def texts(notebook: Any) -> list[list[str]]:
    """What each cell prints and returns as text, without its numbers and line breaks."""
    cells = [cell.get("outputs", []) for cell in notebook.cells]
    return [[words for output in cell if (words := _words(output))] for cell in cells]


def _words(output: Any) -> str:
    shown = output.get("text") or output.get("data", {}).get("text/plain", "")
    return "" if output.get("name") == "stderr" else " ".join(NUMBER.sub(" ", shown).split())
