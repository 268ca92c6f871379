"""Answer reach by road: times from every locality to the nearest member, and the outline of what is within them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from geo.analysis.points import coordinates, degrees
from geo.analysis.road_times import RoadNetwork, RoadTimes, isochrone, road_times
from geo.errors import OfficialFileError
from geo.io.gazetteer import load_localities
from geo.io.roads import Roads, load_roads, roads
from geo.model.coverage import CoverageQuery, TravelTimes
from geo.render.painting import Arc
from geo.services.cache import Cache
from geo.services.coverage import counted_members
from geo.services.library import content_version, resolve

# Longer times are not looked for.
MAX_MIN = 120.0
OUTLINE = "#4b2a7a"
_KEPT = 8
_times: Cache[RoadTimes] = Cache(_KEPT)


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
    return found, RoadNetwork(*load_roads(found))


def times_by_road(query: CoverageQuery, limit_min: float) -> TravelTimes:
    """
    Return travel times by road from every locality to the nearest member that counts.

    Parameters
    ----------
    query
        Clusters, need and statuses; its area and reach do not matter.
    limit_min
        Longest time within reach, minutes, at most `MAX_MIN`.

    Raises
    ------
    OfficialFileError
        If no road network was built.
    """
    found = _found(query)
    localities, members = load_localities(), counted_members(query)
    names = np.append(members["name"].to_numpy(dtype=object), "")
    table = pd.DataFrame(
        {
            "teryt": localities["teryt"],
            "locality": localities["name"],
            "member": names[found.nearest],
            "minutes": found.minutes,
        }
    )
    columns = {"nearest": found.nearest, "minutes": found.minutes, "known": found.joined}
    exact = pd.DataFrame(columns, index=localities.index)
    built = network()[0]
    return TravelTimes(table[np.isfinite(found.minutes)], limit_min, exact=exact, roads=built.state or built.file)


def _found(query: CoverageQuery) -> RoadTimes:
    built, graph = network()
    counted = (query.subject, query.need, query.statuses, query.added, query.planned)
    key = (built.key, *counted, content_version(resolve(query.subject).clusters))

    def find() -> RoadTimes:
        members = coordinates(counted_members(query).geometry)
        return road_times(graph, members, coordinates(load_localities().geometry), limit_min=MAX_MIN)

    return _times.get(key, find)


def road_outline(query: CoverageQuery, limit_min: float) -> tuple[Arc, ...]:
    """
    Return the outline of what is within a time by road, as lines of a map.

    Raises
    ------
    OfficialFileError
        If no road network was built.
    """
    area = isochrone(network()[1], _found(query), limit_min)
    lines = []
    for ring in shapely.get_rings(shapely.get_parts(area)):
        shown = degrees(shapely.get_coordinates(ring))
        points = tuple((round(float(y), 5), round(float(x), 5)) for x, y in shown)
        lines.append(Arc(points, OUTLINE, 1.6, "6 3"))
    return tuple(lines)
