"""Answer the page of concentration: how concentrated the members of clusters really are."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from geo.analysis import point_pattern
from geo.analysis.concentration import Progress, herfindahl, location_quotient, unevenness
from geo.analysis.density import count_by_unit
from geo.analysis.hot_spots import contiguity, gi_star, local_moran
from geo.analysis.points import coordinates
from geo.io.boundaries import load_units
from geo.io.data_state import per_state
from geo.io.gazetteer import load_localities
from geo.model.cluster import Cluster, Sector, Status
from geo.model.concentration import (
    ENVELOPES,
    NEEDS,
    SEED,
    SIMULATIONS,
    Centre,
    ConcentrationQuery,
    HotSpots,
    Method,
    NearestNeighbours,
    Ripley,
    Unevenness,
)
from geo.model.selection import Subject
from geo.model.units import Level
from geo.services.cache import Cache
from geo.services.ground import COUNTRY_LATTICE_M, ground_of, within
from geo.services.library import content_version, resolve, territory_of

# The lattice of an area is finer than that of the country.
AREA_LATTICE_M = 500.0


@dataclass(frozen=True)
class Studied:
    """
    The members and the area that are studied.

    Attributes
    ----------
    clusters, area
        Clusters, and TERYT codes of their territory; () for the country.
    chosen
        All members chosen, wherever they are.
    members
        Members chosen that are known to lie in the area, or anywhere if it is the country.
    points
        Those with a point, easting and northing in metres, (n, 2).
    counts
        Members of each unit of the level in the area, index `teryt`.
    population
        Inhabitants of the same units.
    outside, coarse
        Members chosen that lie outside the area, and those whose unit is not known.
    """

    clusters: tuple[Cluster, ...]
    area: tuple[str, ...]
    chosen: gpd.GeoDataFrame
    members: gpd.GeoDataFrame
    points: np.ndarray
    counts: pd.Series
    population: pd.Series
    outside: int
    coarse: int


@dataclass(frozen=True)
class Measured:
    """
    All measures, None where there are too few members or units for one.

    Attributes
    ----------
    centre, unevenness, neighbours, ripley
        As from `geo.analysis`.
    sector_hhi
        Herfindahl-Hirschman index of sectors.
    """

    centre: Centre | None
    unevenness: Unevenness | None
    neighbours: NearestNeighbours | None
    ripley: Ripley | None
    sector_hhi: float | None


def studied(query: ConcentrationQuery) -> Studied:
    """
    Return what a query studies.

    Raises
    ------
    UnknownClusterError
        If there is no such cluster or network.
    """
    asked = resolve(query.subject)
    clusters, everyone = asked.clusters, asked.members
    chosen = everyone[everyone["sector"].isin(list(query.sectors)) & everyone["status"].isin(list(query.statuses))]
    area = territory_of(clusters)
    units = load_units(query.level)
    units = units[within(units.index, area)]
    inside = within(pd.Index(chosen["teryt"]), area) & (chosen["teryt"] != "").to_numpy()
    # A place that is coarser than the area may lie in it or not.
    known = inside & (chosen["teryt"].str.len() >= max((len(a) for a in area), default=0)).to_numpy()
    own = chosen[known].reset_index(drop=True)
    counted = count_by_unit(own, units)
    xy = coordinates(own.geometry) if len(own) else np.empty((0, 2))
    unknown = ~inside & (chosen["teryt"] == "").to_numpy()
    return Studied(
        clusters=clusters,
        area=area,
        chosen=chosen,
        members=own,
        points=xy[np.isfinite(xy[:, 0])],
        counts=counted.table["members"],
        population=units["population"],
        outside=int((~inside & ~unknown).sum()),
        coarse=int(unknown.sum() + (inside & ~known).sum()) + len(counted.unlocated),
    )


def ground_for(area: tuple[str, ...]) -> point_pattern.Ground:
    """Return localities, people and land of an area, of the country for ()."""
    localities = load_localities()
    if area:
        localities = localities[within(pd.Index(localities["teryt"]), area)]
    gminy = load_units(Level.GMINA).index
    codes = tuple(gminy[within(gminy, area)]) if area else ()
    return point_pattern.Ground(
        localities=coordinates(localities.geometry),
        population=localities["population"].to_numpy(dtype=float),
        lattice=ground_of(codes),
        step_m=AREA_LATTICE_M if area else COUNTRY_LATTICE_M,
    )


def can(method: Method, members: int, units: int = 0) -> bool:
    """Say whether there are as many members and units as a measure needs."""
    return members >= NEEDS[method].members and units >= NEEDS[method].units


def measure(query: ConcentrationQuery, progress: Progress | None = None) -> Measured:
    """
    Measure all that needs no map of units. Kept by the content of the lists, so that it is done once.

    Parameters
    ----------
    query
        What is asked.
    progress
        Told how much is done, 0 to 1.
    """
    version = content_version(resolve(query.subject).clusters)
    return _measured.get((version, query), lambda: _measure(query, progress))


MAX_KEPT = 64
_measured: Cache[Measured] = Cache(MAX_KEPT)
_spots: Cache[HotSpots] = Cache(MAX_KEPT)


def _measure(query: ConcentrationQuery, progress: Progress | None) -> Measured:
    report = progress or (lambda _: None)
    what = studied(query)
    n, total = len(what.points), int(what.counts.sum())
    ground = ground_for(what.area)
    sectors = what.chosen["sector"].value_counts().reindex([str(s) for s in Sector], fill_value=0)
    apart = len(np.unique(what.points, axis=0)) > 1
    centre = point_pattern.centre(what.points, ground) if can(Method.CENTRE, n) and apart else None
    report(0.05)
    spread = None
    if can(Method.UNEVENNESS, total, len(what.counts)):
        spread = unevenness(what.counts, what.population, _groups(what.counts.index))
    report(0.15)
    near = None
    if can(Method.NEIGHBOURS, n):
        near = point_pattern.nearest_neighbours(what.points, ground, simulations=ENVELOPES)
    report(0.4)
    around = None
    if can(Method.RIPLEY, n):
        radii = point_pattern.radii_for(ground)
        around = point_pattern.ripley(what.points, ground, radii, progress=lambda done: report(0.4 + 0.6 * done))
    report(1.0)
    enough = can(Method.SECTORS, len(what.chosen))
    return Measured(centre, spread, near, around, herfindahl(sectors.to_numpy(dtype=float)) if enough else None)


def _groups(codes: pd.Index) -> pd.Series:
    """Return the voivodeship of each unit, or its powiat where there is one voivodeship only."""
    voivodeship = codes.str[:2]
    return pd.Series(voivodeship if len(voivodeship.unique()) > 1 else codes.str[:4], index=codes)


@per_state(64)
def _clustering(version: str, cluster: Cluster, statuses: tuple[Status, ...]) -> tuple[float, float]:  # noqa: ARG001 - the version keys the cache
    query = ConcentrationQuery(Subject((cluster.cluster_id,)), statuses=statuses)
    what = studied(query)
    gini = nearest = float("nan")
    if can(Method.UNEVENNESS, int(what.counts.sum()), len(what.counts)):
        gini = unevenness(what.counts, what.population, _groups(what.counts.index)).gini.value
    if can(Method.NEIGHBOURS, len(what.points)):
        ground = ground_for(what.area)
        nearest = point_pattern.nearest_neighbours(what.points, ground, simulations=ENVELOPES).people.value
    return gini, nearest


def clustering_of(cluster: Cluster, statuses: tuple[Status, ...]) -> dict[str, float]:
    """Return the Gini coefficient by gmina and the nearest-neighbour ratio among people; NaN for too few members."""
    gini, nearest = _clustering(content_version((cluster,)), cluster, statuses)
    return {"gini": round(gini, 2), "nearest": round(nearest, 2)}


def quotients(query: ConcentrationQuery, background: pd.Series | None = None) -> pd.DataFrame | None:
    """
    Return the location quotient of each unit of the area, None for too few members or units.

    Parameters
    ----------
    query
        What is asked.
    background
        Entities by unit, index `teryt` at the level of the query; None for inhabitants.
    """
    what = studied(query)
    if not can(Method.QUOTIENT, int(what.counts.sum()), len(what.counts)):
        return None
    base = what.population.astype(float) if background is None else background.reindex(what.counts.index)
    return location_quotient(what.counts, base)


def hot_spots(query: ConcentrationQuery, statistic: str, progress: Progress | None = None) -> HotSpots | None:
    """
    Return hot and cold spots, None for too few members or units. Kept by the content of the lists.

    Parameters
    ----------
    query
        What is asked.
    statistic
        "gi" (Getis-Ord Gi*) or "moran" (local Moran's I).
    progress
        Told how much is done, 0 to 1.
    """
    what = studied(query)
    if not can(Method.HOT_SPOTS, int(what.counts.sum()), len(what.counts)):
        return None

    def find() -> HotSpots:
        touching = _touching(query.level, what.area)
        if statistic == "gi":
            return gi_star(what.counts, what.population, touching, simulations=SIMULATIONS, seed=SEED)
        return local_moran(what.counts, what.population, touching, progress=progress)

    return _spots.get((content_version(what.clusters), query, statistic), find)


@per_state(32)
def _touching(level: Level, area: tuple[str, ...]) -> csr_array:
    units = load_units(level)
    return contiguity(units[within(units.index, area)])
