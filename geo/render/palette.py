"""Choose colours that colour-blind people can tell apart and that meet WCAG contrast."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

from geo.model.cluster import Sector
from geo.model.coverage import Verdict
from geo.model.picture import Look


@dataclass(frozen=True)
class Fill:
    """
    How units are filled.

    Attributes
    ----------
    colour, stripe
        Ground, and the stripes on it or "".
    angle
        Direction of the stripes, degrees: upright ones turned clockwise.
    """

    colour: str
    stripe: str = ""
    angle: int = 45

    @property
    def payload(self) -> dict[str, Any]:
        """The fill as `map.js` reads it."""
        striped = {"stripe": self.stripe, "angle": self.angle} if self.stripe else {}
        return {"color": self.colour} | striped


ZERO_FILL: Final = "#ffffff"
NO_DATA_FILL: Final = "#d5d8dc"
# 3:1 and more on the ground beneath, and on white.
NO_DATA_STRIPE: Final = "#5f6973"
OUTLINE: Final = "#5f6973"
TERRITORY_CASING: Final = "#ffffff"
TERRITORY_LINE: Final = "#1b2733"
SURFACE_MAP: Final = "magma_r"

# Okabe and Ito (2008), darkened where needed so that each has a contrast of 3:1 on white.
SECTOR_FILL: Final = {
    Sector.PUBLIC: "#0072b2",
    Sector.BUSINESS: "#c25400",
    Sector.NGO: "#00805d",
    Sector.SCIENCE: "#a3478b",
}

# A letter, a colour and a pattern for each verdict, told apart in grey too; the letters are the initials of
# objęty, częściowo, niedeklarowany, w zasięgu, pusty and luka.
VERDICT_KEY: Final = {
    Verdict.COVERED: "O",
    Verdict.PARTIAL: "C",
    Verdict.UNDECLARED: "N",
    Verdict.REACHED: "Z",
    Verdict.EMPTY: "P",
    Verdict.GAP: "L",
    Verdict.NO_DATA: "-",
}
NO_DATA: Final = Fill(NO_DATA_FILL, NO_DATA_STRIPE)
# Where nothing at all is known, one flat tone.
UNLISTED: Final = Fill(NO_DATA_FILL)
ZERO: Final = Fill(ZERO_FILL)
VERDICT_FILLS: Final = {
    "O": Fill("#1f7a5a"),
    "C": Fill("#74b79b"),
    "N": Fill("#6cb7e6"),
    "Z": Fill("#c9e8d8", "#1f7a5a", 90),
    "P": Fill("#ffe2a8", "#9a6300", 45),
    "L": Fill("#f4b6a0", "#a12b00", 135),
    "-": NO_DATA,
}
# Voivodeships of a network: declared whole with members, declared, declared in part, not declared.
NETWORK_FILLS: Final = {
    "with": Fill("#1f7a5a"),
    "declared": Fill("#ffe2a8", "#9a6300", 45),
    "part": Fill("#c9e8d8", "#1f7a5a", 90),
    "none": Fill("#f4b6a0", "#a12b00", 135),
}
PRESENT: Final = Fill("#1f7a5a")
LINKED: Final = Fill("#dcebf7")


# Places on viridis reversed with the same difference from each to the next under deuteranopia.
_EVEN: Final = (0.08, 0.185, 0.265, 0.336, 0.399, 0.453, 0.532, 0.637, 0.751, 0.88, 1.0)


def sequential(count: int) -> tuple[str, ...]:
    """
    Return colours from light to dark for ordered classes.

    Sampled from viridis reversed, without its lightest end, at even steps of what somebody with
    deuteranopia tells apart (Machado, Oliveira and Fernandes 2009, severity 1; CIEDE2000).
    """
    if count < 1:
        return ()
    steps = np.linspace(0.0, 1.0, count) if count > 1 else np.array([0.6])
    positions = np.interp(steps, np.linspace(0.0, 1.0, len(_EVEN)), _EVEN)
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


def looked(fill: Fill, look: Look) -> Fill:
    """Return a fill in grey, or with stronger contrast; in grey the ground of stripes is lighter, so that they show."""
    colour = _mixed(fill.colour, 0.5) if look is Look.GREY and fill.stripe else fill.colour
    return replace(fill, colour=toned(colour, look), stripe=fill.stripe and toned(fill.stripe, look))


def on_white(fill: Fill, opacity: float) -> Fill:
    """Return a fill as it looks on a map that draws it with an opacity, for the legend."""
    return replace(fill, colour=_mixed(fill.colour, opacity), stripe=fill.stripe and _mixed(fill.stripe, opacity))


def _mixed(colour: str, opacity: float) -> str:
    red, green, blue = (1.0 - opacity * (1.0 - c) for c in mpl.colors.to_rgb(colour))
    return str(mpl.colors.to_hex((red, green, blue)))


def toned(colour: str, look: Look) -> str:
    """Return a colour in grey, or with stronger contrast."""
    if look is Look.COLOUR:
        return colour
    red, green, blue = toned_pixels(np.array(mpl.colors.to_rgb(colour)), look).tolist()
    return str(mpl.colors.to_hex((red, green, blue)))


def toned_pixels(pixels: NDArray[np.floating[Any]], look: Look) -> NDArray[np.floating[Any]]:
    """
    Return pixels in grey, or with stronger contrast.

    Parameters
    ----------
    pixels
        (..., 3 or 4) red, green, blue and perhaps opacity, 0 to 1; the opacity is kept.
    look
        Colours of the image.
    """
    if look is Look.COLOUR:
        return pixels
    rgb = pixels[..., :3]
    # Luminance as WCAG weighs it, with a power instead of its two-part curve.
    shade = (rgb**2.2 @ np.array([0.2126, 0.7152, 0.0722])) ** (1 / 2.2)
    if look is Look.GREY:
        made = np.repeat(shade[..., None], 3, axis=-1)
    else:
        # The same hue, light made lighter and dark darker about the middle.
        factor = np.clip(0.5 + 1.6 * (shade - 0.5), 0.0, 1.0) / np.maximum(shade, 0.01)
        made = np.clip(rgb * factor[..., None], 0.0, 1.0)
    return np.concatenate([made, pixels[..., 3:]], axis=-1)


# Fills of the territories of clusters laid side by side: light, so that marks and numbers are read on them.
# Six of Paul Tol's light scheme (2021) that are told apart by the colour-blind; further clusters have the same six
# with upright stripes. Numbers on the map tell them apart too.
CLUSTER_FILLS: Final = (
    "#77aadd",
    "#ee8866",
    "#eedd88",
    "#ffaabb",
    "#99ddff",
    "#44bb99",
)
MAX_CLUSTERS: Final = 2 * len(CLUSTER_FILLS)
CLAIM_STRIPE: Final = "#1b2733"
CLAIM_STEPS: Final = ("#99ddff", "#eedd88", "#ee8866")


def claim_fill(who: tuple[int, ...], *, by_colour: bool) -> Fill:
    """
    Return the fill of units that some clusters claim; those of several are hatched.

    Parameters
    ----------
    who
        Positions of the clusters, not empty; with colours below `MAX_CLUSTERS`.
    by_colour
        Whether each cluster has a colour; else colours say how many claim a unit.
    """
    step = min(len(who), len(CLAIM_STEPS)) - 1
    colours = [CLUSTER_FILLS[n % len(CLUSTER_FILLS)] for n in who]
    colour = colours[0] if by_colour else CLAIM_STEPS[step]
    if len(who) == 1:
        further = by_colour and who[0] >= len(CLUSTER_FILLS)
        return Fill(colour, _mixed_with(colour, CLAIM_STRIPE), 0) if further else Fill(colour)
    stripe = _mixed_with(colours[1], CLAIM_STRIPE) if by_colour else CLAIM_STRIPE
    return Fill(colour, stripe, 45 if len(who) == 2 else 135)


def _mixed_with(colour: str, other: str) -> str:
    """Return a colour halfway to another."""
    halves = zip(mpl.colors.to_rgb(colour), mpl.colors.to_rgb(other), strict=True)
    red, green, blue = ((a + b) / 2 for a, b in halves)
    return str(mpl.colors.to_hex((red, green, blue)))


# ColorBrewer's PuOr (Brewer 2003): low to high quotients, told apart by the colour-blind, ends dark in grey.
# The light steps on both sides are alike in grey: those below are striped.
DIVERGING: Final = (
    Fill("#5e3c99"),
    Fill("#b2abd2", "#5e3c99", 45),
    Fill("#f7f7f7"),
    Fill("#fdb863"),
    Fill("#e66101"),
)
SPOT_FILLS: Final = {
    "H": Fill("#d7301f"),
    "C": Fill("#7fb3e0", "#0b4f8a", 0),
    "K": Fill("#fdbb84", "#a12b00", 45),
    "M": Fill("#d0e2f2", "#0b4f8a", 135),
    "n": Fill("#f2f2ee"),
}
