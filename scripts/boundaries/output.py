"""Write the coverage and the localities, one folder a voivodeship, with a manifest."""

from __future__ import annotations

import json
import shutil
import unicodedata
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from boundaries import polygons
from boundaries.changes import STATE_DATE, State
from boundaries.register import VOIVODESHIPS
from boundaries.sources import SOURCES, sha256_of

KINDS = {"1": "gmina miejska", "2": "gmina wiejska", "3": "gmina miejsko-wiejska"}
AREA_TOLERANCE = 0.05
# TERYT numbers cities with powiat rights from 61 up.
FIRST_CITY_POWIAT = 61


def write(state: State, outdated: gpd.GeoDataFrame, target: Path) -> None:
    """Write all voivodeship folders and `manifest.json`, replacing what is there."""
    gminy = _gminy(state)
    levels = {
        "gminy": gminy,
        "powiaty": _dissolved(gminy, 4, state.powiaty),
        "wojewodztwo": _dissolved(gminy, 2, VOIVODESHIPS),
    }
    localities = state.localities.sort_values(["teryt", "name", "population"], ignore_index=True)
    localities = localities.rename(columns={"type": "kind"})[["name", "kind", "teryt", "population", "geometry"]]
    for folder in target.glob("[0-9][0-9]-*"):
        shutil.rmtree(folder)
    files = {}
    for code, name in VOIVODESHIPS.items():
        folder = target / f"{code}-{_slug(name)}"
        folder.mkdir(parents=True)
        frames = {level: frame[frame.index.str[:2] == code] for level, frame in levels.items()}
        frames["miejscowosci"] = localities[localities["teryt"].str[:2] == code].reset_index(drop=True)
        for level, frame in frames.items():
            path = folder / f"{level}.parquet"
            frame.to_parquet(path, compression="zstd")
            files[path.relative_to(target).as_posix()] = {"rows": len(frame), "sha256": sha256_of(path)}
    manifest = {
        "state_date": STATE_DATE,
        "counts": {**{level: len(frame) for level, frame in levels.items()}, "miejscowosci": len(localities)},
        "population": int(gminy["population"].sum()),
        "population_year": 2018,
        "crs": "EPSG:2180",
        "sources": [{k: v for k, v in vars(s).items() if k != "filename"} for s in SOURCES],
        "checks": _checks(state, gminy, localities, outdated),
        "files": files,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (target / "manifest.json").write_text(text + "\n", encoding="utf-8")
    print(json.dumps({k: v for k, v in manifest["checks"].items() if not isinstance(v, list)}, ensure_ascii=False))


def _gminy(state: State) -> gpd.GeoDataFrame:
    units = state.units.sort_index()
    coverage = state.coverage.loc[units.index]
    frame = pd.DataFrame(
        {
            "name": units["name"],
            "kind": units["terc"].str[6].map(KINDS),
            "terc": units["terc"],
            "population": units["population"].astype("int64"),
            "area_km2": (coverage.area / 1e6).round(4),
            "approximate": units.index.isin(state.approximate),
        }
    )
    return gpd.GeoDataFrame(frame, geometry=coverage, crs=2180)


def _dissolved(gminy: gpd.GeoDataFrame, digits: int, names: dict[str, str]) -> gpd.GeoDataFrame:
    code = gminy.index.str[:digits]
    grouped = gminy.groupby(code)
    frame = grouped[["population"]].sum()
    frame["area_km2"] = grouped["area_km2"].sum().round(4)
    frame.insert(0, "name", frame.index.map(names))
    city = frame.index.str[2:4].map(lambda d: d.isdigit() and int(d) >= FIRST_CITY_POWIAT)
    kind = pd.Series("powiat" if digits == 4 else "województwo", index=frame.index)
    frame.insert(1, "kind", kind.mask(city, "miasto na prawach powiatu"))
    frame.insert(2, "terc", frame.index)
    frame["approximate"] = False
    geometry = [shapely.coverage_union_all(g.to_numpy()) for _, g in gminy.geometry.groupby(code)]
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=2180).rename_axis("teryt")


def _checks(
    state: State, gminy: gpd.GeoDataFrame, localities: gpd.GeoDataFrame, outdated: gpd.GeoDataFrame
) -> dict[str, object]:
    outside = polygons.misplaced(gminy.geometry, localities)
    ratio = gminy["area_km2"] / state.units["lau_km2"] - 1
    exceptions = [
        {
            "teryt": code,
            "name": gminy.loc[code, "name"],
            "area_km2": round(float(gminy.loc[code, "area_km2"]), 2),
            "lau_km2": None if pd.isna(ratio[code]) else round(float(state.units.loc[code, "lau_km2"]), 2),
            "reason": _reason(state, code, float(ratio[code])),
        }
        for code in ratio.index[~(ratio.abs() <= AREA_TOLERANCE)]
    ]
    inside = len(localities) - len(outside) - len(outdated)
    return {
        "area_within_5_percent": round(float((ratio.abs() <= AREA_TOLERANCE).mean()), 4),
        "localities_in_declared_gmina": round(inside / len(localities), 5),
        "approximate_units": sorted(state.approximate),
        "area_exceptions": exceptions,
        "records_older_than_boundaries": [
            {"name": r.name, "declared": r.teryt, "placed_in": r.found, "distance_m": round(r.distance_m)}
            for r in outdated.itertuples(index=False)
        ],
        "boundary_shifts_not_drawn": state.notes,
    }


def _reason(state: State, code: str, ratio: float) -> str:
    if pd.isna(ratio):
        return "nowa gmina albo gmina, z której ją wydzielono: brak powierzchni w tabeli z 2018 r."
    if state.units.loc[code, "coastal"] and ratio < 0:
        return "tabela liczy wody morskie i zalewy, obrys tylko ląd"
    if state.units.loc[code, "lau_km2"] < 60:
        return "mała gmina: uogólniony obrys źródłowy albo zmiana granic"
    return "uogólniony obrys źródłowy albo zmiana granic"


def _slug(name: str) -> str:
    text = unicodedata.normalize("NFKD", name.replace("ł", "l"))
    return "".join(c for c in text if not unicodedata.combining(c))
