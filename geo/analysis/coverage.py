"""Find who is within reach of a cluster, who is not, and what that means for each unit."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import KDTree

from geo.analysis.assign import CoverageIndex
from geo.analysis.points import coordinates
from geo.model.cluster import Sector
from geo.model.coverage import CITY_PEOPLE, REACHED_SHARE, SectorState, Verdict

# Ground is measured at a square lattice of this step, each point standing for an equal share of the
# area of its gmina.
LATTICE_M = 500.0
# Circles of reach are drawn with so many corners a quarter: right to 0.01 % of the radius.
CIRCLE_SEGMENTS = 64
TOWN = "gmina miejska"


def nearest_member(
    targets: NDArray[np.float64], members: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """
    Find the nearest member of each place in a straight line.

    Parameters
    ----------
    targets, members
        Eastings and northings in EPSG:2180, metres, (n, 2) and (m, 2). Members without a point
        (NaN) are passed over.

    Returns
    -------
    row, distance
        Row of the member (-1 if there is none) and metres (infinity if there is none), (n,).
    """
    placed = np.flatnonzero(np.isfinite(members).all(axis=1))
    if not len(placed):
        return np.full(len(targets), -1, dtype=np.int64), np.full(len(targets), np.inf)
    # Many members stand at one point, where a balanced tree takes long to build.
    tree = KDTree(members[placed], balanced_tree=False, compact_nodes=False)
    distance, found = tree.query(targets, workers=-1)
    return placed[found], distance


def bearing(origin: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the direction from one place to another, degrees clockwise from grid north, (n,)."""
    east, north = (target - origin).T
    degrees: NDArray[np.float64] = np.degrees(np.arctan2(east, north)) % 360.0
    return degrees


