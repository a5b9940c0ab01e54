"""Callouts: names placed beside marks without overlaps or ambiguity."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from retrainlab.reports.drawing.canvas import FAINT, INK, SMALL, tag
from retrainlab.sim.stream import Floats

NEAR = ((9, 0), (-9, 0), (0, 9), (0, -9), (7, 8), (-7, 8), (7, -8), (-7, -8))
# Places farther off get a thin line to their mark.
FAR = tuple(
    (dx, dy) for reach in (22, 36, 54, 76) for dx in (14, -14, 40, -40) for dy in (reach, -reach)
)


@dataclass
class Callouts:
    """Places the names of one figure, one after the other.

    marks: (n, 2) pixels of all marks. taken: boxes in pixels that must stay free: marks, error
    bars, lines. written: boxes of the names that are placed, and of the lines to them.
    """

    axes: Axes
    marks: Floats
    taken: list[Bbox]
    written: list[Bbox] = field(default_factory=list)

    def add(self, x: float, y: float, text: str, strategy: str) -> bool:
        """Name a strategy's mark at (x, y), beside it or on a line; False if nothing is free."""
        point, size = self.axes.transData.transform((x, y)), _size(self.axes, text)
        taken, written = _extents(self.taken), _extents(self.written)
        for offset in (*NEAR, *FAR):
            box = _place(self.axes, point, size, offset)
            if not self._is_free(box, taken):
                continue
            led = _leader(point, box) if offset in FAR else _extents([])
            if self._is_clear(point, led, written) if len(led) else self._is_nearest(point, box):
                note = _note(self.axes, (x, y), text, offset)
                new = [box.padded(2), *(Bbox.from_extents(step) for step in led)]
                self.written += new
                self.taken += new
                tag([note, *([note.arrow_patch] if note.arrow_patch else [])], strategy=strategy)
                return True
        return False

    def _is_free(self, box: Bbox, taken: Floats) -> bool:
        frame = self.axes.get_window_extent().padded(-4)
        corners = [(box.x0, box.y0), (box.x1, box.y1)]
        inside = all(frame.contains(x, y) for x, y in corners)
        return inside and not _meet(_extents([box.padded(1)]), taken)

    def _is_clear(self, point: Floats, led: Floats, written: Floats) -> bool:
        """Whether the line to the mark runs through no name, no other line to one and no mark."""
        # Near its own mark the line may touch a neighbour that overlaps the mark anyway.
        others = self._others(point)
        marks = np.hstack([others - 8, others + 8])
        return not _meet(led, written) and not _meet(led[len(led) // 4 :], marks)

    def _is_nearest(self, point: Floats, box: Bbox) -> bool:
        """Whether no other mark is as near to the name as its own."""
        others = self._others(point)
        corner = np.clip(np.vstack([point, others]), [box.x0, box.y0], [box.x1, box.y1])
        distance = np.hypot(*(np.vstack([point, others]) - corner).T)
        return bool((distance[1:] > 1.4 * distance[0]).all())

    def _others(self, point: Floats) -> Floats:
        """(m, 2) the marks elsewhere: those in one place are one."""
        return self.marks[np.abs(self.marks - point).max(axis=1) > 6]


def _note(axes: Axes, point: tuple[float, float], text: str, offset: tuple[int, int]) -> Annotation:
    dx, dy = offset
    led: dict[str, Any] = {
        "arrowstyle": "-",
        "color": FAINT,
        "linewidth": 0.7,
        "shrinkA": 1,
        "shrinkB": 5,
    }
    led["relpos"] = (float(dx < 0), float(dy < 0))
    return axes.annotate(
        text,
        point,
        xytext=offset,
        textcoords="offset points",
        size=SMALL,
        color=INK,
        ha="left" if dx > 0 else "right" if dx < 0 else "center",
        va="bottom" if dy > 0 else "top" if dy < 0 else "center",
        arrowprops=led if offset in FAR else None,
    )


def _size(axes: Axes, text: str) -> Floats:
    """Width and height in pixels of a name."""
    note = axes.text(0, 0, text, size=SMALL)
    size = np.array(note.get_window_extent().size)
    note.remove()
    return size


def _place(axes: Axes, point: Floats, size: Floats, offset: tuple[int, int]) -> Bbox:
    """Box in pixels of the name that `_note` writes: that many points from its mark."""
    anchor = point + np.array(offset) * axes.figure.dpi / 72
    low = anchor - size * (1 - np.sign(offset)) / 2
    return Bbox([low, low + size])


def _leader(point: Floats, box: Bbox) -> Floats:
    """(n, 4) small boxes in pixels along the line from a mark to its name."""
    end = np.clip(point, [box.x0, box.y0], [box.x1, box.y1])
    steps = point + np.linspace(0.02, 0.98, 40)[:, None] * (end - point)
    return np.hstack([steps - 1, steps + 1])


def _extents(boxes: list[Bbox]) -> Floats:
    """(n, 4) x0, y0, x1, y1 of boxes."""
    return np.array([box.extents for box in boxes]).reshape(-1, 4)


def _meet(some: Floats, others: Floats) -> bool:
    """Whether any of (n, 4) boxes overlaps any of (m, 4) others."""
    a, b = some[:, None], others[None]
    apart = (a[..., :2] > b[..., 2:]) | (b[..., :2] > a[..., 2:])
    return bool((~apart.any(axis=2)).any())
