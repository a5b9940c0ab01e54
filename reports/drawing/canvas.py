"""Canvas: new figures without global state, saved reproducibly as PNG and SVG."""

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from textwrap import wrap
from typing import Any
from urllib.parse import urlencode

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Annotation, Text
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter
from matplotlib.transforms import Bbox

from retrainlab.reports.drawing.dual_renderer import POINT, render_png_and_svg, render_svg, size_of
from retrainlab.reports.drawing.merged_paths import GRID
from retrainlab.reports.drawing.slim import TAG, slim
from retrainlab.reports.text.format import plain, shorten
from retrainlab.sim.atomic import write_text

INK, FAINT, PANEL = "#1f2328", "#5b6470", "#ffffff"
LONGEST = 40  # characters of a scenario in a subtitle
LARGE = ((1e12, "trillions"), (1e9, "billions"), (1e6, "millions"))  # what an axis counts in
SMALL = 9.7  # points, the least size of a text: 12 pixels where a figure is shown smallest
RC: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.edgecolor": "#8a929c",
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.titley": 1.0,  # above the frame, without a search for what else stands there
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "figure.facecolor": PANEL,
    "axes.facecolor": PANEL,
    "legend.frameon": False,
    "text.hinting": "none",
    "svg.hashsalt": "retrainlab",
    "path.simplify": True,
}


PHONE = 3.65  # inches, so that the least text has 12 pixels on a screen of 390
LINE = 0.19  # inches, of each further line of a title or subtitle
TITLE = 12  # points
LETTERS = 28  # in a line of a title on a phone
TITLE_LINES = 4
_IS_PHONE: ContextVar[bool] = ContextVar("phone", default=False)


@contextmanager
def phone() -> Iterator[None]:
    """Draw figures as narrow as a phone's screen inside it."""
    token = _IS_PHONE.set(True)
    try:
        yield
    finally:
        _IS_PHONE.reset(token)


def is_phone() -> bool:
    """Whether the figure is for a phone: names stand below it, and not at its right."""
    return _IS_PHONE.get()


@contextmanager
def theme() -> Iterator[None]:
    """The look of every figure, whatever a user's own settings are: draw and save inside it."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(RC)
        yield


class TitledFigure(Figure):
    """A figure with a title. further: inches that the title takes more than two or three lines."""

    further = 0.0


def new_figure(width: float, height: float, title: str, subtitle: str) -> Figure:
    """Return a figure of the given inches with its two lines of title at the top left.

    It is higher by the lines into which they are broken; for a phone it is narrower.
    """
    if is_phone():
        width = min(width, PHONE)
        lines = wrap(_joined(title), LETTERS, max_lines=TITLE_LINES, placeholder=" …")
    else:
        most = int(8 * TITLE_LINES * width)  # letters
        lines = _broken(shorten(title, most), width, size=TITLE, weight="bold").splitlines()
    how = _broken(subtitle, width, size=SMALL)
    further = LINE * (max(len(lines) - 1, 0) + how.count("\n") - subtitle.count("\n"))
    height += further
    figure = TitledFigure(figsize=(width, height))
    figure.further = further
    FigureCanvasAgg(figure)
    left, below = 0.12 / width, 0.36 + LINE * max(len(lines) - 1, 0)
    figure.text(
        left,
        1 - 0.1 / height,
        "\n".join(lines),
        size=TITLE,
        weight="bold",
        va="top",
        wrap=False,
    )
    figure.text(left, 1 - below / height, how, size=SMALL, color=FAINT, va="top", linespacing=1.35)
    return figure


def _broken(text: str, width: float, **font: Any) -> str:
    """Break the lines of a title or subtitle that are too long for a figure of so many inches."""
    room, style = POINT * width - 2 * POINT * 0.12, FontProperties(family="DejaVu Sans", **font)
    parts: list[str] = []
    for line in text.splitlines():
        over = size_of(line, style)[0] / room
        parts += wrap(_joined(line), int(0.97 * len(line) / over)) if over > 1 else [line]
    return "\n".join(parts)


def _joined(text: str) -> str:
    """Return the text with each number and its percent sign in one word, for a line break."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def titled(finding: str, name: str, subject: str, *lines: str) -> tuple[str, str]:
    """Return title and subtitle: what a figure shows, then of what, then how it is read.

    finding: empty where a figure has none; the subject is the title then.
    """
    how = "\n".join(line for line in lines if line)
    if not finding:
        return f"{name}: {subject}", how
    return finding, "\n".join([f"{shorten(name, LONGEST)}: {subject}.", *how.splitlines()])


