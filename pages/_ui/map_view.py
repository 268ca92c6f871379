"""Show a web map and the legend beside it."""

from __future__ import annotations

import html
from typing import Any

import streamlit as st
from streamlit_folium import st_folium

from geo.model.cluster import Sector, Status
from geo.render.legend import LegendRow
from geo.render.palette import OUTLINE, SECTOR_FILL, on_white, surface_ramp
from geo.render.picture import Picture
from geo.render.text import Text
from geo.services.web import map_parts

HEIGHT = 560


def show_map(payload: dict[str, Any], *, key: str, report: bool = False) -> tuple[float, float, float, float] | None:
    """
    Show a map and repaint it in place when the payload changes.

    Parameters
    ----------
    payload
        From a service.
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
    base, painting = map_parts(payload | {"report": report})
    answer = st_folium(
        base,
        key=key,
        height=HEIGHT,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=painting,
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
    opacity = float(picture.payload["opacity"])
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
    seen = on_white({"color": row.colour, "stripe": row.stripe}, opacity)
    fill = seen["color"]
    if row.stripe:
        fill = f"repeating-linear-gradient({90 + row.angle}deg,{seen['color']} 0 5px,{seen['stripe']} 5px 7px)"
    return f"<i style='background:{fill};border-color:{OUTLINE}'></i>"


def show_lines(title: str, lines: tuple[tuple[str, str, str, str], ...]) -> None:
    """Show what kinds of lines on a map mean: label, colour, dashes and number of each."""
    rows = [f"<p class='klastry-legend-title'>{html.escape(title)}</p><ul>"]
    for label, colour, dashes, count in lines:
        line = f"<line x1='0' y1='6' x2='40' y2='6' stroke='{colour}' stroke-width='3' stroke-dasharray='{dashes}'/>"
        mark = f"<svg width='40' height='12' aria-hidden='true'>{line}</svg>"
        rows.append(f"<li>{mark}<span>{html.escape(label)}</span><small>{html.escape(count)}</small></li>")
    st.html(f"<div class='klastry-legend'>{''.join(rows)}</ul></div>")
