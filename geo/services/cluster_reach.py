"""Say which localities of the country one cluster reaches, once for all who ask."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.analysis.points import coordinates
from geo.io.boundaries import load_units
from geo.io.data_state import per_state
from geo.io.gazetteer import load_localities
from geo.model.cluster import Cluster, Status
from geo.model.reach import Reach
from geo.model.units import Level
from geo.services.cache import Cache
from geo.services.compare import counted
from geo.services.library import content_version, resolve
from geo.services.reaching import near_perhaps, reached_localities, unknown_area
from geo.services.roads import road_key

# Of so many clusters, one for each distance and choice of statuses.
MAX_KEPT = 64

Within = tuple[NDArray[np.bool_], NDArray[np.bool_]]

_kept: Cache[Within] = Cache(MAX_KEPT)


def reach_of(cluster: Cluster, statuses: tuple[Status, ...], reach: Reach) -> Within:
    """
    Say which localities of the country are within reach of a cluster.

    Parameters
    ----------
    cluster
        The cluster.
    statuses
        Organisations that count.
    reach
        How far.

    Returns
    -------
    covered, unknown
        Whether each locality is surely within reach, and whether that is not known (never both), in the order of
        `load_localities`. Shared: do not change them.
    """

    def find() -> Within:
        localities = load_localities()
        members = counted((cluster,), statuses)
        found, _ = reached_localities(localities, load_units(Level.GMINA), members, (), reach)
        perhaps = unknown_area(members, resolve(cluster.cluster_id))
        covered = found["covered"].to_numpy(dtype=bool)
        maybe = near_perhaps(_points(), localities["teryt"], perhaps, reach)
        # The cities that are cut, and places without a road, are not known either.
        return covered, (maybe | found["unknown"].to_numpy(dtype=bool)) & ~covered

    return _kept.get((content_version((cluster,)), statuses, reach, road_key(reach)), find)


@per_state(1)
def _points() -> NDArray[np.float64]:
    """Return where each locality lies, metres in EPSG:2180."""
    return coordinates(load_localities().geometry)
