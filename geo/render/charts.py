"""Draw charts that stand beside maps."""

from __future__ import annotations

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from geo.model.concentration import Ripley
from geo.render.static_map import FONT
from geo.render.text import Text

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
        1120 × 560 pixels.
    """
    figure = Figure(figsize=(7.0, 3.5), dpi=DPI)
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0.1, 0.16, 0.87, 0.8))
    km = around.radii_m / 1000.0
    ax.fill_between(km, around.low, around.high, color=BAND, label=text("conc.chart.band", n=around.simulations))
    ax.plot(km, around.middle, color=INK, linewidth=1.0, linestyle=(0, (4, 3)), label=text("conc.chart.middle"))
    ax.plot(km, around.others, color=LINE, linewidth=2.0, marker="o", markersize=3, label=text("conc.chart.line"))
    ax.set_xlim(0, float(km[-1]))
    ax.set_ylim(bottom=0)
    ax.set_xlabel(text("conc.chart.x"), family=FONT, size=9, color=INK)
    ax.set_ylabel(text("conc.chart.y"), family=FONT, size=9, color=INK)
    ax.tick_params(labelsize=8, colors=INK)
    ax.grid(color="#e3e8ec", linewidth=0.6)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.legend(prop={"family": FONT, "size": 8}, frameon=False, loc="upper left")
    return figure
