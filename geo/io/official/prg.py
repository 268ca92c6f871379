"""Read outlines of gminy as the State Register of Borders (PRG) publishes them: SHP in ZIP, GPKG, GML or GeoJSON."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geo.errors import OfficialFileError
from geo.io.official.found import Found, OfficialKind
from geo.settings import METRIC_CRS

SUFFIXES = (".shp", ".gpkg", ".gml", ".geojson", ".json")
# Names of fields, from their beginning: exports cut and number them differently.
_CODE, _NAME, _FROM = (
    ("JPT_KOD_JE", "TERYT", "TERC"),
    ("JPT_NAZWA", "JPT_NAZW", "NAME", "NAZWA"),
    ("WAZNY_OD", "WERSJA_OD"),
)
# A gmina may be so far from where it was, metres, by the middle of its outline; the median of all.
FAR_M = 20_000.0
_BATCH = 256
# So many codes tell of which level a layer is.
_LOOKED_AT = 50
_GMINA_CODES = (6, 7)
_MOST_SAID = 8


def sources_in(path: Path) -> list[str]:
    """Return what of a file can hold outlines, in the words of the library that reads them."""
    if path.suffix.lower() != ".zip":
        return [str(path)] if path.suffix.lower() in SUFFIXES else []
    with zipfile.ZipFile(path) as archive:
        inner = [n for n in archive.namelist() if n.lower().endswith(SUFFIXES)]
    return [f"/vsizip/{path}/{name}" for name in inner]


def read_prg(
    path: Path, known: gpd.GeoSeries, *, crs: str = "", progress: Callable[[float], object] = lambda _: None
) -> Found:
    """
    Read the outlines of gminy.

    Parameters
    ----------
    path
        The file.
    known
        Outlines of today, index 6-digit `teryt`, EPSG:2180: they tell a file that lies elsewhere.
    crs
        What the coordinates are in, where the file does not say it or says it wrongly ("EPSG:2178").
    progress
        Told how much has been read, 0 to 1.

    Raises
    ------
    OfficialFileError
        If there is no layer of gminy, a code stands twice, a shape is missing, or all of it lies elsewhere.
    """
    source, layer, fields = _layer_of_gminy(path)
    info = pyogrio.read_info(source, layer=layer)
    change = _change(crs or info["crs"])
    code, name = _field(fields, _CODE), _field(fields, _NAME)
    dated = next((f for f in fields if _plain(f).startswith(_FROM)), None)
    columns = [f for f in (code, name, dated) if f]
    codes: list[str] = []
    names: list[str] = []
    days: list[str] = []
    shapes: list[NDArray[np.object_]] = []
    total = max(int(info["features"]), 1)
    for batch, geometry in _batches(source, layer, columns):
        codes += _texts(batch, code)
        names += _texts(batch, name) if name else [""] * batch.num_rows
        days += _texts(batch, dated) if dated else []
        shapes.append(_moved(geometry, change))
        progress(min(len(codes) / total, 1.0))
    if not codes:
        raise OfficialFileError("empty")
    terc = pd.Series(codes, dtype="str").str.strip().str.replace(r"\.0$", "", regex=True)
    # A zero in front may be lost; six digits then stand for seven, or for five.
    seven = terc.str.len().eq(7).any() or _hits(terc.str.zfill(7), known) > _hits(terc.str.zfill(6), known)
    terc = terc.str.zfill(7 if seven else 6)
    frame = gpd.GeoDataFrame(
        {"name": [n.strip() for n in names], "terc": terc.to_numpy() if seven else ""},
        geometry=np.concatenate(shapes),
        crs=METRIC_CRS,
    ).set_index(pd.Index(terc.str[:6], name="teryt"))
    # A town and the rural part within a gmina, districts and delegacies stand in it already.
    gminy = frame[terc.str[6].isin(["1", "2", "3"]).to_numpy()] if seven else frame
    _check(gminy)
    gminy = _turned(gminy, known)
    return Found(OfficialKind.OUTLINES, gminy.sort_index(), _day(days), left_out=len(frame) - len(gminy))


def _hits(codes: pd.Series, known: gpd.GeoSeries) -> int:
    return int(codes.str[:6].isin(known.index).sum())


def is_prg(path: Path) -> bool:
    """Say whether a file has a layer of gminy."""
    try:
        _layer_of_gminy(path)
    except OfficialFileError:
        return False
    return True


def _layer_of_gminy(path: Path) -> tuple[str, str, list[str]]:
    """Return where the layer of gminy is, its name and its fields."""
    seen = []
    try:
        for source in sources_in(path):
            for layer, kind in pyogrio.list_layers(source):
                fields = [str(f) for f in pyogrio.read_info(source, layer=layer)["fields"]]
                code = _field(fields, _CODE)
                seen.append(str(layer))
                if kind is None or not code:
                    continue
                first = pyogrio.read_dataframe(
                    source, layer=layer, columns=[code], read_geometry=False, max_features=50
                )
                lengths = first[code].astype("str").str.strip().str.len()
                if len(lengths) and lengths.isin(_GMINA_CODES).mean() > 1 / 2:
                    return source, str(layer), fields
    except (DataSourceError, DataLayerError, zipfile.BadZipFile, OSError, UnicodeDecodeError):
        raise OfficialFileError("broken") from None
    raise OfficialFileError("no_gminy", found=", ".join(seen[:_MOST_SAID]) or "–")


def _plain(field: str) -> str:
    return field.rpartition(":")[2].upper()


def _field(fields: list[str], beginnings: tuple[str, ...]) -> str:
    """Return the field whose name begins so: the one without a number behind first."""
    for beginning in beginnings:
        own = [f for f in fields if _plain(f).startswith(beginning)]
        if own:
            return min(own, key=lambda f: (any(c.isdigit() for c in f), len(f), f))
    return ""


def _batches(source: str, layer: str, columns: list[str]) -> Iterator[tuple[pa.RecordBatch, NDArray[np.object_]]]:
    try:
        with pyogrio.raw.open_arrow(
            source, layer=layer, columns=columns, batch_size=_BATCH, use_pyarrow=True
        ) as opened:
            meta, reader = opened
            column = meta["geometry_name"] or "wkb_geometry"
            for batch in reader:
                wkb = batch.column(column)
                yield batch, shapely.from_wkb(np.array(wkb.to_pylist(), dtype=object))
    except (DataSourceError, DataLayerError, pa.ArrowException, shapely.GEOSException, OSError, RuntimeError):
        raise OfficialFileError("broken") from None


def _texts(batch: pa.RecordBatch, column: str) -> list[str]:
    return ["" if v is None else str(v) for v in batch.column(column).to_pylist()]


def _change(given: Any) -> Transformer | None:
    """Return what brings coordinates to EPSG:2180; None where they are, or are not said to be in anything."""
    if not given:
        return None
    try:
        own = CRS.from_user_input(given)
    except CRSError:
        raise OfficialFileError("crs", given=str(given)[:80]) from None
    if own.to_epsg() == METRIC_CRS or own.to_2d() == CRS.from_epsg(METRIC_CRS):
        return None
    return Transformer.from_crs(own, METRIC_CRS, always_xy=True)


def _moved(geometry: NDArray[np.object_], change: Transformer | None) -> NDArray[np.object_]:
    flat: NDArray[np.object_] = shapely.force_2d(geometry)
    if change is None:
        return flat
    moved: NDArray[np.object_] = shapely.transform(flat, lambda xy: np.column_stack(change.transform(*xy.T)))
    return moved


def _check(gminy: gpd.GeoDataFrame) -> None:
    twice = gminy.index[gminy.index.duplicated()].unique()
    if len(twice):
        raise OfficialFileError("twice", n=len(twice), some=", ".join(twice[:_MOST_SAID]))
    types = shapely.get_type_id(gminy.geometry.to_numpy())
    none = gminy.index[~np.isin(types, (3, 6)) | gminy.geometry.is_empty.to_numpy()]
    if len(none):
        raise OfficialFileError("no_shape", n=len(none), some=", ".join(none[:_MOST_SAID]))
    wrong = gminy.index[~np.isfinite(gminy.geometry.bounds.to_numpy()).all(axis=1)]
    if len(wrong):
        raise OfficialFileError("no_shape", n=len(wrong), some=", ".join(wrong[:_MOST_SAID]))


def _turned(gminy: gpd.GeoDataFrame, known: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Return outlines that lie where they should: GML of EPSG:2180 may write northing before easting."""
    common = gminy.index.intersection(known.index)
    if not len(common):
        raise OfficialFileError("no_codes", some=", ".join(gminy.index[:_MOST_SAID]))
    here, there = (_middles(s.loc[common].geometry) for s in (gminy, known))
    if np.median(np.hypot(*(here - there).T)) <= FAR_M:
        return gminy
    if np.median(np.hypot(*(here[:, ::-1] - there).T)) <= FAR_M:
        return gminy.set_geometry(shapely.transform(gminy.geometry.to_numpy(), lambda xy: xy[:, ::-1]), crs=METRIC_CRS)
    raise OfficialFileError("elsewhere", km=round(float(np.median(np.hypot(*(here - there).T))) / 1000))


def _middles(shapes: gpd.GeoSeries) -> NDArray[np.float64]:
    bounds = shapes.bounds.to_numpy()
    middles: NDArray[np.float64] = (bounds[:, :2] + bounds[:, 2:]) / 2
    return middles


def _day(days: list[str]) -> str:
    """Return the latest day on which an outline became valid, "" where none is said."""
    read = pd.to_datetime(pd.Series(days, dtype="str").str[:10], errors="coerce", format="mixed").dropna()
    return str(read.max().date()) if len(read) else ""
