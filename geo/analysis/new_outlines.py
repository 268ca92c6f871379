"""Bring outlines from outside to the rules of ours: a valid coverage, ten metres fine, of whole voivodeships."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.analysis.shore import GRID_M
from geo.model.units import Level
from geo.settings import METRIC_CRS

# Outlines are simplified together, so that neighbours keep one border: metres, see `shapely.coverage_simplify`.
FINE_M = 10.0
# Up to so many times as many corners as ours, outlines are as fine as ours already.
SAME_CORNERS = 1.2
# Two units may lie on each other so far, m²; more is no fault of drawing.
OVERLAP_M2 = 100_000.0
# Ground that nobody has and that is larger is a unit that is missing, m².
HOLE_M2 = 1_000_000.0


class OutlineError(ValueError):
    """
    Why outlines cannot be taken.

    Attributes
    ----------
    problem, units
        `overlap` or `missing`, and the codes it is about.
    """

    def __init__(self, problem: str, units: tuple[str, ...]) -> None:
        self.problem, self.units = problem, units
        super().__init__(problem, units)


@dataclass(frozen=True)
class NewOutlines:
    """
    Outlines of all gminy of the country.

    Attributes
    ----------
    shapes
        Index `teryt`, sorted, EPSG:2180: a valid coverage.
    water_km2
        What was cut off each as water, index `teryt`.
    mended
        How many outlines crossed themselves.
    """

    shapes: gpd.GeoSeries
    water_km2: pd.Series
    mended: int


def fitted(
    given: gpd.GeoSeries,
    known: gpd.GeoSeries,
    *,
    land_only: bool,
    progress: Callable[[float], object] = lambda _: None,
) -> NewOutlines:
    """
    Fit outlines of whole voivodeships into those of the country.

    Vertices go to a grid of 25 cm, so that what neighbours share stays shared; all are simplified together
    (Visvalingam and Whyatt 1993, on a coverage); small overlaps and gaps are given to a neighbour. Where only some
    voivodeships are given their outer border stays as it is, and so do all other units.

    Parameters
    ----------
    given
        New outlines, index 6-digit `teryt`, EPSG:2180.
    known
        Those of today, land only, the same index and CRS.
    land_only
        Whether water (the sea, lagoons) that today's outlines leave out is cut off.
    progress
        Told how much is done, 0 to 1.

    Raises
    ------
    OutlineError
        If a gmina is missing, or two lie on each other.
    """
    digits = Level.VOIVODESHIP.digits
    scope = set(given.index.str[:digits])
    own = known[known.index.str[:digits].isin(scope)]
    rest = known[~known.index.str[:digits].isin(scope)]
    raw = given.to_numpy()
    broken = ~shapely.is_valid(raw)
    raw = raw.copy()
    raw[broken] = _areas(shapely.make_valid(raw[broken]))
    progress(0.05)
    fine = shapely.coverage_simplify(raw, FINE_M) if _finer(raw, own.to_numpy()) else raw
    progress(0.4)
    fine = _areas(_on_grid(fine))
    _check_overlaps(fine, given.index)
    progress(0.55)
    ground = shapely.coverage_union_all(own.to_numpy()) if len(own) else None
    if ground is not None:
        _check_holes(fine, given.index, own, ground)
    full = pd.Series(shapely.area(fine), given.index)
    # Beside other voivodeships the border stays; where the file is of the whole country, only the shore may matter.
    if ground is not None and (land_only or len(rest)):
        fine = _within(fine, ground if land_only else _with_water(fine, ground, rest.to_numpy()))
    progress(0.7)
    together = np.concatenate([fine, np.asarray(rest.to_numpy(), dtype=object)])
    everything = gpd.GeoSeries(together, given.index.append(rest.index), crs=METRIC_CRS).sort_index()
    solid = everything.to_numpy()
    if not shapely.coverage_is_valid(solid):
        solid = _areas(shapely.coverage_clean(solid, gap_width=2 * FINE_M))
    progress(0.95)
    empty = everything.index[shapely.is_empty(solid)]
    if len(empty):
        raise OutlineError("missing", tuple(empty))
    shapes = gpd.GeoSeries(solid, everything.index, crs=METRIC_CRS).rename_axis("teryt")
    water = (full - pd.Series(shapely.area(solid), everything.index).reindex(full.index)).clip(lower=0) / 1e6
    return NewOutlines(shapes, water.round(4), int(broken.sum()))


def _finer(given: NDArray[np.object_], own: NDArray[np.object_]) -> bool:
    """Say whether outlines have more corners than ours of the same ground: ours read back stay as they are."""
    counts = [int(shapely.get_num_coordinates(shapes).sum()) for shapes in (given, own)]
    return counts[0] > SAME_CORNERS * counts[1]


def _on_grid(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    moved: NDArray[np.object_] = shapely.transform(shapes, lambda xy: np.round(xy / GRID_M) * GRID_M)
    broken = ~shapely.is_valid(moved)
    moved[broken] = shapely.make_valid(moved[broken])
    return moved


def _areas(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the areas of shapes, without the lines and points that mending leaves."""
    kinds = shapely.get_type_id(shapes)
    result = shapes.copy()
    for i in np.flatnonzero(~np.isin(kinds, (3, 6))):
        parts = shapely.get_parts(shapely.get_parts(shapes[i]))
        result[i] = shapely.union_all(parts[np.isin(shapely.get_type_id(parts), (3, 6))])
    return result


