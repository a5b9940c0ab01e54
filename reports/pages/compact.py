"""Compact page: looks and clips of its figures become classes, and long ids become numbers.

A look is written once instead of at each of its paths, and a shape, as that of a marker, once
instead of in each figure; the page shows the same.
"""

import re

FIGURE = re.compile(r'<svg viewBox="[^"]*" font-family.*?</svg>', re.DOTALL)
TAG = re.compile(r"<\w[^>]*>")  # a ">" within a text or an attribute is escaped
LOOK = re.compile(r' (style|clip-path)="([^"]*)"')
WORD = re.compile(r' (font-size|font-weight|fill|opacity)="([^"]*)"')  # of a text
SHAPE = re.compile(r'<defs><path id="([\w-]+)"([^>]*)/></defs>')
REFERENCE = re.compile(r'(\bid="|href="#|url\(#)([\w-]+-i\d+)(?=["\)])')


def compact(page: str) -> str:
    """Return the page with shorter figures; the rules of their classes are added to its style."""
    ids, classes = _Names(), _Names()

    def shortened(tag: re.Match[str]) -> str:
        text = REFERENCE.sub(lambda hit: hit[1] + ids.of(hit[2]), tag[0])
        looks = LOOK.findall(text)
        css = [value if kind == "style" else f"{kind}:{value}" for kind, value in looks]
        if text.startswith("<text "):
            css.append(";".join(map(_declaration, WORD.findall(text))))
            text = WORD.sub("", text)
        if not css:
            return text
        end = "/>" if text.endswith("/>") else ">"
        names = " ".join(map(classes.of, css))
        return f'{LOOK.sub("", text).removesuffix(end)} class="{names}"{end}'

    page = FIGURE.sub(lambda figure: TAG.sub(shortened, figure[0]), _shapes_once(page))
    rules = "".join(f".{name}{{{css}}}\n" for css, name in classes.given.items())
    return page.replace("</style>", f"{rules}</style>", 1)


def _shapes_once(page: str) -> str:
    """Return the page with each shape of its figures in the first figure that uses it."""
    known: dict[str, str] = {}
    same: dict[str, str] = {}

    def once(shape: re.Match[str]) -> str:
        name, look = shape.groups()
        same[name] = known.setdefault(look, name)
        return shape[0] if same[name] == name else ""

    page = FIGURE.sub(lambda figure: SHAPE.sub(once, figure[0]), page)
    return REFERENCE.sub(lambda hit: hit[1] + same.get(hit[2], hit[2]), page)


def _declaration(attribute: tuple[str, str]) -> str:
    name, value = attribute
    return f"{name}:{value}px" if name == "font-size" else f"{name}:{value}"


class _Names:
    """Short names, numbered in the order in which they are asked for; no slug is one."""

    def __init__(self) -> None:
        self.given: dict[str, str] = {}

    def of(self, long: str) -> str:
        """Return the short name of a long one."""
        return self.given.setdefault(long, f"_{len(self.given)}")
