"""Smaller SVG: the same picture in fewer bytes, with data attributes where tags were."""

import re
from html import escape, unescape
from itertools import count
from urllib.parse import parse_qsl

from retrainlab.reports.drawing.merged_paths import merged

TAG = "tag?"  # how the id of a group begins whose data attributes follow, as in a query
FEWEST = 4  # points of a line from which on it is written as steps
GROUP = re.compile(r"<g\b[^>]*(?<!/)>|</g>")
CORNERS = re.compile(r"[ML]|-?[\d.]+")


def slim(svg: str) -> str:
    """Drop what is invisible: blanks, idle groups, long ids, hundredths of a point, letters."""
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r">\s+<", "><", svg)
    svg = re.sub(r'<g id="([^"]*)"', _attributes, svg)
    svg = re.sub(r"<g ?/>", "", svg)
    svg = re.sub(r"translate\(-?[\d.]+ -?[\d.]+\)", _shorten, svg)
    svg = re.sub(r'(?<= [xy]=")-?[\d.]+(?=")', _shorten, svg)
    svg = re.sub(r' style="[^"]*"', _style, svg)
    svg = re.sub(r' d="[^"]*"', _path, svg)
    return _short_ids(merged(_without_idle_groups(svg)))


def _attributes(group: re.Match[str]) -> str:
    """Make data attributes of a tag in the id of a group; other ids are unused."""
    if not group[1].startswith(TAG):
        return "<g"
    pairs = parse_qsl(unescape(group[1]).removeprefix(TAG))
    return "<g" + "".join(f' data-{name}="{escape(value)}"' for name, value in pairs)


def _without_idle_groups(svg: str) -> str:
    """Drop groups without attributes, but for those around a frame and the lines in it."""
    opened: list[int] = []
    idle: dict[int, int] = {}
    groups = list(GROUP.finditer(svg))
    for place, group in enumerate(groups):
        if group[0] != "</g>":
            if group[0].startswith("<g data-x=") and opened:
                idle.pop(opened[-1], None)
            if group[0] == "<g>":
                idle[place] = -1
            opened.append(place)
        elif (start := opened.pop()) in idle:
            idle[start] = place
    dropped = {*idle, *idle.values()}
    parts, end = [], 0
    for place, group in enumerate(groups):
        if place in dropped:
            parts.append(svg[end : group.start()])
            end = group.end()
    return "".join([*parts, svg[end:]])


def _short_ids(svg: str) -> str:
    """Number the ids, which are hashes, in the order in which they stand."""
    numbers = count()
    short = {name: f"i{next(numbers)}" for name in dict.fromkeys(re.findall(r'\bid="(\w+)"', svg))}

    def renamed(place: re.Match[str]) -> str:
        return place[1] + short.get(place[2], place[2])

    return re.sub(r'(\bid="|href="#|url\(#)(\w+)', renamed, svg)


def _style(style: re.Match[str]) -> str:
    return re.sub(r"([:;]) ", r"\1", style[0]).replace(";stroke-linecap:square", "")


def _path(path: re.Match[str]) -> str:
    """Shorten a path; what follows a point without a letter is a line."""
    short = re.sub(r"\s*([A-Za-z])\s*", r"\1", _shorten(path)[4:-1].strip())
    if not re.search(r"[^ML\d.\s-]", short) and short.count("L") >= FEWEST:
        return f' d="{_steps(short)}"'
    return ' d="' + re.sub(r"M[^A-Za-z]+(?:L[^A-Za-z]+)+", _lines, short) + '"'


def _lines(path: re.Match[str]) -> str:
    return path[0].replace("L", " ")


def _steps(path: str) -> str:
    """Write the lines of a path as steps from point to point, in tenths that add up exactly."""
    written, before = [], (0, 0)
    tokens = iter(CORNERS.findall(path))
    for letter in tokens:
        point = round(10 * float(next(tokens))), round(10 * float(next(tokens)))
        step = (_tenths(point[0] - before[0]), _tenths(point[1] - before[1]))
        written.append(("m" if letter == "M" else " ") + _side_by_side(*step))
        before = point
    return "".join(written)


def _side_by_side(x: str, y: str) -> str:
    return x + y if y.startswith("-") else f"{x} {y}"


def _tenths(value: int) -> str:
    whole, tenth = divmod(abs(value), 10)
    text = f"{whole or ''}.{tenth}" if tenth else str(whole)
    return "-" * (value < 0) + text


def _shorten(text: re.Match[str]) -> str:
    return re.sub(r"-?\d+\.\d+", lambda hit: _tenths(round(10 * float(hit[0]))), text[0])
