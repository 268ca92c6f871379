"""Compose a map image: title, map, legend, scale bar, north, inset, names and sources."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.textpath import TextPath
from matplotlib.transforms import Bbox

from geo.io.boundaries import load_units
from geo.model.picture import PAGES, Look, Page, PictureQuery
from geo.model.units import Level, level_of
from geo.render.legend import LegendRow
from geo.render.static_map import FONT, HATCHES, View, draw_map, outline_path, view_of

INK, QUIET = "#1b2733", "#37424d"
# Type sizes on a page 8.27 inches high; they grow with the page.
TITLE_PT, TEXT_PT, SMALL_PT, LEAST_PT = 17.0, 10.5, 7.5, 5.5
REFERENCE_IN = 8.27
MAX_LABELS = 60
SCALE_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200)


@dataclass(frozen=True)
class LegendMark:
    """
    A row of the legend for organisations.

    Attributes
    ----------
    label, letter
        Words, and what stands in the circle.
    colour, status
        Fill, and `member`, `declared` or `potential`.
    """

    label: str
    letter: str
    colour: str
    status: str


@dataclass(frozen=True)
class Picture:
    """
    What an image says.

    Attributes
    ----------
    payload
        What the web map paints: classes, colours, filters and extent.
    title, subtitle
        Words above the map.
    legend_title, legend, marks, notes
        The legend: measure with its unit, classes with their numbers, organisations, caveats.
    sources
        Attributions and date, as the licences ask for.
    alt
        Text for those who do not see the image.
    """

    payload: dict[str, Any]
    title: str
    subtitle: str
    legend_title: str
    legend: tuple[LegendRow, ...]
    marks: tuple[LegendMark, ...]
    notes: tuple[str, ...]
    sources: str
    alt: str


@lru_cache(maxsize=20_000)
def text_width(text: str, points: float, *, bold: bool = False) -> float:
    """Return the width of a line of text in points."""
    if not text.strip():
        return 0.3 * points * len(text)
    font = FontProperties(family=FONT, weight="bold" if bold else "normal")
    return float(TextPath((0, 0), text.replace("$", r"\$"), size=points, prop=font, usetex=False).get_extents().width)


def wrapped(text: str, points: float, width: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines that fit a width in points; a word that does not fit is broken."""
    lines: list[str] = []
    for word in text.split():
        tried = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(tried, points, bold=bold) <= width:
            lines[-1] = tried
            continue
        while text_width(word, points, bold=bold) > width and len(word) > 1:
            cut = next(
                n for n in range(len(word) - 1, 0, -1) if n == 1 or text_width(word[:n], points, bold=bold) <= width
            )
            lines.append(word[:cut])
            word = word[cut:]  # noqa: PLW2901 - what is left of it
        lines.append(word)
    return lines


def compose(picture: Picture, query: PictureQuery) -> Figure:
    """
    Draw an image.

    Parameters
    ----------
    picture
        What it says.
    query
        How it is drawn.

    Returns
    -------
    figure
        A matplotlib figure of the page's size; nothing in it depends on the machine's fonts.
    """
    page = PAGES[query.page]
    figure = Figure(figsize=(page.width_in, page.height_in), dpi=page.dpi)
    FigureCanvasAgg(figure)
    figure.patch.set_alpha(0.0 if query.transparent else 1.0)
    fills = {key: _looked(fill, query.look) for key, fill in picture.payload["fills"].items()}
    layout = _Layout(figure, page)
    if query.framed:
        layout.words(picture)
        layout.legend(picture, fills=query.look)
    box = layout.rest
    view = _view(picture).fitted(box.width * page.width_in / (box.height * page.height_in))
    ax = figure.add_axes((box.x0, box.y0, box.width, box.height))
    draw_map(ax, picture.payload, view, fills=fills, pixels=box.width * page.pixels[0])
    for spine in ax.spines.values():
        spine.set(color="#8a939c", linewidth=0.6, visible=query.framed)
    if query.transparent:
        ax.patch.set_alpha(0.0)
    if query.framed:
        _scale_bar(ax, view, layout.small)
        _north(ax, layout.small)
        _inset(figure, box, view, page)
    if query.labels:
        _names(figure, ax, picture.payload, view, layout.small)
    return figure


