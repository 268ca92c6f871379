"""Find localities of the state register (PRNG) by name, gmina and powiat."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo.io.boundaries import read_tables
from geo.io.data_state import current_folder
from geo.io.integrity import read_manifest
from geo.model.names import fold
from geo.settings import METRIC_CRS


def load_localities(*, voivodeship: str | None = None, folder: Path | None = None) -> gpd.GeoDataFrame:
    """
    Load the villages and towns of the country or of one voivodeship.

    Parameters
    ----------
    voivodeship
        2-digit TERYT code, or None for the country.
    folder
        Folder with the tables; by default that of the state in use.

    Returns
    -------
    localities
        Columns `name, kind, teryt` (6 digits), `population` (estimate; sums exactly to the
        population of each gmina), `geometry` (points, EPSG:2180). The frame is shared: do not
        change it.

    Raises
    ------
    DataFileError
        If a data file is missing or changed.
    UnknownUnitError
        If there is no such voivodeship.
    """
    return _load_localities(voivodeship, folder or current_folder())


@lru_cache(maxsize=32)
def _load_localities(voivodeship: str | None, folder: Path) -> gpd.GeoDataFrame:
    table = read_tables("miejscowosci", voivodeship, folder)
    frame = table.select(["name", "kind", "teryt", "population"]).to_pandas()
    geometry = shapely.from_wkb(table.column("geometry").to_numpy())
    localities = gpd.GeoDataFrame(frame, geometry=geometry, crs=METRIC_CRS)
    localities.attrs["version"] = read_manifest(folder)["state_date"]
    return localities


def load_parts(folder: Path | None = None) -> pd.DataFrame:
    """
    Load the names of parts of towns and villages (SIMC 2020) that have no point of their own.

    Parameters
    ----------
    folder
        Folder with the tables; by default that of the state in use.

    Returns
    -------
    parts
        Columns `name`; `teryt` (6 digits) and `locality` (name) of the town or village it belongs to;
        `place`, the position of that one in the frame of `load_localities`. What lies in a part is placed
        at the point of its town or village, with the precision of a locality. The frame is shared: do not
        change it.

    Raises
    ------
    DataFileError
        If a data file is missing or changed.
    """
    return _load_parts(folder or current_folder())


@lru_cache(maxsize=4)
def _load_parts(folder: Path) -> pd.DataFrame:
    parts = read_tables("czesci", None, folder).to_pandas()
    voivodeship = load_localities(folder=folder)["teryt"].str[:2]
    first = pd.Series(range(len(voivodeship))).groupby(voivodeship.to_numpy()).min()
    parts["place"] += parts["teryt"].str[:2].map(first)
    return parts


def find_locality(localities: gpd.GeoDataFrame, name: str, *, within: str) -> gpd.GeoDataFrame:
    """
    Find the localities of a name inside a unit.

    Parameters
    ----------
    localities
        As from `load_localities`.
    name
        Name of the locality; diacritics and case do not matter.
    within
        TERYT code of a unit at any level, or "" for the country.

    Returns
    -------
    found
        The matching rows; more than one if the name is ambiguous there.
    """
    inside = localities[localities["teryt"].str.startswith(within)]
    wanted = fold(name)
    return inside[[fold(n) == wanted for n in inside["name"]]]
