"""Inline SVG: a figure inside a page, with title, description and unique ids."""

import re
from base64 import b64encode
from dataclasses import dataclass
from html import escape
from pathlib import Path

from markupsafe import Markup
from matplotlib.figure import Figure

from retrainlab.reports.drawing.canvas import save, svg_of
from retrainlab.reports.drawing.dark import with_css_colours

# The sheet of the page has the one rule that each figure's own sheet has.
SHEET = re.compile(r'<style type="text/css">[^<]*</style>')
SAYS = re.compile(r' data-says="[^"]*"')
EMPTY = re.compile(r"<defs>\s*</defs>")


@dataclass(frozen=True)
class Picture:
    """A figure in the page: its element, what it shows in words, and its files' name.

    phone: the same in the shape of a phone; empty where a phone shows the element itself.
    """

    kind: str
    element: Markup
    alt: str
    file: str
    phone: Markup | str = ""


def picture(
    figure: Figure,
    kind: str,
    png: Path,
    title: str,
    alt: str,
    source: str,
    most: int = 0,
    phone: Figure | None = None,
) -> Picture:
    """Write a figure as PNG and SVG and return it for the page.

    The stem of the PNG's name is one that no other figure of the page has. title: a short name.
    alt: what it shows in words. source: what the foot of the PNG says of where the numbers come
    from. most: bytes of SVG beyond which the page shows the PNG; 0: never. phone: the same figure,
    drawn for a phone, for the page alone.
    """
    svg = save(figure, png, source)
    narrow = inline_for_phone(svg_of(phone), png.stem) if phone else ""
    if not most or len(svg) <= most:
        return Picture(kind, inline(svg, png.stem, title, alt), alt, png.stem, narrow)
    content = b64encode(png.read_bytes()).decode()
    element = Markup('<img src="data:image/png;base64,{}" alt="{}">').format(content, alt)
    return Picture(kind, element, alt, png.stem)


def inline(svg: str, name: str, title: str, words: str) -> Markup:
    """Return the text of `canvas.save` as an element of the page.

    name: a prefix that no other figure of the page has. title, words: what a screen reader says.
    """
    labels = f'<title id="{name}-title">{escape(title)}</title>'
    labels += f'<desc id="{name}-words">{escape(words)}</desc>'
    return _element(svg, name, name, labels, "")


def inline_for_phone(svg: str, name: str) -> Markup:
    """Return an element that only a phone shows; it is called what the figure `name` is.

    What its parts tell is written in the figure alone, from where scripts take it.
    """
    svg = SAYS.sub(' data-says=""', svg)
    return _element(svg, f"{name}-phone", name, "", ' class="phone"')


def _element(svg: str, name: str, labelled: str, labels: str, kind: str) -> Markup:
    """Return the element; labelled: the prefix of the ids of what a screen reader says."""
    svg = svg[svg.index("<svg") :]
    head, body = svg.split(">", 1)
    view = re.search(r'viewBox="([^"]*)"', head)
    assert view
    body = EMPTY.sub("", SHEET.sub("", body)).replace("xlink:href=", "href=")
    body = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{name}-", body)
    named = f'role="img" aria-labelledby="{labelled}-title" aria-describedby="{labelled}-words"'
    family = re.search(r'font-family="[^"]*"', head)
    assert family
    head = f'<svg viewBox="{view[1]}" {family[0]}{kind} {named}>'
    return Markup(f"{head}{labels}{with_css_colours(body)}")
