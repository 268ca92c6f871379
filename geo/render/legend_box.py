"""Lay out the legend of an image so that nothing of it is clipped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse, Rectangle

from geo.model.picture import Look, Page
from geo.render.legend import LegendRow
from geo.render.painting import PROPOSAL
from geo.render.palette import looked, on_white, surface_ramp, toned
from geo.render.picture import LegendMark, Picture, SurfaceBar
from geo.render.static_map import dashes, hatch_of
from geo.render.typeface import FONT, FONTS, text_width

INK, QUIET = "#1b2733", "#37424d"


def wrapped(text: str, points: float, width: float, *, bold: bool = False, family: str = FONT) -> list[str]:
    """Break a text into lines that fit a width in points; a word that does not fit is broken."""
    lines: list[str] = []
    # A number keeps its digits together: hard spaces are no place to break.
    for word in re.split(r"[ \t\n]+", text.strip(" \t\n")) if text.strip() else ():
        tried = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(tried, points, bold=bold, family=family) <= width:
            lines[-1] = tried
            continue
        while text_width(word, points, bold=bold, family=family) > width and len(word) > 1:
            cut = next(
                n
                for n in range(len(word) - 1, 0, -1)
                if n == 1 or text_width(word[:n], points, bold=bold, family=family) <= width
            )
            lines.append(word[:cut])
            word = word[cut:]  # noqa: PLW2901 - what is left of it
        lines.append(word)
    return lines


def write_line(figure: Figure, page: Page, at: tuple[float, float], text: str, points: float, **style: Any) -> None:
    """Write a line, its top left corner in inches from the lower left of the page."""
    x, y = at[0] / page.width_in, at[1] / page.height_in
    figure.text(x, y, text, size=points, family=FONTS, va="top", parse_math=False, **style)


@dataclass(frozen=True)
class _Row:
    """One row of the legend, with the lines its words take."""

    lines: tuple[str, ...]
    kind: str
    fill: LegendRow | LegendMark | SurfaceBar | None = None


class LegendBox:
    """Rows of the legend, laid out for a type size and a width in inches."""

    def __init__(self, picture: Picture, points: float, width: float, look: Look) -> None:
        self.points, self.width, self.look = points, width, look
        self.opacity = picture.painting.opacity
        self.swatch = 2.2 * points / 72
        words = 72 * (width - self.swatch) - 0.8 * points
        heading = picture.heading
        rows = [_Row(tuple(wrapped(heading, points, 72 * width, bold=True)), "title")] if heading else []
        if picture.surface:
            rows.append(_Row(tuple(wrapped(picture.surface.title, points, 72 * width, bold=True)), "title"))
            rows.append(_Row(("",), "surface", picture.surface))
        for row in picture.rows:
            text = f"{row.label} ({row.units})" if row.units else row.label
            rows.append(_Row(tuple(wrapped(text, points, words)), "class", row))
        rows += [_Row(tuple(wrapped(mark.label, points, words)), "mark", mark) for mark in picture.marks]
        small = 0.85 * points
        rows += [_Row(tuple(wrapped(note, small, 72 * width)), "note") for note in picture.notes]
        self.rows = rows

    def _height(self, row: _Row) -> float:
        points = self.points * (0.85 if row.kind == "note" else 1.0)
        return (1.28 * points * max(1, len(row.lines)) + 0.45 * self.points) / 72

    def _split(self, columns: int) -> list[list[_Row]]:
        """Return the rows of each column, filled one after the other to about the same height."""
        total = sum(map(self._height, self.rows))
        parts: list[list[_Row]] = [[]]
        used = 0.0
        for row in self.rows:
            # A title stays with what it heads.
            full = parts[-1] and parts[-1][-1].kind != "title" and used + self._height(row) / 2 > total / columns
            if full and len(parts) < columns:
                parts.append([])
                used = 0.0
            parts[-1].append(row)
            used += self._height(row)
        return parts

    def columns_height(self, columns: int) -> float:
        """Return the height of the tallest column, inches."""
        return max(sum(map(self._height, part)) for part in self._split(columns))

    def draw(self, figure: Figure, page: Page, x: float, top: float, columns: int, width: float) -> None:
        """Draw the rows from a corner, inches from the lower left of the page."""
        for n, part in enumerate(self._split(columns)):
            y = top
            for row in part:
                self._row(figure, page, row, x + n * width / columns, y)
                y -= self._height(row)

    def _row(self, figure: Figure, page: Page, row: _Row, x: float, y: float) -> None:
        points = self.points * (0.85 if row.kind == "note" else 1.0)
        indent = 0.0
        if isinstance(row.fill, LegendRow):
            indent = self.swatch + 0.5 * self.points / 72
            self._swatch(figure, page, row.fill, (x, y))
        elif isinstance(row.fill, LegendMark):
            indent = self.swatch + 0.5 * self.points / 72
            self._circle(figure, page, row.fill, (x, y))
        elif isinstance(row.fill, SurfaceBar):
            self._bar(figure, page, row.fill, (x, y))
        weight = "bold" if row.kind == "title" else "normal"
        for n, line in enumerate(row.lines):
            colour = QUIET if row.kind == "note" else INK
            at = (x + indent, y - 1.28 * n * points / 72)
            write_line(figure, page, at, line, points, color=colour, weight=weight)

    def _swatch(self, figure: Figure, page: Page, row: LegendRow, at: tuple[float, float]) -> None:
        x, y = at
        height = 1.15 * self.points / 72
        fill = on_white(looked(row.fill, self.look), self.opacity)
        corner = (x / page.width_in, (y - height) / page.height_in)
        size = (self.swatch / page.width_in, height / page.height_in)
        box: dict[str, Any] = {"transform": figure.transFigure, "zorder": 2}
        figure.add_artist(Rectangle(corner, *size, facecolor=fill.colour, edgecolor="#5f6973", linewidth=0.6, **box))
        if row.stripe:
            hatch = hatch_of(row.angle, page.width_in)
            figure.add_artist(
                Rectangle(corner, *size, facecolor="none", edgecolor=fill.stripe, hatch=hatch, linewidth=0, **box)
            )

    def _bar(self, figure: Figure, page: Page, bar: SurfaceBar, at: tuple[float, float]) -> None:
        """Draw the colours of a surface from zero to its peak, with both numbers at their ends."""
        x, y = at
        low, high = (text_width(words, self.points) / 72 for words in (bar.low, bar.high))
        gap = 0.5 * self.points / 72
        room = max(self.swatch, self.width - low - high - 2 * gap)
        colours = [toned(c, self.look) for c in surface_ramp()]
        step = min(room, 2.5 * self.swatch) / len(colours)
        height = 1.15 * self.points / 72
        for n, colour in enumerate(colours):
            corner = ((x + low + gap + n * step) / page.width_in, (y - height) / page.height_in)
            size = (1.02 * step / page.width_in, height / page.height_in)
            box: dict[str, Any] = {"transform": figure.transFigure, "zorder": 2}
            figure.add_artist(Rectangle(corner, *size, facecolor=colour, linewidth=0, **box))
        write_line(figure, page, (x, y), bar.low, self.points, color=INK)
        end = x + low + 2 * gap + len(colours) * step
        write_line(figure, page, (end, y), bar.high, self.points, color=INK)

    def _circle(self, figure: Figure, page: Page, mark: LegendMark, at: tuple[float, float]) -> None:
        x, y = at
        at = ((x + self.swatch / 2) / page.width_in, (y - 0.6 * self.points / 72) / page.height_in)
        full = mark.status == "member"
        colour = toned(mark.colour, self.look)
        rings: dict[str, Any] = {"reach": "-", "potential": (0, (3, 2)), "undated": (0, (0.8, 1.2))}
        if mark.status in rings:
            size = (self.points * 1.4 / 72 / page.width_in, self.points * 1.4 / 72 / page.height_in)
            width = 0.6 if mark.status == "reach" else 1.2
            style = rings[mark.status]
            ring = Ellipse(at, *size, fill=False, ec=colour, lw=width, ls=style, transform=figure.transFigure)
            figure.add_artist(ring)
            return
        if mark.status == "line":
            ends = [x / page.width_in, (x + self.swatch) / page.width_in]
            style = dashes(mark.dash, 1.8)
            figure.add_artist(Line2D(ends, [at[1], at[1]], color=colour, linewidth=1.8, linestyle=style, zorder=3))
            return
        if mark.status == "dot":
            dot = figure.add_artist(_dot(at, self.points * 0.6, colour, full=True))
            dot.set_transform(figure.transFigure)
            return
        line = figure.add_artist(_dot(at, self.points * 1.35, colour, full=full, square=mark.status == PROPOSAL))
        line.set_transform(figure.transFigure)
        ink = "white" if full else INK
        figure.text(
            *at, mark.letter, size=0.75 * self.points, color=ink, weight="bold", ha="center", va="center_baseline",
            family=FONTS, parse_math=False, zorder=4,
        )  # fmt: skip


def _dot(at: tuple[float, float], size: float, colour: str, *, full: bool, square: bool = False) -> Any:
    return Line2D(
        [at[0]],
        [at[1]],
        marker="s" if square else "o",
        markersize=size,
        markerfacecolor=colour if full else "white",
        markeredgecolor="white" if full else colour,
        markeredgewidth=0.8 if full else 1.6,
        linestyle="none",
        zorder=3,
    )
