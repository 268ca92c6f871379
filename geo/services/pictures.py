"""Make files of the maps on screen: the same classes, colours, filters and extent."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis.points import coordinates
from geo.export.image import to_pdf, to_png, to_svg
from geo.export.map_data import map_csv, map_geojson, map_gpkg, map_xlsx
from geo.export.slides import MapSlide, deck, slide_png
from geo.export.tables import table_file
from geo.export.web_page import map_page
from geo.model.cluster import Cluster, Sector
from geo.model.names import fold, one_line, printable
from geo.model.picture import DATA, Kind, PictureQuery
from geo.model.selection import Subject
from geo.render.figure import compose
from geo.render.legend import LegendRow
from geo.render.painting import MARK_STATUSES, PROPOSAL, Bounds, Painting
from geo.render.palette import SECTOR_FILL, TERRITORY_LINE
from geo.render.picture import LegendMark, Picture, SurfaceBar, Tables
from geo.render.table import Table
from geo.render.text import Text
from geo.services.confirmed import list_note
from geo.services.ground import manifest
from geo.services.labels import cited
from geo.services.library import library
from geo.services.organisations import organisations_table
from geo.services.subjects import subject_names
from geo.settings import PROGRAM

MAX_NAME = 80
NOTHING = Table("nothing", pd.DataFrame(), ())
# Sources of organisations longer than this stand in the data of the map only.
MAX_LISTED = 120
# Width of a preview.
PREVIEW_PIXELS = 960
# Pixels an inch of the map on a slide: twice a screen's.
SLIDE_DPI = 192


def title_of(subject: Subject, clusters: tuple[Cluster, ...], text: Text) -> str:
    """Return the name of a subject: a cluster, a network, or the clusters of several."""
    return subject_names(text).get(str(subject)) or ", ".join(c.name for c in clusters)


@dataclass(frozen=True)
class Behind:
    """
    The data behind a map.

    Attributes
    ----------
    members
        The organisations counted, rows of the members frame.
    units
        The units painted, index `teryt`.
    numbers
        A few rows that sum the map up.
    localities
        The localities that are drawn as dots, in their order.
    """

    members: gpd.GeoDataFrame
    units: Table | None = None
    numbers: Table | None = None
    localities: Table | None = None


def map_picture(
    painting: Painting,
    words: tuple[str, str, str],
    data: Behind,
    text: Text,
    *,
    notes: tuple[str, ...] = (),
    legend: tuple[LegendRow, ...] | None = None,
) -> Picture:
    """
    Return what the files of a map say.

    Parameters
    ----------
    painting
        What the map shows.
    words
        Title, subtitle, and what the legend measures.
    data
        The data behind the map.
    text
        Language.
    notes
        Caveats.
    legend
        What the colours mean, where it is not all that the painting says.
    """
    title, subtitle, measure = words
    # Places that are only assumed belong to no cluster.
    real = data.members[data.members["cluster_id"] != ""]
    listed = sorted(s for s in real["source"].unique() if s)
    sources = text("picture.sources", date=text.when(manifest()["state_date"]))
    named = "; ".join(cited(real, text))
    if 0 < len(named) <= MAX_LISTED:
        sources = f"{sources} {text('picture.sources.members', sources=named)}"
    rows = painting.legend(text) if legend is None else legend
    shown = set(real["cluster_id"].unique())
    said = list_note(tuple(c for c in library().clusters if c.cluster_id in shown), text)
    return Picture(
        painting=painting,
        title=title,
        subtitle=subtitle,
        legend_title=measure,
        legend=rows,
        marks=marks_of(painting, text),
        notes=(*notes, said) if said else notes,
        sources=sources,
        alt=alt_text(title, subtitle, rows, text),
        language=text.language,
        surface=None,
        tables=Tables(
            data.numbers.shown(text) if data.numbers is not None else pd.DataFrame(),
            data.units if data.units is not None else NOTHING,
            organisations_table(real, text),
            coordinates(real.geometry) if len(real) else np.empty((0, 2)),
            _credits(words, notes, listed, text),
            localities=data.localities,
        ),
    )


def alt_text(
    title: str, subtitle: str, legend: tuple[LegendRow, ...], text: Text, surface: SurfaceBar | None = None
) -> str:
    """Return a description of a map for those who do not see it."""
    rows = surface.words if surface else "; ".join(f"{r.label}: {r.units}" for r in legend)
    return text("picture.alt", title=title, subtitle=subtitle, legend=rows)


def _credits(
    words: tuple[str, str, str], notes: tuple[str, ...], listed: list[str], text: Text
) -> tuple[tuple[str, str], ...]:
    """Return what is shown, its caveats and every source with its licence, as pairs."""
    title, subtitle, measure = words
    state, *registers, program = general_credits(text)
    return (
        (text("data.title"), title),
        (text("data.shows"), subtitle),
        (text("data.measure"), measure),
        state,
        *((text("data.caveat"), note) for note in notes),
        *registers,
        *((text("data.source.members"), source) for source in listed),
        program,
    )


def general_credits(text: Text) -> tuple[tuple[str, str], ...]:
    """Return what is said of all data: of when it is, every register with its licence, and the program."""
    facts = manifest()
    return (
        (text("data.state"), text.when(facts["state_date"])),
        *((r["name"], f"{r['publisher']}; {r['state']}; {r['licence']}") for r in facts["registers"]),
        (text("data.program"), PROGRAM),
    )


def saved_table(table: Table, kind: str, text: Text) -> bytes:
    """Return a table as a file, see `table_file`; a workbook has a sheet of sources."""
    return table_file(table, kind, text, general_credits(text))


def marks_of(painting: Painting, text: Text, besides: tuple[LegendMark, ...] = ()) -> tuple[LegendMark, ...]:
    """
    Return every mark on the map: sectors, several at one place, statuses, proposals, reach, the territory.

    Parameters
    ----------
    painting
        The map.
    text
        Language.
    besides
        Marks of the map it is a part of: of them those of dots stay that are drawn here too.
    """
    real = [m for m in painting.marks if m.status != PROPOSAL]
    colours = {m.colour for m in real}
    crowded = painting.crowded
    marks = [
        LegendMark(text(f"sector.{s}"), text(f"sector.letter.{s}"), SECTOR_FILL[s], "dot" if crowded else "member")
        for s in Sector
        if SECTOR_FILL[s] in colours
    ]
    places = [(m.x, m.y) for m in painting.marks]
    if len(set(places)) < len(places):
        marks.append(LegendMark(text("picture.several"), "2", TERRITORY_LINE, "dot" if crowded else "member"))
    statuses = set() if crowded else {m.status for m in painting.marks}
    marks += [
        LegendMark(text(f"legend.status.{s}"), "+" if s == PROPOSAL else "", "#37424d", s)
        for s in MARK_STATUSES[1:]
        if s in statuses
    ]
    if painting.rings:
        ring = painting.rings[0]
        reach = text("legend.reach", km=text.number(ring.radius_m / 1000.0, 1))
        marks.append(LegendMark(reach, "", ring.colour, "reach"))
    if painting.frame.scope:
        marks.append(LegendMark(text("legend.territory"), "", TERRITORY_LINE, "line"))
    dots = [m for m in besides if m.status == "dot" and painting.dots and not crowded]
    return (*marks, *(m for m in dots if m not in marks))


def map_file(picture: Picture, query: PictureQuery, kind: Kind) -> bytes:
    """
    Return a file of a map.

    Parameters
    ----------
    picture
        What it says.
    query
        How it is drawn.
    kind
        An image, a slide, a page for browsers, or the data behind the map.
    """
    return _WRITERS[kind](worded(picture, query), query)


def preview_png(picture: Picture, query: PictureQuery) -> bytes:
    """Return the image that a query asks for, of the same page in fewer pixels."""
    sheet = query.sheet
    shown = worded(picture, query)
    small = replace(sheet, dpi=min(sheet.dpi, PREVIEW_PIXELS / sheet.width_in))
    return to_png(compose(shown, query, page=small), title=shown.title, alt=shown.alt)


def worded(picture: Picture, query: PictureQuery) -> Picture:
    """Return a picture with the words a query asks for, its description too, without controls in any."""
    title = printable(picture.title if query.title is None else query.title)
    subtitle = printable(picture.subtitle if query.subtitle is None else query.subtitle)
    alt = printable(picture.alt)
    if (query.title, query.subtitle) != (None, None):
        alt = alt_text(title, subtitle, picture.rows, Text(picture.language), picture.surface)
    notes = tuple(printable(note) for note in picture.notes)
    if query.extent and _cuts(query.extent, picture.painting.frame.bounds):
        notes = (Text(picture.language)("picture.zoomed"), *notes)
    legend = tuple(replace(row, label=one_line(row.label)) for row in picture.legend)
    marks = tuple(replace(mark, label=one_line(mark.label)) for mark in picture.marks)
    first = [(what, words) for (what, _), words in zip(picture.tables.credits, (title, subtitle), strict=False)]
    tables = replace(picture.tables, credits=(*first, *picture.tables.credits[2:]))
    drawn = replace(picture, notes=notes, legend=legend, marks=marks, tables=tables)
    return replace(drawn, title=title, subtitle=subtitle, alt=alt)


def _cuts(extent: tuple[float, float, float, float], bounds: Bounds) -> bool:
    """Tell whether a part of the screen leaves out something of what a map is about."""
    (south, west), (north, east) = bounds
    return bool(extent[0] > west or extent[1] > south or extent[2] < east or extent[3] < north)


def map_slide(picture: Picture, query: PictureQuery) -> MapSlide:
    """Return a slide of a map, drawn without the words that the slide has natively."""
    return MapSlide(picture, slide_png(picture, query, dpi=SLIDE_DPI), query.logo, query.look)


def _png(picture: Picture, query: PictureQuery) -> bytes:
    return to_png(compose(picture, query), title=picture.title or picture.subtitle, alt=picture.alt)


def _svg(picture: Picture, query: PictureQuery) -> bytes:
    title = picture.title or picture.subtitle
    return to_svg(compose(picture, query), title=title, alt=picture.alt, language=picture.language)


def _pdf(picture: Picture, query: PictureQuery) -> bytes:
    title = picture.title or picture.subtitle
    return to_pdf(compose(picture, query), title=title, alt=picture.alt, language=picture.language)


def _slide(picture: Picture, query: PictureQuery) -> bytes:
    return deck([map_slide(picture, query)], query.sheet, title=picture.title or picture.subtitle)


_WRITERS: dict[Kind, Callable[[Picture, PictureQuery], bytes]] = {
    Kind.PNG: _png,
    Kind.SVG: _svg,
    Kind.PDF: _pdf,
    Kind.PPTX: _slide,
    Kind.HTML: map_page,
    Kind.CSV: lambda picture, _: map_csv(picture),
    Kind.XLSX: lambda picture, _: map_xlsx(picture),
    Kind.GEOJSON: lambda picture, _: map_geojson(picture),
    Kind.GPKG: lambda picture, _: map_gpkg(picture),
}


def safe_stem(*words: str) -> str:
    """Return the stem of a file name that is safe anywhere: ASCII letters, digits and dashes only."""
    return re.sub(r"[^a-z0-9]+", "-", fold("-".join(words))).strip("-")[:MAX_NAME].strip("-") or "mapa"


def map_name(subject: str, what: str, query: PictureQuery, kind: Kind) -> str:
    """Return the name of a file of a map; that of an image has its format, that of its data says of what it is."""
    told = query.sized if kind in (Kind.PNG, Kind.SVG, Kind.PDF) else "mapa" if kind in DATA else ""
    return f"{safe_stem(subject, what)}{f'-{told}' if told else ''}.{kind}"
