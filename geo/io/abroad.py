"""Read the land of other countries, which images draw beside Poland."""

from __future__ import annotations

from functools import cache
from typing import cast

import geopandas as gpd
import shapely

from geo.errors import DataFileError
from geo.settings import ROOT

FILE = "data/background/land_abroad.parquet"


@cache
def load_abroad() -> shapely.Geometry:
    """
    Return the land around Poland as one shape, EPSG:2180, simplified to 700 m; without what is Poland here.

    Natural Earth 1:10m (public domain), built by `scripts/build_background.py`.

    Raises
    ------
    DataFileError
        If the file is missing or cannot be read.
    """
    try:
        return cast("shapely.Geometry", gpd.read_parquet(ROOT / FILE).geometry.iloc[0])
    except FileNotFoundError:
        raise DataFileError(FILE, "missing") from None
    except (ValueError, OSError, IndexError):
        raise DataFileError(FILE, "unreadable") from None
