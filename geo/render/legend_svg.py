"""Draw the samples of a legend as SVG: they keep their colours in print and in colours of contrast."""

from __future__ import annotations

from geo.render.painting import PROPOSAL
from geo.render.palette import OUTLINE, Fill, surface_ramp
from geo.render.picture import LegendMark
from geo.render.text import escaped

INK = "#1b2733"
_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" aria-hidden="true" width="{}" height="{}">{}</svg>'
# Width of a step of a ramp.
_STEP = 8


def swatch(fill: Fill) -> str:
    """Return the sample of a fill, as it is seen on the map."""
    stripes = ""
    if fill.stripe:
        lines = "".join(
            f'<rect x="{x}" y="-40" width="2" height="80" fill="{fill.stripe}"/>' for x in range(-40, 60, 8)
        )
        stripes = f'<g transform="rotate({fill.angle})">{lines}</g>'
    frame = f'<rect width="28" height="18" fill="none" stroke="{OUTLINE}" stroke-width="2"/>'
    return _HEAD.format(28, 18, f'<rect width="28" height="18" fill="{fill.colour}"/>{stripes}{frame}')


def ramp(colours: tuple[str, ...] | None = None) -> str:
    """Return the sample of a surface, from little to much; as on the screen if no colours are given."""
    shades = colours or surface_ramp()
    steps = "".join(f'<rect x="{_STEP * n}" width="{_STEP}" height="14" fill="{c}"/>' for n, c in enumerate(shades))
    return _HEAD.format(_STEP * len(shades), 14, steps)


def sample(mark: LegendMark, colour: str = "") -> str:
    """
    Return the sample of a mark, as the map draws it.

    Parameters
    ----------
    mark
        The mark; its letter may be hostile.
    colour
        The colour it is seen in, "" for its own.
    """
    tone = colour or mark.colour
    if mark.status == "line":
        line = f'<path d="M0 10H40" stroke="{tone}" stroke-width="3" stroke-dasharray="{mark.dash}"/>'
        return _HEAD.format(40, 20, line)
    if mark.status == "dot":
        return _HEAD.format(40, 20, f'<circle cx="20" cy="10" r="4" fill="{tone}"/>')
    if mark.status == "reach":
        return _HEAD.format(40, 20, f'<circle cx="20" cy="10" r="9" stroke="{tone}" fill="none"/>')
    full = mark.status == "member"
    fill, ink, edge, wide = (tone, "#ffffff", INK, 1.0) if full else ("#ffffff", INK, tone, 2.5)
    dash = {"potential": "4 3", "undated": "1.5 2"}.get(mark.status, "")
    square = mark.status == PROPOSAL
    shape = '<rect x="12" y="2" width="16" height="16" rx="2"' if square else '<circle cx="20" cy="10" r="8"'
    look = f'fill="{fill}" stroke="{edge}" stroke-width="{wide}" stroke-dasharray="{dash}"'
    font = 'font-family="sans-serif" font-weight="bold" font-size="11" text-anchor="middle"'
    letter = f'<text x="20" y="14" {font} fill="{ink}">{escaped(mark.letter)}</text>'
    return _HEAD.format(40, 20, f"{shape} {look}/>{letter}")
