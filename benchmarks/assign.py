"""Assign a million points to gminy: our index beside geopandas.sjoin."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from benchmarks.timing import report, timed
from geo.analysis.assign import CoverageIndex
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.model.units import Level

POINTS = 1_000_000


def people(count: int, seed: int = 1) -> np.ndarray:
    """Return places near localities drawn by population, metres in EPSG:2180, shape (count, 2)."""
    rng = np.random.default_rng(seed)
    localities = load_localities()
    weight = localities["population"] / localities["population"].sum()
    chosen = localities.geometry.iloc[rng.choice(len(localities), count, p=weight)]
    return np.column_stack([chosen.x, chosen.y]) + rng.normal(0, 1500, (count, 2))


def main() -> None:
    """Print the comparison, and whether both ways gave the same answer."""
    gminy = load_units(Level.GMINA)
    x, y = people(POINTS).T
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y, crs=2180))
    units = gminy[["geometry"]].reset_index()
    index = CoverageIndex.build(gminy)
    both = timed("ours, index built each time", lambda: CoverageIndex.build(gminy).locate(x, y))
    ready = timed("ours, index ready", lambda: index.locate(x, y))
    peer = timed("geopandas.sjoin(predicate='intersects')", lambda: gpd.sjoin(points, units), repeat=3)
    report(f"{POINTS:,} points to {len(gminy)} gminy", both, ready, peer)
    joined = gpd.sjoin(points, units, predicate="intersects").groupby(level=0)["teryt"].min()
    expected = joined.reindex(points.index).fillna("").to_numpy()
    same = (np.append(index.codes, "")[index.locate(x, y)] == expected).all()
    print(f"  same answer: {'yes' if same else 'NO'}")


if __name__ == "__main__":
    main()
