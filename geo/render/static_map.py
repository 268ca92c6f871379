"""Draw the map that the screen shows as a figure, from the same payload, in EPSG:2180."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeVar, cast

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Bbox
from numpy.typing import NDArray
from pyproj import Transformer

from geo.analysis.topology import Topology, shapes_of
from geo.io.abroad import load_abroad
from geo.io.boundaries import load_units
from geo.io.data_state import per_state
from geo.io.outlines import BORDERS, COUNTRY_M, GMINY, outlines_of, unpacked_arcs
from geo.model.picture import Look
from geo.model.units import Level, level_of
from geo.render.painting import FAINT, MARK_STATUSES, PROPOSAL, Arc, Dot, Label, Mark, Overlay, Painting, is_inside
from geo.render.palette import OUTLINE, Fill, looked, toned, toned_pixels
from geo.render.placing import Room, around
from geo.render.typeface import FONTS, text_width
from geo.settings import DISPLAY_CRS, METRIC_CRS, WEB_MERCATOR_CRS

# Outlines are simplified by less than a pixel; these are the steps, metres.
TOLERANCES = (15.0, 30.0, 60.0, 150.0, COUNTRY_M)
# By how much the outlines of a small map may be simplified.
INSET_M = 1200.0
SHARE_OF_PIXEL = 0.7
# In a picture a line is wider than a pixel, so that there its outlines may be off by a little more.
PICTURE_SHARE = 1.1
# Labels of artists: what other things keep clear of, what is drawn below letters, and what stands on the map.
MARKS, HALO, LABEL = "marks", "halo", "label"
# Sea, other countries, and Poland beyond what a map is about.
SEA, ABROAD, GROUND = "#dbe8f1", "#e6e3dc", "#f7f8f9"
SURFACE_PIXELS = 700
LABEL_PT = 9.0
# More small circles than this are smaller and let more through, so that the units below are seen.
MANY_DOTS = 60
# Diameter of the dots that stand for many places, points.
SMALL_PT = 3.2
_BORDER_PT = {Level.GMINA: 0.35, Level.POWIAT: 0.5, Level.VOIVODESHIP: 0.7}


@dataclass(frozen=True)
class View:
    """
    The part of the country a map shows.

    Attributes
    ----------
    west, south, east, north
        EPSG:2180, metres.
    """

    west: float
    south: float
    east: float
    north: float

    @property
    def width(self) -> float:
        """Width, metres."""
        return self.east - self.west

    @property
    def height(self) -> float:
        """Height, metres."""
        return self.north - self.south

    def widened(self, width: float) -> View:
        """Return the view about the same middle, so many metres wide."""
        x, y, share = (self.west + self.east) / 2, (self.south + self.north) / 2, width / self.width / 2
        return View(x - width / 2, y - share * self.height, x + width / 2, y + share * self.height)

    def fitted(self, aspect: float, margin: float = 0.05) -> View:
        """Return the view with a margin, widened or heightened to an aspect (width by height)."""
        width, height = self.width * (1 + 2 * margin), self.height * (1 + 2 * margin)
        width, height = max(width, height * aspect), max(height, width / aspect)
        x, y = (self.west + self.east) / 2, (self.south + self.north) / 2
        return View(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


@dataclass(frozen=True)
class Ink:
    """
    How a map is drawn.

    Attributes
    ----------
    look
        Colours: as on the screen, grey or of stronger contrast.
    pixels
        Width of the map in pixels; lines are drawn as fine as they can be seen.
    width_in
        Width of the page, inches.
    ground
        Whether land and sea are drawn; not where the picture is laid over something else.
    """

    look: Look
    pixels: float
    width_in: float
    ground: bool = True


def view_of(territory: tuple[str, ...]) -> View:
    """Return the view of some units, or of the country for ()."""
    parts = [load_units(level).geometry[t].bounds for t in territory if (level := level_of(t))]
    boxes = np.array(parts or [tuple(load_units(Level.VOIVODESHIP).total_bounds)])
    return View(*(float(v) for v in (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))))


def tolerance_for(pixel_m: float, share: float = SHARE_OF_PIXEL) -> float:
    """Return by how much outlines may be simplified where a pixel is so many metres: by a share of it."""
    return max((t for t in TOLERANCES if t <= share * pixel_m), default=0.0)


@per_state(1)
def _topology() -> Topology:
    return Topology.build({level: load_units(level) for level in Level})


@per_state(1)
def _packed_arcs() -> list[NDArray[np.float64]]:
    """Return the arcs of the country as they are packed for the screen, EPSG:2180."""
    parts = [arc for name in (BORDERS, GMINY) for arc in unpacked_arcs(outlines_of(name) or {})]
    metres = np.column_stack(_to_metres().transform(*np.vstack(parts).T))
    return np.split(metres, np.cumsum([len(arc) for arc in parts])[:-1])


def _as_packed(level: Level) -> NDArray[np.object_]:
    """Return the units of a level as the screen shows them in the country: they are simplified already."""
    pack = outlines_of(GMINY if level is Level.GMINA else BORDERS) or {}
    shapes = shapes_of(pack[str(level)]["rings"], _packed_arcs())
    lost = np.flatnonzero([shape is None for shape in shapes])
    shapes[lost] = load_units(level).geometry.to_numpy()[lost]
    return shapes


@per_state(6)
def _lines(tolerance: float, *, valid: bool) -> NDArray[np.object_]:
    return _topology().simplified(tolerance, valid=valid)


@per_state(12)
def shapes_at(level: Level, tolerance: float, *, valid: bool = True) -> NDArray[np.object_]:
    """
    Return the units of a level in EPSG:2180, simplified together by some metres; as they are for 0.

    For a picture they need not be a valid coverage, which is quicker.
    """
    if tolerance == 0.0:
        return np.asarray(load_units(level).geometry.to_numpy())
    if tolerance == COUNTRY_M and not valid:
        return _as_packed(level)
    return _topology().assemble(level, _lines(tolerance, valid=valid))


@per_state(12)
def unit_shapes(level: Level, tolerance: float) -> tuple[NDArray[np.object_], tuple[Path, ...], NDArray[np.float64]]:
    """Return the units of a level, simplified together by some metres, as shapes, paths and bounds (n, 4)."""
    solid = shapes_at(level, tolerance, valid=False)
    return solid, tuple(_path(s) for s in solid), shapely.bounds(solid)


def _path(shape: shapely.Geometry) -> Path:
    rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(shape)))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(xy), Path.LINETO, dtype=np.uint8)
    first = np.flatnonzero(np.append(True, ring[1:] != ring[:-1]))
    codes[first] = Path.MOVETO
    codes[np.append(first[1:] - 1, len(xy) - 1)] = Path.CLOSEPOLY
    return Path(xy, codes)


def draw_map(ax: Axes, painting: Painting, view: View, ink: Ink) -> None:
    """
    Draw units, outlines, surface and organisations.

    Parameters
    ----------
    ax
        Axes of the aspect of the view; their limits are set.
    painting
        What the web map paints too.
    view
        The part shown, EPSG:2180.
    ink
        Colours and fineness.
    """
    sea = toned(SEA, ink.look)
    ax.set(xlim=(view.west, view.east), ylim=(view.south, view.north), xticks=[], yticks=[], facecolor=sea)
    tolerance = tolerance_for(view.width / max(ink.pixels, 1.0), PICTURE_SHARE)
    if ink.ground:
        _draw_ground(ax, view, tolerance, ink.look)
    # As artists: as patches matplotlib would measure every vertex for limits that are set already.
    fills = {key: looked(fill, ink.look) for key, fill in painting.fills.items()}
    _draw_units(ax, painting, view, tolerance, fills, ink)
    if painting.surface:
        _draw_surface(ax, painting.surface, view, ink.look)
    _draw_outlines(ax, painting, view, tolerance)
    change = _to_metres()
    for ring in painting.rings:
        x, y = change.transform(ring.x, ring.y)
        ax.add_artist(Circle((x, y), ring.radius_m, fill=False, ec=ring.colour, lw=0.7, zorder=5))
    _draw_dots(ax, _seen(painting.dots, view, ink.look, change))
    _draw_arcs(ax, painting.arcs, ink.look, change)
    _draw_members(ax, _seen(painting.marks, view, ink.look, change), many=painting.crowded)


_Placed = TypeVar("_Placed", Dot, Mark)


@cache
def _to_metres() -> Transformer:
    return Transformer.from_crs(DISPLAY_CRS, METRIC_CRS, always_xy=True)


def _seen(marks: tuple[_Placed, ...], view: View, look: Look, change: Transformer) -> list[_Placed]:
    """Return the marks in view, in EPSG:2180 and toned; a letter beside the map would lie on the legend."""
    if not marks:
        return []
    x, y = (np.asarray(v) for v in change.transform([m.x for m in marks], [m.y for m in marks]))
    inside = (view.west < x) & (x < view.east) & (view.south < y) & (y < view.north)
    return [
        replace(marks[i], x=float(x[i]), y=float(y[i]), colour=toned(marks[i].colour, look))
        for i in np.flatnonzero(inside)
    ]


def _land(shapes: Any, view: View) -> list[Path]:
    """Return land as far as it is in view; more of it would only make files large."""
    edge = 0.02 * view.width
    box = (view.west - edge, view.south - edge, view.east + edge, view.north + edge)
    parts = shapely.get_parts(shapely.clip_by_rect(shapes, *box))
    return [_path(p) for p in parts if p.geom_type == "Polygon" and not p.is_empty]


def _draw_ground(ax: Axes, view: View, tolerance: float, look: Look) -> None:
    """Draw the land below all: other countries and Poland, beside which the sea is seen."""
    solid, _, bounds = unit_shapes(Level.VOIVODESHIP, tolerance)
    own = _land(solid[_visible(bounds, view)], view)
    # The line closes what simplifying left open between two of them.
    for colour, land, width in ((ABROAD, _land(load_abroad(), view), 0.0), (GROUND, own, 1.0)):
        if land:
            fill = toned(colour, look)
            path = Path.make_compound_path(*land)
            ax.add_artist(PathPatch(path, facecolor=fill, edgecolor=fill, linewidth=width, zorder=0.5))


def _visible(bounds: NDArray[np.float64], view: View) -> NDArray[np.int64]:
    west, south, east, north = bounds.T
    seen = (west < view.east) & (east > view.west) & (south < view.north) & (north > view.south)
    return np.flatnonzero(seen)


def _draw_units(
    ax: Axes,
    painting: Painting,
    view: View,
    tolerance: float,
    fills: dict[str, Fill],
    ink: Ink,
) -> None:
    level = painting.level
    _, paths, bounds = unit_shapes(level, tolerance)
    codes = load_units(level).index
    drawn: dict[tuple[str, bool], list[Path]] = {}
    for i in _visible(bounds, view):
        drawn.setdefault((painting.units[i], is_inside(codes[i], painting.scope)), []).append(paths[i])
    for (key, inside), part in drawn.items():
        fill = fills[key]
        # As on the screen: outside the territory zero and no data are left blank.
        hidden = not inside and key in painting.blank
        opacity = 0.0 if hidden else painting.opacity * (1.0 if inside else FAINT)
        patch = PathPatch(
            Path.make_compound_path(*part), facecolor=to_rgba(fill.colour, opacity), linewidth=0, zorder=1
        )
        patch.set_gid(f"class{key}{'' if inside else 'o'}")
        if not hidden:
            ax.add_artist(patch)
        # Above the stripes, so that every unit is seen.
        edge = to_rgba(OUTLINE, 1.0 if inside else 0.5)
        width = _BORDER_PT[level] if inside else 0.25
        ax.add_artist(PathPatch(patch.get_path(), facecolor="none", edgecolor=edge, linewidth=width, zorder=2))
        if fill.stripe and not hidden:
            ax.add_artist(
                PathPatch(
                    patch.get_path(),
                    facecolor="none",
                    edgecolor=to_rgba(fill.stripe, opacity),
                    hatch=hatch_of(fill.angle, ink.width_in),
                    linewidth=0,
                    zorder=1.5,
                )
            )


def hatch_of(angle: int, width_in: float) -> str:
    """
    Return matplotlib's hatch of a direction, as dense as a page of a width can show.

    Parameters
    ----------
    angle
        Direction of the stripes on the screen: upright ones turned clockwise by so many degrees.
    width_in
        Width of the page, inches; hatches are drawn in inches whatever the page.
    """
    dense = 4 if width_in < 10 else 3 if width_in < 15 else 2
    return {0: "|", 45: "/", 90: "-", 135: "\\"}[angle] * dense


def _draw_outlines(ax: Axes, painting: Painting, view: View, tolerance: float) -> None:
    for line in painting.frame.outlines:
        own = line.level
        _, paths, bounds = unit_shapes(own, tolerance)
        codes = load_units(own).index
        chosen = [paths[i] for i in _visible(bounds, view) if line.codes is None or codes[i] in line.codes]
        if chosen:
            width = line.weight * 0.6
            path = Path.make_compound_path(*chosen)
            ax.add_artist(PathPatch(path, facecolor="none", edgecolor=line.colour, linewidth=width, zorder=4))


def _draw_surface(ax: Axes, surface: Overlay, view: View, look: Look) -> None:
    """Bring the picture of a surface from EPSG:3857 into the map's own projection."""
    picture = imread(io.BytesIO(base64.b64decode(surface.png.partition(",")[2])))
    picture = picture if picture.shape[2] == 4 else np.dstack([picture, np.ones(picture.shape[:2])])
    (south, west), (north, east) = surface.bounds
    to_web = Transformer.from_crs(DISPLAY_CRS, WEB_MERCATOR_CRS, always_xy=True)
    left, bottom = to_web.transform(west, south)
    right, top = to_web.transform(east, north)
    columns = SURFACE_PIXELS
    rows = max(2, int(columns * view.height / view.width))
    x = view.west + (np.arange(columns) + 0.5) * view.width / columns
    y = view.north - (np.arange(rows) + 0.5) * view.height / rows
    change = Transformer.from_crs(METRIC_CRS, WEB_MERCATOR_CRS, always_xy=True)
    mx, my = change.transform(*np.meshgrid(x, y))
    column = np.floor((mx - left) / (right - left) * picture.shape[1]).astype(int)
    row = np.floor((top - my) / (top - bottom) * picture.shape[0]).astype(int)
    inside = (column >= 0) & (column < picture.shape[1]) & (row >= 0) & (row < picture.shape[0])
    shown = np.zeros((rows, columns, 4), dtype=np.float32)
    shown[inside] = toned_pixels(picture[row[inside], column[inside]], look)
    drawn = ax.imshow(shown, extent=(view.west, view.east, view.south, view.north), zorder=3, interpolation="bilinear")
    # Nobody is counted beyond the border.
    drawn.set_clip_path(PathPatch(outline_path(Level.VOIVODESHIP), transform=ax.transData))
    ax.set(xlim=(view.west, view.east), ylim=(view.south, view.north))


