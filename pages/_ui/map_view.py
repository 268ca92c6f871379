"""Show a web map and the legend beside it."""

from __future__ import annotations

import base64
import html
from typing import Any

import streamlit as st
from streamlit_folium import st_folium

from geo.model.cluster import Sector, Status
from geo.render.legend import LegendRow
from geo.render.painting import Painting
from geo.render.palette import OUTLINE, SECTOR_FILL, on_white, surface_ramp
from geo.render.picture import LegendMark, Picture
from geo.render.text import Text
from geo.services.web import map_parts

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
    base, paint = map_parts(painting, report=report)
    answer = st_folium(
        base,
        key=key,
        height=HEIGHT,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=paint,
    )
    bounds: Any = (answer or {}).get("bounds") if report else None
    try:
        low, high = bounds["_southWest"], bounds["_northEast"]
        west, south, east, north = (float(v) for v in (low["lng"], low["lat"], high["lng"], high["lat"]))
    except (TypeError, KeyError, ValueError):
        return None
    return (west, south, east, north) if west < east and south < north else None


def show_legend(picture: Picture, text: Text, *, statuses: tuple[Status, ...], scoped: bool) -> None:
    """
    Show the legend of a map: classes of units with their numbers, then the marks of organisations.

    Parameters
    ----------
    picture
        What the map says.
    text
        Language.
    statuses
        Statuses on the map; empty for no marks.
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
    if statuses:
        lines.append(f"<p class='klastry-legend-title'>{html.escape(text('legend.points'))}</p><ul>")
        marks = [(SECTOR_FILL[s], text(f"sector.letter.{s}"), text(f"sector.{s}")) for s in Sector]
        marks.append(("#1b2733", "2", text("legend.mixed")))
        for colour, letter, label in marks:
            style = f"background:{colour};border-radius:50%;border-color:#fff;outline:1px solid #1b2733;"
            style += "width:18px;height:18px;color:#fff;font:bold 11px/16px sans-serif;text-align:center"
            lines.append(f"<li><i style='{style}'>{letter}</i><span>{html.escape(label)}</span></li>")
        lines.append(f"<li><small>{html.escape(text('legend.number'))}</small></li>")
        lines.extend(f"<li><small>{html.escape(text(f'legend.status.{s}'))}</small></li>" for s in statuses)
        lines.append("</ul>")
    st.html(f"<div class='klastry-legend'>{''.join(lines)}</div>")


def _swatch(row: LegendRow, opacity: float) -> str:
    seen = on_white(row.fill, opacity)
    fill = seen.colour
    if row.stripe:
        fill = f"repeating-linear-gradient({90 + row.angle}deg,{seen.colour} 0 5px,{seen.stripe} 5px 7px)"
    return f"<i style='background:{fill};border-color:{OUTLINE}'></i>"


def show_marks(marks: tuple[LegendMark, ...], kinds: tuple[str, ...]) -> None:
    """Show what lines, dots and rings on a map mean."""
    rows = ["<ul>"]
    for mark in marks:
        if mark.status in kinds:
            image = base64.b64encode(_sample(mark).encode()).decode("ascii")
            picture = f"<img width='40' height='20' alt='' src='data:image/svg+xml;base64,{image}'>"
            rows.append(f"<li>{picture}<span>{html.escape(mark.label)}</span></li>")
    if len(rows) > 1:
        st.html(f"<div class='klastry-legend'>{''.join(rows)}</ul></div>")


def _sample(mark: LegendMark) -> str:
    """Return a drawing of a mark as SVG."""
    head = "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'>"
    stroke = f"stroke='{mark.colour}' fill='none'"
    drawn = {
        "line": f"<path d='M0 10H40' {stroke} stroke-width='3' stroke-dasharray='{mark.dash}'/>",
        "dot": f"<circle cx='20' cy='10' r='4' fill='{mark.colour}'/>",
    }.get(mark.status, f"<circle cx='20' cy='10' r='8' {stroke} stroke-width='2' stroke-dasharray='4 3'/>")
    return f"{head}{drawn}</svg>"
