"""Prepare what every web map needs: outlines, view, marks of organisations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geo.io.boundaries import load_units
from geo.io.data_state import per_state
from geo.model.cluster import Cluster, Sector
from geo.model.units import Level, level_of
from geo.render import palette
from geo.render.assets import ensure_assets
from geo.render.painting import (
    PROPOSAL,
    Bounds,
    Frame,
    Label,
    MapWords,
    Mark,
    Outline,
    Painting,
    Ring,
    Territory,
    Tiles,
)
from geo.render.text import Text
from geo.render.web_map import base_map, paint
from geo.services.labels import place_labels, rows_of
from geo.settings import DISPLAY_CRS, METRIC_CRS

OSM_TILES = Tiles("https://tile.openstreetmap.org/{z}/{x}/{y}.png", "© autorzy OpenStreetMap")
# Of more territories than these the names are not written on the map.
NAMED_TERRITORIES = 12
_BORDERS = {
    Level.POWIAT: Outline(Level.POWIAT, None, "#5f6b76", 0.9),
    Level.VOIVODESHIP: Outline(Level.VOIVODESHIP, None, "#37424d", 1.4),
}


# What a browser can tell of a map: the part it shows, and where it was clicked.
SHOWN_PART, CLICKED = "bounds", "last_clicked"


def map_parts(painting: Painting, *, told: Sequence[str] = ()) -> tuple[folium.Map, folium.FeatureGroup]:
    """
    Return the constant map and the element that paints on it.

    Parameters
    ----------
    painting
        What is shown.
    told
        What the browser tells of it, `SHOWN_PART` or `CLICKED`.
    """
    words = Text(painting.frame.words.language)("map.report")
    return base_map(ensure_assets()), paint(painting.payload | {"report": list(told), "open": words})


def frame(
    key: str, level: Level, territory: tuple[str, ...], text: Text, *, title: str, basemap: bool = False
) -> Frame:
    """
    Return where a map looks and which outlines it draws.

    Parameters
    ----------
    key
        The view moves only when this changes.
    level
        Level of the painted units.
    territory
        TERYT codes outlined and looked at; () for the country.
    text
        Language.
    title
        What the map shows, for screen readers.
    basemap
        Whether tiles may be fetched.
    """
    coarser = [Level.VOIVODESHIP] if level is not Level.GMINA else [Level.POWIAT, Level.VOIVODESHIP]
    return Frame(
        key=f"{key}:{level}",
        level=level,
        scope=territory,
        outlines=(*(_BORDERS[k] for k in coarser), *territory_lines(territory)),
        fit_key=f"{key}:{'.'.join(territory)}",
        bounds=bounds_of(territory),
        words=MapWords(
            title=text("density.map.alt", title=title.removesuffix(".")),
            more=text("map.more", n="{n}"),
            failed=text("map.failed"),
            surface=text("map.surface"),
            credit=text("map.credit"),
            zoom_in=text("map.zoom_in"),
            zoom_out=text("map.zoom_out"),
            close=text("map.close"),
            whole=text("map.whole"),
            back=text("map.back"),
            wheel=text("map.wheel"),
            fingers=text("map.fingers"),
            read=text("map.read"),
            marks=text("map.marks"),
            organisations=text.forms("organisations"),
            language=text.language,
        ),
        base=ensure_assets().outlines,
        tiles=OSM_TILES if basemap else None,
    )


def with_names(frame: Frame, clusters: Iterable[Cluster]) -> Frame:
    """Return a frame that writes the names of clusters on their territories, unless they are very many."""
    territories = tuple(Territory(c.name, c.territory) for c in clusters if c.territory)
    return replace(frame, territories=territories if len(territories) <= NAMED_TERRITORIES else ())


def territory_lines(territory: tuple[str, ...]) -> tuple[Outline, ...]:
    """Return the outlines of some units, one entry a level."""
    own = {level: tuple(t for t in territory if level_of(t) is level) for level in Level}
    # On a white casing, so that it is seen on the darkest fill too.
    lines = ((palette.TERRITORY_CASING, 6), (palette.TERRITORY_LINE, 3))
    return tuple(Outline(level, codes, c, weight) for c, weight in lines for level, codes in own.items() if codes)


@per_state(256)
def bounds_of(territory: tuple[str, ...]) -> Bounds:
    """Return the corners of some units in degrees, or of the country for ()."""
    parts = [load_units(level) for t in territory if (level := level_of(t))]
    boxes = [p.geometry[t].bounds for p, t in zip(parts, territory, strict=True)]
    if not boxes:
        boxes = [tuple(load_units(Level.VOIVODESHIP).total_bounds)]
    low, high = np.min(boxes, axis=0)[:2], np.max(boxes, axis=0)[2:]
    change = Transformer.from_crs(METRIC_CRS, DISPLAY_CRS, always_xy=True)
    west, south, east, north = change.transform_bounds(*low, *high)
    return (south, west), (north, east)


def class_string(codes: np.ndarray) -> str:
    """Return one character a unit: its class, or "-" for no data."""
    return "".join("-" if c < 0 else str(c) for c in codes)


def label_marks(names: list[tuple[str, tuple[str, ...]]]) -> tuple[Label, ...]:
    """
    Return short names to write on territories, apart where two territories have the same middle.

    Parameters
    ----------
    names
        Name and TERYT codes of each territory; the largest unit of it carries the name.
    """
    change = Transformer.from_crs(METRIC_CRS, DISPLAY_CRS, always_xy=True)
    taken: dict[tuple[float, float], int] = {}
    labels = []
    for name, territory in names:
        shapes = [load_units(level).geometry[t] for t in territory if (level := level_of(t))]
        point = max(shapes, key=lambda s: s.area).representative_point()
        place = round(point.x, -3), round(point.y, -3)
        x, y = change.transform(point.x, point.y)
        # In pixels to the right, so that they stay apart at every zoom; above the place, so that what
        # stands there is seen.
        labels.append(Label(round(x, 5), round(y, 5), name, right=26 * taken.get(place, 0), down=-26))
        taken[place] = taken.get(place, 0) + 1
    return tuple(labels)


def place_mark(point: shapely.Point, name: str, note: str, *, letter: str = "+") -> Mark:
    """Return the mark of a place where a member might be, from a point in EPSG:2180."""
    change = Transformer.from_crs(METRIC_CRS, DISPLAY_CRS, always_xy=True)
    x, y = change.transform(point.x, point.y)
    return Mark(round(x, 5), round(y, 5), name, note, PROPOSAL, palette.TERRITORY_LINE, letter)


def member_marks(members: gpd.GeoDataFrame, text: Text, clusters: dict[str, str] | None = None) -> tuple[Mark, ...]:
    """
    Return the organisations that have a point, with what a reader wants to know.

    Parameters
    ----------
    members
        Rows of the members frame.
    text
        Language.
    clusters
        Names of clusters by identifier, where the map shows several.
    """
    located = members[members.geometry.notna()]
    if located.empty:
        return ()
    xy = np.round(shapely.get_coordinates(located.geometry.to_crs(DISPLAY_CRS).to_numpy()), 5)
    # Many members share a sector, a status, a place and a source: each is put into words once.
    sectors = {s: Sector(s) for s in located["sector"].unique()}
    letters = {s: text(f"sector.letter.{s}") for s in sectors}
    words = {s: text(f"sector.{s}") for s in sectors}
    states = {s: text(f"status.{s}") for s in located["status"].unique()}
    sources = {s: text("map.source", source=s) if s else "" for s in located["source"].unique()}
    places = place_labels(located, text).to_numpy(dtype=object)
    # A list that is only looked through belongs to no cluster yet.
    of = located["cluster_id"].map(clusters).fillna("") if clusters else pd.Series("", index=located.index)
    rows = zip(
        xy.tolist(), rows_of(located, "name", "kind", "status", "sector", "source"), places, of.tolist(), strict=True
    )
    return tuple(
        Mark(
            x=x,
            y=y,
            name=name,
            kind=kind,
            status=status,
            colour=palette.SECTOR_FILL[sectors[sector]],
            letter=letters[sector],
            sector=words[sector],
            status_word=states[status],
            place=place,
            source=sources[source],
            cluster=cluster,
        )
        for (x, y), (name, kind, status, sector, source), place, cluster in rows
    )


def rings_of(marks: tuple[Mark, ...], radius_m: float) -> tuple[Ring, ...]:
    """Return the reach of some marks, metres, as rings."""
    return tuple(Ring(m.x, m.y, radius_m, palette.TERRITORY_LINE) for m in marks)
