"""Assign points to the units of a coverage, fast and exactly."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

# Below this orientation determinant (m², in coordinates relative to a cell centre) a point counts
# as "perhaps on a line" and is decided by GEOS predicates instead.
_NEAR_M2 = 1e-4
_OUTSIDE = -1


@dataclass(frozen=True)
class CoverageIndex:
    """
    A grid over a polygonal coverage that answers point location.

    Every cell knows the unit at its centre. The segment from the centre to a point stays in the
    cell, so the last coverage edge it crosses there tells the unit of the point: the one on the
    point's side of that edge. Points near a vertex or on an edge are left to exact predicates.
    (Cell-based point location: Žalik and Kolingerova 2001, Computers & Geosciences 27,
    1135-1145.)

    Attributes
    ----------
    codes
        TERYT codes of the units, sorted; positions below refer to it.
    """

    codes: NDArray[np.object_]
    _tree: shapely.STRtree
    _origin: tuple[float, float]
    _cell_m: float
    _shape: tuple[int, int]
    _centre_unit: NDArray[np.int32]
    _edge_start: NDArray[np.int64]
    _edge_of_cell: NDArray[np.int32]
    _edges: NDArray[np.float64]
    _left: NDArray[np.int32]
    _right: NDArray[np.int32]

    @classmethod
    def build(cls, units: gpd.GeoDataFrame, *, cell_m: float = 800.0) -> CoverageIndex:
        """
        Build the index.

        Parameters
        ----------
        units
            A valid coverage in EPSG:2180 (edges shared vertex by vertex), index `teryt`, sorted.
        cell_m
            Cell size in metres.
        """
        solid = units.geometry.to_numpy()
        edges, left, right = _shared_edges(solid)
        x0, y0, x1, y1 = units.total_bounds
        shape = (int((x1 - x0) // cell_m) + 1, int((y1 - y0) // cell_m) + 1)
        cell, edge = _edges_by_cell(edges, (x0, y0), cell_m, shape)
        start = np.searchsorted(cell, np.arange(shape[0] * shape[1] + 1))
        tree = shapely.STRtree(solid)
        # Neighbouring cells without edges lie in one unit: the first of each run is asked.
        empty = (np.diff(start) == 0).reshape(shape)
        asked = ~empty
        asked[:, 0] = True
        asked[:, 1:] |= ~empty[:, :-1]
        column, row = np.nonzero(asked)
        found = _exact(tree, x0 + cell_m * (column + 0.5), y0 + cell_m * (row + 0.5))
        centre = found[np.cumsum(asked.ravel()) - 1]
        codes = units.index.to_numpy(dtype=object)
        return cls(codes, tree, (x0, y0), cell_m, shape, centre, start, edge, edges, left, right)

    def locate(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int32]:
        """
        Return the position in `codes` of the unit of each point, or -1 outside all units.

        A point on a border shared by several units belongs to the one with the lowest TERYT code.

        Parameters
        ----------
        x, y
            Easting and northing in EPSG:2180, metres, shape (n,). Not finite means outside.
        """
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        column = np.floor((x - self._origin[0]) / self._cell_m)
        row = np.floor((y - self._origin[1]) / self._cell_m)
        # Not-a-number compares false, so such points stay outside.
        inside = (column >= 0) & (column < self._shape[0]) & (row >= 0) & (row < self._shape[1])
        cell = np.where(inside, column * self._shape[1] + row, 0).astype(np.int64)
        unit = np.where(inside, self._centre_unit[cell], _OUTSIDE).astype(np.int32)
        count = np.where(inside, self._edge_start[cell + 1] - self._edge_start[cell], 0)
        mixed = np.flatnonzero(count)
        for part in np.array_split(mixed, max(1, int(count[mixed].sum() // 4_000_000) + 1)):
            self._cross(x, y, part, cell, count, unit)
        return unit

    def _cross(
        self,
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        points: NDArray[np.int64],
        cell: NDArray[np.int64],
        count: NDArray[np.int64],
        unit: NDArray[np.int32],
    ) -> None:
        n = count[points]
        first = np.cumsum(n) - n
        pair = np.repeat(np.arange(len(points)), n)
        edge = self._edge_of_cell[np.arange(len(pair)) - np.repeat(first - self._edge_start[cell[points]], n)]
        cx = self._origin[0] + self._cell_m * (cell[points] // self._shape[1] + 0.5)
        cy = self._origin[1] + self._cell_m * (cell[points] % self._shape[1] + 0.5)
        px, py = (x[points] - cx)[pair], (y[points] - cy)[pair]
        ax, ay, bx, by = self._edges[edge].T
        ax, bx, ay, by = ax - cx[pair], bx - cx[pair], ay - cy[pair], by - cy[pair]
        # Orientation of the edge's ends about the ray, and of the ray's ends about the edge.
        end_a, end_b = px * ay - py * ax, px * by - py * bx
        centre_side = ax * by - ay * bx
        point_side = centre_side - ((bx - ax) * -py - (by - ay) * -px)
        crossed = (end_a * end_b < 0) & (centre_side * point_side < 0)
        near = np.minimum(np.minimum(abs(end_a), abs(end_b)), np.minimum(abs(centre_side), abs(point_side)))
        doubtful = np.zeros(len(points), dtype=bool)
        doubtful[pair[near < _NEAR_M2]] = True
        along = np.where(crossed, centre_side / np.where(crossed, centre_side - point_side, 1.0), -1.0)
        last = np.maximum.reduceat(along, first)
        hit = np.flatnonzero(crossed & (along == last[pair]))
        unit[points[pair[hit]]] = np.where(point_side[hit] > 0, self._left[edge[hit]], self._right[edge[hit]])
        again = points[doubtful]
        unit[again] = _exact(self._tree, x[again], y[again])


def assign_to_units(members: gpd.GeoDataFrame, index: CoverageIndex) -> pd.Series:
    """
    Say in which unit each member's point lies.

    Parameters
    ----------
    members
        Points in EPSG:2180, or None where the place is not known to a point.
    index
        Index of the coverage.

    Returns
    -------
    teryt
        TERYT code for each row, or "" where there is no point or it lies outside all units.
    """
    points = members.geometry.to_numpy()
    unit = index.locate(shapely.get_x(points), shapely.get_y(points))
    codes = np.append(index.codes, "")
    return pd.Series(codes[unit], index=members.index, dtype="str")


def _exact(tree: shapely.STRtree, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.int32]:
    unit = np.full(len(x), len(tree.geometries), dtype=np.int32)
    point, near = tree.query(shapely.points(x, y))
    # Prepared outlines find a point among many vertices by an index of their own.
    shapely.prepare(tree.geometries)
    inside = shapely.intersects_xy(tree.geometries[near], x[point], y[point])
    np.minimum.at(unit, point[inside], near[inside].astype(np.int32))
    return np.where(unit == len(tree.geometries), _OUTSIDE, unit).astype(np.int32)


def _shared_edges(
    solid: NDArray[np.object_],
) -> tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.int32]]:
    """Return each edge of the coverage once, (n, 4), with the units on its left and right."""
    oriented = shapely.orient_polygons(solid)
    parts, owner = shapely.get_parts(oriented, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    follows = ring[1:] == ring[:-1]
    left = owner[part[ring[:-1][follows]]].astype(np.int32)
    # Points are numbered from west to east and from south to north, so an edge runs from the lower number.
    point, number = np.unique(xy[:, 0] + 1j * xy[:, 1], return_inverse=True)
    first, last = number[:-1][follows], number[1:][follows]
    swap = first > last
    key = np.where(swap, last, first) * len(point) + np.where(swap, first, last)
    order = np.argsort(key)
    ordered = key[order]
    new = np.append(True, ordered[1:] != ordered[:-1])
    sides = np.full((2, int(new.sum())), _OUTSIDE, dtype=np.int32)
    sides[swap[order].astype(int), np.cumsum(new) - 1] = left[order]
    ends = np.column_stack(np.divmod(ordered[new], len(point)))
    edges = np.stack([point[ends].real, point[ends].imag], axis=-1).reshape(-1, 4)
    return edges, sides[0], sides[1]


def _edges_by_cell(
    edges: NDArray[np.float64], origin: tuple[float, float], cell_m: float, shape: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return (cell, edge) pairs, sorted by cell, for every cell an edge's bounding box touches."""
    low = np.minimum(edges[:, :2], edges[:, 2:]) - origin
    high = np.maximum(edges[:, :2], edges[:, 2:]) - origin
    limit = np.array(shape) - 1
    first = np.clip(np.floor(low / cell_m), 0, limit).astype(np.int64)
    last = np.clip(np.floor(high / cell_m), 0, limit).astype(np.int64)
    # An edge that ends exactly on a cell line also belongs to the cell before it.
    first = np.where((low / cell_m == first) & (first > 0), first - 1, first)
    size = last - first + 1
    n = size.prod(axis=1)
    edge = np.repeat(np.arange(len(edges)), n)
    k = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    column = first[edge, 0] + k // size[edge, 1]
    row = first[edge, 1] + k % size[edge, 1]
    cell = column * shape[1] + row
    order = np.argsort(cell, kind="stable")
    return cell[order], edge[order].astype(np.int32)
