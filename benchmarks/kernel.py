"""A national kernel surface of a million members: ours beside KDEpy and scipy."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from KDEpy import FFTKDE
from scipy.stats import gaussian_kde

from benchmarks.assign import people
from benchmarks.timing import report, timed
from geo.analysis.density import kernel_density
from geo.model.queries import Kernel
from geo.model.results import DensitySurface

POINTS = 1_000_000
# scipy sums over all pairs: the same question on fewer points and cells.
SCIPY_POINTS, SCIPY_CELL_M = 2_000, 10_000.0
BANDWIDTH_M = 10_000.0


def main() -> None:
    """Print the comparisons and the largest difference from the peer."""
    xy = people(POINTS)
    points = gpd.GeoSeries(gpd.points_from_xy(*xy.T), crs=2180)

    def gaussian() -> DensitySurface:
        return kernel_density(points, bandwidth_m=BANDWIDTH_M, kernel=Kernel.GAUSSIAN)

    ours = timed("ours, Gaussian, 1 km", gaussian)
    quartic = timed("ours, quartic, 1 km", lambda: kernel_density(points, bandwidth_m=BANDWIDTH_M))
    rows, columns = gaussian().values.shape

    def kdepy() -> np.ndarray:
        # From the same points; scaled, because it cannot find the support of so wide a kernel.
        scaled = np.column_stack([points.x, points.y]) / BANDWIDTH_M
        return FFTKDE(bw=1.0, kernel="gaussian").fit(scaled).evaluate((columns, rows))

    peer = timed(
        "KDEpy FFTKDE, Gaussian, same grid",
        kdepy,
        repeat=3,
    )
    report(f"{POINTS:,} members, {rows} × {columns} cells", ours, quartic, peer)

    few = xy[:SCIPY_POINTS]
    few_points = gpd.GeoSeries(gpd.points_from_xy(*few.T), crs=2180)

    def small() -> np.ndarray:
        surface = kernel_density(few_points, bandwidth_m=BANDWIDTH_M * 5, cell_m=SCIPY_CELL_M, kernel=Kernel.GAUSSIAN)
        return surface.values

    shape = small().shape
    west, south = few.min(axis=0) - BANDWIDTH_M * 25 - SCIPY_CELL_M
    grid_x = west + (np.arange(shape[1]) + 0.5) * SCIPY_CELL_M
    grid_y = south + (np.arange(shape[0]) + 0.5) * SCIPY_CELL_M
    grid = np.stack(np.meshgrid(grid_x, grid_y)).reshape(2, -1)

    def scipy_way() -> np.ndarray:
        # Bandwidth as the same standard deviation in both directions.
        model = gaussian_kde(few.T)
        model.covariance = np.eye(2) * (BANDWIDTH_M * 5) ** 2
        model.cho_cov = np.linalg.cholesky(model.covariance)
        model.log_det = 2 * np.log(np.diag(model.cho_cov * np.sqrt(2 * np.pi))).sum()
        return model(grid) * len(few) * 1e6

    ours_small, scipy_small = timed("ours", small), timed("scipy.stats.gaussian_kde", scipy_way, repeat=2)
    report(f"{SCIPY_POINTS:,} members, {shape[0]} × {shape[1]} cells", ours_small, scipy_small)
    difference = abs(small().ravel() - scipy_way()).max() / small().max()
    print(f"  largest difference: {difference:.1e} of the peak")


if __name__ == "__main__":
    main()