def _view(picture: Picture) -> View:
    return view_of(tuple(picture.payload["scope"]))


def _looked(fill: dict[str, Any], look: Look) -> dict[str, Any]:
    """Return a fill in grey, or with stronger contrast, its pattern kept."""
    if look is Look.COLOUR:
        return fill
    return fill | {key: _toned(fill[key], look) for key in ("color", "stripe") if fill.get(key)}


def _toned(colour: str, look: Look) -> str:
    red, green, blue = to_rgb(colour)
    light = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
    shade = light ** (1 / 2.2)
    if look is Look.GREY:
        return "#" + f"{round(255 * shade):02x}" * 3
    # Contrast: the same hue, light made lighter and dark darker about the middle.
    factor = np.clip(0.5 + 1.6 * (shade - 0.5), 0.0, 1.0) / max(shade, 0.01)
    return "#" + "".join(f"{round(255 * min(1.0, c * factor)):02x}" for c in (red, green, blue))


class _Layout:
    """Places words and the legend, and knows what is left for the map."""

    def __init__(self, figure: Figure, page: Page) -> None:
        self.figure, self.page = figure, page
        self.scale = (min(page.width_in, page.height_in * 1.2) / REFERENCE_IN) ** 0.75
        self.small = SMALL_PT * self.scale
        self.margin = 0.22 * self.scale
        self.left, self.right = self.margin, page.width_in - self.margin
        self.top, self.bottom = page.height_in - self.margin, self.margin

    @property
    def rest(self) -> Bbox:
        """The free part of the page in fractions of it."""
        width, height = self.page.width_in, self.page.height_in
        return Bbox.from_extents(self.left / width, self.bottom / height, self.right / width, self.top / height)

    def line(self, x: float, y: float, text: str, points: float, **style: Any) -> None:
        """Write a line, its top left corner in inches from the lower left of the page."""
        self.figure.text(
            x / self.page.width_in, y / self.page.height_in, text, size=points, family=FONT, va="top", parse_math=False,
            **style,
        )  # fmt: skip

    def _paragraph(self, text: str, points: float, most: int, **style: Any) -> None:
        """Write a paragraph at the top; smaller, if it would take more lines than it may."""
        width = 72 * (self.right - self.left)
        bold = style.get("weight") == "bold"
        while len(lines := wrapped(text, points, width, bold=bold)) > most and points > LEAST_PT:
            points *= 0.94
        for line in lines[: 2 * most]:
            self.line(self.left, self.top, line, points, **style)
            self.top -= 1.3 * points / 72

    def words(self, picture: Picture) -> None:
        """Write title and subtitle above, sources below."""
        if picture.title:
            self._paragraph(picture.title, TITLE_PT * self.scale, 2, color=INK, weight="bold")
        if picture.subtitle:
            self._paragraph(picture.subtitle, TEXT_PT * self.scale, 2, color=QUIET)
        self.top -= 0.08 * self.scale
        width = 72 * (self.right - self.left)
        lines = wrapped(picture.sources, self.small, width)
        height = 1.3 * self.small / 72
        for n, line in enumerate(lines):
            self.line(self.left, self.bottom + (len(lines) - n) * height, line, self.small, color=QUIET)
        self.bottom += len(lines) * height + 0.08 * self.scale

    def legend(self, picture: Picture, *, fills: Look) -> None:
        """Draw the legend at the right, or below on a tall page; small enough to be whole."""
        tall = self.page.tall
        width = (self.right - self.left) if tall else min(0.27 * self.page.width_in, 4.2 * self.scale)
        room = (0.3 if tall else 1.0) * (self.top - self.bottom)
        points = TEXT_PT * self.scale
        columns = 2 if tall else 1
        while True:
            block = _Legend(picture, points, width / columns - 0.15 * self.scale, fills)
            height = block.height / columns + (block.tallest if columns > 1 else 0)
            if height <= room or points <= LEAST_PT:
                break
            points *= 0.94
        height = min(height, room) if points <= LEAST_PT else height
        if tall:
            block.draw(self, self.left, self.bottom + height, columns, width)
            self.bottom += height + 0.1 * self.scale
        else:
            block.draw(self, self.right - width + 0.12 * self.scale, self.top, 1, width)
            self.right -= width


