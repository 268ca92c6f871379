"""Read points and their attributes from GeoJSON, GeoPackage and KML."""

from __future__ import annotations

import json
import math
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyogrio
import shapely
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pyproj import Transformer
from pyproj.exceptions import CRSError

from geo.errors import UploadError
from geo.io.uploads.grid import Grid, clean
from geo.io.uploads.limits import MAX_COLUMNS, MAX_ROWS

DRIVERS = ("GPKG", "LIBKML", "KML")
# Headings of the columns made from geometry; `headings.py` knows them.
LATITUDE, LONGITUDE = "Szerokość geogr. (geometria)", "Długość geogr. (geometria)"


def read_geojson(content: bytes) -> Grid:
    """
    Read a FeatureCollection of points in degrees (RFC 7946), or in the CRS an older file names.

    Raises
    ------
    UploadError
        If it is no such file.
    """
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise UploadError("broken") from None
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
        raise UploadError("geojson")
    grid = Grid(layered=True)
    properties = [f.get("properties") if isinstance(f.get("properties"), dict) else {} for f in features]
    if len(features) > MAX_ROWS:
        raise UploadError("rows", limit=MAX_ROWS)
    names = _names(properties)
    xy = np.array([_point(f.get("geometry")) for f in features], dtype=float).reshape(-1, 2)
    grid.shapes = sum(isinstance(f.get("geometry"), dict) for f in features) - int(np.isfinite(xy[:, 0]).sum())
    named = data.get("crs")
    xy = _degrees(xy, _crs_name(named) if named else "")
    _put(grid, names, [[p.get(n) for n in names] for p in properties], xy)
    rows = data.get("klaster")
    if isinstance(rows, dict):
        grid.define((k, v) for k, v in rows.items() if isinstance(v, str))
    return grid


def _names(properties: list[dict[str, Any]]) -> list[str]:
    """Return every name of a property once; the table is made only where they are few enough to be columns."""
    names: dict[str, None] = {}
    for number, own in enumerate(properties, start=2):
        names |= dict.fromkeys(map(str, own))
        if len(names) > MAX_COLUMNS:
            raise UploadError("columns", found=len(names), limit=MAX_COLUMNS, row=number)
    return list(names)


def _point(geometry: Any) -> tuple[float, float]:
    nothing = (math.nan, math.nan)
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return nothing
    pair = geometry.get("coordinates")
    if not isinstance(pair, list) or len(pair) < 2:
        return nothing
    if not all(isinstance(v, int | float) and not isinstance(v, bool) and abs(v) < 1e12 for v in pair[:2]):
        return nothing
    return float(pair[0]), float(pair[1])


def _crs_name(named: Any) -> str:
    properties = named.get("properties") if isinstance(named, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise UploadError("crs", found=str(named)[:80])
    return name


def _degrees(xy: np.ndarray, crs: str) -> np.ndarray:
    """Return longitudes and latitudes; a file that names no CRS is in degrees already."""
    if not crs or crs.upper().endswith(("CRS84", "EPSG::4326", "EPSG:4326")):
        return xy
    try:
        change = Transformer.from_crs(crs, 4326, always_xy=True)
        return np.column_stack(change.transform(xy[:, 0], xy[:, 1])).reshape(-1, 2)
    except CRSError:
        raise UploadError("crs", found=crs[:80]) from None


def _put(grid: Grid, names: list[str], values: list[list[Any]], xy: np.ndarray) -> None:
    located = bool(np.isfinite(xy[:, 0]).any()) if len(xy) else False
    names = [n if clean(n) else f"pole {i}" for i, n in enumerate(names, start=1)]
    grid.add(1, [*names, *([LATITUDE, LONGITUDE] if located else [])])
    for number, (row, (x, y)) in enumerate(zip(values, xy, strict=True), start=2):
        cells = [json.dumps(v, ensure_ascii=False) if isinstance(v, list | dict) else v for v in row]
        if located:
            cells += [f"{y:.7f}", f"{x:.7f}"] if math.isfinite(x) and math.isfinite(y) else ["", ""]
        grid.add(number, cells)


def read_gpkg(content: bytes, layer: str = "") -> Grid:
    """
    Read one layer of a GeoPackage; by default the first with points, else the first.

    Raises
    ------
    UploadError
        If it is damaged or names no CRS.
    """
    return _read_ogr(content, layer, "GPKG")


def read_kml(content: bytes, layer: str = "") -> Grid:
    """
    Read the placemarks of a KML file.

    Raises
    ------
    UploadError
        If it is damaged or defines XML entities.
    """
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise UploadError("entities") from None
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - expat and codecs raise of many kinds
        raise UploadError("broken") from None
    # GDAL opens whatever it knows; a virtual format would have it read other files.
    if root.tag.rpartition("}")[2] != "kml":
        raise UploadError("broken")
    return _read_ogr(content, layer, "KML")


def _read_ogr(content: bytes, wanted: str, driver: str) -> Grid:
    grid = Grid(layered=True)
    try:
        with warnings.catch_warnings(), TemporaryDirectory() as folder:
            warnings.simplefilter("ignore")
            path = Path(folder) / f"warstwa.{driver.lower()}"
            path.write_bytes(content)
            found = [(str(name), str(kind or "")) for name, kind in pyogrio.list_layers(path)]
            grid.name_sheets(name for name, _ in found)
            pointed = [i for i, (_, kind) in enumerate(found) if "Point" in kind]
            asked = [i for i, name in enumerate(grid.sheets) if name == wanted]
            number = next(iter([*asked, *pointed, *range(len(found))]), None)
            if number is None:
                return grid
            grid.sheet = grid.sheets[number]
            if pyogrio.read_info(path, layer=number)["driver"] not in DRIVERS:
                raise UploadError("broken")  # noqa: TRY301 - named as it is
            meta, _, geometry, fields = pyogrio.raw.read(path, layer=number, datetime_as_string=True, force_2d=True)
    except (UploadError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - GDAL and its bindings raise of many kinds
        raise UploadError("broken") from None
    names = [str(n) for n in meta["fields"]]
    count = len(fields[0]) if fields else len(geometry) if geometry is not None else 0
    columns = [[_plain(v) for v in column] for column in fields]
    values = [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in range(count)]
    xy = np.full((count, 2), math.nan)
    if geometry is not None:
        shapes = shapely.from_wkb(geometry, on_invalid="ignore")
        points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
        xy[points] = np.column_stack([shapely.get_x(shapes[points]), shapely.get_y(shapes[points])])
        grid.shapes = int((~points & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)).sum())
        if np.isfinite(xy).any():
            if not meta["crs"]:
                raise UploadError("crs", found="–")
            xy = _degrees(xy, str(meta["crs"]))
    _put(grid, names, values, xy)
    if driver == "KML":
        _drop_empty_columns(grid)
    return grid


def _plain(value: Any) -> Any:
    if value is None or (isinstance(value, float | np.floating) and math.isnan(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _drop_empty_columns(grid: Grid) -> None:
    """KML brings a dozen attributes that nobody filled in."""
    if not grid.rows:
        return
    head = grid.rows[0][1]
    constant = {"-1", "0", "false", ""}
    kept = [
        i
        for i, name in enumerate(head)
        if name.lower() in ("name", "description")
        or (name.lower() != "id" and any(len(r) > i and r[i].lower() not in constant for _, r in grid.rows[1:]))
    ]
    grid.rows = [(n, [r[i] if i < len(r) else "" for i in kept]) for n, r in grid.rows]
    moved = {old: new for new, old in enumerate(kept)}
    grid.flaws = [(n, moved[c], kind) for n, c, kind in grid.flaws if c in moved]