def axes_box(
    figure: Figure, left: float, right: float, top: float, bottom: float, height: float = 0
) -> Axes:
    """Add axes with these margins in inches; a `height` in inches counts from the bottom margin.

    top: of a title of two or three lines; what it takes more is added.
    """
    width_in, height_in = figure.get_size_inches()
    if isinstance(figure, TitledFigure):
        top += figure.further
    tall = height or height_in - top - bottom
    box = (left / width_in, bottom / height_in, 1 - (left + right) / width_in, tall / height_in)
    return figure.add_axes(box)


def tag(artists: Artist | Iterable[Artist], **data: str) -> None:
    """Give artists data attributes on the page.

    strategy: whose they are, so that all of one can be hidden; says: what a pointer on them is
    told; series: a line whose values are told; x, y: the limits of axes, on their background.
    """
    for artist in [artists] if isinstance(artists, Artist) else artists:
        artist.set_gid(TAG + urlencode(data))


def error_of(half: float) -> float | None:
    """Return the length of an error bar; None where there is none to draw."""
    return half if math.isfinite(half) and half > 0 else None


def tag_mark(mark: ErrorbarContainer, strategy: str, says: str) -> None:
    """Tag a mark with its error bars; the mark alone tells the values: a list has them once."""
    point, _, bars = mark
    tag(point, strategy=strategy, says=says)
    tag(bars, strategy=strategy)


def save(figure: Figure, png: Path, source: str = "") -> str:
    """Write the figure as PNG and SVG, and return the SVG's text; equal figures, equal bytes.

    source: what the foot of the PNG says of where the numbers come from.
    """
    svg = slim(render_png_and_svg(figure, png, source))
    write_text(png.with_suffix(".svg"), svg)
    return svg


def svg_of(figure: Figure) -> str:
    """Return the text of a figure's SVG without writing a file."""
    return slim(render_svg(figure))


def text_boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Return every text that is drawn in the figure, with its box in pixels."""
    figure.canvas.draw()
    hidden = {id(text) for axes in figure.axes for text in _beyond_limits(axes)}
    return [
        (text.get_text(), text_box(text))
        for text in figure.findobj(Text)
        if isinstance(text, Text) and text.get_visible() and id(text) not in hidden
        if text.get_text().strip()
    ]


def text_box(text: Text) -> Bbox:
    """Return the box in pixels of a text alone, without the line that an annotation may have."""
    canvas = getattr(text.get_figure(root=True), "canvas", None)
    if isinstance(text, Annotation) and isinstance(canvas, FigureCanvasAgg):
        # It moves to where it is drawn; measuring its line too would take most of the time.
        text.update_positions(canvas.get_renderer())
    return Text.get_window_extent(text)


def _beyond_limits(axes: Axes) -> Iterator[Text]:
    """Tick labels that matplotlib keeps but does not draw."""
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in (*axis.majorTicks, *axis.minorTicks):
            if not low <= tick.get_loc() <= high:
                yield from (tick.label1, tick.label2)


def plain_numbers(axes: Axes, x: bool = True) -> str:
    """Write ticks as people write numbers, large ones in millions, billions or trillions.

    The title of the axis says so, and where there is none it is returned to be said elsewhere. To
    be called when limits and title are set.
    """
    axis, limits = (axes.xaxis, axes.get_xlim()) if x else (axes.yaxis, axes.get_ylim())
    largest = max(map(abs, limits))
    size, unit = next((of for of in LARGE if largest >= of[0]), (1.0, ""))
    axis.set_major_formatter(FuncFormatter(lambda value, _: plain_number(value / size)))
    axis.set_minor_formatter(NullFormatter())
    if unit and axis.get_label_text():
        axis.set_label_text(f"{axis.get_label_text()} ({unit})")
        return ""
    return unit


def plain_number(value: float) -> str:
    """Write a number as people do, with six digits at most, however small it is."""
    return plain(value, 6)


def log_scale() -> str:
    """Say that an axis is a log one, in fewer letters on a phone."""
    return "log" if is_phone() else "log scale"


def few_ticks(axes: Axes) -> None:
    """Write as many values of x on a phone as fit there."""
    if is_phone():
        axes.xaxis.set_major_locator(MaxNLocator(4))


def in_percent(axes: Axes) -> None:
    """Write the ticks of y as percent, but for those below 0 or above 100 that nothing reaches."""

    def written(share: float, _: int) -> str:
        percent, drawn = round(100 * share, 6), axes.dataLim
        is_above = percent > 100 and drawn.y1 <= 1
        is_below = percent < 0 <= drawn.y0
        return "" if is_above or is_below else f"{percent:g} %"

    axes.yaxis.set_major_formatter(FuncFormatter(written))
