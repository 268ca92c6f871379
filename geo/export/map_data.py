"""Write the data behind a map, from its tables and not from the drawing, for spreadsheets and for GIS."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.export.tables import to_csv, workbook
from geo.io.boundaries import load_units
from geo.model.names import sound
from geo.model.results import DensitySurface
from geo.render.painting import PROPOSAL, Dot, Mark, Ring
from geo.render.palette import on_white
from geo.render.picture import Picture
from geo.render.static_map import shapes_at, tolerance_for
from geo.render.surface_image import CLEAR_BELOW
from geo.render.text import Text
from geo.settings import DISPLAY_CRS, METRIC_CRS

# A circle is drawn with four times so many corners: at 60 km it is right to 20 m.
CIRCLE = 64
# GeoJSON is drawn by web pages: its outlines are as fine as a wide screen shows. GeoPackage has the finest.
SCREEN_PIXELS = 2500.0
# 6 decimals of a degree: 0.1 metre.
DECIMALS = 6


def map_csv(picture: Picture) -> bytes:
    """Return the painted units as CSV: UTF-8 with BOM, semicolons, decimal commas."""
    return to_csv(_units(picture))


def map_xlsx(picture: Picture) -> bytes:
    """Return a workbook: units, organisations with coordinates (EPSG:2180) and a sheet of sources."""
    text = Text(picture.language)
    return workbook(
        {
            text("data.sheet.units"): _units(picture),
            text("data.sheet.points"): _organisations(picture, text),
            text("data.sheet.sources"): _credits(picture, text),
        }
    )


def map_geojson(picture: Picture) -> bytes:
    """Return GeoJSON (RFC 7946, degrees): units and points, told apart by `warstwa`."""
    text = Text(picture.language)
    features = []
    for name, frame in _layers(picture, text, pixels=SCREEN_PIXELS).items():
        shown = frame.to_crs(DISPLAY_CRS)
        records = shown.drop(columns="geometry").astype(object).where(shown.drop(columns="geometry").notna(), None)
        for shape, record in zip(shown.geometry, records.to_dict("records"), strict=True):
            outline = shape if shape is None or shape.geom_type == "Point" else shapely.orient_polygons(shape)
            features.append(
                {
                    "type": "Feature",
                    # RFC 7946: a feature without a place has null.
                    "geometry": None if outline is None else _rounded(json.loads(shapely.to_geojson(outline))),
                    "properties": {text("data.layer"): name, **{k: _plain(v) for k, v in record.items()}},
                }
            )
    content = {
        "type": "FeatureCollection",
        "name": picture.title,
        "sources": [list(pair) for pair in picture.tables.credits],
        "features": features,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def map_gpkg(picture: Picture) -> bytes:
    """Return a GeoPackage (EPSG:2180) with a layer of units, one of points and a table of sources."""
    # Loaded when a GeoPackage is asked for: 28 MB.
    import pyogrio  # noqa: PLC0415

    text = Text(picture.language)
    with tempfile.TemporaryDirectory(prefix="klastry-") as folder:
        file = Path(folder) / "map.gpkg"
        for name, frame in _layers(picture, text).items():
            kind = "Point" if frame.geom_type.dropna().eq("Point").all() else "MultiPolygon"
            options = {"geometry_type": kind, "promote_to_multi": kind != "Point"}
            frame.to_file(file, layer=name, driver="GPKG", engine="pyogrio", index=False, **options)
        pyogrio.write_dataframe(
            _credits(picture, text), file, layer=text("data.sheet.sources").lower(), driver="GPKG", append=True
        )
        return file.read_bytes()


def _units(picture: Picture) -> pd.DataFrame:
    """Return the table of units with the colour each is painted in."""
    text = Text(picture.language)
    painting, table = picture.painting, picture.tables.units
    codes = load_units(painting.level).index
    key = pd.Series(list(painting.units), index=codes).reindex(table.index)
    seen = {k: on_white(fill, painting.opacity).colour for k, fill in painting.fills.items()}
    colours = key.map(seen)
    return _sound(table.assign(**{text("data.colour"): colours.to_numpy()}))


def _organisations(picture: Picture, text: Text) -> pd.DataFrame:
    tables = picture.tables
    points = {text("data.easting"): tables.points[:, 0].round(1), text("data.northing"): tables.points[:, 1].round(1)}
    return _sound(tables.organisations.assign(**points))


def _credits(picture: Picture, text: Text) -> pd.DataFrame:
    pairs = [[sound(v) for v in pair] for pair in picture.tables.credits]
    return pd.DataFrame(pairs, columns=[text("data.what"), text("data.value")])


def _sound(table: pd.DataFrame) -> pd.DataFrame:
    texts = {c: table[c].map(sound) for c in table.columns if table[c].dtype.kind not in "biufM"}
    return table.assign(**texts)


def _layers(picture: Picture, text: Text, pixels: float = 0.0) -> dict[str, gpd.GeoDataFrame]:
    """
    Return units and points in EPSG:2180; layers without rows are left out.

    Outlines are as fine as a screen so many pixels wide shows, or as they are for 0.
    """
    painting = picture.painting
    units, level = _units(picture), painting.level
    place = load_units(level).index.get_indexer(units.index)
    shapes = shapes_at(level, 0.0)[place]
    if pixels and len(shapes):
        west, _, east, _ = shapely.total_bounds(shapes)
        shapes = shapes_at(level, tolerance_for((east - west) / pixels))[place]
    frames = {
        "units": gpd.GeoDataFrame(units, geometry=shapes, crs=METRIC_CRS),
        "points": _points(picture),
        "proposals": _proposals(picture, text),
    }
    layers = {text(f"data.sheet.{name}").lower(): frame for name, frame in frames.items() if len(frame)}
    if painting.dots:
        rows = pd.DataFrame({text("data.description"): [sound(d.words) for d in painting.dots]})
        layers[text("data.sheet.dots")] = _placed(rows, painting.dots)
    if painting.rings:
        radii = [r.radius_m for r in painting.rings]
        placed = _placed(pd.DataFrame({text("data.reach"): [r / 1000.0 for r in radii]}), painting.rings)
        layers[text("data.sheet.circles")] = placed.set_geometry(placed.buffer(radii, CIRCLE))
    if picture.tables.grid is not None:
        layers[text("data.sheet.grid")] = _grid(picture.tables.grid, text)
    return layers


def _grid(surface: DensitySurface, text: Text) -> gpd.GeoDataFrame:
    """Return the middles of the cells in which the surface is drawn, with its value."""
    row, column = np.nonzero(surface.values > CLEAR_BELOW * surface.values.max())
    east = surface.west + (column + 0.5) * surface.cell_m
    north = surface.south + (row + 0.5) * surface.cell_m
    values = (100.0 * surface.values[row, column]).astype(float).round(6)
    return gpd.GeoDataFrame({text("legend.surface"): values}, geometry=gpd.points_from_xy(east, north), crs=METRIC_CRS)


def _points(picture: Picture) -> gpd.GeoDataFrame:
    """Return the table of organisations; those without a known point have no geometry."""
    tables = picture.tables
    placed = np.isfinite(tables.points).all(axis=1)
    points = np.full(len(tables.points), None, dtype=object)
    points[placed] = shapely.points(tables.points[placed])
    return gpd.GeoDataFrame(_sound(tables.organisations), geometry=points, crs=METRIC_CRS)


def _proposals(picture: Picture, text: Text) -> gpd.GeoDataFrame:
    """Return the places that are proposed or assumed."""
    marks = [m for m in picture.painting.marks if m.status == PROPOSAL]
    rows = pd.DataFrame(
        {text("col.name"): [sound(m.name) for m in marks], text("data.description"): [sound(m.kind) for m in marks]},
        dtype="str",
    )
    return _placed(rows, marks)


def _placed(rows: pd.DataFrame, marks: Sequence[Mark | Dot | Ring]) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy([m.x for m in marks], [m.y for m in marks], crs=DISPLAY_CRS)
    return gpd.GeoDataFrame(rows, geometry=points).to_crs(METRIC_CRS)


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    def rounded(value: Any) -> Any:
        return [rounded(v) for v in value] if isinstance(value, list) else round(value, DECIMALS)

    return geometry | {"coordinates": rounded(geometry["coordinates"])}


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value
