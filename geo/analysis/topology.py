"""Take a coverage apart into borders that two units share, simplify each once and put it together again."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.analysis.assign import shared_edges
from geo.model.units import Level

# Halvings of the tolerance of an arc before it is kept as it is.
_HALVINGS = 10
# A ring of fewer corners is no area.
_MIN_CORNERS = 3
Rings = tuple[tuple[NDArray[np.int32], ...], ...]


@dataclass(frozen=True)
class Topology:
    """
    Borders of a nested coverage, each once.

    Attributes
    ----------
    arcs
        Lines in EPSG:2180, (n,), of the coarsest levels first; two arcs meet only at their ends.
    rank
        For each arc the coarsest level that it bounds: 0 gmina, 1 powiat, 2 voivodeship or the outside.
    sides
        Positions of the finest units on the left and on the right of each arc, -1 outside, (n, 2).
    rings
        For each level and unit its polygons as rings of arcs, the outer ring first; `~i` is arc i run
        backwards.
    """

    arcs: NDArray[np.object_]
    rank: NDArray[np.int8]
    sides: NDArray[np.int32]
    rings: dict[Level, tuple[Rings, ...]]

    @classmethod
    def build(cls, levels: dict[Level, gpd.GeoDataFrame]) -> Topology:
        """
        Take a coverage apart.

        Parameters
        ----------
        levels
            Units of each level, index `teryt`, EPSG:2180; coarser ones are unions of gminy, vertex by
            vertex.
        """
        gminy = levels[Level.GMINA]
        edges, left, right = shared_edges(gminy.geometry.to_numpy())
        merged = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(edges.reshape(-1, 2, 2))))
        arcs = shapely.get_parts(merged)
        lookup = _EdgeTable(arcs)
        row, _ = lookup.find(edges[:, 0] + 1j * edges[:, 1], edges[:, 2] + 1j * edges[:, 3])
        sides = np.empty((len(arcs), 2), dtype=np.int32)
        sides[lookup.arc[row]] = np.column_stack([left, right])
        rank = np.zeros(len(arcs), dtype=np.int8)
        for n, digits in enumerate((Level.POWIAT.digits, Level.VOIVODESHIP.digits), start=1):
            owner = np.append(gminy.index.str[:digits].to_numpy(dtype=object), "")
            rank[owner[sides[:, 0]] != owner[sides[:, 1]]] = n
        order = np.argsort(-rank, kind="stable")
        lookup.number(np.argsort(order))
        rings = {level: tuple(lookup.rings(shape) for shape in units.geometry) for level, units in levels.items()}
        return cls(arcs[order], rank[order], sides[order], rings)

    def simplified(self, tolerance_m: float) -> NDArray[np.object_]:
        """
        Simplify every arc on its own, so that neighbours keep one border.

        No point of an arc lies further than the tolerance from what is drawn (Douglas and Peucker 1973,
        Cartographica 10, 112-122). Where units would fold, vanish or overlap, the arcs around them keep
        more.

        Parameters
        ----------
        tolerance_m
            Metres.

        Returns
        -------
        arcs
            Lines in EPSG:2180 with the ends of the arcs they stand for.
        """
        tolerance = np.full(len(self.arcs), float(tolerance_m))
        for step in range(_HALVINGS + 1):
            lines = shapely.simplify(self.arcs, tolerance, preserve_topology=False)
            wrong = self._wrong(lines)
            if not len(wrong):
                break
            tolerance[wrong] = 0.0 if step == _HALVINGS - 1 else tolerance[wrong] / 2
        return np.asarray(lines)

    def _wrong(self, lines: NDArray[np.object_]) -> NDArray[np.int64]:
        """Return the arcs around units that the lines fold, lose or lay over a neighbour."""
        solid = self.assemble(Level.GMINA, lines)
        rings = self.rings[Level.GMINA]
        bad = {i for i, shape in enumerate(solid) if shape is None}
        whole = np.array([s is not None for s in solid])
        bad |= set(np.flatnonzero(whole)[~shapely.is_valid(solid[whole])].tolist())
        if not bad:
            crossing = shapely.coverage_invalid_edges(solid)
            bad |= set(np.flatnonzero(~shapely.is_empty(crossing)).tolist())
        return np.unique([np.where(r < 0, ~r, r)[k] for i in bad for p in rings[i] for r in p for k in range(len(r))])

    def assemble(self, level: Level, lines: NDArray[np.object_]) -> NDArray[np.object_]:
        """
        Put the units of a level together.

        Parameters
        ----------
        level
            Level of the units.
        lines
            A line for each arc, with its ends.

        Returns
        -------
        shapes
            Polygons or multipolygons in the order of the units, None where a ring has no area.
        """
        xy, owner = shapely.get_coordinates(lines, return_index=True)
        parts = np.split(xy, np.searchsorted(owner, np.arange(1, len(lines))))
        return np.array([_shape(polygons, parts) for polygons in self.rings[level]], dtype=object)


def ring_coordinates(ring: NDArray[np.int32], parts: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """
    Run along the arcs of a ring.

    Parameters
    ----------
    ring
        Arcs; `~i` is arc i backwards.
    parts
        Coordinates of each arc, (k, 2).

    Returns
    -------
    xy
        Coordinates, closed, (m, 2).
    """
    runs = [parts[i] if i >= 0 else parts[~i][::-1] for i in ring]
    return np.vstack([*(run[:-1] for run in runs[:-1]), runs[-1]]) if len(runs) > 1 else runs[0]


def _shape(polygons: Rings, parts: list[NDArray[np.float64]]) -> shapely.Geometry | None:
    made = []
    for rings in polygons:
        lines = [ring_coordinates(ring, parts) for ring in rings]
        if any(len(line) <= _MIN_CORNERS for line in lines):
            return None
        made.append(shapely.Polygon(lines[0], lines[1:]))
    return made[0] if len(made) == 1 else shapely.MultiPolygon(made)


class _EdgeTable:
    """
    Say of which arc each edge is a part, and where in it.

    Parameters
    ----------
    arcs
        Lines that share no edge.
    """

    def __init__(self, arcs: NDArray[np.object_]) -> None:
        xy, owner = shapely.get_coordinates(arcs, return_index=True)
        point = xy[:, 0] + 1j * xy[:, 1]
        follows = owner[1:] == owner[:-1]
        a, b = point[:-1][follows], point[1:][follows]
        self.points = np.unique(point)
        key = self._key(a, b)
        order = np.argsort(key)
        self._keys = key[order]
        self.arc = owner[:-1][follows][order]
        self._start = a[order]
        # Where in its arc each edge stands, from 0.
        first = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
        self._place = (np.arange(len(owner)) - first[owner])[:-1][follows][order]
        self._length = np.bincount(owner)[self.arc] - 1

    def _key(self, a: NDArray[np.complex128], b: NDArray[np.complex128]) -> NDArray[np.int64]:
        i, j = np.searchsorted(self.points, a), np.searchsorted(self.points, b)
        return np.minimum(i, j) * len(self.points) + np.maximum(i, j)

    def find(self, a: NDArray[np.complex128], b: NDArray[np.complex128]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the row of the edge from a to b, and whether the arc runs from a to b."""
        row = np.searchsorted(self._keys, self._key(a, b))
        return row, self._start[row] == a

    def number(self, position: NDArray[np.int64]) -> None:
        """Give the arcs other numbers."""
        self.arc = position[self.arc]

    def rings(self, shape: shapely.Geometry) -> Rings:
        """Return the rings of a polygon or multipolygon as arcs."""
        return tuple(
            tuple(self._ring(shapely.get_coordinates(ring)) for ring in shapely.get_rings(part))
            for part in shapely.get_parts(shape)
        )

    def _ring(self, xy: NDArray[np.float64]) -> NDArray[np.int32]:
        point = xy[:, 0] + 1j * xy[:, 1]
        row, forward = self.find(point[:-1], point[1:])
        arc, place = self.arc[row], self._place[row]
        # An arc is entered where the ring comes from another, or at the end of an arc that is a ring itself.
        entered = np.where(forward, place == 0, place == self._length[row] - 1)
        start = np.flatnonzero(entered)
        found = arc[start].astype(np.int32)
        refs: NDArray[np.int32] = np.where(forward[start], found, ~found)
        return refs