def bearings(localities: gpd.GeoDataFrame, members: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Return the direction from each locality to its nearest member.

    Parameters
    ----------
    localities
        With `nearest` (row of the member, -1 for none), as from `cover_people`.
    members
        Eastings and northings, metres, (m, 2).

    Returns
    -------
    degrees
        Clockwise from grid north, NaN without a member with a point, (n,).
    """
    places = np.vstack([members, [np.nan, np.nan]])
    return bearing(coordinates(localities.geometry), places[localities["nearest"].to_numpy()])


def lattice(units: gpd.GeoDataFrame, index: CoverageIndex, *, step_m: float = LATTICE_M) -> pd.DataFrame:
    """
    Cover units with points that each stand for a share of their gmina's area.

    Parameters
    ----------
    units
        Gminy in EPSG:2180, index `teryt`, with `area_km2`.
    index
        Index of the same gminy or of more.
    step_m
        Distance of neighbouring points, metres.

    Returns
    -------
    points
        Columns `x, y` (metres), `teryt`, `km2`; `km2` sums to the area of each gmina.
    """
    west, south, east, north = units.total_bounds
    origin = np.floor(np.array([west, south]) / step_m) * step_m
    x, y = np.meshgrid(np.arange(origin[0], east + step_m, step_m), np.arange(origin[1], north + step_m, step_m))
    position = index.locate(x.ravel(), y.ravel())
    code = np.append(index.codes, "")[position]
    points = pd.DataFrame({"x": x.ravel(), "y": y.ravel(), "teryt": code})
    points = points[points["teryt"].isin(units.index)]
    # No gmina is so small that it holds no point, but a made-up one may be.
    without = units.index.difference(points["teryt"])
    inner = coordinates(gpd.GeoSeries(units.geometry[without].representative_point()))
    points = pd.concat([points, pd.DataFrame({"x": inner[:, 0], "y": inner[:, 1], "teryt": without})])
    share = units["area_km2"] / points["teryt"].value_counts().reindex(units.index)
    points["km2"] = points["teryt"].map(share)
    kept: pd.DataFrame = points.reset_index(drop=True)
    return kept


def cover_people(localities: gpd.GeoDataFrame, members: NDArray[np.float64], radius_m: float) -> pd.DataFrame:
    """
    Say which localities lie within reach of a member.

    Parameters
    ----------
    localities
        Columns `name, teryt, population, geometry` (points, EPSG:2180).
    members
        Eastings and northings, metres, (m, 2), NaN without a point.
    radius_m
        Reach in a straight line, metres; a place exactly that far is within reach.

    Returns
    -------
    localities
        The same rows with `nearest` (row of the member, -1 for none), `nearest_m` and `covered`.
    """
    row, distance = nearest_member(coordinates(localities.geometry), members)
    reached: pd.DataFrame = localities.assign(nearest=row, nearest_m=distance, covered=distance <= radius_m)
    return reached


def reach_cities(
    localities: pd.DataFrame, units: gpd.GeoDataFrame, members: gpd.GeoDataFrame, radius_m: float
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """
    Correct what is said of large cities, whose people all stand at one point.

    The people of a city of over 100 000 in which a placed member stands are within reach. Of one without, whose
    outline the reach of members cuts, it is not known how many are.

    Parameters
    ----------
    localities
        As from `cover_people`.
    units
        Gminy in EPSG:2180, index `teryt`, with `kind` and `population`.
    members
        Members frame in EPSG:2180.
    radius_m
        Reach in a straight line, metres.

    Returns
    -------
    localities
        The same rows with `covered` corrected and `cut`: whether they lie in a city that the reach cuts.
    cut
        TERYT codes of those cities, sorted.
    """
    inside, others = large_cities(units, members)
    points = coordinates(members[members.geometry.notna()].geometry)
    # Most cities are far from every member, which their boxes say at once.
    outlines = units.geometry.loc[others].to_numpy()
    west, south, east, north = shapely.bounds(outlines).reshape(-1, 4).T
    x, y = points[:, :1], points[:, 1:]
    near = (x >= west - radius_m) & (x <= east + radius_m) & (y >= south - radius_m) & (y <= north + radius_m)
    close = np.flatnonzero(near.any(axis=0))
    cut = tuple(sorted(others[i] for i in close if _cuts(outlines[i], points[near[:, i]], radius_m)))
    return with_cities(localities, inside, cut), cut


def large_cities(units: gpd.GeoDataFrame, members: gpd.GeoDataFrame) -> tuple[pd.Index, pd.Index]:
    """Return the TERYT codes of large cities with a placed member, and of those without; see `reach_cities`."""
    cities = units.index[is_city(units)]
    held = cities.isin(members["teryt"][members.geometry.notna()])
    return cities[held], cities[~held]


def is_city(units: gpd.GeoDataFrame) -> pd.Series:
    """Say which gminy are large cities, with `kind` and `population`."""
    return (units["kind"] == TOWN) & (units["population"] > CITY_PEOPLE)


def with_cities(localities: pd.DataFrame, inside: pd.Index, cut: tuple[str, ...]) -> pd.DataFrame:
    """Correct `covered` and add `cut`, as `reach_cities` says, for cities with a member and cities that are cut."""
    code, nowhere = localities["teryt"], pd.Series(data=False, index=localities.index)
    lost = code.isin(cut) if cut else nowhere
    held = code.isin(inside) if len(inside) else nowhere
    return localities.assign(covered=localities["covered"] & ~lost | held, cut=lost)


def _cuts(outline: shapely.Geometry, points: NDArray[np.float64], radius_m: float) -> bool:
    """Say whether circles around points hold a part of an outline, but not all of it."""
    near = np.unique(points, axis=0)
    near = near[shapely.dwithin(outline, shapely.points(near), radius_m)]
    if not len(near):
        return False
    # Most often a corner of the outline is out of reach, which is found without joining circles.
    if (KDTree(near).query(shapely.get_coordinates(outline))[0] > radius_m).any():
        return True
    circles = shapely.union_all(shapely.buffer(shapely.points(near), radius_m, quad_segs=CIRCLE_SEGMENTS))
    return not shapely.covers(circles, outline)


def cover_by_times(
    localities: gpd.GeoDataFrame, times: pd.DataFrame, members: gpd.GeoDataFrame, limit_min: float
) -> pd.DataFrame:
    """
    Say which localities lie within a travel time of a member.

    Parameters
    ----------
    localities
        Columns `name, teryt, population, geometry`.
    times
        Columns `teryt, locality, member` (name), `minutes`; the shortest time of a pair counts.
    members
        Members frame; times to others are passed over.
    limit_min
        Longest time within reach, minutes.

    Returns
    -------
    localities
        The same rows with `nearest` (row of the quickest member, -1 without a time), `minutes`
        (infinity without a time), `nearest_m` (straight line to that member, metres) and `covered`.
    """
    row = pd.Series(np.arange(len(members)), index=members["name"])
    row = row[~row.index.duplicated()]
    known = times[times["member"].isin(row.index)].sort_values("minutes", kind="stable")
    quickest = known.drop_duplicates(["teryt", "locality"]).set_index(["teryt", "locality"])
    found = quickest.reindex(pd.MultiIndex.from_frame(localities[["teryt", "name"]]))
    nearest = found["member"].map(row).fillna(-1).to_numpy(dtype=np.int64)
    return within_time(localities, nearest, found["minutes"].fillna(np.inf).to_numpy(dtype=float), members, limit_min)


def within_time(
    localities: gpd.GeoDataFrame,
    nearest: NDArray[np.int64],
    minutes: NDArray[np.float64],
    members: gpd.GeoDataFrame,
    limit_min: float,
) -> pd.DataFrame:
    """
    Say which localities lie within a travel time; see `cover_by_times`.

    Parameters
    ----------
    localities, members, limit_min
        As there.
    nearest, minutes
        Row of the quickest member of each locality, -1 for none, and the time to it.
    """
    places = np.vstack([coordinates(members.geometry), [np.nan, np.nan]])
    straight = np.linalg.norm(coordinates(localities.geometry) - places[nearest], axis=1)
    reached: pd.DataFrame = localities.assign(
        nearest=nearest,
        minutes=minutes,
        nearest_m=np.where(np.isnan(straight), np.inf, straight),
        covered=minutes <= limit_min,
    )
    return reached


def sum_units(units: pd.DataFrame, localities: pd.DataFrame, ground: pd.DataFrame) -> pd.DataFrame:
    """
    Sum what is covered, what is not, and what is not known, by gmina or any coarser unit.

    The columns of AccessMod (Ray and Ebener 2008), total, covered and the rest, with the rest parted by what
    is known. At every level the three sum to the total exactly, since levels are summed, not computed anew.

    Parameters
    ----------
    units
        Index `teryt` of one level, `population`, `area_km2`.
    localities
        With `teryt` (6 digits), `population`, `covered`, `unknown` (bool, never both).
    ground
        As from `lattice`, with `covered` and `unknown` as well.
    """
    digits = len(units.index[0])
    key = localities["teryt"].str[:digits]
    result = pd.DataFrame(index=units.index)

    def people(chosen: pd.Series) -> pd.Series:
        return localities["population"].where(chosen, 0).groupby(key).sum().reindex(units.index, fill_value=0)

    def places(chosen: pd.Series) -> pd.Series:
        return key[chosen].value_counts().reindex(units.index, fill_value=0)

    def land(chosen: pd.Series) -> pd.Series:
        part = ground["km2"].where(chosen, 0.0).groupby(ground["teryt"].str[:digits]).sum()
        return part.reindex(units.index, fill_value=0.0)

    covered, unknown = localities["covered"], localities["unknown"]
    result["population"] = people(pd.Series(data=True, index=localities.index))
    result["covered_people"], result["unknown_people"] = people(covered), people(unknown)
    result["residual_people"] = result["population"] - result["covered_people"] - result["unknown_people"]
    result["localities"] = key.value_counts().reindex(units.index, fill_value=0)
    result["covered_localities"], result["unknown_localities"] = places(covered), places(unknown)
    result["area_km2"] = units["area_km2"]
    result["covered_km2"] = land(ground["covered"]).clip(upper=result["area_km2"])
    result["unknown_km2"] = land(ground["unknown"]).clip(upper=result["area_km2"] - result["covered_km2"])
    result["residual_km2"] = result["area_km2"] - result["covered_km2"] - result["unknown_km2"]
    return result


def nearest_of_units(units: pd.DataFrame, localities: gpd.GeoDataFrame, members: NDArray[np.float64]) -> pd.DataFrame:
    """
    Return the nearest member of each unit, seen from its most populous locality.

    Returns
    -------
    nearest
        Index `teryt`; `seat` (that locality's name), `nearest` (row of the member or -1),
        `nearest_m` (metres), `bearing` (degrees from grid north; NaN for none) and, of localities with it, `minutes`.
    """
    digits = len(units.index[0])
    main = localities.sort_values(["population", "name"], ascending=[False, True], kind="stable")
    main = main.assign(unit=main["teryt"].str[:digits]).drop_duplicates("unit").set_index("unit")
    main = main.reindex(units.index)
    seat = coordinates(main.geometry)
    row = main["nearest"].fillna(-1).astype("int64").to_numpy()
    angle = np.full(len(main), np.nan)
    known = row >= 0
    angle[known] = bearing(seat[known], members[row[known]])
    times = {"minutes": main["minutes"].fillna(np.inf)} if "minutes" in main else {}
    return pd.DataFrame(
        {
            **times,
            "seat": main["name"].fillna(""),
            "nearest": row,
            "nearest_m": main["nearest_m"].fillna(np.inf),
            "bearing": angle,
        },
        index=units.index,
    )


def sector_states(counts: pd.DataFrame, required: Sequence[Sector], unlisted: NDArray[np.bool_]) -> pd.Series:
    """
    Say of each required sector whether it is present in each unit: present, absent or unknown.

    Parameters
    ----------
    counts
        As from `count_by_unit`: members of every sector, and those that may stand there.
    required
        Sectors the cluster is meant to join.
    unlisted
        Whether a cluster whose members nobody lists may have one in the unit, (n,).

    Returns
    -------
    states
        A dictionary by sector for each unit, index `teryt`. A sector is absent only where the cluster has a
        list and no unplaced member of the sector could stand in the unit.
    """
    rows = zip(counts.to_dict("records"), unlisted, strict=True)
    states = [{s: _state(row[str(s)], row[f"possible_{s}"] or silent) for s in required} for row, silent in rows]
    return pd.Series(states, index=counts.index, dtype=object)


def _state(here: int, perhaps: int) -> SectorState:
    if here:
        return SectorState.PRESENT
    return SectorState.UNKNOWN if perhaps else SectorState.ABSENT


def verdicts(units: pd.DataFrame, *, share: float = REACHED_SHARE) -> pd.Series:
    """
    Give each unit its verdict, from its own evidence alone.

    1. A member is seated there: covered if the unit is declared, else undeclared.
    2. Nobody is seated there, but at least half of its people are within reach: reached.
    3. A member of unknown or coarser place may be there, or reach half of its people with those that are
       reached: no data. Unknown is not a gap.
    4. Nobody, and nobody near: empty if the cluster declares the unit, else a gap.

    Parameters
    ----------
    units
        Columns `members, possible` (counts), `declared` (bool), `population, covered_people,
        unknown_people`.
    share
        Share of a unit's people that must be within reach, one half by rule.
    """
    seated = units["members"] > 0
    half = share * units["population"]
    near = (units["covered_people"] >= half) & (units["covered_people"] > 0)
    perhaps = (units["covered_people"] + units["unknown_people"] >= half) & (units["unknown_people"] > 0)
    rules = [
        (seated & units["declared"], Verdict.COVERED),
        (seated, Verdict.UNDECLARED),
        (near, Verdict.REACHED),
        ((units["possible"] > 0) | perhaps, Verdict.NO_DATA),
        (units["declared"], Verdict.EMPTY),
    ]
    chosen = np.select([r.to_numpy(dtype=bool) for r, _ in rules], [str(v) for _, v in rules], str(Verdict.GAP))
    return pd.Series(chosen, index=units.index, dtype="str")


# Where as many people live in gminy of one verdict as of another, the first of these counts.
_OF_MOST = (Verdict.NO_DATA, Verdict.REACHED, Verdict.EMPTY, Verdict.GAP)


def verdicts_above(units: pd.DataFrame, gminy: pd.DataFrame) -> pd.Series:
    """
    Give each powiat or voivodeship its verdict, from those of its gminy.

    1. A member is there, if only known to the unit as a whole: covered if every gmina has one, partial if some
       have; undeclared where the cluster does not declare the unit.
    2. Nobody is there: the verdict of the gminy in which most of its people live; of two that are even the first
       of no data, reached, empty, gap.

    Parameters
    ----------
    units
        Index `teryt`; columns `members` (count) and `declared` (bool).
    gminy
        Index `teryt` (6 digits); columns `members`, `population`, `verdict`.
    """
    key = pd.Series(gminy.index.str[: len(units.index[0])], index=gminy.index)
    # A unit without people is counted by its gminy.
    weight = gminy["population"] + 1e-6
    people = pd.crosstab(key, gminy["verdict"], weight, aggfunc="sum").fillna(0.0)
    most = people.reindex(index=units.index, columns=[str(v) for v in _OF_MOST], fill_value=0.0).idxmax(axis=1)
    seated = units["members"] > 0
    single = key.value_counts().reindex(units.index) == 1
    full = (gminy["members"] > 0).groupby(key).all().reindex(units.index) | single
    rules = [
        (seated & units["declared"] & full, Verdict.COVERED),
        (seated & units["declared"], Verdict.PARTIAL),
        (seated, Verdict.UNDECLARED),
    ]
    chosen = np.select(
        [r.to_numpy(dtype=bool) for r, _ in rules], [str(v) for _, v in rules], most.to_numpy(dtype=object)
    )
    return pd.Series(chosen, index=units.index, dtype="str")
