"""Merged paths: in an SVG the grid lines of axes are one path, and so are their tick marks."""

import re

GRID = "#e6e8eb"  # the colour of grid lines, and of nothing else
LINE = re.compile(
    r'<path d="M([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)"'
    rf'((?: clip-path="[^"]*")? style="fill:none;stroke:{GRID};[^"]*")/>'
)
# A tick mark is a straight line to the left or down, used wherever one stands.
TICK = re.compile(
    r'<defs><path id="(\w+)" d="M0 0( 0 |[ -][\d.]+ )([\d.]+)" (style="[^"]*")/></defs>'
)
USE = re.compile(r'<use xlink:href="#(\w+)" x="([\d.]+)" y="([\d.]+)" style="[^"]*"/>')
MERGED = re.compile(r'<path d="(M[\d.]+ [\d.]+[HVhv]-?[\d.]+)"([^>]*)/>')
GROUP = re.compile(r"(</?g\b[^>]*>)")


def merged(svg: str) -> str:
    """Return the text of a slim SVG in which such lines between two groups are one path.

    They lie below or beside all else, so that their order does not matter.
    """
    svg = LINE.sub(_straight, _ticks_as_paths(svg))
    return "".join(map(_joined, GROUP.split(svg)))


def _straight(line: re.Match[str]) -> str:
    """Write a line that is upright or level without the number that both ends share."""
    x, y, to_x, to_y, look = line.groups()
    if x != to_x and y != to_y:
        return line[0]
    end = f"V{to_y}" if x == to_x else f"H{to_x}"
    return f'<path d="M{x} {y}{end}"{look}/>'


def _ticks_as_paths(svg: str) -> str:
    """Draw tick marks as paths; there each is half as long as where a shape is used."""
    ticks: dict[str, tuple[str, str]] = {}

    def without(shape: re.Match[str]) -> str:
        name, x, y, look = shape.groups()
        if float(x) and float(y):
            return shape[0]
        ticks[name] = (f"h{x.strip()}" if float(x) else f"v{y}", look)
        return ""

    def as_path(use: re.Match[str]) -> str:
        name, x, y = use.groups()
        if name not in ticks:
            return use[0]
        line, look = ticks[name]
        return f'<path d="M{x} {y}{line}" {look}/>'

    return USE.sub(as_path, TICK.sub(without, svg))


def _joined(part: str) -> str:
    """Add each line to the first one that looks alike."""
    lines: dict[str, list[str]] = {}
    for line, look in MERGED.findall(part):
        lines.setdefault(look, []).append(line)

    def first(path: re.Match[str]) -> str:
        together = lines.pop(path[2], None)
        return f'<path d="{"".join(together)}"{path[2]}/>' if together else ""

    return MERGED.sub(first, part)
