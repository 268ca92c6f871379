"""Turn a density surface into a picture that sits where it should on a web map."""

from __future__ import annotations

import base64
import io

import matplotlib as mpl
import numpy as np
from PIL import Image
from pyproj import Transformer
from scipy.ndimage import map_coordinates

from geo.model.results import DensitySurface
from geo.render.painting import Overlay
from geo.render.palette import SURFACE_MAP
from geo.settings import DISPLAY_CRS, METRIC_CRS, WEB_MERCATOR_CRS

MAX_PIXELS = 500
# Below this share of the peak the picture is clear.
CLEAR_BELOW = 0.02
OPACITY = 0.75


def surface_overlay(surface: DensitySurface) -> Overlay:
    """
    Reproject a surface from EPSG:2180 to EPSG:3857 and colour it.

    Returns
    -------
    overlay
        The picture with its corners, EPSG:4326.
    """
    west, south, east, north = Transformer.from_crs(METRIC_CRS, WEB_MERCATOR_CRS, always_xy=True).transform_bounds(
        *surface.bounds
    )
    size = max(east - west, north - south) / MAX_PIXELS
    columns, rows = max(2, int((east - west) / size)), max(2, int((north - south) / size))
    x = west + (np.arange(columns) + 0.5) * (east - west) / columns
    y = north - (np.arange(rows) + 0.5) * (north - south) / rows
    back = Transformer.from_crs(WEB_MERCATOR_CRS, METRIC_CRS, always_xy=True)
    easting, northing = back.transform(*np.meshgrid(x, y))
    row = (northing - surface.south) / surface.cell_m - 0.5
    column = (easting - surface.west) / surface.cell_m - 0.5
    values = map_coordinates(surface.values, [row, column], order=1, cval=0.0)
    peak = surface.values.max()
    share = np.clip(values / peak, 0, 1) if peak > 0 else values
    colours = mpl.colormaps[SURFACE_MAP](0.08 + 0.87 * share, bytes=True)
    fade = np.clip((share - CLEAR_BELOW) / CLEAR_BELOW, 0, 1)
    colours[..., 3] = (255 * OPACITY * fade).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(colours).quantize(128, method=Image.Quantize.FASTOCTREE).save(buffer, "PNG", optimize=True)
    low = Transformer.from_crs(WEB_MERCATOR_CRS, DISPLAY_CRS, always_xy=True)
    (left, bottom), (right, top) = low.transform(west, south), low.transform(east, north)
    uri = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
    return Overlay(uri, ((bottom, left), (top, right)))
