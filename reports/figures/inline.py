"""A figure's SVG inside the page: with a name, a description, and ids of its own."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

# Letters are the same in every figure, so a page holds each of them once.
LETTER = re.compile(r'<path id="([db][0-9a-f]+)"[^>]*/>')
EMPTY = re.compile(r"<defs>\s*</defs>")


@dataclass(frozen=True)
class Picture:
    """A figure on the page: a data address, what it shows in words, and its PNG's file name."""

    kind: str
    source: str
    alt: str
    file: str


@dataclass(frozen=True)
class Vector:
    """A figure in the page: its element, what it shows in words, and its files' name.

    source: its whole SVG, from which the page takes the letters.
    """

    kind: str
    svg: Markup
    alt: str
    file: str
    source: str


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
    said = f'<title id="{name}-title">{escape(title)}</title>'
    said += f'<desc id="{name}-words">{escape(words)}</desc>'
    named = f'role="img" aria-labelledby="{name}-title" aria-describedby="{name}-words"'
    return Markup(f'<svg viewBox="{view[1]}" {named}>{said}{body}')


def letters(svgs: Iterable[str]) -> Markup:
    """Return one element with every letter that the figures draw, in the order of their names."""
    found = {hit[1]: hit[0] for svg in svgs for hit in LETTER.finditer(svg)}
    drawn = "".join(path for _, path in sorted(found.items()))
    return Markup(f'<svg class="hidden" aria-hidden="true"><defs>{drawn}</defs></svg>')
