"""Read coordinates out of point columns."""

from __future__ import annotations

from functools import lru_cache

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geo.settings import DISPLAY_CRS, METRIC_CRS


def coordinates(points: gpd.GeoSeries) -> NDArray[np.float64]:
    """Return eastings and northings, (n, 2), in the points' CRS; NaN where there is no point."""
    array = points.to_numpy()
    return np.column_stack([shapely.get_x(array), shapely.get_y(array)])


def known_coordinates(points: gpd.GeoSeries) -> NDArray[np.float64]:
    """Return the same without the rows that have no point."""
    xy = coordinates(points)
    found = np.isfinite(xy[:, 0])
    return xy if found.all() else xy[found]


def degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return longitudes and latitudes, (n, 2), EPSG:4326, of points in EPSG:2180; NaN where there is no point."""
    shown = np.full(points.shape, np.nan)
    known = np.isfinite(points).all(axis=1)
    shown[known] = np.column_stack(_to_degrees().transform(*points[known].T))
    return shown


@lru_cache(maxsize=1)
def _to_degrees() -> Transformer:
    return Transformer.from_crs(METRIC_CRS, DISPLAY_CRS, always_xy=True)
