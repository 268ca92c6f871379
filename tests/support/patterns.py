"""Lay out grids, neighbours and grounds whose numbers are known."""

from itertools import product

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from geo.analysis.point_pattern import Ground


def king_moves(rows, columns):
    """Return which cells of a grid touch, row by row, as in chess, (n, n)."""
    cells = list(product(range(rows), range(columns)))
    touch = [[float(a != b and max(abs(a[0] - b[0]), abs(a[1] - b[1])) <= 1) for b in cells] for a in cells]
    return csr_array(np.array(touch))


def series(values):
    """Return values under made-up codes that sort in their order."""
    values = np.asarray(values)
    return pd.Series(values, index=pd.Index([f"{i:06d}" for i in range(len(values))], name="teryt"))


def rectangle(width_km, height_km, *, localities=None, population=None, step_km=1):
    """Return a ground whose land is a rectangle from (0, 0), with localities at lattice points by default."""
    x, y = np.meshgrid(
        np.arange(step_km / 2, width_km, step_km) * 1000.0, np.arange(step_km / 2, height_km, step_km) * 1000.0
    )
    lattice = pd.DataFrame({"x": x.ravel(), "y": y.ravel(), "km2": float(step_km) ** 2})
    places = lattice[["x", "y"]].to_numpy() if localities is None else np.asarray(localities, dtype=float)
    people = np.full(len(places), 100.0) if population is None else np.asarray(population, dtype=float)
    return Ground(places, people, lattice, step_km * 1000.0)


def of_area(km2):
    """Return a ground of which only the area matters; two localities far apart."""
    lattice = pd.DataFrame({"x": [0.0], "y": [0.0], "km2": [km2]})
    return Ground(np.array([[0.0, 0.0], [1e6, 1e6]]), np.array([1.0, 1.0]), lattice, 1000.0)
