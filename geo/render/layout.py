"""Lay out a page: title, map, legend and sources, each in a box of its own."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.transforms import Bbox

from geo.model.picture import Look, Page
from geo.render.furniture import inset_view
from geo.render.legend_box import INK, QUIET, LegendBox, wrapped, write_line
from geo.render.picture import Picture

# Type sizes on a page 8.27 inches high; they grow with the page.
TITLE_PT, TEXT_PT, SMALL_PT, LEAST_PT, TINY_PT = 18.0, 11.0, 9.0, 6.0, 2.5
# On a slide 13.33 inches wide: names of 12 points, a legend of 14 and sources of 10 are read from the back of a room.
SLIDE_IN, SLIDE_TITLE_PT, SLIDE_TEXT_PT, SLIDE_NAME_PT, SLIDE_SMALL_PT = 13.33, 24.0, 14.0, 12.0, 10.0
REFERENCE_IN = 8.27


class Layout:
    """Places words and the legend, and knows what is left for the map."""

    def __init__(self, figure: Figure, page: Page) -> None:
        self.figure, self.page = figure, page
        self.scale = (min(page.width_in, page.height_in * 1.2) / REFERENCE_IN) ** 0.75
        if page.projected:
            grown = min(page.width_in, page.height_in * SLIDE_IN / 7.5) / SLIDE_IN
            # A smaller slide is shown as large on the wall, yet holds less: type shrinks by less than the slide.
            share = grown**0.5
            sizes = (SLIDE_TITLE_PT, SLIDE_TEXT_PT, SLIDE_SMALL_PT, SLIDE_NAME_PT)
            self.title, self.text, self.small, self.name = (share * points for points in sizes)
        else:
            self.title, self.text, self.small = (self.scale * points for points in (TITLE_PT, TEXT_PT, SMALL_PT))
            self.name = SMALL_PT * min(1.0, self.scale)
        self.margin = 0.22 * self.scale
        self.left, self.right = self.margin, page.width_in - self.margin
        self.top, self.bottom = page.height_in - self.margin, self.margin
        # What the logo takes of the width, and where it ends.
        self.taken, self.lowest = 0.0, self.top
        # Where the inset stands beside the map, in fractions of the page.
        self.inset: Bbox | None = None

    @property
    def rest(self) -> Bbox:
        """The free part of the page in fractions of it."""
        width, height = self.page.width_in, self.page.height_in
        return Bbox.from_extents(self.left / width, self.bottom / height, self.right / width, self.top / height)

    def fill(self) -> None:
        """Leave the whole page to the map, but for its frame; its inches are those of the slide it is a part of."""
        self.name = SLIDE_NAME_PT if self.page.projected else self.name
        self.left, self.bottom, self.right, self.top = 0.01, 0.01, self.page.width_in - 0.01, self.page.height_in - 0.01

    def _logo(self, logo: bytes) -> float:
        """Put the office's mark into the top right corner; return the width it takes, inches."""
        pixels = imread(io.BytesIO(logo))
        height = 0.62 * self.scale
        width = min(height * pixels.shape[1] / pixels.shape[0], 2.4 * self.scale)
        height = width * pixels.shape[0] / pixels.shape[1]
        box = (self.right - width) / self.page.width_in, (self.top - height) / self.page.height_in
        ax = self.figure.add_axes((*box, width / self.page.width_in, height / self.page.height_in))
        ax.imshow(pixels, interpolation="antialiased", aspect="auto")
        ax.set_axis_off()
        self.lowest = self.top - height
        return float(width + 0.15 * self.scale)

    def _paragraph(self, text: str, points: tuple[float, float], most: int, **style: Any) -> None:
        """Write a paragraph at the top; smaller down to the second size, if it would take more lines than it should."""
        width = 72 * (self.right - self.left - self.taken)
        bold = style.get("weight") == "bold"
        size, least = points
        while len(lines := wrapped(text, size, width, bold=bold)) > most and size > least:
            size = max(least, 0.94 * size)
        for line in lines:
            write_line(self.figure, self.page, (self.left, self.top), line, size, **style)
            self.top -= 1.25 * size / 72

    def words(self, picture: Picture, logo: bytes) -> None:
        """Write title and subtitle above, with the logo beside them, sources below."""
        if logo:
            self.taken = self._logo(logo)
        if picture.title:
            # Never smaller than what stands below it.
            self._paragraph(picture.title, (self.title, 1.1 * self.text), 2, color=INK, weight="bold")
        if picture.subtitle:
            self._paragraph(picture.subtitle, (self.text, 0.8 * self.text), 2, color=QUIET)
        self.top = min(self.top, self.lowest) - 0.08 * self.scale
        width = 72 * (self.right - self.left)
        lines = wrapped(picture.sources, self.small, width)
        height = 1.3 * self.small / 72
        for n, line in enumerate(lines):
            at = (self.left, self.bottom + (len(lines) - n) * height)
            write_line(self.figure, self.page, at, line, self.small, color=QUIET)
        self.bottom += len(lines) * height + 0.08 * self.scale

    def legend(self, picture: Picture, look: Look, *, inset: bool) -> None:
        """
        Draw the legend at the right, or below on a tall page; small enough to be whole.

        The inset stands beside it where it can, so that it covers nothing.
        """
        tall = self.page.tall
        width = (self.right - self.left) if tall else min(0.28 * self.page.width_in, 4.4 * self.scale)
        room = (0.38 if tall else 1.0) * (self.top - self.bottom)
        small = self._inset_size(width, room) if inset else (0.0, 0.0)
        if tall and inset:
            width -= small[0] + 0.15 * self.scale
        columns = 2 if tall else 1
        free = room - (0.0 if tall or not inset else small[1] + 0.1 * self.scale)
        block, height = self._fitted(picture, look, width, columns, free)
        if block.points < 0.85 * self.text and free < room:
            block, height = self._fitted(picture, look, width, columns, room)
        if tall:
            height = max(height, small[1])
            block.draw(self.figure, self.page, self.left, self.bottom + height, columns, width)
            self._put_inset(self.right - small[0], self.bottom + height - small[1], small)
            self.bottom += height + 0.1 * self.scale
            return
        left = self.right - width + 0.12 * self.scale
        block.draw(self.figure, self.page, left, self.top, 1, width)
        if height + small[1] <= self.top - self.bottom:
            self._put_inset(left, self.bottom, small)
        self.right -= width

    def legend_below(self, picture: Picture, look: Look, *, columns: int) -> None:
        """Draw the legend below in several columns."""
        width = self.right - self.left
        block, height = self._fitted(picture, look, width, columns, 0.3 * (self.top - self.bottom))
        block.draw(self.figure, self.page, self.left, self.bottom + height, columns, width)
        self.bottom += height + 0.1 * self.scale

    def columns(self, heads: list[tuple[str, str]]) -> list[Bbox]:
        """Write a name and a sentence above each column; return what is left of each, fractions of the page."""
        gap = 0.2 * self.scale
        width = (self.right - self.left - (len(heads) - 1) * gap) / len(heads)
        top, lowest, lefts = self.top, self.top, []
        for n, (name, sentence) in enumerate(heads):
            left, y = self.left + n * (width + gap), top
            lefts.append(left)
            for words, points, weight in ((name, 1.1 * self.text, "bold"), (sentence, self.name, "normal")):
                for line in wrapped(words, points, 72 * width, bold=weight == "bold"):
                    write_line(self.figure, self.page, (left, y), line, points, color=INK, weight=weight)
                    y -= 1.25 * points / 72
            lowest = min(lowest, y - 0.06 * self.scale)
        across, down = self.page.width_in, self.page.height_in
        return [
            Bbox.from_bounds(left / across, self.bottom / down, width / across, (lowest - self.bottom) / down)
            for left in lefts
        ]

    def _fitted(self, picture: Picture, look: Look, width: float, columns: int, room: float) -> tuple[LegendBox, float]:
        """Return the legend and its height, with as large a type as a room allows, inches."""
        points, notes = self.text, list(picture.notes)
        while True:
            said = replace(picture, notes=tuple(notes))
            block = LegendBox(said, points, width / columns - 0.15 * self.scale, look)
            height = block.columns_height(columns)
            if height <= room:
                return block, height
            if points > LEAST_PT:
                points *= 0.94
            elif notes and notes[-1] != "…":
                # Classes come first; that a caveat is left out is said.
                notes = [*notes[:-1], "…"] if len(notes) == 1 else [*notes[:-2], "…"]
            elif points > TINY_PT:
                points *= 0.94
            else:
                return block, height

    def _inset_size(self, width: float, height: float) -> tuple[float, float]:
        """Return the size of the inset in a room for it and the legend, inches."""
        country = inset_view()
        side = min(0.24 * min(self.page.width_in, self.page.height_in), 0.45 * width, 0.9 * height)
        return side * country.width / country.height, side

    def _put_inset(self, left: float, bottom: float, size: tuple[float, float]) -> None:
        if size[0]:
            width, height = self.page.width_in, self.page.height_in
            self.inset = Bbox.from_bounds(left / width, bottom / height, size[0] / width, size[1] / height)
