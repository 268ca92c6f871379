"""Count members by unit and estimate their density surface."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2

from geo.analysis.points import known_coordinates
from geo.analysis.possible import Area, overlaps, possible_areas
from geo.errors import QueryError
from geo.model.cluster import Sector, Status
from geo.model.queries import Kernel, Measure
from geo.model.results import DensitySurface, UnitCounts

# A Gaussian is cut where less than 4 in a million of it is left.
GAUSSIAN_CUT = 5.0
# At five cells to the bandwidth the midpoint sum of either kernel is within 0.1 % of its integral.
CELLS_PER_BANDWIDTH = 5.0
# Up to this many (point, cell) pairs every distance is computed; above, points are binned.
DIRECT_PAIRS = 20_000_000
DEFAULT_BANDWIDTH_KM = {Kernel.QUARTIC: 15.0, Kernel.GAUSSIAN: 5.0}
DEFAULT_RANGE_KM = {Kernel.QUARTIC: (5, 60), Kernel.GAUSSIAN: (3, 21)}


def count_by_unit(
    members: gpd.GeoDataFrame, units: pd.DataFrame, territories: Mapping[str, Area] | None = None
) -> UnitCounts:
    """
    Count members in each unit by the TERYT code of their place.

    Parameters
    ----------
    members
        Members frame; `teryt` is as deep as the place is known ("" if unknown).
    units
        Units of one level, index `teryt`.
    territories
        TERYT codes that each cluster declares, by identifier: a member of unknown place may stand there.

    Returns
    -------
    counts
        Totals, by sector and by status. A member known only to a coarser unit is not counted in any unit of
        this level: it raises `possible`, and that of its sector, of every unit in which it may stand, see
        `possible_areas`.
    """
    digits = len(units.index[0])
    known = members["teryt"].str.len() >= digits
    position = units.index.get_indexer(members.loc[known, "teryt"].str[:digits])
    inside = position >= 0
    counts = {"members": np.bincount(position[inside], minlength=len(units))}
    for column, kinds in (("sector", Sector), ("status", Status)):
        own = members.loc[known, column].to_numpy(dtype=object)
        for kind in map(str, kinds):
            counts[kind] = np.bincount(position[inside & (own == kind)], minlength=len(units))
    coarse = members[~known]
    # Points are left aside: what counts here is the unit.
    areas = possible_areas(coarse.set_geometry([None] * len(coarse), crs=members.crs), territories or {})
    may = {key: np.zeros(len(units), dtype=np.int64) for key in ("possible", *(f"possible_{s}" for s in Sector))}
    for (area, sector), count in Counter(zip(areas, coarse["sector"], strict=True)).items():
        where = count * overlaps(units.index, area).astype(int)
        may["possible"] += where
        if f"possible_{sector}" in may:
            may[f"possible_{sector}"] += where
    table = pd.DataFrame(counts | may, index=units.index)
    return UnitCounts(table, int(known.sum()), coarse)


def density_by_unit(counts: UnitCounts, units: pd.DataFrame, measure: Measure) -> pd.Series:
    """
    Express counts as a measure.

    Parameters
    ----------
    counts
        As from `count_by_unit`.
    units
        The same units, with `population` and `area_km2`.
    measure
        Members, members per 100 km² or members per 10 000 inhabitants.

    Returns
    -------
    values
        Float, index `teryt`. NaN means no data: no known member, but one whose place is known only
        coarsely may lie there, or a rate whose denominator is zero.
    """
    members = counts.table["members"].astype(float)
    base = {
        Measure.COUNT: pd.Series(1.0, index=members.index),
        Measure.PER_100_KM2: units["area_km2"] / 100.0,
        Measure.PER_10K_PEOPLE: units["population"] / 10_000.0,
    }[measure]
    values = members / base.where(base > 0)
    return values.mask((members == 0) & (counts.table["possible"] > 0))


def default_bandwidth_km(points: gpd.GeoSeries, kernel: Kernel = Kernel.QUARTIC) -> float:
    """
    Suggest a bandwidth by Scott's rule.

    The rule of Scott (1992, Multivariate Density Estimation, eq. 6.42) in two dimensions gives a
    Gaussian standard deviation s·n^(-1/6), with s the mean of the standard deviations of both axes.
    A quartic kernel of radius √8 times that has the same variance. The radius is rounded to whole
    kilometres and held between 5 and 60; the Gaussian one between 3 and 21, as if cut likewise.

    Parameters
    ----------
    points
        Points in EPSG:2180; missing ones are left out.
    kernel
        Kernel the bandwidth is for.

    Returns
    -------
    bandwidth
        Kilometres. For fewer than two distinct points, 15 (quartic) or 5 (Gaussian).
    """
    xy = known_coordinates(points)
    if len(np.unique(xy, axis=0)) < 2:
        return DEFAULT_BANDWIDTH_KM[kernel]
    deviation = xy.std(axis=0, ddof=1).mean() * len(xy) ** (-1 / 6) / 1000.0
    bandwidth = deviation * (np.sqrt(8.0) if kernel is Kernel.QUARTIC else 1.0)
    return float(np.clip(np.round(bandwidth), *DEFAULT_RANGE_KM[kernel]))


def kernel_density(
    points: gpd.GeoSeries,
    *,
    bandwidth_m: float,
    cell_m: float = 1000.0,
    kernel: Kernel = Kernel.QUARTIC,
    bounds: tuple[float, float, float, float] | None = None,
) -> DensitySurface:
    """
    Estimate members per square kilometre (Silverman 1986, eq. 4.1; quartic kernel: eq. 4.5).

    Parameters
    ----------
    points
        Points in EPSG:2180. Missing ones are not counted; see `omitted` of the result.
    bandwidth_m
        Radius of the quartic kernel or standard deviation of the Gaussian, metres, above 0.
    cell_m
        Cell size in metres; made smaller where the bandwidth is under five cells.
    kernel
        Quartic or Gaussian.
    bounds
        West, south, east, north of the window in metres; by default all of every kernel.

    Returns
    -------
    surface
        Its integral is the number of points within 0.1 % where the window holds every kernel.

    Raises
    ------
    QueryError
        If the bandwidth or the cell size is not above 0.
    """
    for field, value in (("bandwidth_m", bandwidth_m), ("cell_m", cell_m)):
        if not value > 0:
            raise QueryError(field, value, "positive")
    xy = known_coordinates(points)
    cell = min(cell_m, bandwidth_m / CELLS_PER_BANDWIDTH)
    reach = bandwidth_m * (GAUSSIAN_CUT if kernel is Kernel.GAUSSIAN else 1.0)
    omitted = len(points) - len(xy)
    if not len(xy):
        return DensitySurface(np.zeros((1, 1)), 0.0, 0.0, cell, kernel, bandwidth_m, 0, omitted)
    west, south, east, north = bounds or (*(xy.min(axis=0) - reach - cell), *(xy.max(axis=0) + reach + cell))
    shape = (int(np.ceil((north - south) / cell)), int(np.ceil((east - west) / cell)))
    across = 2 * int(np.ceil(reach / cell)) + 3
    stamp = _stamp_directly if len(xy) * across**2 <= DIRECT_PAIRS else _stamp_binned
    position = (xy - (west, south)) / cell - 0.5
    values = stamp(position, shape, reach / cell, bandwidth_m / cell, kernel) / (cell / 1000.0) ** 2
    return DensitySurface(values, west, south, cell, kernel, bandwidth_m, len(xy), omitted)


def _kernel(distance2: NDArray[np.float64], bandwidth: float, kernel: Kernel, reach: float) -> NDArray[np.float64]:
    """Kernel of unit integral by squared distance, both in cells."""
    u2 = distance2 / bandwidth**2
    if kernel is Kernel.QUARTIC:
        return np.where(u2 < 1.0, 3.0 / (np.pi * bandwidth**2) * (1.0 - u2) ** 2, 0.0)
    return np.where(distance2 <= reach**2, np.exp(-0.5 * u2) / (2.0 * np.pi * bandwidth**2), 0.0)


def _stamp_directly(
    position: NDArray[np.float64], shape: tuple[int, int], reach: float, bandwidth: float, kernel: Kernel
) -> NDArray[np.float64]:
    """Sum the kernel of every point at every cell centre in its reach."""
    values = np.zeros(shape)
    half = int(np.ceil(reach)) + 1
    step = np.arange(-half, half + 1)
    for x, y in position:
        column, row = round(x) + step, round(y) + step
        column = column[(column >= 0) & (column < shape[1])]
        row = row[(row >= 0) & (row < shape[0])]
        if len(column) and len(row):
            distance2 = (column - x)[None, :] ** 2 + (row - y)[:, None] ** 2
            values[row[0] : row[-1] + 1, column[0] : column[-1] + 1] += _kernel(distance2, bandwidth, kernel, reach)
    return values


def _stamp_binned(
    position: NDArray[np.float64], shape: tuple[int, int], reach: float, bandwidth: float, kernel: Kernel
) -> NDArray[np.float64]:
    """Share every point over its four nearest cells, then convolve (Wand 1994, linear binning)."""
    half = int(np.ceil(reach)) + 1
    # A margin on each side keeps what points outside the window give to cells inside it.
    padded = (shape[0] + 2 * half + 1, shape[1] + 2 * half + 1)
    weights = np.zeros(padded[0] * padded[1])
    x, y = (position + half).T
    inside = (x >= 0) & (x < padded[1] - 1) & (y >= 0) & (y < padded[0] - 1)
    if not inside.all():
        x, y = x[inside], y[inside]
    column, row = np.floor(x), np.floor(y)
    first = (row * padded[1] + column).astype(np.intp)
    x, y = x - column, y - row
    both = x * y
    for jump, share in ((0, 1 - x - y + both), (1, x - both), (padded[1], y - both), (padded[1] + 1, both)):
        weights += np.bincount(first + jump, share, minlength=len(weights))
    step = np.arange(-half, half + 1)
    stamp = _kernel(step[None, :] ** 2.0 + step[:, None] ** 2.0, bandwidth, kernel, reach)
    # Loaded when a surface is asked for: 36 MB.
    from scipy.signal import fftconvolve  # noqa: PLC0415

    values = fftconvolve(weights.reshape(padded), stamp, mode="same")
    values = values[half : half + shape[0], half : half + shape[1]]
    return np.where(values > values.max() * 1e-12, values, 0.0)


def rate_interval(
    counts: NDArray[np.float64], base: NDArray[np.float64], *, level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Return bounds of rates of small counts: the exact interval of a Poisson count (Garwood 1936) over its base.

    Parameters
    ----------
    counts
        Members of each unit, (n,).
    base
        What the rate is taken of, in the unit of the rate, (n,); 0 gives NaN.
    level
        Share of the intervals that hold the rate.

    Returns
    -------
    low, high
        (n,) each; low is 0 where there is no member.
    """
    tail = (1.0 - level) / 2.0
    low = np.where(counts > 0, chi2.ppf(tail, 2.0 * counts) / 2.0, 0.0)
    high = chi2.ppf(1.0 - tail, 2.0 * (counts + 1.0)) / 2.0
    of = np.where(base > 0, base, np.nan)
    return low / of, high / of
