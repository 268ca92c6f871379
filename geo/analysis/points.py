"""Read coordinates out of point columns."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray


def coordinates(points: gpd.GeoSeries) -> NDArray[np.float64]:
    """Return eastings and northings, (n, 2), in the points' CRS; NaN where there is no point."""
    array = points.to_numpy()
    return np.column_stack([shapely.get_x(array), shapely.get_y(array)])


def known_coordinates(points: gpd.GeoSeries) -> NDArray[np.float64]:
    """Return the same without the rows that have no point."""
    xy = coordinates(points)
    found = np.isfinite(xy[:, 0])
    return xy if found.all() else xy[found]