def _draw_dots(ax: Axes, dots: list[Dot]) -> None:
    if not dots:
        return
    x, y = [d.x for d in dots], [d.y for d in dots]
    # Radii are in screen pixels, areas in square points.
    share, opacity = (0.7, 0.5) if len(dots) > MANY_DOTS else (1.2, 0.75)
    sizes = [(share * d.radius) ** 2 for d in dots]
    colours = [d.colour for d in dots]
    ax.scatter(x, y, s=sizes, c=colours, alpha=opacity, linewidths=0.4, edgecolors="white", zorder=6)


def _draw_arcs(ax: Axes, arcs: tuple[Arc, ...], look: Look, change: Transformer) -> None:
    """Draw links between places, the same curves as on the screen."""
    for arc in arcs:
        lat, lng = np.asarray(arc.points).T
        x, y = change.transform(lng, lat)
        width = 0.6 * arc.width
        style = dashes(arc.dash, width)
        ax.plot(x, y, color=toned(arc.colour, look), linewidth=width, linestyle=style, alpha=0.85, zorder=6.5)


def dashes(pattern: str, width: float) -> Any:
    """Return matplotlib's style of a line with a pattern in pixels, for a line so many points wide."""
    lengths = [0.6 * float(v) / width for v in pattern.split()]
    return (0, lengths) if lengths else "-"


