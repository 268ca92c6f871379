"""Mark the localities that nobody reaches."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
from pyproj import Transformer

from geo.analysis.points import coordinates
from geo.io.gazetteer import load_localities
from geo.model.coverage import Coverage
from geo.render.text import Text
from geo.services.coverage_tables import direction
from geo.settings import DISPLAY_CRS, METRIC_CRS

MAX_DOTS = 300


@lru_cache(maxsize=1)
def _to_degrees() -> Transformer:
    return Transformer.from_crs(METRIC_CRS, DISPLAY_CRS, always_xy=True)


def dots_of(result: Coverage, text: Text | None) -> list[dict[str, Any]]:
    """
    Return the localities out of reach as circles by their people; none where no member has a place.

    Parameters
    ----------
    result
        Coverage of an area.
    text
        Language of the description of each, or None for circles that nobody can ask.
    """
    left = gpd.GeoDataFrame(result.localities[~result.localities["covered"]], crs=load_localities().crs)
    left = left.nlargest(MAX_DOTS, "population")
    if left.empty or not (result.localities["nearest"] >= 0).any():
        return []
    shown = np.column_stack(_to_degrees().transform(*coordinates(left.geometry).T)).round(5)
    return [
        {
            "x": float(x),
            "y": float(y),
            "r": float(np.clip(np.sqrt(row.population) / 20, 1.5, 40).round(1)),
            "c": "#7a2e00",
            "n": _dot_words(row, text) if text else "",
        }
        for (x, y), row in zip(shown, left.itertuples(index=False), strict=True)
    ]


def _dot_words(row: Any, text: Text) -> str:
    return text(
        "coverage.dot",
        name=row.name,
        people=text.count("inhabitants", row.population),
        km=text.measure(row.nearest_m / 1000),
        direction=direction(row.bearing, text),
    )
