"""Make images of the maps on screen: the same classes, colours, filters and extent."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from geo.export.image import to_file
from geo.model.cluster import Cluster, Sector, Status
from geo.model.names import fold
from geo.model.picture import Kind, PictureQuery
from geo.render.figure import compose
from geo.render.legend import LegendRow
from geo.render.legend_box import LegendMark, Picture
from geo.render.palette import SECTOR_FILL
from geo.render.text import Text
from geo.services.catalogue import manifest, subject_names
from geo.services.coverage import CoverageView
from geo.services.density import DensityView

MAX_NAME = 80


def density_picture(view: DensityView, text: Text) -> Picture:
    """Return what an image of the density map says."""
    title = _title(view.query.subject, view.clusters, text)
    measure = text(f"measure.{view.query.measure}")
    return _picture(view.payload, (title, view.headline), measure, view.legend, view.notes, text)


def coverage_picture(view: CoverageView, text: Text) -> Picture:
    """Return what an image of the coverage map says."""
    title = _title(view.query.subject, view.clusters, text)
    return _picture(view.payload, (title, view.headline), text("coverage.verdict"), view.legend, view.notes, text)


def _title(subject: str, clusters: tuple[Cluster, ...], text: Text) -> str:
    return subject_names(text).get(subject) or ", ".join(c.name for c in clusters)


def _picture(
    payload: dict[str, Any],
    words: tuple[str, str],
    measure: str,
    legend: tuple[LegendRow, ...],
    notes: tuple[str, ...],
    text: Text,
) -> Picture:
    title, subtitle = words
    sources = text("picture.sources", date=manifest()["state_date"])
    alt = text("picture.alt", title=title, subtitle=subtitle, legend="; ".join(f"{r.label}: {r.units}" for r in legend))
    return Picture(payload, title, subtitle, measure, legend, _marks(payload, text), notes, sources, alt)


def _marks(payload: dict[str, Any], text: Text) -> tuple[LegendMark, ...]:
    """Return the marks of organisations that are on the map: sectors, then statuses."""
    members = payload["members"]
    colours = {m["c"] for m in members}
    marks = [
        LegendMark(text(f"sector.{s}"), text(f"sector.letter.{s}"), SECTOR_FILL[s], "member")
        for s in Sector
        if SECTOR_FILL[s] in colours
    ]
    places = [(m["x"], m["y"]) for m in members]
    if len(set(places)) < len(places):
        marks.append(LegendMark(text("picture.several"), "2", "#1b2733", "member"))
    statuses = {m["sk"] for m in members}
    marks += [
        LegendMark(text(f"legend.status.{s}"), "", "#37424d", str(s))
        for s in Status
        if s in statuses and s is not Status.MEMBER
    ]
    return tuple(marks)


def image(picture: Picture, query: PictureQuery, kind: Kind) -> bytes:
    """
    Return an image file.

    Parameters
    ----------
    picture
        What it says.
    query
        How it is drawn.
    kind
        PNG, SVG or PDF.
    """
    title = picture.title if query.title is None else query.title
    subtitle = picture.subtitle if query.subtitle is None else query.subtitle
    said = replace(picture, title=title, subtitle=subtitle)
    return to_file(compose(said, query), kind, title=title or subtitle, alt=said.alt)


def image_name(subject: str, kind: str, query: PictureQuery, extension: Kind) -> str:
    """Return a file name that is safe anywhere: ASCII letters, digits and dashes only."""
    stem = re.sub(r"[^a-z0-9]+", "-", fold(f"{subject}-{kind}")).strip("-")[:MAX_NAME] or "mapa"
    return f"{stem}-{query.page}.{extension}"
