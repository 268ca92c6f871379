"""Say of localities whether they are within reach of members: in a straight line, or by road."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.analysis import coverage as cover
from geo.analysis.points import coordinates
from geo.analysis.possible import COUNTRY, Area, merged, near_area, possible_areas
from geo.io.boundaries import load_units
from geo.model.reach import Reach
from geo.model.units import level_of
from geo.render.text import Text
from geo.services.library import Resolved
from geo.services.roads import by_road, cut_by_road, minutes_to, near_by_road


def reached_localities(
    localities: gpd.GeoDataFrame, gminy: gpd.GeoDataFrame, members: gpd.GeoDataFrame, perhaps: Area, reach: Reach
) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """
    Say of localities whether they are within reach of a member, surely not, or whether that is not known.

    Parameters
    ----------
    localities
        Columns `name, teryt, population, geometry`, with the index that they have in `load_localities`.
    gminy
        The gminy that they lie in.
    members
        Members that count.
    perhaps
        Where members without a point may stand, see `unknown_area`.
    reach
        How far.

    Returns
    -------
    localities
        The same rows with `nearest, nearest_m, covered, unknown`; those that are neither are surely out of reach. By
        road also `minutes`, and `untimed`: whether no road is near, so that its time is not known.
    cut
        TERYT codes of cities that the reach cuts, see `reach_cities`.

    Raises
    ------
    OfficialFileError
        If minutes are asked for and no road network was built.
    """
    places = coordinates(localities.geometry)
    maybe = near_perhaps(places, localities["teryt"], perhaps, reach)
    if reach.minutes is None:
        reached = cover.cover_people(localities, coordinates(members.geometry), reach.metres)
        found, cut = cover.reach_cities(reached, gminy, members, reach.metres)
    else:
        road, row = by_road(members), localities.index.to_numpy()
        reached = cover.within_time(localities, road.nearest[row], road.minutes[row], members, reach.minutes)
        inside, others = cover.large_cities(gminy, members)
        cut = cut_by_road(others, members, reach.minutes)
        found = cover.with_cities(reached.assign(untimed=~road.known[row]), inside, cut)
        maybe = maybe | found["untimed"]
    return found.assign(unknown=(maybe | found["cut"]) & ~found["covered"]), cut


def within_reach(points: np.ndarray, members: gpd.GeoDataFrame, reach: Reach) -> np.ndarray:
    """Say which places (n, 2; EPSG:2180) are within reach of one of some members with a point."""
    if reach.minutes is not None:
        return minutes_to(members, points, reach.minutes) <= reach.minutes
    places = coordinates(members.geometry) if len(members) else np.empty((0, 2))
    return cover.nearest_member(points, places)[1] <= reach.metres


def unknown_area(members: gpd.GeoDataFrame, asked: Resolved) -> Area:
    """Return where members without a point, and those of clusters that nobody lists, could stand."""
    own = possible_areas(members, asked.territories)
    return merged((*own, *(c.territory or COUNTRY for c in asked.unlisted)))


def near_perhaps(points: np.ndarray, codes: pd.Series, area: Area, reach: Reach) -> np.ndarray:
    """Say which places, with the codes of their gmina, lie within reach of an area where members may stand."""
    if reach.minutes is not None:
        return near_by_road(points, codes, area, reach.minutes)
    outlines = {code: load_units(level).geometry[code] for code in area if (level := level_of(code))}
    return near_area(points, codes, area, outlines, reach.metres)


def reach_in_words(reach: Reach, text: Text) -> str:
    """Return how far is within reach: "10 km", or "30 min drogami"."""
    if reach.minutes is None:
        return text("reach.km", value=text.number(reach.km, 1))
    return text("reach.road", value=text.number(reach.minutes))


def way_in_words(reach: Reach, text: Text) -> str:
    """Return the same with how it is measured: "10 km w linii prostej"."""
    words = reach_in_words(reach, text)
    return f"{words} {text('way.line')}" if reach.minutes is None else words
