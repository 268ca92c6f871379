"""Read the committed sources and bring them to one state: outlines, register, people, ages, places."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries import changes, outlines
from geo.analysis import shore
from geo.analysis.parts import parts_of
from geo.analysis.shares import divide, share_population

KINDS = {"1": "gmina miejska", "2": "gmina wiejska", "3": "gmina miejsko-wiejska"}
TOWN, VILLAGE = "miasto", "wieś"
# The register tells two gminy of one name apart in brackets; TERC of this gmina has no brackets.
BARE_NAMES = {"260207": "Słupia"}
CUT = "cut"


@dataclass(frozen=True)
class State:
    """
    Everything that is written, of the country or of one voivodeship.

    Attributes
    ----------
    gminy
        Index `teryt`; columns as in `gminy.parquet`.
    powiaty
        Names by 4-digit code.
    localities
        Columns `name, kind, teryt, population, geometry`, sorted.
    ages
        Index `teryt`: people of 2020 in all and in each group of five years.
    parts
        Names of parts of towns and villages: `name, teryt, locality, place`.
    entities
        Index 4-digit `teryt`: entities of REGON.
    border_changes
        As from `outlines.border_changes`.
    outdated
        Localities whose register names a gmina they do not lie in.
    """

    gminy: gpd.GeoDataFrame
    powiaty: dict[str, str]
    localities: gpd.GeoDataFrame
    ages: pd.DataFrame
    parts: pd.DataFrame
    entities: pd.DataFrame
    border_changes: pd.DataFrame
    outdated: gpd.GeoDataFrame


def read_table(path: Path) -> pd.DataFrame:
    """Read a table of the sources; codes stay text, the index is `teryt`."""
    return pd.read_csv(path, dtype={"teryt": str, "terc": str, "terc_2020": str}).set_index("teryt").sort_index()


def read_state(sources: Path, facts: Path, voivodeship: str | None = None) -> State:
    """
    Read and join the sources.

    Parameters
    ----------
    sources, facts
        `data/sources` and `data/facts`.
    voivodeship
        2-digit TERYT code, or None for the country. Borders with other voivodeships do not depend on it.
    """
    start = voivodeship or ""
    shapes = gpd.read_parquet(sources / "gminy_prg_2019.parquet").set_index("teryt").sort_index()
    localities = gpd.read_parquet(sources / "miejscowosci_prng.parquet").astype({"listed": "float64"})
    listed = read_table(sources / "powierzchnie_zmienione_2025.csv.gz")
    register = read_table(sources / "gminy_rejestr_2025_2026.csv.gz")
    official = register["area_official_ha_2025"] / 100
    border_changes = outlines.border_changes(shapes.geometry, official, listed, facts)
    border_changes.loc[border_changes.index.isin(shapes.index[shapes["approximate"]]), "cause"] = CUT

    shapes = shapes[shapes.index.str.startswith(start)]
    localities = localities[localities["teryt"].str.startswith(start)].reset_index(drop=True)
    wrong = shore.misplaced(shapes.geometry, localities)
    outdated = wrong[wrong["distance_m"] > shore.RECORD_ERROR_M]
    localities.loc[outdated.index, "teryt"] = outdated["found"]
    solid = shore.land(shapes.geometry, gpd.read_parquet(sources / "zalewy_osm.parquet").geometry, localities)

    parents = {new: old for new, old in changes.divided(facts).items() if new.startswith(start)}
    register = register.loc[solid.index]
    localities["kind"] = _towns(localities, register)
    table = read_table(sources / "ludnosc_gus_2024.csv.gz")
    table = table[table.index.str.startswith(start)]
    people = table[["population_2024"]]
    towns = _counted_towns(localities, table["population_town_2024"])
    together = localities["teryt"].replace(parents)
    weights = share_population(together, localities["listed"], people["population_2024"], towns)
    shares = weights.groupby(localities["teryt"]).sum()
    published = changes.published_people(facts)
    for new, old in parents.items():
        # What was published of a new gmina is better than what its localities tell.
        if new in published:
            shares[[new, old]] = published[new], shares[[new, old]].sum() - published[new]
    totals = divide(people, shares, parents)["population_2024"]
    localities["population"] = share_population(localities["teryt"], localities["listed"], totals, towns)
    ages = read_ages(sources / "wiek_gus_2020.csv.gz", start, shares, parents)

    gminy = _gminy(solid, shapes, register, totals, changes.renamed(facts))
    localities = localities.sort_values(["teryt", "name", "population"], ignore_index=True)
    localities = localities[["name", "kind", "teryt", "population", "geometry"]]
    powiaty = pd.read_csv(sources / "powiaty.csv", sep=";", dtype=str).set_index("teryt")["name"]
    entities = read_table(sources / "regon_gus_2022.csv.gz")
    return State(
        gminy=gminy,
        powiaty=powiaty.to_dict(),
        localities=localities,
        ages=ages,
        parts=parts_of(_simc(sources / "simc_2020.csv.gz", start), localities),
        entities=entities[entities.index.str.startswith(start)],
        border_changes=border_changes[border_changes.index.str.startswith(start)],
        outdated=outdated,
    )


def _simc(path: Path, start: str) -> pd.DataFrame:
    raw = pd.read_csv(path, dtype=str)
    return raw[raw["teryt"].str.startswith(start)]


def _counted_towns(localities: gpd.GeoDataFrame, people: pd.Series) -> pd.Series:
    """Return the counted people of the only town of a gmina, NaN for every other locality."""
    towns = localities[localities["kind"] == TOWN].drop_duplicates("teryt", keep=False)
    counted = people.reindex(towns["teryt"]).to_numpy(dtype=float)
    result = pd.Series(np.nan, index=localities.index)
    result.loc[towns.index] = np.where(counted > 0, counted, np.nan)
    return result


def read_ages(path: Path, start: str, shares: pd.Series, parents: dict[str, str]) -> pd.DataFrame:
    """Return people of 2020 by groups of five years, whole numbers; the groups of a row sum to its total."""
    raw = read_table(path)
    raw = raw[raw.index.str.startswith(start)]
    groups = [c for c in raw.columns if c.startswith("age_") and c not in ("age_60_plus", "age_65_plus")]
    if (raw[groups].sum(axis=1) != raw["population_2020"]).any():
        msg = f"{path.name}: groups do not sum to the total"
        raise ValueError(msg)
    divided = divide(raw[groups], shares, parents)
    divided.insert(0, "population_2020", divided.sum(axis=1))
    return divided


def _gminy(
    solid: gpd.GeoSeries, shapes: gpd.GeoDataFrame, register: pd.DataFrame, totals: pd.Series, renamed: dict[str, str]
) -> gpd.GeoDataFrame:
    names = register["name_2025"].str.strip()
    for code, name in (BARE_NAMES | renamed).items():
        if code in names.index:
            names[code] = name
    area = shapely.area(solid.to_numpy()) / 1e6
    frame = pd.DataFrame(
        {
            "name": names,
            "kind": register["kind_2026"].astype(str).map(KINDS),
            "terc": register.index + register["kind_2026"].astype(str),
            "population": totals.loc[solid.index].astype("int64"),
            "area_km2": np.round(area, 4),
            "approximate": shapes["approximate"],
            "official_km2": register["area_official_ha_2025"] / 100,
            "lagoon_km2": np.round(shapely.area(shapes.geometry.to_numpy()) / 1e6 - area, 4),
        },
        index=solid.index,
    )
    return gpd.GeoDataFrame(frame, geometry=solid, crs=2180).rename_axis("teryt")


def _towns(localities: gpd.GeoDataFrame, register: pd.DataFrame) -> pd.Series:
    """Call the seat of a gmina that has become a town a town."""
    kinds = localities["kind"].copy()
    with_town = set(localities["teryt"][localities["kind"] == TOWN])
    for code in register.index[(register["kind_2026"] != 2) & ~register.index.isin(with_town)]:
        seat = (localities["teryt"] == code) & (localities["name"] == register.loc[code, "name_2025"])
        if seat.sum() == 1:
            kinds[seat] = TOWN
    return kinds
