"""Write units, places and people as tables, one folder a voivodeship."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo.io.integrity import entry_of

# TERYT numbers cities with powiat rights from 61 up.
FIRST_CITY_POWIAT = 61
_SUMS = ("area_km2", "official_km2", "lagoon_km2")
# Tables by unit and by place; the second have their unit in a column.
BY_UNIT, BY_PLACE = ("gminy", "powiaty", "wojewodztwo", "wiek", "regon"), ("miejscowosci", "czesci")


def write_tables(
    tables: Mapping[str, pd.DataFrame], voivodeships: Mapping[str, str], target: Path
) -> dict[str, dict[str, object]]:
    """
    Write the tables of every voivodeship that they have; what was in its folder goes.

    Parameters
    ----------
    tables
        By stem: those of `BY_UNIT` with index `teryt`, those of `BY_PLACE` with a column `teryt`.
    voivodeships
        Names by 2-digit code.
    target
        Folder of the state.

    Returns
    -------
    files
        What the manifest says of each.
    """
    files = {}
    for code, name in voivodeships.items():
        parts = {stem: tables[stem][tables[stem].index.str[:2] == code] for stem in BY_UNIT}
        if parts["gminy"].empty:
            continue
        parts |= {stem: _of(tables[stem], code) for stem in BY_PLACE}
        folder = target / f"{code}-{_slug(name)}"
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        for stem, frame in parts.items():
            path = folder / f"{stem}.parquet"
            frame.to_parquet(path, compression="zstd", compression_level=12)
            files[path.relative_to(target).as_posix()] = entry_of(path, len(frame))
    return files


def _of(frame: pd.DataFrame, code: str) -> pd.DataFrame:
    return frame[frame["teryt"].str[:2] == code].reset_index(drop=True)


def dissolved(gminy: gpd.GeoDataFrame, digits: int, names: dict[str, str]) -> gpd.GeoDataFrame:
    """
    Return the units of a level as sums of gminy, to the vertex.

    Parameters
    ----------
    gminy
        As in `gminy.parquet`, index `teryt`, EPSG:2180.
    digits
        Of their codes: 4 for powiaty, 2 for voivodeships.
    names
        Names by code.
    """
    code = gminy.index.str[:digits]
    grouped = gminy.groupby(code)
    frame = grouped[["population"]].sum()
    sums = grouped[list(_SUMS)].sum().round(4)
    frame["area_km2"] = sums["area_km2"]
    frame.insert(0, "name", frame.index.map(names))
    city = frame.index.str[2:4].map(lambda d: d.isdigit() and int(d) >= FIRST_CITY_POWIAT)
    kind = pd.Series("powiat" if digits == 4 else "województwo", index=frame.index)
    frame.insert(1, "kind", kind.mask(city, "miasto na prawach powiatu"))
    frame.insert(2, "terc", frame.index)
    frame["approximate"] = False
    frame[["official_km2", "lagoon_km2"]] = sums[["official_km2", "lagoon_km2"]]
    geometry = [shapely.coverage_union_all(g.to_numpy()) for _, g in gminy.geometry.groupby(code)]
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=2180).rename_axis("teryt")


def _slug(name: str) -> str:
    text = unicodedata.normalize("NFKD", name.replace("ł", "l"))
    return "".join(c for c in text if not unicodedata.combining(c))
