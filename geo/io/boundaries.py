"""Load the administrative units of a level."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely

from geo.errors import UnknownUnitError
from geo.io.data_state import current_folder
from geo.io.integrity import read_manifest, read_table
from geo.model.units import Level
from geo.settings import METRIC_CRS

UNIT_COLUMNS = ("name", "kind", "terc", "population", "area_km2", "approximate")


def load_units(level: Level, *, voivodeship: str | None = None, folder: Path | None = None) -> gpd.GeoDataFrame:
    """
    Load the units of a level, of the country or of one voivodeship.

    Parameters
    ----------
    level
        Level of the units.
    voivodeship
        2-digit TERYT code, or None for the country.
    folder
        Folder with the tables; by default that of the state in use.

    Returns
    -------
    units
        Index `teryt` (zero-padded, unique, sorted); columns `name, kind, terc, population, area_km2,
        approximate, geometry` (EPSG:2180); `population` is of the manifest's `population_date`, `area_km2`
        is land, without lagoons; `attrs["version"]` is the date of the administrative state,
        `attrs["source"]` the credit line. The frame is shared: do not change it.

    Raises
    ------
    DataFileError
        If a data file is missing or changed.
    UnknownUnitError
        If there is no such voivodeship.
    """
    return _load_units(level, voivodeship, folder or current_folder())


@lru_cache(maxsize=64)
def _load_units(level: Level, voivodeship: str | None, folder: Path) -> gpd.GeoDataFrame:
    manifest = read_manifest(folder)
    table = read_tables(level.file_stem, voivodeship, folder)
    frame = table.select([*UNIT_COLUMNS, "teryt"]).to_pandas(ignore_metadata=True).set_index("teryt")
    geometry = shapely.from_wkb(table.column("geometry").to_numpy())
    units = gpd.GeoDataFrame(frame, geometry=geometry, crs=METRIC_CRS).sort_index()
    units.attrs["version"] = manifest["state_date"]
    units.attrs["source"] = credit_line(manifest["registers"])
    return units


def load_areas(level: Level, folder: Path | None = None) -> pd.DataFrame:
    """
    Load what the register says of the areas of units, beside the area of the outline.

    Parameters
    ----------
    level
        Level of the units.
    folder
        Folder with the tables; by default that of the state in use.

    Returns
    -------
    areas
        Index `teryt`; `official_km2` by the register of 2025 (with lagoons and, on the coast, sea) and
        `lagoon_km2`, the part of the outline cut off as the water of a lagoon; the area of the outline
        in `load_units` is land only. The frame is shared: do not change it.

    Raises
    ------
    DataFileError
        If a data file is missing or changed.
    """
    return _load_areas(level, folder or current_folder())


@lru_cache(maxsize=8)
def _load_areas(level: Level, folder: Path) -> pd.DataFrame:
    table = read_tables(level.file_stem, None, folder)
    return (
        table.select(["teryt", "official_km2", "lagoon_km2"])
        .to_pandas(ignore_metadata=True)
        .set_index("teryt")
        .sort_index()
    )


def read_tables(stem: str, voivodeship: str | None, folder: Path) -> pa.Table:
    """
    Read the files with a stem of one voivodeship, or of all, as one table.

    Raises
    ------
    DataFileError
        If a data file is missing or changed.
    UnknownUnitError
        If there is no such voivodeship.
    """
    return pa.concat_tables(read_table(folder, name) for name in files_of(stem, voivodeship, folder))


def files_of(stem: str, voivodeship: str | None, folder: Path) -> list[str]:
    """
    List the data files with a stem, by the manifest.

    Raises
    ------
    UnknownUnitError
        If there is no such voivodeship.
    """
    names = [n for n in read_manifest(folder)["files"] if Path(n).stem == stem]
    if voivodeship is not None:
        names = [n for n in names if n.startswith(f"{voivodeship}-")]
        if not names:
            raise UnknownUnitError(voivodeship)
    return names


def units_key(folder: Path | None = None) -> str:
    """Return a short name of this state of the outlines of gminy: points placed by another may lie elsewhere now."""
    return _units_key(folder or current_folder())


@lru_cache(maxsize=4)
def _units_key(folder: Path) -> str:
    manifest = read_manifest(folder)
    if "outlines_key" in manifest:
        # Names or people of other years make other files of the same outlines.
        return str(manifest["outlines_key"])
    files = read_manifest(folder)["files"]
    state = sorted(f["sha256"] for name, f in files.items() if Path(name).stem == Level.GMINA.file_stem)
    return hashlib.sha256("".join(state).encode()).hexdigest()[:16]


def credit_line(sources: list[dict[str, str]]) -> str:
    """Join the credits of the sources into one line."""
    return "; ".join(dict.fromkeys(s["credit"] for s in sources))
