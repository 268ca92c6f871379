"""Find how long it takes by road from localities to the nearest member, and the ground within reach."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree

from geo.errors import QueryError

# From a place to the nearest road: on paths, and no farther than that.
ACCESS_KMH, MAX_ACCESS_M = 20.0, 3000.0
# A sparse graph keeps no zero: an edge of no time would be no edge.
LEAST_S = 0.05
# Ground within reach is drawn by squares of so many metres around what can be driven to.
CELL_M = 500.0
# Gaps narrower than twice so many metres are filled.
CLOSED_M = 1000.0
# So many times are held at once while the reach of many places is looked for, 160 MB of them.
_HELD = 20_000_000
# Of more nodes the reach by road is not looked for, one by one: a smaller area is asked for. A voivodeship has fewer.
MAX_SOURCES = 8000


@dataclass(frozen=True)
class RoadNetwork:
    """
    Roads as a directed graph.

    Attributes
    ----------
    xy
        Junctions and ends, metres in EPSG:2180, (n, 2).
    tail, head
        Nodes that each edge leads from and to, (m,).
    seconds
        Time of each edge, (m,).
    """

    xy: NDArray[np.float64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    seconds: NDArray[np.float32]

    @cached_property
    def tree(self) -> KDTree | None:
        """The nodes by place, None without any."""
        return KDTree(self.xy) if len(self.xy) else None

    @cached_property
    def against(self) -> csr_matrix:
        """The quickest edges, from head to tail: people drive to a member, so paths run against the edges."""
        weights = np.maximum(self.seconds.astype(float), LEAST_S)
        return _least(self.head.astype(np.int64), self.tail.astype(np.int64), weights, len(self.xy))


@dataclass(frozen=True)
class RoadTimes:
    """
    Times to the nearest of several places.

    Attributes
    ----------
    minutes
        For each place that was asked about, infinity where no road leads; (k,).
    nearest
        Row of the place it leads to, -1 for none; (k,).
    joined
        Whether a road is near each of them; (k,).
    node_minutes
        For each node of the network; (n,).
    """

    minutes: NDArray[np.float64]
    nearest: NDArray[np.int64]
    joined: NDArray[np.bool_]
    node_minutes: NDArray[np.float64]


def road_times(
    network: RoadNetwork, members: NDArray[np.float64], places: NDArray[np.float64], *, limit_min: float
) -> RoadTimes:
    """
    Find the quickest member for each place, by the shortest paths from all members at once (Dijkstra 1959).

    People drive to a member, so paths run against the edges. Each place is joined to the nearest node at
    `ACCESS_KMH`; one farther than `MAX_ACCESS_M` from every road has no time.

    Parameters
    ----------
    network
        The roads.
    members, places
        Metres in EPSG:2180, (j, 2) and (k, 2); rows with NaN have no time.
    limit_min
        Longer times are not looked for.
    """
    tree = network.tree
    if tree is None:
        return _nowhere(len(places), np.zeros(len(places), dtype=bool), 0)
    place_node, place_access = _joined(tree, places)
    none = _nowhere(len(places), np.isfinite(place_access), len(network.xy))
    known = np.flatnonzero(np.isfinite(members).all(axis=1))
    node, access = _joined(tree, members[known])
    near = np.isfinite(access)
    known, node, access = known[near], node[near], access[near]
    if not len(known):
        return none
    nodes, sources = len(network.xy), np.arange(len(known))
    graph = _from_places(network.against, node, access)
    seconds, _, origin = dijkstra(
        graph, indices=nodes + sources, min_only=True, limit=60.0 * limit_min, return_predecessors=True
    )
    total = seconds[place_node] + place_access
    reached = np.isfinite(total) & (total <= 60.0 * limit_min)
    which = np.where(reached, origin[place_node] - nodes, 0)
    return RoadTimes(
        np.where(reached, total / 60.0, np.inf),
        np.where(reached, known[which], -1).astype(np.int64),
        none.joined,
        seconds[:nodes] / 60.0,
    )


def minutes_from(
    network: RoadNetwork, times: RoadTimes, places: NDArray[np.float64], *, limit_min: float
) -> NDArray[np.float64]:
    """
    Return the minutes from other places to the nearest of those that times lead to, by the same rules.

    Parameters
    ----------
    network
        The roads.
    times
        As from `road_times`.
    places
        Metres in EPSG:2180, (n, 2).
    limit_min
        Longer times are infinity.
    """
    if network.tree is None:
        return np.full(len(places), np.inf)
    node, access = _joined(network.tree, places)
    total = times.node_minutes[node] + access / 60.0
    return np.where(total <= limit_min, total, np.inf)


def reach_by_road(
    network: RoadNetwork, sites: NDArray[np.float64], places: NDArray[np.float64], *, limit_min: float
) -> csr_matrix:
    """
    Say from which places each of several sites can be driven to within a time.

    Nodes farther than that from every place are left out first, by one run from all places at once; in the rest each
    site, or each place where those are fewer, has a run of its own.

    Parameters
    ----------
    network
        The roads.
    sites, places
        Metres in EPSG:2180, (m, 2) and (n, 2); rows with NaN are reached from nowhere.
    limit_min
        Minutes.

    Returns
    -------
    reached
        (m, n), 1 where the place is within the time of the site.

    Raises
    ------
    QueryError
        If there are more of both than can be looked at.
    """
    nothing = csr_matrix((len(sites), len(places)))
    if network.tree is None or not len(sites) or not len(places):
        return nothing
    limit_s = 60.0 * limit_min
    (site_node, site_access), (node, access) = _joined(network.tree, sites), _joined(network.tree, places)
    known = np.flatnonzero(np.isfinite(access))
    along = _from_places(network.against.T.tocsr(), node[known], access[known])
    begin, size = len(network.xy) + np.arange(len(known)), len(network.xy)
    if not len(known):
        return nothing
    kept = np.flatnonzero(np.isfinite(dijkstra(along, indices=begin, min_only=True, limit=limit_s)[:size]))
    row_of = np.full(size, -1)
    row_of[kept] = np.arange(len(kept))
    near = np.flatnonzero(np.isfinite(site_access) & (row_of[site_node] >= 0))
    known = known[row_of[node[known]] >= 0]
    part = network.against[kept][:, kept]
    here, there = (row_of[site_node[near]], site_access[near]), (row_of[node[known]], access[known])
    if len(np.unique(here[0])) <= len(np.unique(there[0])):
        row, column = _pairs_within(part, here, there, limit_s)
    else:
        column, row = _pairs_within(part.T.tocsr(), there, here, limit_s)
    return csr_matrix((np.ones(len(row)), (near[row], known[column])), shape=nothing.shape)


_Joined = tuple[NDArray[np.int64], NDArray[np.float64]]


def _pairs_within(graph: csr_matrix, starts: _Joined, ends: _Joined, limit_s: float) -> tuple[NDArray[np.int64], ...]:
    """Return which starts reach which ends within a time, by node and the seconds to it; a run for each node."""
    nodes, which = np.unique(starts[0], return_inverse=True)
    if len(nodes) > MAX_SOURCES:
        raise QueryError("candidates", len(nodes), "pairs", limit=MAX_SOURCES)
    rows, columns = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    step = max(1, _HELD // max(1, graph.shape[0]))
    for first in range(0, len(nodes), step):
        found = dijkstra(graph, indices=nodes[first : first + step], limit=limit_s)[:, ends[0]] + ends[1]
        for start in np.flatnonzero((which >= first) & (which < first + step)):
            within = np.flatnonzero(found[which[start] - first] + starts[1][start] <= limit_s)
            rows.append(np.full(len(within), start))
            columns.append(within)
    return np.concatenate(rows), np.concatenate(columns)


def _from_places(graph: csr_matrix, node: NDArray[np.int64], access: NDArray[np.float64]) -> csr_matrix:
    """Return a graph with a further node for each place, from which an edge leads to its node of the graph."""
    size, more = graph.shape[0], len(node)
    return csr_matrix(
        (
            np.concatenate([graph.data, np.maximum(access, LEAST_S)]),
            np.concatenate([graph.indices, node]),
            np.concatenate([graph.indptr, graph.indptr[-1] + 1 + np.arange(more)]),
        ),
        shape=(size + more, size + more),
    )


def _nowhere(places: int, joined: NDArray[np.bool_], nodes: int) -> RoadTimes:
    """Return that nobody is reached."""
    return RoadTimes(np.full(places, np.inf), np.full(places, -1, dtype=np.int64), joined, np.full(nodes, np.inf))


def _joined(tree: KDTree, points: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the node of each point, and the seconds to it; infinity where it is too far."""
    finite = np.isfinite(points).all(axis=1)
    metres, node = np.full(len(points), np.inf), np.zeros(len(points), dtype=np.int64)
    if finite.any():
        metres[finite], node[finite] = tree.query(points[finite], workers=-1)
    return node, np.where(metres <= MAX_ACCESS_M, metres / (ACCESS_KMH / 3.6), np.inf)