def draw_labels(ax: Axes, labels: tuple[Label, ...], view: View, room: Room) -> None:
    """
    Write short names beside places, each where it covers nothing else; a line leads to one that stands afar.

    Parameters
    ----------
    ax
        The map.
    labels
        What is written.
    view
        The part shown, EPSG:2180.
    room
        What is free.
    """
    box = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "#1b2733", "linewidth": 0.6, "alpha": 0.92}
    pixel = cast("Figure", ax.get_figure(root=True)).dpi / 72
    for label in labels:
        x, y = _to_metres().transform(label.x, label.y)
        if not (view.west < x < view.east and view.south < y < view.north):
            continue
        px, py = ax.transData.transform((x, y))
        size = pixel * (text_width(label.words, LABEL_PT, bold=True) + 0.6 * LABEL_PT), pixel * 1.7 * LABEL_PT
        # From the screen's pixels to points.
        right, up = 0.6 * pixel * label.right, -0.6 * pixel * label.down
        asked = Bbox.from_bounds(px + right - size[0] / 2, py + up - size[1] / 2, *size)
        found = room.place([asked, *around(px, py, size, 0.6 * size[1], rounds=6)])
        if found is None:
            continue
        middle = ax.transData.inverted().transform(((found.x0 + found.x1) / 2, (found.y0 + found.y1) / 2))
        if found is not asked and not found.contains(px, py):
            ax.plot([x, middle[0]], [y, middle[1]], color="#1b2733", lw=0.7, zorder=8.8)
        words = ax.text(
            middle[0], middle[1], label.words, size=LABEL_PT, weight="bold", family=FONTS, color="#1b2733", ha="center",
            va="center", bbox=box, zorder=9, parse_math=False,
        )  # fmt: skip
        words.set_label(LABEL)


