"""Compact page: looks and clips of its figures become classes, and long ids become numbers.

A look is written once instead of at each of its paths; the page shows the same.
"""

import re

FIGURE = re.compile(r'<svg viewBox="[^"]*" font-family.*?</svg>', re.DOTALL)
TAG = re.compile(r"<\w[^>]*>")  # a ">" within a text or an attribute is escaped
LOOK = re.compile(r' (style|clip-path)="([^"]*)"')
WORD = re.compile(r' (font-size|font-weight|fill|opacity)="([^"]*)"')  # of a text
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

    page = FIGURE.sub(lambda figure: TAG.sub(shortened, figure[0]), page)
    rules = "".join(f".{name}{{{css}}}\n" for css, name in classes.given.items())
    return page.replace("</style>", f"{rules}</style>", 1)


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
