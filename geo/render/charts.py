"""Draw charts that stand beside maps."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from geo.model.concentration import Ripley
from geo.render.text import Text
from geo.render.typeface import FONTS

DPI = 160
INK, BAND, LINE = "#1b2733", "#d5dde5", "#a12b00"


def envelope_chart(around: Ripley, text: Text) -> Figure:
    """
    Draw how many members stand within each distance of a member, and what chance would give.

    Parameters
    ----------
    around
        As from `analysis.point_pattern.ripley`.
    text
        Language.

    Returns
    -------
    figure
        960 × 544 pixels.
    """
    figure = Figure(figsize=(6.0, 3.4), dpi=DPI)
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0.1, 0.16, 0.87, 0.8))
    km = around.radii_m / 1000.0
    ax.fill_between(km, around.low, around.high, color=BAND, label=text("conc.chart.band", n=around.simulations))
    ax.plot(km, around.middle, color=INK, linewidth=1.0, linestyle=(0, (4, 3)), label=text("conc.chart.middle"))
    ax.plot(km, around.others, color=LINE, linewidth=2.0, marker="o", markersize=3, label=text("conc.chart.line"))
    ax.set_xlim(0, float(km[-1]))
    ax.set_ylim(bottom=0)
    _label(ax, text("conc.chart.x"), text("conc.chart.y"))
    ax.legend(prop={"family": FONTS, "size": 8}, frameon=False, loc="upper left")
    return figure


def reach_chart(curve: pd.DataFrame, people: int, text: Text) -> Figure:
    """
    Draw which share of people is surely, and which perhaps, within reach at each radius.

    Parameters
    ----------
    curve
        Index: radius, km; `covered` and `unknown`, inhabitants.
    people
        All inhabitants.
    text
        Language.
    """
    figure = Figure(figsize=(6.0, 2.8), dpi=DPI)
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0.09, 0.18, 0.88, 0.7))
    km = curve.index.to_numpy()
    sure, most = (100.0 * part / max(people, 1) for part in (curve["covered"], curve["covered"] + curve["unknown"]))
    ax.fill_between(km, sure, most, color=BAND, label=text("sensitivity.chart.unknown"))
    ax.plot(km, sure, color=LINE, linewidth=2.0, label=text("sensitivity.chart.sure"))
    ax.axhline(50, color=INK, linewidth=1.0, linestyle=(0, (4, 3)), label=text("sensitivity.chart.half"))
    ax.set_xlim(float(km[0]), float(km[-1]))
    ax.set_ylim(0, 103)
    _label(ax, text("sensitivity.chart.x"), text("sensitivity.chart.y"))
    ax.legend(prop={"family": FONTS, "size": 8}, frameon=False, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3)
    return figure


def _label(ax: Axes, x: str, y: str) -> None:
    """Name the axes and draw them quietly."""
    ax.set_xlabel(x, family=FONTS, size=9, color=INK)
    ax.set_ylabel(y, family=FONTS, size=9, color=INK)
    ax.tick_params(labelsize=8, colors=INK)
    ax.grid(color="#e3e8ec", linewidth=0.6)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)


def growth_chart(years: pd.DataFrame, text: Text) -> Figure:
    """
    Draw how many members joined and left each year.

    Parameters
    ----------
    years
        As from `analysis.timeline.growth`.
    text
        Language.
    """
    figure = Figure(figsize=(6.0, 2.8), dpi=DPI)
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0.08, 0.14, 0.9, 0.72))
    place = years.index.to_numpy()
    ax.bar(place, years["joined"], color="#1f7a5a", width=0.7, label=text("timeline.col.joined"))
    left = ax.bar(place, -years["left"], color="#f4b6a0", width=0.7, label=text("timeline.col.left"))
    for bar in left:
        bar.set(hatch="//", edgecolor=LINE)
    ax.axhline(0, color=INK, linewidth=0.8)
    spare = max(0.6, (5 - len(place)) / 2)
    ax.set_xlim(place[0] - spare, place[-1] + spare)
    ax.set_xticks(place[:: -(-len(place) // 12)])
    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    ax.yaxis.set_major_formatter(lambda value, _: f"{abs(value):.0f}")
    ax.tick_params(labelsize=8, colors=INK)
    ax.grid(axis="y", color="#e3e8ec", linewidth=0.6)
    ax.set_axisbelow(True)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.legend(prop={"family": FONTS, "size": 8}, frameon=False, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2)
    return figure
