"""A figure of a report on a slide: 16 to 9, as pixels or as vectors."""

import re
from functools import partial
from pathlib import Path

from PIL import Image

from retrainlab.reports.drawing.canvas import PANEL
from retrainlab.sim.atomic import write_atomic, write_text
from retrainlab.sim.errors import InputError, require

SIZE = (1600, 900)  # pixels
KINDS = (".png", ".svg")
HEAD = re.compile(r"<svg\b[^>]*>")
VIEW = re.compile(r'viewBox="(\S+) (\S+) (\S+) (\S+)"')


def save_slide(png: Path, slide: Path) -> None:
    """Write a figure in the middle of a slide; slide: a path that ends with .png or .svg.

    png: of the figure, with its SVG beside it. Raises `InputError` for another ending, and where
    the slide cannot be written.
    """
    require(slide.suffix in KINDS, f"{slide} is no PNG and no SVG; end its name with .png or .svg")
    folder = slide.parent
    require(folder.is_dir(), f"{slide} cannot be written (there is no folder {folder})")
    try:
        if slide.suffix == ".svg":
            write_text(slide, _vectors(png.with_suffix(".svg").read_text("utf-8")))
        else:
            write_atomic(slide, partial(_pixels(png).save, format="PNG"))
    except OSError as error:
        raise InputError(f"{slide} cannot be written ({error.strerror or error})") from error


def _pixels(png: Path) -> Image.Image:
    with Image.open(png) as image:
        figure = image.convert("RGB")
    scale = min(SIZE[0] / figure.width, SIZE[1] / figure.height)
    width, height = round(scale * figure.width), round(scale * figure.height)
    slide = Image.new("RGB", SIZE, PANEL)
    fitted = figure.resize((width, height), Image.Resampling.LANCZOS)
    slide.paste(fitted, ((SIZE[0] - width) // 2, (SIZE[1] - height) // 2))
    return slide


def _vectors(svg: str) -> str:
    """Return the text of an SVG whose view has the shape of a slide."""
    head, view = HEAD.search(svg), VIEW.search(svg)
    assert head
    assert view
    left, top, width, height = map(float, view.groups())
    wide, high = max(width, height * SIZE[0] / SIZE[1]), max(height, width * SIZE[1] / SIZE[0])
    left, top = left - (wide - width) / 2, top - (high - height) / 2
    box = f"{left:.2f} {top:.2f} {wide:.2f} {high:.2f}"
    opening = VIEW.sub(f'viewBox="{box}"', head[0])
    for side, length in zip(("width", "height"), SIZE, strict=True):
        opening = re.sub(rf'\b{side}="[^"]*"', f'{side}="{length}"', opening)
    panel = f'<rect x="{left:.2f}" y="{top:.2f}" width="{wide:.2f}" height="{high:.2f}"'
    return f'{svg[: head.start()]}{opening}{panel} fill="{PANEL}"/>{svg[head.end() :]}'
