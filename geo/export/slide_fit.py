"""
Measure words on slides, so that nothing is cut off.

A machine without our typeface takes its own: words are measured with a wider one, which holds them whatever it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from geo.render.legend_box import wrapped
from geo.render.typeface import FALLBACK, text_width

LEAST_PT = 8.0
LINE = 1.22
MAX_TABLE_ROWS = 12
# Padding of a cell, both sides together, inches.
PAD_X, PAD_Y = 0.14, 0.06


@dataclass(frozen=True)
class TableFit:
    """
    How a table fits its box.

    Attributes
    ----------
    points
        Size of the type.
    widths, heights
        Of columns and of the rows that are shown, the head first, inches.
    shown
        Rows shown without the head; 0 where not even one fits.
    """

    points: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    shown: int


def height_of(words: list[str], points: float, width: float, *, bold: bool = False) -> float:
    """Return the height of paragraphs, inches."""
    lines = sum(max(1, len(wrapped(w, points, 72 * width, bold=bold, family=FALLBACK))) for w in words)
    return (LINE * lines + 0.35 * len(words)) * points / 72


def fitting(words: list[str], points: float, width: float, height: float, *, bold: bool = False) -> float:
    """Return the largest size of type, not above the one given, at which paragraphs fit a box in inches."""
    while height_of(words, points, width, bold=bold) > height and points > LEAST_PT:
        points -= 0.5
    return points


def fit_table(
    heads: list[str],
    cells: list[list[str]],
    box: tuple[float, float],
    points: float,
    *,
    least: float = LEAST_PT,
    family: str = FALLBACK,
) -> TableFit:
    """
    Fit a table into a box: smaller type first, then fewer rows.

    Parameters
    ----------
    heads, cells
        Words.
    box
        Width and height, inches.
    points, least
        Largest and smallest size of type.
    family
        The typeface that words are measured with.
    """
    width, height = box
    part = cells[:MAX_TABLE_ROWS]
    while True:
        widths = _column_widths([heads, *part], width, points, family)
        tall = [_row_height(row, widths, points, family) for row in (heads, *part)]
        if (sum(widths) <= 1.001 * width and sum(tall) <= height) or points <= least:
            break
        points -= 0.5
    if sum(widths) > width:
        widths = [width * w / sum(widths) for w in widths]
        tall = [_row_height(row, widths, points, family) for row in (heads, *part)]
    shown = len(part)
    # A line below says how many more there are.
    while shown and sum(tall[: shown + 1]) + 0.3 * (shown < len(cells)) > height + 0.05:
        shown -= 1
    return TableFit(points, tuple(widths), tuple(tall[: shown + 1]), shown)


def _column_widths(rows: list[list[str]], width: float, points: float, family: str) -> list[float]:
    """Give each column its longest word, and share what is left by the texts; may be wider than asked."""
    columns = list(zip(*rows, strict=True))
    least = [
        max(text_width(w, points, bold=True, family=family) for c in column for w in c.split(" ")) / 72 + PAD_X
        for column in columns
    ]
    rest = max(0.0, width - sum(least))
    wishes = [max(min(len(c), 40) for c in column) for column in columns]
    return [w + rest * wish / max(1, sum(wishes)) for w, wish in zip(least, wishes, strict=True)]


def _row_height(row: list[str], widths: list[float], points: float, family: str) -> float:
    rooms = [72 * (width - PAD_X + 0.02) for width in widths]
    lines = max(len(wrapped(c, points, room, family=family)) for c, room in zip(row, rooms, strict=True))
    return max(1, lines) * LINE * points / 72 + PAD_Y
