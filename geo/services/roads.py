"""Answer reach by road: times from every locality to the nearest member, and the outline of what is within them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from geo.analysis.points import coordinates, degrees
from geo.analysis.possible import COUNTRY, Area
from geo.analysis.road_times import RoadNetwork, RoadTimes, isochrone, minutes_from, reach_by_road, road_times
from geo.errors import OfficialFileError
from geo.io.gazetteer import load_localities
from geo.io.roads import Roads, load_roads, roads
from geo.model.reach import MAX_MINUTES, Reach
from geo.render.painting import Arc
from geo.render.picture import LegendMark
from geo.render.text import Text
from geo.services.cache import Cache
from geo.services.ground import gmina_index

OUTLINE, DASH = "#4b2a7a", "6 3"
_KEPT = 16
_times: Cache[RoadTimes] = Cache(_KEPT)
_codes: Cache[NDArray[np.object_]] = Cache(1)


@dataclass(frozen=True)
class ByRoad:
    """
    Which places are reached by road.

    Attributes
    ----------
    nearest
        Row of the quickest member, -1 for none within two hours; (n,).
    minutes
        The time to it, infinity for none; (n,).
    known
        Whether a road is near the place, so that its time is known; (n,).
    """

    nearest: NDArray[np.int64]
    minutes: NDArray[np.float64]
    known: NDArray[np.bool_]


def network() -> tuple[Roads, RoadNetwork]:
    """
    Return the road network and what it was built from.

    Raises
    ------
    OfficialFileError
        If none was built, or its file is damaged.
    """
    found = roads()
    if found is None:
        raise OfficialFileError("no_network", command="python -m geo official roads FILE.osm.pbf")
    return found, _network(found)


@lru_cache(maxsize=1)
def _network(found: Roads) -> RoadNetwork:
    return RoadNetwork(*load_roads(found))


def road_key(reach: Reach) -> str:
    """Return what changes with every build of the network, "" without one and where reach is a straight line."""
    found = roads() if reach.minutes is not None else None
    return "" if found is None else found.key


def road_state() -> str:
    """Return of which day the roads are, or their file where it does not say; "" without a network."""
    found = roads()
    return "" if found is None else found.state or found.file


def by_road(members: gpd.GeoDataFrame) -> ByRoad:
    """
    Return how long it takes from every locality of the country to the nearest of some members.

    Parameters
    ----------
    members
        Members frame in EPSG:2180; those without a point are passed over.

    Returns
    -------
    found
        In the order of `load_localities`.

    Raises
    ------
    OfficialFileError
        If no road network was built.
    """
    found = _to(_places(members))
    return ByRoad(found.nearest, found.minutes, found.joined)


def _places(members: gpd.GeoDataFrame) -> NDArray[np.float64]:
    return coordinates(members.geometry) if len(members) else np.empty((0, 2))


def _to(points: NDArray[np.float64]) -> RoadTimes:
    """Return the times to some points, made once for all who ask."""
    built, graph = network()
    localities = load_localities()
    return _times.get(
        (built.key, sha256(points.tobytes()).digest()),
        lambda: road_times(graph, points, coordinates(localities.geometry), limit_min=MAX_MINUTES),
    )


def minutes_to(members: gpd.GeoDataFrame, places: NDArray[np.float64], limit_min: float) -> NDArray[np.float64]:
    """
    Return the minutes by road from places (n, 2; EPSG:2180) to the nearest of some members, infinity beyond a limit.

    Raises
    ------
    OfficialFileError
        If no road network was built.
    """
    return minutes_from(network()[1], _to(_places(members)), places, limit_min=limit_min)


def near_by_road(points: NDArray[np.float64], codes: pd.Series, area: Area, limit_min: float) -> NDArray[np.bool_]:
    """
    Say which places lie in an area, or so near by road that somebody who stands in it might be within reach.

    Parameters
    ----------
    points
        Metres in EPSG:2180, (n, 2).
    codes
        TERYT code of the gmina of each, (n,).
    area
        As from `merged`.
    limit_min
        Minutes.

    Raises
    ------
    OfficialFileError
        If no road network was built.
    """
    if area == COUNTRY:
        return np.ones(len(codes), dtype=bool)
    if not area:
        return np.zeros(len(codes), dtype=bool)
    graph = network()[1]
    inside = graph.xy[_starts(area)]
    near = minutes_from(graph, _to(inside), points, limit_min=limit_min) <= limit_min
    found: NDArray[np.bool_] = near | codes.str.startswith(area).to_numpy(dtype=bool)
    return found


def _starts(area: tuple[str, ...]) -> NDArray[np.bool_]:
    """Say which nodes of the network lie in an area."""
    return _chosen(lambda codes: pd.Series(codes).str.startswith(area).to_numpy())


def _chosen(choose: Callable[[NDArray[np.object_]], NDArray[np.bool_]]) -> NDArray[np.bool_]:
    built, graph = network()

    def find() -> NDArray[np.object_]:
        index = gmina_index()
        return np.append(index.codes, "")[index.locate(graph.xy[:, 0], graph.xy[:, 1])]

    return choose(_codes.get(built.key, find))


def cut_by_road(cities: pd.Index, members: gpd.GeoDataFrame, limit_min: float) -> tuple[str, ...]:
    """
    Return the cities whose roads lie partly within reach of members and partly not, sorted.

    Parameters
    ----------
    cities
        TERYT codes of gminy.
    members
        Members that count.
    limit_min
        Minutes.

    Raises
    ------
    OfficialFileError
        If no road network was built.
    """
    minutes = _to(_places(members)).node_minutes
    cut = []
    for code in cities:
        inside = _chosen(lambda codes, code=code: codes == code)  # type: ignore[misc]
        within = minutes[inside & np.isfinite(minutes)] <= limit_min
        if within.any() and not within.all():
            cut.append(str(code))
    return tuple(sorted(cut))


def reached_from(sites: NDArray[np.float64], places: NDArray[np.float64], limit_min: float) -> csr_matrix:
    """
    Say from which places each site is within a time by road, see `reach_by_road`.

    Raises
    ------
    OfficialFileError
        If no road network was built.
    QueryError
        If there are too many sites.
    """
    return reach_by_road(network()[1], sites, places, limit_min=limit_min)


def outline_legend(limit_min: float, text: Text) -> LegendMark:
    """Return how a legend explains such an outline."""
    return LegendMark(text("roads.line", value=text.number(limit_min)), "", OUTLINE, "line", DASH)


def road_outline(members: gpd.GeoDataFrame, limit_min: float) -> tuple[Arc, ...]:
    """
    Return the outline of what is within a time by road of members, as lines of a map.

    Raises
    ------
    OfficialFileError
        If no road network was built.
    """
    area = isochrone(network()[1], _to(_places(members)), limit_min)
    lines = []
    for ring in shapely.get_rings(shapely.get_parts(area)):
        shown = degrees(shapely.get_coordinates(ring))
        lines.append(Arc(tuple((round(float(y), 5), round(float(x), 5)) for x, y in shown), OUTLINE, 1.6, DASH))
    return tuple(lines)
