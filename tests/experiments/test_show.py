"""The command `show`: names, slides as pixels and as vectors, and what is refused."""

import errno
import os
import re
import subprocess

import pytest
from command_line import run
from PIL import Image

from retrainlab.reports.drawing.slide import SIZE

FIGURES = {"gradual-costs": (600, 600), "gradual-timeline": (1650, 700)}
SVG = '<?xml version="1.0"?><svg width="99pt" height="42pt" viewBox="0 0 99 42"><g/></svg>'


@pytest.fixture
def figures(tmp_path, monkeypatch):
    """A run with a square figure and a wide one, and nowhere to show them."""
    for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    folder = tmp_path / "run" / "figures"
    folder.mkdir(parents=True)
    (folder.parent / "report.html").touch()
    for name, size in FIGURES.items():
        Image.new("RGB", size, "red").save(folder / f"{name}.png")
        (folder / f"{name}.svg").write_text(SVG)
    return tmp_path


def test_without_a_name_the_names_are_listed(figures, capsys):
    assert run(figures, "show", "run") == 0
    assert capsys.readouterr().out.splitlines() == [*FIGURES]


@pytest.mark.parametrize("name", ["timeline", "gradual_timeline", *FIGURES])
def test_a_figure_is_saved_in_the_middle_of_a_slide(figures, name):
    assert run(figures, "show", "run", name, "save=slide.png") == 0
    slide = Image.open(figures / "slide.png")
    width, height = SIZE
    assert slide.size == SIZE
    assert slide.getpixel((width // 2, height // 2)) == (255, 0, 0)
    edge = (0, height // 2) if name == "gradual-costs" else (width // 2, 0)
    assert slide.getpixel(edge) == (255, 255, 255)


@pytest.mark.parametrize("name", ["slide.png", "slide.svg"])
def test_a_slide_that_finds_no_space_leaves_the_one_before(figures, name, monkeypatch, capsys):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    assert run(figures, "show", "run", "timeline", f"save={name}") == 0
    before = (figures / name).read_bytes()
    monkeypatch.setattr("retrainlab.sim.atomic._flush", full)
    assert run(figures, "show", "run", "timeline", f"save={name}") == 2
    assert f"{name} cannot be written (No space left on device)" in capsys.readouterr().err
    assert (figures / name).read_bytes() == before


def test_vectors_have_the_shape_of_a_slide(figures):
    assert run(figures, "show", "run", "timeline", "save=slide.svg") == 0
    text = (figures / "slide.svg").read_text()
    left, top, wide, high = map(float, re.search(r'viewBox="([^"]*)"', text)[1].split())
    assert wide / high == pytest.approx(SIZE[0] / SIZE[1], rel=1e-3)
    assert (left, wide) == (0, 99)
    assert top == pytest.approx((42 - high) / 2, abs=0.01)
    assert text.endswith("<g/></svg>")


def test_on_a_display_it_is_opened(figures, monkeypatch, capsys):
    started = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(subprocess, "Popen", lambda words, **_: started.append(words))
    assert run(figures, "show", "run", "timeline") == 0
    ((_, slide),) = started
    assert capsys.readouterr().out == f"Figure: {slide}\n"
    assert Image.open(slide).size == SIZE


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "show takes the folder of a run, and a figure"),
        (["run", "a", "b"], "show takes the folder of a run, and a figure"),
        (["nowhere"], "nowhere is no folder"),
        (["run", "pie"], "there is no figure 'pie'; there is: gradual-costs, gradual-timeline"),
        (["run", "timeline"], "no display to open gradual-timeline on; save it"),
        (["run", "save=x.png"], "save needs the name of a figure: gradual-costs"),
        (["run", "timeline", "save="], "show has no option 'save='"),
        (["run", "timeline", "size=3"], "show has no option 'size=3'"),
        (["run", "timeline", "save=x.gif"], "x.gif is no PNG and no SVG"),
        (["run", "timeline", "save=no/x.png"], "no/x.png cannot be written"),
    ],
)
def test_mistakes_are_one_sentence(figures, words, sentence, capsys):
    assert run(figures, "show", *words) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert error.count("\n") == 1


def test_a_folder_with_a_page_and_no_figures_is_no_run(tmp_path, capsys):
    (tmp_path / "production").mkdir()
    (tmp_path / "production/report.html").touch()
    assert run(tmp_path, "show", "production") == 2
    assert "production holds no figures of a study" in capsys.readouterr().err
