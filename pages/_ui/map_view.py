"""Show a web map and the legend beside it."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit_folium import st_folium

from geo.model.units import Level
from geo.render.legend import LegendRow
from geo.render.painting import Painting
from geo.render.palette import OUTLINE, on_white, surface_ramp
from geo.render.picture import LegendMark, Picture
from geo.render.text import Text
from geo.services.intake.map import unit_at
from geo.services.web import CLICKED, SHOWN_PART, map_parts
from pages._ui.leading import lead_to

HEIGHT = 560


def show_map(painting: Painting, *, key: str, report: bool = False) -> tuple[float, float, float, float] | None:
    """
    Show a map and repaint it in place when it changes.

    Parameters
    ----------
    painting
        What it shows.
    key
        One key a page.
    report
        Whether the browser says what part it shows. Moving the map runs the page, or the fragment it
        is in, again then; otherwise it does not.

    Returns
    -------
    extent
        West, south, east and north in degrees, where the browser has said it.
    """
    bounds: Any = _painted(painting, key, told=[SHOWN_PART] if report else []).get(SHOWN_PART)
    try:
        low, high = bounds["_southWest"], bounds["_northEast"]
        west, south, east, north = (float(v) for v in (low["lng"], low["lat"], high["lng"], high["lat"]))
    except (TypeError, KeyError, ValueError):
        return None
    return (west, south, east, north) if west < east and south < north else None


def show_clickable_map(painting: Painting, *, key: str, height: int = HEIGHT) -> tuple[float, float] | None:
    """
    Show a map that tells where it was clicked last.

    Parameters
    ----------
    painting
        What it shows.
    key
        One key a page.
    height
        In pixels.

    Returns
    -------
    place
        Latitude and longitude in degrees; None as long as nobody has clicked.
    """
    clicked: Any = _painted(painting, key, told=[CLICKED], height=height).get(CLICKED)
    return (float(clicked["lat"]), float(clicked["lng"])) if clicked else None


def _painted(painting: Painting, key: str, *, told: Sequence[str], height: int = HEIGHT) -> dict[str, Any]:
    """Show a map and return what the browser tells of it."""
    base, paint = map_parts(painting, told=told)
    answer = st_folium(
        base,
        key=key,
        height=height,
        use_container_width=True,
        returned_objects=list(told),
        feature_group_to_add=paint,
    )
    _open_report(painting, key, answer or {}, asked=CLICKED in told)
    return answer or {}


def _open_report(painting: Painting, key: str, answer: dict[str, Any], *, asked: bool) -> None:
    """Go to the report of the powiat whose card asked for it; where a click is an answer, it is none of ours."""
    clicked, held = answer.get(CLICKED), f"_karta-{key}"
    if asked or not clicked or clicked == st.session_state.get(held):
        return
    st.session_state[held] = clicked
    code = unit_at(float(clicked["lat"]), float(clicked["lng"]), Level.POWIAT)
    if code is None:
        return
    lead_to("pages/powiat.py", {"powiat": code}, painting.frame.words.language)


def show_legend(picture: Picture, text: Text, *, scoped: bool) -> None:
    """
    Show the legend of a map: classes of units with their numbers, then every mark that is drawn.

    Parameters
    ----------
    picture
        What the map says.
    text
        Language.
    scoped
        Whether units outside a territory are drawn fainter.
    """
    opacity = picture.painting.opacity
    lines = [f"<p class='klastry-legend-title'>{html.escape(picture.legend_title)}</p><ul>"]
    for row in picture.legend:
        count = html.escape(row.units)
        lines.append(f"<li>{_swatch(row, opacity)}<span>{html.escape(row.label)}</span><small>{count}</small></li>")
    lines.append("</ul>")
    if scoped:
        lines.append(f"<p><small>{html.escape(text('legend.faint'))}</small></p>")
    if picture.surface:
        lines.append(f"<p class='klastry-legend-title'>{html.escape(picture.surface.title)}</p>")
        bar = f"height:14px;background:linear-gradient(90deg,{','.join(surface_ramp())});border:1px solid {OUTLINE}"
        lines.append(f"<div style='{bar}'></div><ul><li><span>{html.escape(picture.surface.low)}</span>")
        lines.append(f"<small>{html.escape(picture.surface.high)}</small></li></ul>")
    if picture.marks:
        lines.append(f"<p class='klastry-legend-title'>{html.escape(text('legend.points'))}</p><ul>")
        for mark in picture.marks:
            image = base64.b64encode(_sample(mark).encode()).decode("ascii")
            drawn = f"<img width='40' height='20' alt='' src='data:image/svg+xml;base64,{image}'>"
            lines.append(f"<li>{drawn}<span>{html.escape(mark.label)}</span></li>")
        lines.append("</ul>")
    st.html(f"<div class='klastry-legend'>{''.join(lines)}</div>")


def _swatch(row: LegendRow, opacity: float) -> str:
    seen = on_white(row.fill, opacity)
    fill = seen.colour
    if row.stripe:
        fill = f"repeating-linear-gradient({90 + row.angle}deg,{seen.colour} 0 5px,{seen.stripe} 5px 7px)"
    return f"<i style='background:{fill};border-color:{OUTLINE}'></i>"


def _sample(mark: LegendMark) -> str:
    """Return a drawing of a mark as SVG, as the map draws it."""
    head = "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'>"
    if mark.status == "line":
        path = f"<path d='M0 10H40' stroke='{mark.colour}' stroke-width='3' stroke-dasharray='{mark.dash}'/>"
        return f"{head}{path}</svg>"
    if mark.status == "dot":
        return f"{head}<circle cx='20' cy='10' r='4' fill='{mark.colour}'/></svg>"
    if mark.status == "reach":
        return f"{head}<circle cx='20' cy='10' r='9' stroke='{mark.colour}' fill='none'/></svg>"
    full = mark.status == "member"
    fill, ink, wide = (mark.colour, "#fff", 1) if full else ("#fff", "#1b2733", 2.5)
    dash = {"potential": "4 3", "undated": "1.5 2"}.get(mark.status, "")
    look = (
        f"fill='{fill}' stroke='{'#1b2733' if full else mark.colour}' stroke-width='{wide}' stroke-dasharray='{dash}'"
    )
    shape = (
        "<rect x='12' y='2' width='16' height='16' rx='2'"
        if mark.status == "proposal"
        else "<circle cx='20' cy='10' r='8'"
    )
    font = "font-family='sans-serif' font-weight='bold' font-size='11' text-anchor='middle'"
    return f"{head}{shape} {look}/><text x='20' y='14' {font} fill='{ink}'>{html.escape(mark.letter)}</text></svg>"
