"""Take a coverage apart into borders that two units share, simplify each once and put it together again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

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
        runs = {Level.GMINA: _Runs.of(gminy.geometry.to_numpy())}
        graph = _Graph.of(runs[Level.GMINA])
        for level, units in levels.items():
            runs.setdefault(level, _Runs.of(units.geometry.to_numpy()))
        cut = {level: graph.cut(run) for level, run in runs.items()}
        own = cut[Level.GMINA]
        keys, first = np.unique(own.key, return_index=True)
        sides = np.full((len(keys), 2), -1, dtype=np.int32)
        arc = np.searchsorted(keys, own.key)
        forward = own.same_way(first[arc], own)
        sides[arc[forward], 0] = own.owner[forward]
        sides[arc[~forward], 1] = own.owner[~forward]
        rank = np.zeros(len(keys), dtype=np.int8)
        for n, digits in enumerate((Level.POWIAT.digits, Level.VOIVODESHIP.digits), start=1):
            names = np.append(gminy.index.str[:digits].to_numpy(dtype=object), "")
            rank[names[sides[:, 0]] != names[sides[:, 1]]] = n
        order = np.argsort(-rank, kind="stable")
        number = np.argsort(order)
        rings = {level: _rings(part, own, keys, first, number) for level, part in cut.items()}
        return cls(own.lines(first[order]), rank[order], sides[order], rings)

    def simplified(self, tolerance_m: float, *, valid: bool = True) -> NDArray[np.object_]:
        """
        Simplify every arc on its own, so that neighbours keep one border.

        No point of an arc lies further than the tolerance from what is drawn (Douglas and Peucker 1973,
        Cartographica 10, 112-122). Where units would fold, vanish or overlap, the arcs around them keep
        more.

        Parameters
        ----------
        tolerance_m
            Metres.
        valid
            Whether what is put together must be a valid coverage; if not, only units that would vanish
            keep more, which is enough for a picture and takes a quarter of the time.

        Returns
        -------
        arcs
            Lines in EPSG:2180 with the ends of the arcs they stand for.
        """
        tolerance = np.full(len(self.arcs), float(tolerance_m))
        for step in range(_HALVINGS + 1):
            lines = shapely.simplify(self.arcs, tolerance, preserve_topology=False)
            wrong = self._wrong(lines, valid=valid)
            if not len(wrong):
                break
            tolerance[wrong] = 0.0 if step == _HALVINGS - 1 else tolerance[wrong] / 2
        return np.asarray(lines)

    def _wrong(self, lines: NDArray[np.object_], *, valid: bool) -> NDArray[np.int64]:
        """Return the arcs around units that the lines fold, lose or lay over a neighbour."""
        solid = self.assemble(Level.GMINA, lines)
        bad = {i for i, shape in enumerate(solid) if shape is None}
        if not valid:
            return self._arcs_of(bad)
        whole = np.array([s is not None for s in solid])
        bad |= set(np.flatnonzero(whole)[~shapely.is_valid(solid[whole])].tolist())
        if not bad:
            crossing = shapely.coverage_invalid_edges(solid)
            bad |= set(np.flatnonzero(~shapely.is_empty(crossing)).tolist())
        return self._arcs_of(bad)

    def _arcs_of(self, units: set[int]) -> NDArray[np.int64]:
        rings = [ring for i in units for polygon in self.rings[Level.GMINA][i] for ring in polygon]
        refs = np.concatenate(rings) if rings else np.empty(0, dtype=np.int32)
        return np.unique(np.where(refs < 0, ~refs, refs)).astype(np.int64)

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
        return shapes_of(self.rings[level], np.split(xy, np.searchsorted(owner, np.arange(1, len(lines)))))


def shapes_of(units: Iterable[Rings], parts: list[NDArray[np.float64]]) -> NDArray[np.object_]:
    """
    Put units together.

    Parameters
    ----------
    units
        For each unit its polygons as rings of arcs, see `Topology`.
    parts
        Coordinates of each arc, (k, 2).

    Returns
    -------
    shapes
        Polygons or multipolygons in the order of the units, None where a ring has no area.
    """
    return np.array([_shape(polygons, parts) for polygons in units], dtype=object)


def _ring_coordinates(ring: NDArray[np.int32], parts: list[NDArray[np.float64]]) -> NDArray[np.float64]:
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
        lines = [_ring_coordinates(ring, parts) for ring in rings]
        if any(len(line) <= _MIN_CORNERS for line in lines):
            return None
        made.append(shapely.Polygon(lines[0], lines[1:]))
    return made[0] if len(made) == 1 else shapely.MultiPolygon(made)


@dataclass(frozen=True)
class _Runs:
    """
    Vertices of all rings of some units, the closing ones left out.

    Attributes
    ----------
    points
        Vertices as complex numbers, ring after ring, (n,).
    ring
        Ring of each vertex, (n,).
    polygon, unit
        Polygon of each ring, and unit of each polygon.
    """

    points: NDArray[np.complex128]
    ring: NDArray[np.int64]
    polygon: NDArray[np.int64]
    unit: NDArray[np.int64]

    @classmethod
    def of(cls, solid: NDArray[np.object_]) -> _Runs:
        """Take units apart; outer rings run so that the unit is on their left."""
        parts, unit = shapely.get_parts(shapely.orient_polygons(solid), return_index=True)
        rings, polygon = shapely.get_rings(parts, return_index=True)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        kept = np.append(ring[1:] == ring[:-1], False)
        points = xy[:, 0] + 1j * xy[:, 1]
        return cls(points[kept], ring[kept], polygon, unit)

    def following(self) -> NDArray[np.int64]:
        """Return the vertex after each, the first of the ring after its last."""
        start = np.flatnonzero(np.append(True, self.ring[1:] != self.ring[:-1]))
        after = np.arange(1, len(self.ring) + 1)
        after[np.append(start[1:], len(self.ring)) - 1] = start
        return after


@dataclass(frozen=True)
class _Cut:
    """
    Rings cut where borders meet: each piece is an arc, run one way or the other.

    Attributes
    ----------
    key
        Number that the pieces of one arc share.
    points, start, length
        Vertices of the rings, turned so that they begin with a piece; first vertex and number of edges of
        each piece.
    first
        Number of the first edge of each piece.
    ring, polygon, owner
        Ring, polygon and unit of each piece.
    closing
        Vertex that each piece ends at.
    """

    key: NDArray[np.int64]
    points: NDArray[np.complex128]
    start: NDArray[np.int64]
    length: NDArray[np.int64]
    first: NDArray[np.int64]
    ring: NDArray[np.int64]
    polygon: NDArray[np.int64]
    owner: NDArray[np.int64]
    closing: NDArray[np.complex128]

    def same_way(self, pieces: NDArray[np.int64], other: _Cut) -> NDArray[np.bool_]:
        """Say whether each piece of another cut runs the way that a piece of this one does."""
        same_start = self.points[self.start[pieces]] == other.points[other.start]
        return np.asarray(same_start & (self.first[pieces] == other.first))

    def lines(self, pieces: NDArray[np.int64]) -> NDArray[np.object_]:
        """Return pieces as lines."""
        count = self.length[pieces] + 1
        owner = np.repeat(np.arange(len(pieces)), count)
        place = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        at = np.minimum(self.start[pieces][owner] + place, len(self.points) - 1)
        last = place == self.length[pieces][owner]
        points = np.where(last, self.closing[pieces][owner], self.points[at])
        return np.asarray(shapely.linestrings(points.real, points.imag, indices=owner))


@dataclass(frozen=True)
class _Graph:
    """
    Edges of a coverage, each once.

    Attributes
    ----------
    points, keys
        Vertices and edges, sorted.
    meets
        Whether borders meet at a vertex.
    """

    points: NDArray[np.complex128]
    keys: NDArray[np.int64]
    meets: NDArray[np.bool_]

    @classmethod
    def of(cls, runs: _Runs) -> _Graph:
        """Find the edges of units and where more than two of them meet."""
        points, number = np.unique(runs.points, return_inverse=True)
        a, b = number, number[runs.following()]
        keys = np.unique(np.minimum(a, b) * len(points) + np.maximum(a, b))
        ends = np.concatenate(np.divmod(keys, len(points)))
        return cls(points, keys, np.bincount(ends, minlength=len(points)) != 2)

    def cut(self, runs: _Runs) -> _Cut:
        """Cut rings where borders meet; a ring along which none meet is one piece from its lowest vertex."""
        number = np.searchsorted(self.points, runs.points)
        begins = self.meets[number]
        start = np.flatnonzero(np.append(True, runs.ring[1:] != runs.ring[:-1]))
        lonely = ~np.logical_or.reduceat(begins, start)
        lowest = np.minimum.reduceat(number, start)
        begins |= lonely[runs.ring] & (number == lowest[runs.ring])
        # Turn every ring so that it begins with a piece.
        size = np.diff(np.append(start, len(number)))
        place = np.arange(len(number)) - start[runs.ring]
        turn = np.minimum.reduceat(np.where(begins, place, len(number)), start)
        order = start[runs.ring] + (place + turn[runs.ring]) % size[runs.ring]
        number, begins = number[order], begins[order]
        after = number[runs.following()]
        edge = np.searchsorted(self.keys, np.minimum(number, after) * len(self.points) + np.maximum(number, after))
        pieces = np.flatnonzero(begins)
        last = np.append(pieces[1:], len(number)) - 1
        ring = runs.ring[pieces]
        return _Cut(
            key=np.minimum.reduceat(edge, pieces),
            points=self.points[number],
            start=pieces,
            length=last - pieces + 1,
            first=edge[pieces],
            ring=ring,
            polygon=runs.polygon[ring],
            owner=runs.unit[runs.polygon[ring]],
            closing=self.points[after[last]],
        )


def _rings(
    part: _Cut, own: _Cut, keys: NDArray[np.int64], first: NDArray[np.int64], number: NDArray[np.int64]
) -> tuple[Rings, ...]:
    """Write the rings of units as numbers of arcs."""
    arc = np.searchsorted(keys, part.key)
    found = number[arc].astype(np.int32)
    refs = np.where(own.same_way(first[arc], part), found, ~found)
    rings = np.split(refs, np.flatnonzero(np.diff(part.ring)) + 1)
    heads = np.flatnonzero(np.append(True, np.diff(part.ring) != 0))
    polygons = _grouped(rings, part.polygon[heads])
    owners = part.owner[heads][np.flatnonzero(np.append(True, np.diff(part.polygon[heads]) != 0))]
    return tuple(_grouped(polygons, owners))


def _grouped(items: list[Any], group: NDArray[np.int64]) -> list[tuple[Any, ...]]:
    """Put neighbours of one group together."""
    cuts = [0, *(np.flatnonzero(np.diff(group)) + 1).tolist(), len(items)]
    return [tuple(items[a:b]) for a, b in pairwise(cuts)]
