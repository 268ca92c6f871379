"""Compose a map image: title, map, legend, scale bar, north, inset, names and sources."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.patheffects import Stroke
from matplotlib.transforms import Affine2D, Bbox
from pyproj import Transformer

from geo.io.boundaries import load_units
from geo.model.picture import PAGES, Look, Page, PictureQuery
from geo.model.units import Level, level_of
from geo.render.legend_box import INK, QUIET, LegendBox, text_width, wrapped, write_line
from geo.render.painting import Painting
from geo.render.palette import toned
from geo.render.picture import Picture
from geo.render.static_map import FONT, Ink, View, draw_map, outline_path, view_of
from geo.settings import DISPLAY_CRS, METRIC_CRS

# Type sizes on a page 8.27 inches high; they grow with the page.
TITLE_PT, TEXT_PT, SMALL_PT, LEAST_PT, TINY_PT = 18.0, 11.0, 9.0, 6.0, 2.5
REFERENCE_IN = 8.27
# Classes of units that have something in them: those of counts, and of verdicts with members.
# So many names where there are at most so many units, fewer where there are more.
MAX_LABELS, MANY_UNITS, FEW_LABELS = 60, 250, 30
SCALE_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200)


def compose(picture: Picture, query: PictureQuery, *, page: Page | None = None, words: bool = True) -> Figure:
    """
    Draw an image.

    Parameters
    ----------
    picture
        What it says.
    query
        How it is drawn.
    page
        Its size, if not that of the format asked for.
    words
        False where title, legend and sources stand beside the image as text of their own.

    Returns
    -------
    figure
        A matplotlib figure of the page's size; nothing in it depends on the machine's fonts.
    """
    page = page or PAGES[query.page]
    figure = Figure(figsize=(page.width_in, page.height_in), dpi=page.dpi)
    FigureCanvasAgg(figure)
    figure.patch.set_alpha(0.0 if query.transparent else 1.0)
    layout = _Layout(figure, page)
    if query.framed and words:
        layout.words(picture, query.logo)
        layout.legend(picture, query.look)
    elif query.framed:
        layout.fill()
    box = layout.rest
    aspect = box.width * page.width_in / (box.height * page.height_in)
    view = _view_of_screen(query.extent, aspect) if query.extent else _view(picture).fitted(aspect)
    ax = figure.add_axes((box.x0, box.y0, box.width, box.height))
    draw_map(ax, picture.painting, view, Ink(query.look, box.width * page.pixels[0], page.width_in))
    for spine in ax.spines.values():
        spine.set(color="#5f6973", linewidth=0.6, visible=query.framed)
    if query.transparent:
        ax.patch.set_alpha(0.0)
    if query.framed:
        _scale_bar(ax, view, layout.small)
        _north(ax, layout.small)
        _inset(figure, ax, view, picture.painting.scope, query.look)
    if query.labels:
        _names(figure, ax, picture.painting, view, layout.small)
    return figure


def _view(picture: Picture) -> View:
    return view_of(picture.painting.scope)


def _view_of_screen(extent: tuple[float, float, float, float], aspect: float) -> View:
    """Return the part of the country that holds all that the screen shows."""
    change = Transformer.from_crs(DISPLAY_CRS, METRIC_CRS, always_xy=True)
    return View(*change.transform_bounds(*extent)).fitted(aspect, margin=0.0)


class _Layout:
    """Places words and the legend, and knows what is left for the map."""

    def __init__(self, figure: Figure, page: Page) -> None:
        self.figure, self.page = figure, page
        self.scale = (min(page.width_in, page.height_in * 1.2) / REFERENCE_IN) ** 0.75
        self.small = SMALL_PT * self.scale
        self.margin = 0.22 * self.scale
        self.left, self.right = self.margin, page.width_in - self.margin
        self.top, self.bottom = page.height_in - self.margin, self.margin
        # What the logo takes of the width, and where it ends.
        self.taken, self.lowest = 0.0, self.top

    @property
    def rest(self) -> Bbox:
        """The free part of the page in fractions of it."""
        width, height = self.page.width_in, self.page.height_in
        return Bbox.from_extents(self.left / width, self.bottom / height, self.right / width, self.top / height)

    def fill(self) -> None:
        """Leave the whole page to the map, but for its frame; it is a part of a page, so words are larger."""
        self.small *= 1.2
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

    def _paragraph(self, text: str, points: float, most: int, **style: Any) -> None:
        """Write a paragraph at the top; smaller, if it would take more lines than it may."""
        width = 72 * (self.right - self.left - self.taken)
        bold = style.get("weight") == "bold"
        while len(lines := wrapped(text, points, width, bold=bold)) > most and points > LEAST_PT:
            points *= 0.94
        for line in lines[: 2 * most]:
            write_line(self.figure, self.page, (self.left, self.top), line, points, **style)
            self.top -= 1.3 * points / 72

    def words(self, picture: Picture, logo: bytes) -> None:
        """Write title and subtitle above, with the logo beside them, sources below."""
        if logo:
            self.taken = self._logo(logo)
        if picture.title:
            self._paragraph(picture.title, TITLE_PT * self.scale, 2, color=INK, weight="bold")
        if picture.subtitle:
            self._paragraph(picture.subtitle, TEXT_PT * self.scale, 2, color=QUIET)
        self.top = min(self.top, self.lowest) - 0.08 * self.scale
        width = 72 * (self.right - self.left)
        lines = wrapped(picture.sources, self.small, width)
        height = 1.3 * self.small / 72
        for n, line in enumerate(lines):
            at = (self.left, self.bottom + (len(lines) - n) * height)
            write_line(self.figure, self.page, at, line, self.small, color=QUIET)
        self.bottom += len(lines) * height + 0.08 * self.scale

    def legend(self, picture: Picture, look: Look) -> None:
        """Draw the legend at the right, or below on a tall page; small enough to be whole."""
        tall = self.page.tall
        width = (self.right - self.left) if tall else min(0.27 * self.page.width_in, 4.2 * self.scale)
        room = (0.38 if tall else 1.0) * (self.top - self.bottom)
        points = TEXT_PT * self.scale
        columns = 2 if tall else 1
        notes = list(picture.notes)
        while True:
            said = replace(picture, notes=tuple(notes))
            block = LegendBox(said, points, width / columns - 0.15 * self.scale, look)
            height = block.columns_height(columns)
            if height <= room:
                break
            if points > LEAST_PT:
                points *= 0.94
            elif notes and notes[-1] != "…":
                # Classes come first; that a caveat is left out is said.
                notes = [*notes[:-1], "…"] if len(notes) == 1 else [*notes[:-2], "…"]
            elif points > TINY_PT:
                points *= 0.94
            else:
                break
        if tall:
            block.draw(self.figure, self.page, self.left, self.bottom + height, columns, width)
            self.bottom += height + 0.1 * self.scale
        else:
            block.draw(self.figure, self.page, self.right - width + 0.12 * self.scale, self.top, 1, width)
            self.right -= width


def _haloed(ax: Axes, x: float, y: float, text: str, points: float, **style: Any) -> None:
    """Write text with a halo. The halo is drawn apart, so that the text stays text in vector files."""
    style = {"size": points, "family": FONT, "ha": "center", "color": INK, "parse_math": False, **style}
    ax.text(x, y, text, path_effects=[Stroke(linewidth=2.2, foreground="white")], **style)
    ax.text(x, y, text, **style)


def _scale_bar(ax: Axes, view: View, points: float) -> None:
    """Draw a bar of a round length; the map is in EPSG:2180, so that it is true all over."""
    kilometres = max((s for s in SCALE_STEPS if s * 1000 <= view.width / 4), default=SCALE_STEPS[0])
    x0, y0 = view.west + 0.03 * view.width, view.south + 0.035 * view.height
    length, thick = kilometres * 1000.0, 0.008 * view.height
    for n, colour in enumerate((INK, "white")):
        ax.add_artist(Rectangle((x0 + n * length / 2, y0), length / 2, thick, fc=colour, ec=INK, lw=0.6, zorder=9))
    for share, text in ((0.0, "0"), (1.0, f"{kilometres} km")):
        _haloed(ax, x0 + share * length, y0 + 1.6 * thick, text, points, va="bottom", zorder=9)


def _north(ax: Axes, points: float) -> None:
    """Mark north, the direction of the grid of EPSG:2180."""
    arrow = {"arrowstyle": "-|>", "color": INK, "lw": 1.2}
    ax.annotate("", xy=(0.965, 0.975), xytext=(0.965, 0.9), xycoords="axes fraction", arrowprops=arrow, zorder=9)
    _haloed(ax, 0.965, 0.885, "N", 1.2 * points, va="center", weight="bold", transform=ax.transAxes, zorder=9)


def _inset(figure: Figure, ax: Axes, view: View, scope: tuple[str, ...], look: Look) -> None:
    """Show where the map lies in Poland, unless it shows most of it, in the corner with less of the territory."""
    country = view_of(())
    if view.width > 0.7 * country.width:
        return
    box, page = ax.get_position(), figure.get_size_inches()
    height = 0.2 * box.height
    width = height * page[1] / page[0] * country.width / country.height
    right = box.x1 - width - 0.008
    corners = [(right, box.y0 + 0.012), (box.x0 + 0.008, box.y1 - height - 0.012)]
    shares = [_hidden(view, box, corner, (width, height), scope) for corner in corners]
    west, south = corners[int(shares[1] < shares[0])]
    # Without axes of its own, whose ticks would take longer than the drawing.
    ground = Rectangle(
        (west, south), width, height, transform=figure.transFigure, fc="white", alpha=0.92, lw=0, zorder=10
    )
    figure.add_artist(ground)
    scaled = Affine2D().translate(-country.west, -country.south).scale(width / country.width, height / country.height)
    place = scaled.translate(west, south) + figure.transFigure
    fill, line = toned("#c25400", look), toned("#7a2e00", look)
    parts: list[Patch] = [PathPatch(outline_path(Level.VOIVODESHIP), fc="none", ec="#5f6973", lw=0.4)]
    for level in Level:
        codes = tuple(c for c in scope if level_of(c) is level)
        if codes:
            parts.append(PathPatch(outline_path(level, codes), fc=fill, ec=line, lw=0.3))
    parts.append(Rectangle((view.west, view.south), view.width, view.height, fill=not scope, fc=fill, ec=line, lw=0.9))
    for n, part in enumerate(parts):
        part.set(transform=place, zorder=10.1 + n / 10)
        figure.add_artist(part)
        part.set_clip_path(ground)
    frame = Rectangle((west, south), width, height, transform=figure.transFigure, fill=False, ec="#5f6973", lw=0.6)
    frame.set_zorder(11)
    figure.add_artist(frame)


def _hidden(
    view: View, box: Bbox, corner: tuple[float, float], size: tuple[float, float], scope: tuple[str, ...]
) -> float:
    """Return how much of a territory a box over the map hides, square metres."""
    east, north = view.width / box.width, view.height / box.height
    west, south = view.west + (corner[0] - box.x0) * east, view.south + (corner[1] - box.y0) * north
    over = shapely.box(west, south, west + size[0] * east, south + size[1] * north)
    units = [load_units(level).geometry[code] for code in scope if (level := level_of(code))]
    return float(sum(shapely.area(shapely.intersection(unit, over)) for unit in units))


def _names(figure: Figure, ax: Axes, painting: Painting, view: View, points: float) -> None:
    """
    Name the units of the territory where a name covers neither another nor a circle.

    Those with something in them come first, the largest of them before the others.
    """
    units, scope = load_units(painting.level), painting.scope
    shown = units[units.index.str.startswith(scope)] if scope and all(level_of(s) for s in scope) else units
    painted = pd.Series(list(painting.units), index=units.index)
    shown = shown.assign(filled=painted.reindex(shown.index).isin(list(painting.first)))
    most = MAX_LABELS if len(shown) <= MANY_UNITS else FEW_LABELS
    shown = shown.sort_values(["filled", "area_km2"], ascending=False, kind="stable").head(most)
    at = shapely.get_coordinates(shapely.maximum_inscribed_circle(shown.geometry.to_numpy(), 500.0))[::2]
    taken = _taken(figure, ax)
    frame = ax.get_window_extent()
    for (x, y), name in zip(at, shown["name"], strict=True):
        if not (view.west < x < view.east and view.south < y < view.north):
            continue
        px, py = ax.transData.transform((x, y))
        width = text_width(name, points) * figure.dpi / 72
        height = 1.25 * points * figure.dpi / 72
        for shift in (0.0, 1.4, -1.4):
            middle = py + shift * height
            box = Bbox.from_extents(px - width / 2, middle - height / 2, px + width / 2, middle + height / 2)
            if frame.x0 < box.x0 and box.x1 < frame.x1 and not any(box.overlaps(other) for other in taken):
                taken.append(box)
                x_data, y_data = ax.transData.inverted().transform((px, middle))
                _haloed(ax, x_data, y_data, name, points, va="center", zorder=6.5)
                break


def _taken(figure: Figure, ax: Axes) -> list[Bbox]:
    """Return the boxes of circles, in pixels."""
    boxes = []
    for drawn in ax.collections:
        if not isinstance(drawn, PathCollection):
            continue
        # Masked arrays are slow, and no offset is masked.
        offsets = ax.transData.transform(np.ma.getdata(drawn.get_offsets()))
        sizes = np.broadcast_to(np.sqrt(drawn.get_sizes()), len(offsets)) * figure.dpi / 72 / 2
        boxes += [Bbox.from_extents(x - r, y - r, x + r, y + r) for (x, y), r in zip(offsets, sizes, strict=True)]
    return boxes
