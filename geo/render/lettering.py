"""Write on a map: names of units and other words, each with a halo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import Stroke

from geo.io.boundaries import load_units
from geo.model.units import Level, level_of
from geo.render.legend_box import INK
from geo.render.painting import Painting
from geo.render.placing import POSITIONS, Room, around
from geo.render.static_map import HALO, View
from geo.render.typeface import FONTS, text_width

# So many names a square inch of the map: a larger sheet has more names, not larger ones.
NAMES_IN_PRINT, NAMES_ON_SLIDE = 1.25, 0.7
# What a halo takes of the width of a name, points.
HALO_PT = 3.0
# Where at most so many units are shown each is named, with a line to its name if need be.
ALL_NAMED = 40


def haloed(ax: Axes, at: tuple[float, float], text: str, points: float, **style: Any) -> None:
    """Write text with a halo. The halo is drawn apart, so that the text stays text in vector files."""
    style = {"size": points, "family": FONTS, "ha": "center", "color": INK, "parse_math": False, **style}
    halo = ax.text(*at, text, path_effects=[Stroke(linewidth=2.2, foreground="white", joinstyle="round")], **style)
    halo.set_label(HALO)
    ax.text(*at, text, **style).set_label("words")


@dataclass(frozen=True)
class Sheet:
    """
    A map that is being drawn.

    Attributes
    ----------
    ax, view
        Its axes, whose frame the room has, and the part of the country shown.
    room
        What is free.
    points
        Size of names.
    projected
        Whether it is shown on a wall.
    """

    ax: Axes
    view: View
    room: Room
    points: float
    projected: bool = False

    @property
    def figure(self) -> Figure:
        """The figure of the map."""
        return cast("Figure", self.ax.get_figure(root=True))

    @property
    def metres(self) -> float:
        """Metres a pixel."""
        return self.view.width / self.room.frame.width

    def pixels(self, points: float) -> float:
        """Return a length in points as pixels."""
        return float(points * self.figure.dpi / 72)


def write_names(sheet: Sheet, painting: Painting) -> None:
    """
    Name units of the territory where a name lies in the frame and on nothing else.

    Those with something in them come first, the larger in population before the smaller. Where units are few each
    gets its name, at the end of a line if there is no room on it.
    """
    ax, view, room, points = sheet.ax, sheet.view, sheet.room, sheet.points
    units, scope = load_units(painting.level), painting.scope
    shown = units[units.index.str.startswith(scope)] if scope and all(level_of(s) for s in scope) else units
    painted = pd.Series(list(painting.units), index=units.index)
    shown = shown.assign(filled=painted.reindex(shown.index).isin(list(painting.first)), said=_called(shown, painting))
    bounds = shown.geometry.bounds
    seen = (bounds["minx"] < view.east) & (bounds["maxx"] > view.west)
    shown = shown[seen & (bounds["miny"] < view.north) & (bounds["maxy"] > view.south)]
    dense = NAMES_ON_SLIDE if sheet.projected else NAMES_IN_PRINT
    inches = room.frame.width * room.frame.height / sheet.figure.dpi**2
    every = len(shown) <= ALL_NAMED
    most = len(shown) if every else int(dense * inches)
    shown = shown.sort_values(["filled", "population"], ascending=False, kind="stable").head(3 * most)
    shapes = shown.geometry.to_numpy()
    at = shapely.get_coordinates(shapely.maximum_inscribed_circle(shapes, 500.0))[::2]
    height = sheet.pixels(1.25 * points)
    written = 0
    for (x, y), shape, name in zip(at, shapes, shown["said"], strict=True):
        if written == most:
            break
        px, py = ax.transData.transform((x, y))
        size = sheet.pixels(text_width(name, points) + HALO_PT), height
        boxes = around(px, py, size, 0.0, rounds=3)
        if size[0] * sheet.metres < 4 * np.sqrt(shape.area):
            middles = [((b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2) for b in boxes]
            points_m = shapely.points(ax.transData.inverted().transform(middles))
            near = shapely.distance(points_m, shape) <= 0.8 * height * sheet.metres
            boxes = [box for box, good in zip(boxes, near, strict=True) if good]
        else:
            boxes = boxes[: len(POSITIONS)]
        box = room.place(boxes)
        afar = box is None and every and view.west < x < view.east and view.south < y < view.north
        if afar:
            box = room.place(around(px, py, size, 2.0 * height, rounds=8))
        if box is None:
            continue
        written += 1
        middle = ax.transData.inverted().transform(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2))
        if afar:
            ax.plot([x, middle[0]], [y, middle[1]], color=INK, lw=0.6, zorder=6.4)
        haloed(ax, (middle[0], middle[1]), name, points, va="center", zorder=6.5)


def _called(shown: pd.DataFrame, painting: Painting) -> list[str]:
    """Return how units are called on a map: a town and a village of one name are told apart."""
    if painting.level is not Level.GMINA:
        plain = (painting.level is not Level.POWIAT) | shown["kind"].str.startswith("miasto")
        return list(np.where(plain, shown["name"], "pow. " + shown["name"]))
    units = load_units(Level.GMINA)
    twice = pd.Series(units.index.str[:4] + units["name"], units.index).duplicated(keep=False)
    told = (twice.reindex(shown.index) | shown["name"].duplicated(keep=False)).to_numpy()
    short = np.where(shown["kind"] == "gmina wiejska", " (w.)", " (m.)")
    return [name + (kind if more else "") for name, kind, more in zip(shown["name"], short, told, strict=True)]
