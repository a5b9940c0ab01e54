"""Inline SVG: a figure inside a page, with title, description and unique ids."""

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from markupsafe import Markup
from matplotlib.figure import Figure

from retrainlab.reports.figures.canvas import save
from retrainlab.reports.figures.dark import with_css_colours

# Letters are the same in every figure, so a page holds each of them once.
LETTER = re.compile(r'<path id="([db][0-9a-f]+)"[^>]*/>')
EMPTY = re.compile(r"<defs>\s*</defs>")


@dataclass(frozen=True)
class Picture:
    """A figure in the page: its element, what it shows in words, and its files' name.

    source: its whole SVG, from which the page takes the letters; empty for a PNG.
    """

    kind: str
    element: Markup
    alt: str
    file: str
    source: str


def picture(figure: Figure, kind: str, png: Path, title: str, alt: str, most: int = 0) -> Picture:
    """Write a figure as PNG and SVG and return it for the page.

    The stem of the PNG's name is one that no other figure of the page has. title: a short name.
    alt: what it shows in words. most: bytes of SVG beyond which the page shows the PNG; 0: never.
    """
    source = save(figure, png)
    if not most or len(source) <= most:
        return Picture(kind, inline(source, png.stem, title, alt), alt, png.stem, source)
    content = b64encode(png.read_bytes()).decode()
    element = Markup('<img src="data:image/png;base64,{}" alt="{}">').format(content, alt)
    return Picture(kind, element, alt, png.stem, "")


def inline(svg: str, name: str, title: str, words: str) -> Markup:
    """Return the text of `canvas.save` as an element of the page, without its `letters`.

    name: a prefix that no other figure of the page has. title, words: what a screen reader says.
    """
    svg = svg[svg.index("<svg") :]
    head, body = svg.split(">", 1)
    view = re.search(r'viewBox="([^"]*)"', head)
    assert view
    body = EMPTY.sub("", LETTER.sub("", body)).replace("xlink:href=", "href=")
    body = re.sub(r'\b(id="|href="#|url\(#)(?![db][0-9a-f]+")', rf"\g<1>{name}-", body)
    labels = f'<title id="{name}-title">{escape(title)}</title>'
    labels += f'<desc id="{name}-words">{escape(words)}</desc>'
    named = f'role="img" aria-labelledby="{name}-title" aria-describedby="{name}-words"'
    return Markup(f'<svg viewBox="{view[1]}" {named}>{labels}{with_css_colours(body)}')


def letters(pictures: Iterable[Picture]) -> Markup:
    """Return one element with all glyphs of the figures, in the order of their names."""
    glyphs = {hit[1]: hit[0] for one in pictures for hit in LETTER.finditer(one.source)}
    paths = "".join(path for _, path in sorted(glyphs.items()))
    return Markup(f'<svg class="hidden" aria-hidden="true"><defs>{paths}</defs></svg>')
