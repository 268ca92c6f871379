"""Choose colours that colour-blind people can tell apart and that meet WCAG contrast."""

from __future__ import annotations

from typing import Any, Final

import matplotlib as mpl
import numpy as np

from geo.model.cluster import Sector
from geo.model.coverage import Verdict

ZERO_FILL: Final = "#ffffff"
NO_DATA_FILL: Final = "#d5d8dc"
NO_DATA_STRIPE: Final = "#8a939c"
OUTLINE: Final = "#8a939c"
TERRITORY_LINE: Final = "#1b2733"
SURFACE_MAP: Final = "magma_r"

# Okabe and Ito (2008), darkened where needed so that each has a contrast of 3:1 on white.
SECTOR_FILL: Final = {
    Sector.PUBLIC: "#0072b2",
    Sector.BUSINESS: "#c25400",
    Sector.NGO: "#00805d",
    Sector.SCIENCE: "#a3478b",
}

# A key in the map's class string, a colour and a pattern for each verdict: told apart in grey too.
VERDICT_KEY: Final = {
    Verdict.COVERED: "O",
    Verdict.UNDECLARED: "N",
    Verdict.REACHED: "Z",
    Verdict.EMPTY: "P",
    Verdict.GAP: "L",
    Verdict.NO_DATA: "-",
}
VERDICT_FILLS: Final[dict[str, dict[str, Any]]] = {
    "O": {"color": "#1f7a5a"},
    "N": {"color": "#6cb7e6"},
    "Z": {"color": "#c9e8d8", "stripe": "#1f7a5a", "angle": 90},
    "P": {"color": "#ffe2a8", "stripe": "#9a6300", "angle": 45},
    "L": {"color": "#f4b6a0", "stripe": "#a12b00", "angle": 135},
    "-": {"color": NO_DATA_FILL, "stripe": NO_DATA_STRIPE, "angle": 45},
    "x": {"color": "#ffffff"},
}


def sequential(count: int) -> tuple[str, ...]:
    """
    Return colours from light to dark for ordered classes.

    Sampled from viridis reversed (even steps of lightness, safe for the common kinds of colour
    blindness and in grey), without its lightest fifth.
    """
    if count < 1:
        return ()
    positions = np.linspace(0.12, 0.95, count) if count > 1 else np.array([0.6])
    colormap = mpl.colormaps["viridis_r"]
    return tuple(mpl.colors.to_hex(colormap(p)) for p in positions)


def surface_ramp(count: int = 8) -> tuple[str, ...]:
    """Return the colours of a density surface from clear to peak, as they look on the map."""
    return tuple(mpl.colors.to_hex(mpl.colormaps[SURFACE_MAP](p)) for p in np.linspace(0.08, 0.95, count))


def contrast(first: str, second: str) -> float:
    """Return the WCAG 2.1 contrast ratio of two colours, 1 to 21."""
    bright, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    rgb = np.array(mpl.colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
