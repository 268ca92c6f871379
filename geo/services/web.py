"""Prepare what every web map needs: outlines, view, marks of organisations."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from geo.io.boundaries import load_units
from geo.model.cluster import Sector
from geo.model.units import Level, level_of
from geo.render import palette
from geo.render.assets import ensure_assets
from geo.render.text import Text
from geo.render.web_map import base_map, paint
from geo.services.catalogue import place_label
from geo.settings import DISPLAY_CRS, METRIC_CRS

OSM_TILES = {
    "url": "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
    "attribution": "© autorzy OpenStreetMap",
}
LINE_STYLES = {
    Level.POWIAT: {"color": "#5f6b76", "weight": 0.9},
    Level.VOIVODESHIP: {"color": "#37424d", "weight": 1.4},
}


def map_parts(payload: dict[str, Any]) -> tuple[folium.Map, folium.FeatureGroup]:
    """Return the constant map and the element that paints a payload on it."""
    return base_map(ensure_assets()), paint(payload)


def frame(
    key: str, level: Level, territory: tuple[str, ...], text: Text, *, title: str, basemap: bool
) -> dict[str, Any]:
    """
    Return the part of a payload that says where the map looks and which outlines it draws.

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
    lines: list[dict[str, Any]] = [{"codes": None, "level": str(k), "style": LINE_STYLES[k]} for k in coarser]
    lines += territory_lines(territory)
    return {
        "key": f"{key}:{level}",
        "level": str(level),
        "base": ensure_assets().outlines,
        "scope": list(territory),
        "outlines": lines,
        "fit": {"key": f"{key}:{'.'.join(territory)}", "bounds": bounds_of(territory)},
        "basemap": OSM_TILES if basemap else None,
        "text": {
            "map": text("density.map.alt", title=title.removesuffix(".")),
            "more": text("map.more", n="{n}"),
            "failed": text("map.failed"),
            "surface": text("map.surface"),
            "credit": text("map.credit"),
            "zoomIn": text("map.zoom_in"),
            "zoomOut": text("map.zoom_out"),
            "close": text("map.close"),
            "language": text.language,
        },
    }


def territory_lines(territory: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the outlines of some units, one entry a level."""
    lines = []
    for own in Level:
        codes = [t for t in territory if level_of(t) is own]
        if codes:
            style = {"color": palette.TERRITORY_LINE, "weight": 3}
            lines.append({"codes": codes, "level": str(own), "style": style})
    return lines


@lru_cache(maxsize=256)
def bounds_of(territory: tuple[str, ...]) -> list[list[float]]:
    """Return [[south, west], [north, east]] in degrees of some units, or of the country for ()."""
    parts = [load_units(level) for t in territory if (level := level_of(t))]
    boxes = [p.geometry[t].bounds for p, t in zip(parts, territory, strict=True)]
    if not boxes:
        boxes = [tuple(load_units(Level.VOIVODESHIP).total_bounds)]
    low, high = np.min(boxes, axis=0)[:2], np.max(boxes, axis=0)[2:]
    change = Transformer.from_crs(METRIC_CRS, DISPLAY_CRS, always_xy=True)
    west, south, east, north = change.transform_bounds(*low, *high)
    return [[south, west], [north, east]]


def class_string(codes: np.ndarray) -> str:
    """Return one character a unit: its class, or "-" for no data."""
    return "".join("-" if c < 0 else str(c) for c in codes)


def label_marks(names: list[tuple[str, tuple[str, ...]]]) -> list[dict[str, Any]]:
    """
    Return short names to write on territories, apart where two territories have the same middle.

    Parameters
    ----------
    names
        Name and TERYT codes of each territory; the largest unit of it carries the name.
    """
    change = Transformer.from_crs(METRIC_CRS, DISPLAY_CRS, always_xy=True)
    taken: dict[tuple[float, float], int] = {}
    marks = []
    for name, territory in names:
        shapes = [load_units(level).geometry[t] for t in territory if (level := level_of(t))]
        point = max(shapes, key=lambda s: s.area).representative_point()
        place = round(point.x, -3), round(point.y, -3)
        x, y = change.transform(point.x, point.y)
        # In pixels to the right, so that they stay apart at every zoom.
        # Above the place, so that what stands there is seen.
        marks.append({"x": round(x, 5), "y": round(y, 5), "t": name, "o": 26 * taken.get(place, 0), "v": -26})
        taken[place] = taken.get(place, 0) + 1
    return marks


def place_mark(point: shapely.Point, name: str, note: str) -> dict[str, Any]:
    """Return the mark of a place where a member might be, from a point in EPSG:2180."""
    change = Transformer.from_crs(METRIC_CRS, DISPLAY_CRS, always_xy=True)
    x, y = change.transform(point.x, point.y)
    empty = dict.fromkeys(("s", "st", "p", "src"), "")
    return {"x": round(x, 5), "y": round(y, 5), "n": name, "k": note, "l": "+", **empty} | {
        "sk": "potential",
        "c": palette.TERRITORY_LINE,
    }


def member_marks(members: gpd.GeoDataFrame, text: Text, clusters: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """
    Return the organisations that have a point, in degrees, with what a reader wants to know.

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
        return []
    xy = np.round(shapely.get_coordinates(located.geometry.to_crs(DISPLAY_CRS).to_numpy()), 5)
    return [
        {
            "x": float(x),
            "y": float(y),
            "n": row.name,
            "k": row.kind,
            "s": text(f"sector.{row.sector}"),
            "st": text(f"status.{row.status}"),
            "sk": row.status,
            "c": palette.SECTOR_FILL[Sector(row.sector)],
            "l": text(f"sector.letter.{row.sector}"),
            "p": place_label(row.teryt, row.locality, text),
            "src": text("map.source", source=row.source) if row.source else "",
        }
        | ({"cl": clusters.get(row.cluster_id, "")} if clusters else {})
        for (x, y), row in zip(xy, located.itertuples(index=False), strict=True)
    ]