def _least(rows: NDArray[np.int64], columns: NDArray[np.int64], weights: NDArray[np.float64], size: int) -> csr_matrix:
    """Return a graph that keeps the quickest of parallel edges; a sparse matrix would add them up."""
    order = np.lexsort((weights, columns, rows))
    rows, columns, weights = rows[order], columns[order], weights[order]
    first = np.ones(len(rows), dtype=bool)
    first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    return csr_matrix((weights[first], (rows[first], columns[first])), shape=(size, size))


def isochrone(network: RoadNetwork, times: RoadTimes, limit_min: float) -> shapely.Geometry:
    """
    Return the ground within a time by road as an area, EPSG:2180: squares around the nodes that are reached.

    Parameters
    ----------
    network
        The roads.
    times
        As from `road_times`.
    limit_min
        Minutes.
    """
    reached = network.xy[times.node_minutes <= limit_min]
    if not len(reached):
        return shapely.Polygon()
    cells = np.unique(np.floor(reached / CELL_M).astype(np.int64), axis=0) * CELL_M
    # A square and its margin, so that neighbours along a road join.
    margin = 0.6 * CELL_M
    boxes = shapely.box(cells[:, 0] - margin, cells[:, 1] - margin, *(cells + CELL_M + margin).T)
    # Between roads that are both reached lies no gap worth drawing.
    closed = shapely.buffer(shapely.buffer(shapely.union_all(boxes), CLOSED_M), -CLOSED_M)
    return shapely.simplify(closed, CELL_M / 2)
