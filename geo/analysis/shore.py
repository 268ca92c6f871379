"""Cut water off outlines, and find localities that lie outside the unit their register names."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

# The grid on which the outlines stand, metres: cut borders stay on it, so neighbours agree to the vertex.
GRID_M = 0.25
# A locality this far from its declared gmina is a record older than a change of borders.
RECORD_ERROR_M = 1000.0


def land(outlines: gpd.GeoSeries, lagoons: gpd.GeoSeries, localities: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """
    Return the outlines without the two lagoons.

    A piece that the cut leaves in the water, with no locality, is water too: the shore is coarser than
    the outlines.

    Parameters
    ----------
    outlines
        A valid coverage in EPSG:2180, index `teryt`; lagoons belong to the gminy around them.
    lagoons
        Polygons of the water.
    localities
        Points with a column `teryt`.

    Raises
    ------
    ValueError
        If what is left is not a valid coverage without holes.
    """
    water = shapely.union_all(lagoons.to_numpy())
    result = outlines.copy()
    for code in outlines.index[outlines.intersects(water)]:
        parts = shapely.get_parts(shapely.difference(outlines[code], water, grid_size=GRID_M))
        homes = localities.geometry[localities["teryt"] == code].to_numpy()
        kept = [p for p in parts if shapely.distance(p, water) > 0 or shapely.intersects(p, homes).any()]
        result[code] = _whole(np.array(kept, dtype=object))
    solid = result.to_numpy()
    holes = shapely.get_num_interior_rings(shapely.get_parts(shapely.coverage_union_all(solid))).sum()
    if holes or not shapely.coverage_is_valid(solid):
        msg = "the outlines without lagoons are not a valid coverage"
        raise ValueError(msg)
    return result


def _whole(parts: NDArray[np.object_]) -> shapely.Geometry:
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def misplaced(coverage: gpd.GeoSeries, localities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the localities that lie outside their own gmina, with `distance_m` to it and `found` in."""
    own = coverage.loc[localities["teryt"]].to_numpy()
    points = localities.geometry.to_numpy()
    wrong = localities[~shapely.intersects(own, points)]
    distance = shapely.distance(coverage.loc[wrong["teryt"]].to_numpy(), wrong.geometry.to_numpy())
    nearest = shapely.STRtree(coverage.to_numpy()).nearest(wrong.geometry.to_numpy())
    return wrong.assign(distance_m=distance, found=coverage.index.to_numpy()[nearest])
