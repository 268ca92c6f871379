"""Show a web map and the legend beside it."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit_folium import st_folium

from geo.model.units import Level
from geo.render.legend_svg import ramp, sample, swatch
from geo.render.painting import Painting
from geo.render.palette import on_white
from geo.render.picture import Picture
from geo.render.text import Text
from geo.services.intake.map import unit_at
from geo.services.web import CLICKED, SHOWN_PART, map_parts
from pages._ui.embed import embedded
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
    lines = [_headed(picture.heading)] if picture.heading else []
    if picture.surface:
        lines.append(_headed(picture.surface.title))
        low, high = html.escape(picture.surface.low), html.escape(picture.surface.high)
        lines.append(f"<p class='ramp'><span>{low}</span> {_image(ramp())} <span>{high}</span></p>")
    if picture.rows:
        lines.append("<ul>")
    for row in picture.rows:
        drawn = _image(swatch(on_white(row.fill, opacity)))
        lines.append(f"<li>{drawn}<span>{html.escape(row.label)}</span> <small>{html.escape(row.units)}</small></li>")
    if picture.rows:
        lines.append("</ul>")
    if scoped and not picture.surface:
        lines.append(f"<p><small>{html.escape(text('legend.faint'))}</small></p>")
    if picture.marks:
        lines.append(f"{_headed(text('legend.points'))}<ul>")
        lines.extend(f"<li>{_image(sample(mark))}<span>{html.escape(mark.label)}</span></li>" for mark in picture.marks)
        lines.append("</ul>")
    st.html(f"<div class='klastry-legend'>{''.join(lines)}</div>")


def _headed(title: str) -> str:
    """Return the title of a legend: a heading, but in a frame on another page, which has only its own."""
    tag = "p" if embedded() else "h2"
    return f"<{tag} class='klastry-legend-title'>{html.escape(title)}</{tag}>"


def _image(drawn: str) -> str:
    """Return a drawing as an image: what the server lets into a page holds no SVG."""
    return f"<img alt='' src='data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode('ascii')}'>"