def _check_overlaps(shapes: NDArray[np.object_], codes: pd.Index) -> None:
    excess = shapely.area(shapes).sum() - shapely.area(shapely.union_all(shapes, grid_size=GRID_M))
    if excess <= OVERLAP_M2:
        return
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = first < second
    first, second = first[pairs], second[pairs]
    shared = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    worst = shared > OVERLAP_M2 / 10
    if worst.any():
        order = np.argsort(-shared[worst])
        found = dict.fromkeys(codes[np.column_stack([first[worst], second[worst]])[order].ravel()])
        raise OutlineError("overlap", tuple(found))


def _check_holes(shapes: NDArray[np.object_], codes: pd.Index, own: gpd.GeoSeries, ground: shapely.Geometry) -> None:
    """Name the gminy of today whose ground nobody has any more."""
    left = shapely.difference(ground, shapely.union_all(shapes, grid_size=GRID_M))
    holes = [p for p in shapely.get_parts(left) if shapely.area(p) > HOLE_M2]
    if not holes:
        return
    gone = own[~own.index.isin(codes)]
    hole = shapely.union_all(holes)
    lost = gone.index[shapely.area(shapely.intersection(gone.to_numpy(), hole)) > HOLE_M2]
    if len(lost):
        raise OutlineError("missing", tuple(lost))


def _with_water(shapes: NDArray[np.object_], ground: shapely.Geometry, rest: NDArray[np.object_]) -> shapely.Geometry:
    """Return the ground with what new outlines have beyond it and nobody else has: the sea, and lagoons."""
    beyond = shapely.difference(shapely.union_all(shapes, grid_size=GRID_M), ground)
    near = rest[shapely.intersects(rest, beyond)]
    free = shapely.difference(beyond, shapely.union_all(near, grid_size=GRID_M)) if len(near) else beyond
    return shapely.union_all([ground, *_areas(np.array([free], dtype=object))], grid_size=GRID_M)


def _within(shapes: NDArray[np.object_], ground: shapely.Geometry) -> NDArray[np.object_]:
    """Cut shapes at the edge of their ground, and give what is left over of it to the nearest."""
    shapely.prepare(ground)
    result = shapes.copy()
    edge = ~shapely.contains_properly(ground, shapes)
    result[edge] = shapely.intersection(shapes[edge], ground, grid_size=GRID_M)
    result = _areas(result)
    left = shapely.get_parts(shapely.difference(ground, shapely.union_all(result, grid_size=GRID_M), grid_size=GRID_M))
    left = left[shapely.area(left) > 0]
    if not len(left):
        return result
    tree = shapely.STRtree(result)
    owner = tree.nearest(shapely.point_on_surface(left))
    for i in np.unique(owner):
        result[i] = shapely.union_all([result[i], *left[owner == i]], grid_size=GRID_M)
    return _areas(result)


def changed_km2(old: gpd.GeoSeries, new: gpd.GeoSeries) -> pd.DataFrame:
    """
    Say how outlines of two states differ.

    Parameters
    ----------
    old, new
        Index `teryt`, EPSG:2180.

    Returns
    -------
    differences
        Index `teryt` of both; `old_km2`, `new_km2` (NaN where there is no such unit) and `changed_km2`, the ground that
        only one of them has.
    """
    common = old.index.intersection(new.index)
    apart = shapely.symmetric_difference(old[common].to_numpy(), new[common].to_numpy(), grid_size=GRID_M)
    frame = pd.DataFrame(index=old.index.union(new.index).rename("teryt"))
    frame["old_km2"] = pd.Series(shapely.area(old.to_numpy()) / 1e6, old.index)
    frame["new_km2"] = pd.Series(shapely.area(new.to_numpy()) / 1e6, new.index)
    frame["changed_km2"] = pd.Series(shapely.area(apart) / 1e6, common)
    frame["changed_km2"] = frame["changed_km2"].fillna(frame["old_km2"]).fillna(frame["new_km2"])
    return frame.round(4)