@dataclass(frozen=True)
class _Row:
    """One row of the legend, with the lines its words take."""

    lines: tuple[str, ...]
    kind: str
    fill: LegendRow | LegendMark | None = None
    aside: str = ""


class _Legend:
    """Rows of the legend, laid out for a type size and a width in inches."""

    def __init__(self, picture: Picture, points: float, width: float, look: Look) -> None:
        self.points, self.width, self.look = points, width, look
        self.swatch = 2.2 * points / 72
        words = 72 * (width - self.swatch) - 0.8 * points
        rows = [_Row(tuple(wrapped(picture.legend_title, points, 72 * width, bold=True)), "title")]
        for row in picture.legend:
            text = f"{row.label} ({row.units})" if row.units else row.label
            rows.append(_Row(tuple(wrapped(text, points, words)), "class", row))
        rows += [_Row(tuple(wrapped(mark.label, points, words)), "mark", mark) for mark in picture.marks]
        small = 0.85 * points
        rows += [_Row(tuple(wrapped(note, small, 72 * width)), "note") for note in picture.notes]
        self.rows = rows

    def _height(self, row: _Row) -> float:
        points = self.points * (0.85 if row.kind == "note" else 1.0)
        return (1.28 * points * max(1, len(row.lines)) + 0.45 * self.points) / 72

    @property
    def height(self) -> float:
        """Height of all rows in one column, inches."""
        return sum(map(self._height, self.rows))

    @property
    def tallest(self) -> float:
        """Height of the tallest row, inches."""
        return max(map(self._height, self.rows))

    def draw(self, layout: _Layout, x: float, top: float, columns: int, width: float) -> None:
        """Draw the rows from a corner, inches from the lower left of the page."""
        limit = self.height / columns
        y, used = top, 0.0
        for row in self.rows:
            if columns > 1 and used and used + self._height(row) / 2 > limit:
                x, y, used = x + width / columns, top, 0.0
            self._row(layout, row, x, y)
            y -= self._height(row)
            used += self._height(row)

    def _row(self, layout: _Layout, row: _Row, x: float, y: float) -> None:
        points = self.points * (0.85 if row.kind == "note" else 1.0)
        indent = 0.0
        if isinstance(row.fill, LegendRow):
            indent = self.swatch + 0.5 * self.points / 72
            self._swatch(layout, row.fill, x, y)
        elif isinstance(row.fill, LegendMark):
            indent = self.swatch + 0.5 * self.points / 72
            self._circle(layout, row.fill, x, y)
        weight = "bold" if row.kind == "title" else "normal"
        for n, line in enumerate(row.lines):
            colour = QUIET if row.kind == "note" else INK
            layout.line(x + indent, y - 1.28 * n * points / 72, line, points, color=colour, weight=weight)

    def _swatch(self, layout: _Layout, row: LegendRow, x: float, y: float) -> None:
        page = layout.page
        height = 1.15 * self.points / 72
        fill = _looked({"color": row.colour, "stripe": row.stripe}, self.look)
        corner = (x / page.width_in, (y - height) / page.height_in)
        size = (self.swatch / page.width_in, height / page.height_in)
        box: dict[str, Any] = {"transform": layout.figure.transFigure, "zorder": 2}
        layout.figure.add_artist(
            Rectangle(corner, *size, facecolor=fill["color"], edgecolor="#8a939c", linewidth=0.6, **box)
        )
        if row.stripe:
            hatch = HATCHES[row.angle]
            layout.figure.add_artist(
                Rectangle(corner, *size, facecolor="none", edgecolor=fill["stripe"], hatch=hatch, linewidth=0, **box)
            )

    def _circle(self, layout: _Layout, mark: LegendMark, x: float, y: float) -> None:
        page = layout.page
        at = ((x + self.swatch / 2) / page.width_in, (y - 0.6 * self.points / 72) / page.height_in)
        full = mark.status == "member"
        line = layout.figure.add_artist(_dot(at, self.points * 1.35, mark, full=full))
        line.set_transform(layout.figure.transFigure)
        colour = "white" if full else INK
        layout.figure.text(
            *at, mark.letter, size=0.75 * self.points, color=colour, weight="bold", ha="center", va="center_baseline",
            family=FONT, parse_math=False, zorder=4,
        )  # fmt: skip


