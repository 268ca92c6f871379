"""Hold results together with their caveats."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.model.queries import Kernel


@dataclass(frozen=True)
class UnitCounts:
    """
    Members counted by unit.

    Attributes
    ----------
    table
        Index `teryt` of all units; columns `members` (int), one int column for every sector and
        every status, `possible` (int): members of coarser place that may stand in the unit, and the same
        by sector as `possible_public` and so on.
    located
        Number of members counted in a unit of this level.
    unlocated
        The member rows whose place is not known to this level.
    """

    table: pd.DataFrame
    located: int
    unlocated: gpd.GeoDataFrame


@dataclass(frozen=True)
class DensitySurface:
    """
    A kernel density surface on a regular grid in EPSG:2180.

    Attributes
    ----------
    values
        Members per km², shape (rows, columns), rows from south to north, at cell centres.
    west, south
        Outer corner of the first cell, metres.
    cell_m
        Cell size, metres.
    kernel, bandwidth_m
        Kernel and its radius (quartic) or standard deviation (Gaussian), metres.
    count
        Number of members in the surface.
    omitted
        Number of members without a point.
    """

    values: NDArray[np.float64]
    west: float
    south: float
    cell_m: float
    kernel: Kernel
    bandwidth_m: float
    count: int
    omitted: int

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the grid, metres in EPSG:2180."""
        rows, columns = self.values.shape
        return self.west, self.south, self.west + columns * self.cell_m, self.south + rows * self.cell_m

    @property
    def peak(self) -> float:
        """Highest density, members per km²."""
        return float(self.values.max())

    @property
    def total(self) -> float:
        """Integral of the surface: members."""
        return float(self.values.sum() * (self.cell_m / 1000.0) ** 2)


@dataclass(frozen=True)
class Classes:
    """
    Values cut into classes.

    Attributes
    ----------
    codes
        Class of each value: 1 to k from low to high, 0 for zero, -1 for no data. Shape (n,), int8.
    lower
        Smallest value in each of classes 1 to k; NaN for an empty class.
    upper
        Upper bounds of classes 1 to k, inclusive.
    counts
        Number of values in classes 1 to k.
    zeros, missing
        Number of zeros and of values without data.
    """

    codes: NDArray[np.int8]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    counts: tuple[int, ...]
    zeros: int
    missing: int
