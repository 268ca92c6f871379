"""Draw what stands on a map besides the map: scale bar, north and the inset that shows where in Poland it lies."""

from __future__ import annotations

import numpy as np
import shapely
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.transforms import Affine2D, Bbox

from geo.io.boundaries import load_units
from geo.io.data_state import per_state
from geo.model.picture import Look
from geo.model.units import Level, level_of
from geo.render.legend_box import INK
from geo.render.lettering import Sheet, haloed
from geo.render.palette import toned
from geo.render.static_map import View, outline_path, view_of
from geo.render.typeface import FONTS, text_width

# How much of a territory an inset may hide.
HIDDEN_SHARE = 0.003
# Labels of artists, by which tests find them.
SCALE, INSET = "scale", "inset"
SCALE_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200)


def draw_scale(sheet: Sheet) -> None:
    """Draw a bar of a round length below, where it lies on less; in EPSG:2180 it is true all over the map."""
    ax, view, room, points = sheet.ax, sheet.view, sheet.room, sheet.points
    kilometres = max((s for s in SCALE_STEPS if s * 1000 <= view.width / 4), default=SCALE_STEPS[0])
    metres = sheet.metres
    length, words = kilometres * 1000.0 / metres, f"{kilometres} km"
    end, high = sheet.pixels(text_width(words, points)) / 2, sheet.pixels(1.3 * points)
    pad, thick = sheet.pixels(5), sheet.pixels(4)
    start = sheet.pixels(text_width("0", points)) / 2
    size = start + length + end + 2 * pad, high + thick + 2.2 * pad
    frame = room.frame
    places = [Bbox.from_bounds(x, frame.y0 + pad, *size) for x in (frame.x0 + pad, frame.x1 - pad - size[0])]
    box = min(places, key=room.hits)
    room.take([box])
    x0, y0 = box.x0 + pad + start, box.y0 + 0.8 * pad
    (west, south), (east, north) = ax.transData.inverted().transform([(x0, y0), (x0 + length, y0 + thick)])
    corner, far = ax.transData.inverted().transform([(box.x0, box.y0), (box.x1, box.y1)])
    # Borders below would be taken for parts of the bar and its numbers.
    ground = Rectangle(corner, *(far - corner), fc="white", alpha=0.82, lw=0, zorder=8.9)
    ground.set_label(SCALE)
    ax.add_artist(ground)
    half = (east - west) / 2
    for n, colour in enumerate((INK, "white")):
        ax.add_artist(Rectangle((west + n * half, south), half, north - south, fc=colour, ec=INK, lw=0.6, zorder=9))
    for x, text in ((west, "0"), (east, words)):
        ax.text(
            x, north + 0.5 * pad * metres, text, size=points, family=FONTS, ha="center", va="bottom", color=INK,
            parse_math=False, zorder=9,
        )  # fmt: skip


def draw_north(sheet: Sheet) -> None:
    """Mark north, the direction of the grid of EPSG:2180."""
    ax, room, points = sheet.ax, sheet.room, sheet.points
    size = sheet.pixels(1.6 * points), sheet.pixels(4.2 * points)
    frame, pad = room.frame, sheet.pixels(5)
    places = [Bbox.from_bounds(x, frame.y1 - pad - size[1], *size) for x in (frame.x1 - pad - size[0], frame.x0 + pad)]
    box = min(places, key=room.hits)
    room.take([box])
    (x, low), (_, middle), (_, top) = ax.transData.inverted().transform(
        [((box.x0 + box.x1) / 2, y) for y in (box.y0, box.y0 + 0.36 * size[1], box.y1)]
    )
    arrow = {"arrowstyle": "-|>", "color": INK, "lw": 1.2, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", xy=(x, top), xytext=(x, middle), arrowprops=arrow, zorder=9)
    haloed(ax, (x, low), "N", 1.2 * points, va="bottom", weight="bold", zorder=9)


@per_state(1)
def inset_view() -> View:
    """Return the view of an inset: the country and a margin, so that the frame of a part at its border is whole."""
    return view_of(()).fitted(view_of(()).width / view_of(()).height, margin=0.06)


def free_corner(sheet: Sheet, scope: tuple[str, ...]) -> Bbox | None:
    """Return where an inset hides next to nothing of the territory, in fractions of the page; None for nowhere."""
    country, room = inset_view(), sheet.room
    frame = room.frame
    height = 0.2 * frame.height
    width, pad = height * country.width / country.height, sheet.pixels(5)
    xs, ys = (frame.x1 - width - pad, frame.x0 + pad), (frame.y0 + pad, frame.y1 - height - pad)
    corners = [Bbox.from_bounds(x, y, width, height) for x in xs for y in ys]
    free = [box for box in corners if room.free(box)]
    shares = [_hidden(sheet.view, frame, box, scope) for box in free]
    if not free or min(shares) > HIDDEN_SHARE:
        return None
    box = free[int(np.argmin(shares))]
    room.take([box])
    return Bbox(sheet.figure.transFigure.inverted().transform(box))


def draw_inset(figure: Figure, place: Bbox, view: View, scope: tuple[str, ...], look: Look) -> None:
    """Show where the map lies in Poland."""
    country = inset_view()
    west, south, width, height = place.bounds
    # Without axes of its own, whose ticks would take longer than the drawing.
    ground = Rectangle((west, south), width, height, transform=figure.transFigure, fc="white", lw=0, zorder=10)
    ground.set_label(INSET)
    figure.add_artist(ground)
    scaled = Affine2D().translate(-country.west, -country.south).scale(width / country.width, height / country.height)
    shown = scaled.translate(west, south) + figure.transFigure
    fill, line = toned("#c25400", look), toned("#7a2e00", look)
    parts: list[Patch] = [PathPatch(outline_path(Level.VOIVODESHIP), fc="none", ec="#5f6973", lw=0.4)]
    for level in Level:
        codes = tuple(c for c in scope if level_of(c) is level)
        if codes:
            parts.append(PathPatch(outline_path(level, codes), fc=fill, ec=line, lw=0.3))
    parts.append(Rectangle((view.west, view.south), view.width, view.height, fill=not scope, fc=fill, ec=line, lw=0.9))
    for n, part in enumerate(parts):
        part.set(transform=shown, zorder=10.1 + n / 10)
        figure.add_artist(part)
        part.set_clip_path(ground)
    frame = Rectangle((west, south), width, height, transform=figure.transFigure, fill=False, ec="#5f6973", lw=0.6)
    frame.set_zorder(11)
    figure.add_artist(frame)


def _hidden(view: View, frame: Bbox, box: Bbox, scope: tuple[str, ...]) -> float:
    """Return the share of a territory that a box over the map hides."""
    metres = view.width / frame.width
    corners = ((box.x0, box.y0), (box.x1, box.y1))
    west, south, east, north = (
        v for x, y in corners for v in (view.west + (x - frame.x0) * metres, view.south + (y - frame.y0) * metres)
    )
    over = shapely.box(west, south, east, north)
    codes = scope or tuple(load_units(Level.VOIVODESHIP).index)
    units = [load_units(level).geometry[code] for code in codes if (level := level_of(code))]
    return float(sum(shapely.area(shapely.intersection(u, over)) for u in units) / sum(u.area for u in units))
