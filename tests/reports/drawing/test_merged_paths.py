"""Grid lines and tick marks of an SVG as one path: the same strokes, and all else stays."""

import pytest

from retrainlab.reports.drawing.merged_paths import merged

GRID = 'clip-path="url(#a)" style="fill:none;stroke:#e6e8eb;stroke-width:0.8"'
INK = 'style="fill:none;stroke:#1f2328"'
LOOK = 'style="stroke:#5b6470;stroke-width:0.8"'
TEXT = '<text x="1" y="2">50</text>'


def test_grid_lines_between_two_groups_are_one_path():
    one, two = (f'<path d="M{x} 90 {x} 10" {GRID}/>' for x in ("10", "20.5"))
    level = f'<path d="M10 40 90 40" {GRID}/>'
    svg = f"<g>{one}{TEXT}{two}{level}</g><g>{one}</g>"
    together = f'<path d="M10 90V10M20.5 90V10M10 40H90" {GRID}/>{TEXT}'
    assert merged(svg) == f'<g>{together}</g><g><path d="M10 90V10" {GRID}/></g>'


@pytest.mark.parametrize(("end", "line"), [(" 0 3.5", "v3.5"), ("-3.5 0", "h-3.5")])
def test_tick_marks_are_one_path_without_a_shape(end, line):
    shape = f'<defs><path id="i1" d="M0 0{end}" {LOOK}/></defs>'
    uses = "".join(f'<use xlink:href="#i1" x="{x}" y="9" style="fill:#5b6470"/>' for x in (4, 8))
    assert merged(f"<g>{shape}{uses}</g>") == f'<g><path d="M4 9{line}M8 9{line}" {LOOK}/></g>'


@pytest.mark.parametrize(
    "svg",
    [
        f'<g><path d="M1 2 1 9" {INK}/><path d="M1 3 9 3" {INK}/></g>',
        f'<g><path d="M1 2 5 9" {GRID}/><path d="M1 2 7 9" {GRID}/></g>',
        f'<g><defs><path id="i1" d="M0 0 2 2" {LOOK}/></defs><use xlink:href="#i1"/></g>',
    ],
    ids=["other lines", "slanted lines", "other markers"],
)
def test_all_else_stays(svg):
    assert merged(svg) == svg
