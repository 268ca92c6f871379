"""Write the data behind a map, from its tables and not from the drawing, for spreadsheets and for GIS."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.export.fields import fields_of
from geo.export.gis_style import mark_style, points_style, ring_style, units_style
from geo.export.tables import credits_table, to_csv, workbook
from geo.io.boundaries import load_units
from geo.model.names import sound
from geo.model.results import DensitySurface
from geo.render.painting import PROPOSAL, Dot, Mark, Ring
from geo.render.palette import OUTLINE, SECTOR_FILL, TERRITORY_LINE, on_white, surface_ramp
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
# Layers by names that every program takes, the same in every language.
UNITS, POINTS, PROPOSALS, LOCALITIES = "jednostki", "organizacje", "propozycje", "miejscowosci"
RINGS, GRID, SOURCES, LAYER = "zasieg", "powierzchnia", "zrodla", "warstwa"
SURFACE_DOT = surface_ramp()[-1]


def map_csv(picture: Picture) -> bytes:
    """Return the painted units as CSV: UTF-8 with BOM, semicolons, decimal commas."""
    return to_csv(_units(picture))


def map_xlsx(picture: Picture) -> bytes:
    """Return a workbook: units, organisations with codes and coordinates, and a sheet of sources."""
    text = Text(picture.language)
    organisations = picture.tables.organisations
    return workbook(
        {
            text("data.sheet.units"): _units(picture),
            text("data.sheet.points"): organisations.shown(text, filed=True),
            text("data.sheet.sources"): credits_table(picture.tables.credits, text),
        },
        digits={text("data.sheet.points"): organisations.digits()},
    )


@dataclass(frozen=True)
class _Layer:
    """
    A layer for programs.

    Attributes
    ----------
    frame
        Its rows, EPSG:2180; names of fields are plain.
    title
        What people call it.
    aliases
        What people call its fields.
    look
        QML, how QGIS draws it.
    simple
        How web maps draw its rows, by the keys of simplestyle; one for each row, or one for all.
    """

    frame: gpd.GeoDataFrame
    title: str
    aliases: dict[str, str]
    look: str
    simple: list[dict[str, Any]]


def map_geojson(picture: Picture) -> bytes:
    """Return GeoJSON (RFC 7946, degrees) of all layers, told apart by `warstwa`, with colours as simplestyle has."""
    layers = _layers(picture, Text(picture.language), pixels=SCREEN_PIXELS)
    features: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    for name, layer in layers.items():
        shown, looks = layer.frame.to_crs(DISPLAY_CRS), layer.simple
        names |= layer.aliases
        plain = shown.drop(columns="geometry").astype(object)
        records = plain.where(plain.notna(), None).to_dict("records")
        for n, (shape, record) in enumerate(zip(shown.geometry, records, strict=True)):
            outline = shape if shape is None or shape.geom_type == "Point" else shapely.orient_polygons(shape)
            look = looks[n if len(looks) > 1 else 0]
            features.append(
                {
                    "type": "Feature",
                    # RFC 7946: a feature without a place has null.
                    "geometry": None if outline is None else _rounded(json.loads(shapely.to_geojson(outline))),
                    "properties": {LAYER: name, **{k: _plain(v) for k, v in record.items()}, **look},
                }
            )
    content = {
        "type": "FeatureCollection",
        "name": picture.title,
        "fields": names,
        "sources": [list(pair) for pair in picture.tables.credits],
        "features": features,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def map_gpkg(picture: Picture) -> bytes:
    """
    Return a GeoPackage (EPSG:2180) of all layers and a table of sources.

    Fields have plain names; what people call them, how QGIS draws each layer and the licences are in the tables
    that the format and QGIS have for them.
    """
    # Loaded when a GeoPackage is asked for: 28 MB.
    import pyogrio  # noqa: PLC0415

    text = Text(picture.language)
    layers = _layers(picture, text)
    with tempfile.TemporaryDirectory(prefix="klastry-") as folder:
        file = Path(folder) / "map.gpkg"
        for name, layer in layers.items():
            kind = "Point" if layer.frame.geom_type.dropna().eq("Point").all() else "MultiPolygon"
            options = {"geometry_type": kind, "promote_to_multi": kind != "Point"}
            layer.frame.to_file(file, layer=name, driver="GPKG", engine="pyogrio", index=False, **options)
        said = credits_table(picture.tables.credits, text).set_axis(["co", "tresc"], axis=1)
        pyogrio.write_dataframe(said, file, layer=SOURCES, driver="GPKG", append=True)
        with closing(sqlite3.connect(file)) as package, package:
            _describe(package, layers, picture, text)
        return file.read_bytes()


_TABLES = """
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
CREATE TABLE gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (
  reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL,
  md_parent_id INTEGER, CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id));
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
"""
_EXTENSIONS = {
    "gpkg_schema": ("gpkg_data_columns", "gpkg_data_column_constraints"),
    "gpkg_metadata": ("gpkg_metadata", "gpkg_metadata_reference"),
}
DUBLIN_CORE = "http://purl.org/dc/terms/"


def _describe(package: sqlite3.Connection, layers: dict[str, _Layer], picture: Picture, text: Text) -> None:
    """Write what people call layers and fields, how QGIS draws them, and title, licences and sources."""
    package.executescript(_TABLES)
    package.executemany(
        "INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope) "
        "VALUES (?, NULL, ?, ?, 'read-write')",
        [
            (table, name, f"http://www.geopackage.org/spec131/#extension_{name.removeprefix('gpkg_')}")
            for name, tables in _EXTENSIONS.items()
            for table in tables
        ],
    )
    package.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('layer_styles', 'attributes', ?)",
        ("layer_styles",),
    )
    about = str(sound(picture.title)), str(sound(picture.subtitle))
    for name, layer in layers.items():
        package.execute(
            "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?",
            (layer.title, ". ".join(about), name),
        )
        said: set[str] = set()
        for field, alias in layer.aliases.items():
            # Each alias once a layer.
            called = alias if alias not in said else f"{alias} ({field})"
            said.add(called)
            package.execute(
                "INSERT INTO gpkg_data_columns (table_name, column_name, name, title) VALUES (?, ?, ?, ?)",
                (name, field, called, alias),
            )
        package.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
            "styleQML, useAsDefault, description) VALUES ('', '', ?, 'geom', ?, ?, 1, ?)",
            (name, name, layer.look, layer.title),
        )
    words = "\n".join(f"{what}: {value}" for what, value in credits_table(picture.tables.credits, text).to_numpy())
    package.execute("INSERT INTO gpkg_metadata VALUES (1, 'dataset', ?, 'text/plain', ?)", (DUBLIN_CORE, words))
    package.execute("INSERT INTO gpkg_metadata_reference (reference_scope, md_file_id) VALUES ('geopackage', 1)")


def _units(picture: Picture) -> pd.DataFrame:
    """Return the table of units in words, with the colour each is painted in."""
    text, table = Text(picture.language), picture.tables.units
    return _sound(table.shown(text, filed=True).assign(**{text("data.colour"): _colours(picture)}))


def _keys(picture: Picture) -> pd.Series:
    """Return the key of the class of each unit of the table."""
    codes = load_units(picture.painting.level).index
    return pd.Series(list(picture.painting.units), index=codes).reindex(picture.tables.units.frame.index)


def _colours(picture: Picture) -> Any:
    """Return the colour in which each unit of the table is seen."""
    painting = picture.painting
    seen = {k: on_white(fill, painting.opacity).colour for k, fill in painting.fills.items()}
    return _keys(picture).map(seen).to_numpy()


def _sound(table: pd.DataFrame) -> pd.DataFrame:
    texts = {c: table[c].map(sound) for c in table.columns if table[c].dtype.kind not in "biufM"}
    return table.assign(**texts)


def _layers(picture: Picture, text: Text, pixels: float = 0.0) -> dict[str, _Layer]:
    """
    Return units and points by the names of their layers; layers without rows are left out.

    Outlines are as fine as a screen so many pixels wide shows, or as they are for 0.
    """
    painting, tables = picture.painting, picture.tables
    layers = {UNITS: _unit_layer(picture, text, pixels)}
    if len(tables.organisations):
        layers[POINTS] = _point_layer(picture, text)
    if marks := [m for m in painting.marks if m.status == PROPOSAL]:
        rows = {"nazwa": [sound(m.name) for m in marks], "opis": [sound(m.kind) or None for m in marks]}
        aliases = {"nazwa": text("col.name"), "opis": text("data.description")}
        colour = {"marker-color": TERRITORY_LINE, "marker-symbol": "square"}
        frame = _placed(pd.DataFrame(rows, dtype="str"), marks)
        layers[PROPOSALS] = _Layer(
            frame, text("data.sheet.proposals"), aliases, mark_style("square", TERRITORY_LINE), [colour]
        )
    if painting.dots and tables.localities is not None:
        found = fields_of(tables.localities, text)
        colour = {"marker-color": painting.dots[0].colour, "marker-size": "small"}
        frame = _placed(found.frame.reset_index(drop=True), painting.dots)
        style = mark_style("circle", painting.dots[0].colour)
        layers[LOCALITIES] = _Layer(frame, text("data.sheet.dots"), found.aliases, style, [colour])
    if painting.rings:
        radii = [r.radius_m for r in painting.rings]
        placed = _placed(pd.DataFrame({"zasieg_km": [r / 1000.0 for r in radii]}), painting.rings)
        frame = placed.set_geometry(placed.buffer(radii, CIRCLE))
        line = {"stroke": TERRITORY_LINE, "stroke-width": 1, "fill-opacity": 0}
        layers[RINGS] = _Layer(
            frame, text("data.sheet.circles"), {"zasieg_km": text("data.reach")}, ring_style(), [line]
        )
    if tables.grid is not None:
        dot = {"marker-color": SURFACE_DOT, "marker-size": "small"}
        aliases = {"na_100km2": text("legend.surface")}
        frame = _grid(tables.grid)
        layers[GRID] = _Layer(frame, text("data.sheet.grid"), aliases, mark_style("circle", SURFACE_DOT), [dot])
    return layers


def _unit_layer(picture: Picture, text: Text, pixels: float) -> _Layer:
    painting, table = picture.painting, picture.tables.units
    found, level = fields_of(table, text), painting.level
    place = load_units(level).index.get_indexer(table.frame.index)
    shapes = shapes_at(level, 0.0)[place]
    if pixels and len(shapes):
        west, _, east, _ = shapely.total_bounds(shapes)
        shapes = shapes_at(level, tolerance_for((east - west) / pixels))[place]
    colours = _colours(picture)
    rows = found.frame.assign(kolor=colours, symbol=_keys(picture).to_numpy())
    aliases = found.aliases | {"kolor": text("data.colour"), "symbol": text("data.symbol")}
    look = {"fill-opacity": 0.9, "stroke": OUTLINE, "stroke-width": 1}
    return _Layer(
        gpd.GeoDataFrame(rows, geometry=shapes, crs=METRIC_CRS),
        text("data.sheet.units"),
        aliases,
        units_style(picture.legend, painting.opacity or 0.9),
        [{"fill": colour, **look} for colour in colours] or [look],
    )


def _point_layer(picture: Picture, text: Text) -> _Layer:
    """Return the table of organisations; those without a known point have no geometry."""
    tables = picture.tables
    found = fields_of(tables.organisations, text)
    placed = np.isfinite(tables.points).all(axis=1)
    points = np.full(len(tables.points), None, dtype=object)
    points[placed] = shapely.points(tables.points[placed])
    by_sector = {text(f"sector.{s}"): colour for s, colour in SECTOR_FILL.items()}
    return _Layer(
        gpd.GeoDataFrame(found.frame, geometry=points, crs=METRIC_CRS),
        text("data.sheet.points"),
        found.aliases,
        points_style(by_sector),
        [{"marker-color": by_sector[s]} for s in found.frame["sektor"]],
    )


def _grid(surface: DensitySurface) -> gpd.GeoDataFrame:
    """Return the middles of the cells in which the surface is drawn, with its value."""
    row, column = np.nonzero(surface.values > CLEAR_BELOW * surface.values.max())
    east = surface.west + (column + 0.5) * surface.cell_m
    north = surface.south + (row + 0.5) * surface.cell_m
    values = (100.0 * surface.values[row, column]).astype(float).round(6)
    return gpd.GeoDataFrame({"na_100km2": values}, geometry=gpd.points_from_xy(east, north), crs=METRIC_CRS)


def _placed(rows: pd.DataFrame, marks: Sequence[Mark | Dot | Ring]) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy([m.x for m in marks], [m.y for m in marks], crs=DISPLAY_CRS)
    return gpd.GeoDataFrame(rows, geometry=points).to_crs(METRIC_CRS)


def _rounded(geometry: dict[str, Any]) -> dict[str, Any]:
    def rounded(value: Any) -> Any:
        return [rounded(v) for v in value] if isinstance(value, list) else round(value, DECIMALS)

    return geometry | {"coordinates": rounded(geometry["coordinates"])}


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value
