"""Give everything on a map a place of its own: one list of boxes that all who place something ask."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

# Where a name may stand beside what it names, best first: on it, above, below, beside, then the corners (Imhof 1975,
# "Positioning names on maps"); steps of the name's own width and height.
POSITIONS = (
    (0.0, 0.0),
    (0.0, 1.0),
    (0.0, -1.0),
    (1.0, 0.0),
    (-1.0, 0.0),
    (1.0, 1.0),
    (-1.0, 1.0),
    (1.0, -1.0),
    (-1.0, -1.0),
)
# Pixels that stay free between the frame and what stands within.
EDGE = 2.0


class Room:
    """
    The free part of a map, in pixels of its figure.

    Parameters
    ----------
    frame
        What nothing may leave.
    """

    def __init__(self, frame: Bbox) -> None:
        self.frame = frame
        self._boxes: NDArray[np.float64] = np.empty((0, 4))

    def take(self, boxes: Iterable[Bbox]) -> None:
        """Let nothing else stand in some boxes."""
        new = np.array([box.extents for box in boxes], dtype=float).reshape(-1, 4)
        self._boxes = np.vstack([self._boxes, new])

    def free(self, box: Bbox) -> bool:
        """Tell whether a box lies in the frame and on nothing that has a place."""
        x0, y0, x1, y1 = box.extents
        within = self.frame.x0 + EDGE <= x0 and x1 <= self.frame.x1 - EDGE
        if not (within and self.frame.y0 + EDGE <= y0 and y1 <= self.frame.y1 - EDGE):
            return False
        west, south, east, north = self._boxes.T
        return not bool(np.any((west < x1) & (x0 < east) & (south < y1) & (y0 < north)))

    def hits(self, box: Bbox) -> int:
        """Return on how many things a box would lie."""
        west, south, east, north = self._boxes.T
        x0, y0, x1, y1 = box.extents
        return int(np.count_nonzero((west < x1) & (x0 < east) & (south < y1) & (y0 < north)))

    def place(self, boxes: Iterable[Bbox]) -> Bbox | None:
        """Take the first free of some boxes, and return it; None where all are taken."""
        found = next((box for box in boxes if self.free(box)), None)
        if found is not None:
            self.take([found])
        return found


def around(x: float, y: float, size: tuple[float, float], gap: float, *, rounds: int = 1) -> list[Bbox]:
    """
    Return boxes on and around a point, best first.

    Parameters
    ----------
    x, y
        The point, pixels.
    size
        Width and height of each box.
    gap
        How far those around it stand from the point at least.
    rounds
        How many times farther and farther.
    """
    width, height = size
    boxes = []
    for n in range(rounds):
        for right, up in POSITIONS[min(n, 1) :]:
            # Above and below a name keeps to the middle; beside it stands clear of the point.
            far = gap + n * height
            dx, dy = right * (width / 2 + far), up * (height / 2 + far)
            boxes.append(Bbox.from_bounds(x + dx - width / 2, y + dy - height / 2, width, height))
    return boxes
