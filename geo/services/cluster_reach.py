"""Say which localities of the country one cluster reaches, once for all who ask."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo.analysis.points import coordinates
from geo.io.boundaries import load_units
from geo.io.data_state import per_state
from geo.io.gazetteer import load_localities
from geo.model.cluster import Cluster, Status
from geo.model.units import Level
from geo.services.cache import Cache
from geo.services.compare import counted
from geo.services.coverage import near_perhaps, reached_localities, unknown_area
from geo.services.library import content_version, resolve

# Of so many clusters, one for each distance and choice of statuses.
MAX_KEPT = 64

Reach = tuple[NDArray[np.bool_], NDArray[np.bool_]]

_kept: Cache[Reach] = Cache(MAX_KEPT)


def reach_of(cluster: Cluster, statuses: tuple[Status, ...], radius_km: float) -> Reach:
    """
    Say which localities of the country are within reach of a cluster.

    Parameters
    ----------
    cluster
        The cluster.
    statuses
        Organisations that count.
    radius_km
        Reach in a straight line, km.

    Returns
    -------
    covered, unknown
        Whether each locality is surely within reach, and whether that is not known (never both), in the order of
        `load_localities`. Shared: do not change them.
    """

    def find() -> Reach:
        localities, radius_m = load_localities(), 1000.0 * radius_km
        members = counted((cluster,), statuses)
        found, _ = reached_localities(localities, load_units(Level.GMINA), members, (), radius_m)
        perhaps = unknown_area(members, resolve(cluster.cluster_id))
        covered = found["covered"].to_numpy(dtype=bool)
        maybe = near_perhaps(_points(), localities["teryt"], perhaps, radius_m)
        return covered, (maybe | found["cut"].to_numpy(dtype=bool)) & ~covered

    return _kept.get((content_version((cluster,)), statuses, radius_km), find)


@per_state(1)
def _points() -> NDArray[np.float64]:
    """Return where each locality lies, metres in EPSG:2180."""
    return coordinates(load_localities().geometry)
