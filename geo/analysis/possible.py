"""Say where a member whose place is not known exactly could stand, and what lies within reach of that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.model.cluster import Precision

Area = tuple[str, ...]
# Of so many codes each is looked at, of more each distinct one.
FEW_CODES = 4000
# Somewhere in the country: every code begins with it.
COUNTRY: Area = ("",)


def possible_areas(members: gpd.GeoDataFrame, territories: Mapping[str, Area]) -> list[Area]:
    """
    Return the area in which each member may stand.

    Parameters
    ----------
    members
        Members frame; `teryt` is as deep as the place is known.
    territories
        TERYT codes that each cluster declares, by identifier.

    Returns
    -------
    areas
        () for a member with a point and for one outside Poland; its gmina, powiat or voivodeship where only
        that is known; else the territory of its own cluster, and the country where that has none.
    """
    placed = members.geometry.notna().to_numpy()
    if "precision" in members:
        placed = placed | (members["precision"] == Precision.ABROAD).to_numpy()
    rows = zip(placed, members["teryt"], members["cluster_id"], strict=True)
    return [() if point else (code,) if code else territories.get(cluster) or COUNTRY for point, code, cluster in rows]


def overlaps(codes: pd.Index, area: Area) -> NDArray[np.bool_]:
    """Say which units share land with an area: they lie in it or hold a part of it; a shared edge does not count."""
    lengths, known = sorted({len(a) for a in area}), set(area)
    # The units that hold a part of the area.
    above = {a[:n] for a in area for n in range(1, len(a))}
    # Many places share a code: each code is looked at once.
    position, distinct = codes.factorize() if len(codes) > FEW_CODES else (None, codes)
    found = np.array(
        [c in above or any(c[:n] in known for n in lengths) for c in distinct.to_numpy(dtype=object)], dtype=bool
    )
    return found if position is None else found[position]


def merged(areas: Iterable[Area]) -> Area:
    """Return the codes of several areas together, without those that lie in others; sorted."""
    codes = {code for area in areas for code in area}
    return tuple(sorted(c for c in codes if not any(c[:n] in codes for n in range(len(c)))))


def near_area(
    points: NDArray[np.float64], codes: pd.Series, area: Area, outlines: Mapping[str, shapely.Geometry], radius_m: float
) -> NDArray[np.bool_]:
    """
    Say which places lie in an area or within reach of it.

    Parameters
    ----------
    points
        Eastings and northings in EPSG:2180, metres, (n, 2).
    codes
        TERYT code of the gmina of each, (n,).
    area
        As from `merged`.
    outlines
        Outline of each unit of the area, EPSG:2180.
    radius_m
        Reach in a straight line, metres.
    """
    if "" in area:
        return np.ones(len(points), dtype=bool)
    near: NDArray[np.bool_] = np.array(codes.str.startswith(area) if area else np.zeros(len(points)), dtype=bool)
    for code in area:
        rows = np.flatnonzero(~near)
        near[rows] = _within(outlines[code], points[rows], radius_m)
    return near


def _within(outline: shapely.Geometry, points: NDArray[np.float64], radius_m: float) -> NDArray[np.bool_]:
    """Say which points lie within a distance of an outline; only those in its box are measured."""
    x, y = points.T
    west, south, east, north = outline.bounds
    found: NDArray[np.bool_] = (
        (x >= west - radius_m) & (x <= east + radius_m) & (y >= south - radius_m) & (y <= north + radius_m)
    )
    shapely.prepare(outline)
    found[found] = shapely.dwithin(outline, shapely.points(points[found]), radius_m)
    return found
