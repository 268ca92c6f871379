"""Draw the sixteen voivodeships side by side, at one scale and with one set of classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path

from geo.io.boundaries import load_units
from geo.io.outlines import COUNTRY_M
from geo.model.units import Level
from geo.render.legend import LegendRow
from geo.render.palette import OUTLINE, Fill
from geo.render.static_map import hatch_of, outline_path, unit_shapes
from geo.render.typeface import FONTS

COLUMNS, PANEL_IN, HEAD_IN, FOOT_IN = 4, 2.6, 0.62, 0.75
SCALE_KM = 100
INK, QUIET = "#1b2733", "#37424d"
PNG_DPI = 150


@dataclass(frozen=True)
class Panel:
    """
    One of the small maps.

    Attributes
    ----------
    code
        TERYT code of the voivodeship.
    title, subtitle
        Words above it.
    """

    code: str
    title: str
    subtitle: str


@dataclass(frozen=True)
class Sheet:
    """
    All small maps.

    Attributes
    ----------
    panels
        In the order they are drawn, row by row.
    level
        Level of the units painted.
    classes
        One key a unit of the level, in the order of the units.
    fills
        Colour and stripes by key.
    legend
        What the keys mean.
    legend_title, sources
        Words above the legend, and at the foot.
    """

    panels: tuple[Panel, ...]
    level: Level
    classes: str
    fills: dict[str, Fill]
    legend: tuple[LegendRow, ...]
    legend_title: str
    sources: str


def draw_sheet(sheet: Sheet) -> Figure:
    """
    Draw the small maps, all as many kilometres an inch.

    Returns
    -------
    figure
        With a scale bar that holds for every map.
    """
    rows = -(-len(sheet.panels) // COLUMNS)
    width, height = COLUMNS * PANEL_IN, rows * (PANEL_IN + HEAD_IN) + FOOT_IN
    figure = Figure(figsize=(width, height), dpi=PNG_DPI)
    FigureCanvasAgg(figure)
    shapes = load_units(Level.VOIVODESHIP).geometry
    boxes = {p.code: shapes[p.code].bounds for p in sheet.panels}
    side = 1.04 * max(max(b[2] - b[0], b[3] - b[1]) for b in boxes.values())
    for n, panel in enumerate(sheet.panels):
        row, column = divmod(n, COLUMNS)
        bottom = height - (row + 1) * (PANEL_IN + HEAD_IN)
        ax = figure.add_axes((column / COLUMNS, bottom / height, 1 / COLUMNS, PANEL_IN / height))
        west, south, east, north = boxes[panel.code]
        x, y = (west + east) / 2, (south + north) / 2
        ax.set(xlim=(x - side / 2, x + side / 2), ylim=(y - side / 2, y + side / 2))
        ax.set_axis_off()
        _paint(ax, panel.code, sheet)
        top = bottom + PANEL_IN + HEAD_IN
        place = (column + 0.5) * PANEL_IN / width
        for words, below, size, weight in ((panel.title, 0.26, 9.5, "bold"), (panel.subtitle, 0.47, 8, "normal")):
            figure.text(
                place, (top - below) / height, words, family=FONTS, size=size, weight=weight, color=INK, ha="center",
                parse_math=False,
            )  # fmt: skip
    _foot(figure, sheet, side, (width, height))
    return figure


def _paint(ax: Axes, code: str, sheet: Sheet) -> None:
    _, paths, _ = unit_shapes(sheet.level, COUNTRY_M)
    codes = load_units(sheet.level).index
    inside = np.flatnonzero(codes.str.startswith(code))
    drawn: dict[str, list[Path]] = {}
    for i in inside:
        drawn.setdefault(sheet.classes[i], []).append(paths[i])
    for key, part in drawn.items():
        fill = sheet.fills[key]
        path = Path.make_compound_path(*part)
        ax.add_artist(PathPatch(path, facecolor=fill.colour, edgecolor=OUTLINE, linewidth=0.25, zorder=1))
        if fill.stripe:
            hatch = hatch_of(fill.angle, COLUMNS * PANEL_IN)
            stripes = {"facecolor": "none", "edgecolor": fill.stripe, "hatch": hatch, "linewidth": 0}
            ax.add_artist(PathPatch(path, zorder=2, **stripes))
    border = outline_path(Level.VOIVODESHIP, (code,))
    ax.add_artist(PathPatch(border, facecolor="none", edgecolor=INK, linewidth=0.9, zorder=3))


def _foot(figure: Figure, sheet: Sheet, side_m: float, size: tuple[float, float]) -> None:
    """Draw the legend, a scale bar for all maps and the sources."""
    width, height = size
    patches = [
        Patch(facecolor=r.colour, edgecolor=r.stripe or OUTLINE, hatch="////" if r.stripe else None, label=r.label)
        for r in sheet.legend
    ]
    box = figure.legend(
        handles=patches, title=sheet.legend_title, ncols=max(1, min(len(patches), 7)), loc="upper left", frameon=False,
        bbox_to_anchor=(0.01, (FOOT_IN - 0.02) / height), prop={"family": FONTS, "size": 7.5},
        title_fontproperties={"family": FONTS, "size": 8, "weight": "bold"}, alignment="left",
    )  # fmt: skip
    for words in box.get_texts():
        words.set_color(INK)
    length = SCALE_KM * 1000.0 / side_m * PANEL_IN / width
    ax = figure.add_axes((0.985 - length, 0.4 / height, length, 0.06 / height))
    ax.set_facecolor(INK)
    ax.set(xticks=[], yticks=[])
    figure.text(0.985 - length / 2, 0.5 / height, f"{SCALE_KM} km", family=FONTS, size=8, color=INK, ha="center")
    figure.text(0.01, 0.06 / height, sheet.sources, family=FONTS, size=6, color=QUIET, parse_math=False)
