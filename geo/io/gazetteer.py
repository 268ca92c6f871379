"""Find localities of the state register (PRNG) by name, gmina and powiat."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import shapely

from geo.io.boundaries import files_of
from geo.io.integrity import read_manifest, read_table
from geo.model.names import fold
from geo.settings import BOUNDARIES_DIR, METRIC_CRS


def load_localities(*, voivodeship: str | None = None, folder: Path = BOUNDARIES_DIR) -> gpd.GeoDataFrame:
    """
    Load the villages and towns of the country or of one voivodeship.

    Parameters
    ----------
    voivodeship
        2-digit TERYT code, or None for the country.
    folder
        Folder with the embedded data.

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
    return _load_localities(voivodeship, folder)


@lru_cache(maxsize=32)
def _load_localities(voivodeship: str | None, folder: Path) -> gpd.GeoDataFrame:
    names = files_of("miejscowosci", voivodeship, folder)
    table = pa.concat_tables(read_table(folder, name) for name in names)
    frame = table.select(["name", "kind", "teryt", "population"]).to_pandas()
    geometry = shapely.from_wkb(table.column("geometry").to_numpy())
    localities = gpd.GeoDataFrame(frame, geometry=geometry, crs=METRIC_CRS)
    localities.attrs["version"] = read_manifest(folder)["state_date"]
    return localities


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