def _dot(at: tuple[float, float], size: float, mark: LegendMark, *, full: bool) -> Any:
    return Line2D(
        [at[0]],
        [at[1]],
        marker="o",
        markersize=size,
        markerfacecolor=mark.colour if full else "white",
        markeredgecolor="white" if full else mark.colour,
        markeredgewidth=0.8 if full else 1.6,
        linestyle="none",
        zorder=3,
    )


def _scale_bar(ax: Axes, view: View, points: float) -> None:
    """Draw a bar of a round length; the map is in EPSG:2180, so that it is true all over."""
    kilometres = max((s for s in SCALE_STEPS if s * 1000 <= view.width / 4), default=SCALE_STEPS[0])
    x0, y0 = view.west + 0.03 * view.width, view.south + 0.035 * view.height
    length, thick = kilometres * 1000.0, 0.008 * view.height
    for n, colour in enumerate((INK, "white")):
        ax.add_patch(Rectangle((x0 + n * length / 2, y0), length / 2, thick, fc=colour, ec=INK, lw=0.6, zorder=9))
    halo = [withStroke(linewidth=2, foreground="white")]
    for share, text in ((0.0, "0"), (1.0, f"{kilometres} km")):
        ax.text(
            x0 + share * length, y0 + 1.6 * thick, text, size=points, family=FONT, color=INK, ha="center", va="bottom",
            zorder=9, path_effects=halo,
        )  # fmt: skip


def _north(ax: Axes, points: float) -> None:
    """Mark north, the direction of the grid of EPSG:2180."""
    halo = [withStroke(linewidth=2, foreground="white")]
    ax.annotate(
        "N",
        xy=(0.965, 0.975),
        xytext=(0.965, 0.9),
        xycoords="axes fraction",
        ha="center",
        va="center",
        size=points * 1.2,
        family=FONT,
        color=INK,
        weight="bold",
        arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 1.2},
        path_effects=halo,
        zorder=9,
    )


def _inset(figure: Figure, box: Bbox, view: View, page: Page) -> None:
    """Show where the map lies in Poland, unless it shows most of it."""
    country = view_of(())
    if view.width > 0.7 * country.width:
        return
    height = 0.2 * box.height
    width = height * page.height_in / page.width_in * country.width / country.height
    ax = figure.add_axes((box.x1 - width - 0.008, box.y0 + 0.012, width, height), zorder=10)
    ax.add_patch(PathPatch(outline_path(Level.VOIVODESHIP), facecolor="white", edgecolor="#8a939c", linewidth=0.4))
    mark = Rectangle((view.west, view.south), view.width, view.height, fc="#c25400", ec="#7a2e00", alpha=0.85, lw=0.8)
    ax.add_patch(mark)
    ax.set(xlim=(country.west, country.east), ylim=(country.south, country.north), xticks=[], yticks=[], aspect="equal")
    ax.patch.set(facecolor="white", alpha=0.92)
    for spine in ax.spines.values():
        spine.set(color="#8a939c", linewidth=0.6)


def _names(figure: Figure, ax: Axes, payload: dict[str, Any], view: View, points: float) -> None:
    """Name the units of the territory, the largest first, where a name covers neither another nor a circle."""
    level = Level(payload["level"])
    units = load_units(level)
    scope = tuple(payload["scope"])
    shown = units[units.index.str.startswith(scope)] if scope and all(level_of(s) for s in scope) else units
    shown = shown.nlargest(MAX_LABELS, "area_km2")
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
                ax.text(
                    x_data, y_data, name, size=points, family=FONT, color=INK, ha="center", va="center", zorder=6.5,
                    parse_math=False, path_effects=[withStroke(linewidth=2.2, foreground="white")],
                )  # fmt: skip
                break


def _taken(figure: Figure, ax: Axes) -> list[Bbox]:
    """Return the boxes of circles, in pixels."""
    boxes = []
    for drawn in ax.collections:
        if not isinstance(drawn, PathCollection):
            continue
        offsets = ax.transData.transform(drawn.get_offsets())
        sizes = np.broadcast_to(np.sqrt(drawn.get_sizes()), len(offsets)) * figure.dpi / 72 / 2
        boxes += [Bbox.from_extents(x - r, y - r, x + r, y + r) for (x, y), r in zip(offsets, sizes, strict=True)]
    return boxes
