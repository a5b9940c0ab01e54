"""The terminal's console: a name in a table cannot steer the terminal."""

import sys
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from retrainlab.sim.checksums import PAGE, changed
from retrainlab.sim.printable import printable


class SafeConsole(Console):
    """A console that writes control characters of its own only."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Render to segments; text in them loses what is not printable."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(printable(segment.text), segment.style)


def console_of(width: int) -> SafeConsole:
    """Return a console on standard output; width: in columns, where that is no terminal."""
    return SafeConsole(width=None if sys.stdout.isatty() else width, highlight=False)


def tell_replaced(folder: Path) -> None:
    """Say which files of a page, which is about to be written anew, somebody has changed."""
    for path in changed(folder, PAGE):
        print(
            printable(f"retrainlab: {path} was changed since it was written; it is written anew"),
            file=sys.stderr,
        )
