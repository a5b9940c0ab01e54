"""A figure's SVG inside the page: with a name, a description, and ids of its own."""

import re
from html import escape

from markupsafe import Markup


def inline(svg: str, name: str, title: str, words: str) -> Markup:
    """Return the text of `canvas.save` as an element of the page.

    name: a prefix that no other figure of the page has. title, words: what a screen reader says.
    """
    svg = svg[svg.index("<svg") :]
    head, body = svg.split(">", 1)
    view = re.search(r'viewBox="([^"]*)"', head)
    assert view
    body = body.replace("xlink:href=", "href=")
    body = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{name}-", body)
    said = f'<title id="{name}-title">{escape(title)}</title>'
    said += f'<desc id="{name}-words">{escape(words)}</desc>'
    named = f'role="img" aria-labelledby="{name}-title" aria-describedby="{name}-words"'
    return Markup(f'<svg viewBox="{view[1]}" {named}>{said}{body}')