@dataclass(frozen=True)
class _Circle:
    """One circle: all organisations of a place."""

    x: float
    y: float
    size: float
    colour: str
    status: str
    letter: str


def _circles(marks: list[Mark]) -> list[_Circle]:
    places: dict[tuple[float, float], list[Mark]] = {}
    for mark in marks:
        places.setdefault((mark.x, mark.y), []).append(mark)
    circles = []
    for (x, y), group in places.items():
        status = next(s for s in MARK_STATUSES if any(m.status == s for m in group))
        colours = {m.colour for m in group}
        colour = colours.pop() if len(colours) == 1 else "#1b2733"
        letter = group[0].letter if len(group) == 1 else str(len(group))
        circles.append(_Circle(x, y, 0.62 * min(46.0, 16 + 5 * len(group) ** 0.5), colour, status, letter))
    return circles


def _draw_members(ax: Axes, shown: list[Mark], *, many: bool) -> None:
    marks = _circles(shown)
    if many:
        # Each as small as a locality's: full circles would hide the map.
        x, y, colours = zip(*((m.x, m.y, m.colour) for m in marks), strict=True) if marks else ((), (), ())
        ax.scatter(x, y, s=SMALL_PT**2, c=colours, alpha=0.55, linewidths=0, zorder=6)
        return
    styles: tuple[tuple[str, float, Any], ...] = (
        (PROPOSAL, 1.6, "-"),
        ("potential", 1.4, (0, (2, 1.5))),
        ("undated", 1.4, (0, (0.6, 0.9))),
        ("declared", 2.0, "-"),
        ("member", 0.8, "-"),
    )
    for status, width, dashes in styles:
        group = [m for m in marks if m.status == status]
        if not group:
            continue
        full = status == "member"
        drawn: PathCollection = ax.scatter(
            [m.x for m in group],
            [m.y for m in group],
            s=[m.size**2 for m in group],
            c=[m.colour if full else "white" for m in group],
            edgecolors=["white" if full else m.colour for m in group],
            linewidths=width,
            marker="s" if status == PROPOSAL else "o",
            zorder=7,
        )
        drawn.set_linestyle(dashes)
        drawn.set_label(MARKS)
        for m in group:
            colour = "white" if full else "#1b2733"
            ax.text(
                m.x, m.y, m.letter, color=colour, size=0.62 * m.size, weight="bold", family=FONTS,
                ha="center", va="center_baseline", zorder=8, parse_math=False,
            )  # fmt: skip


@per_state(3)
def _coarse_paths(level: Level) -> tuple[Path, ...]:
    shapes, _, _ = unit_shapes(level, COUNTRY_M)
    return tuple(_path(shape) for shape in shapely.simplify(shapes, INSET_M - COUNTRY_M))


def outline_path(level: Level, codes: tuple[str, ...] = ()) -> Path:
    """Return the outlines of units of a level, of all for (), coarse, as one path in EPSG:2180."""
    chosen = [p for p, c in zip(_coarse_paths(level), load_units(level).index, strict=True) if not codes or c in codes]
    return Path.make_compound_path(*chosen)
