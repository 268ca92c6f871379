"""Point location agrees with GEOS everywhere, on borders too."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.analysis.assign import CoverageIndex, assign_to_units


@pytest.fixture(scope="module")
def index(gminy):
    return CoverageIndex.build(gminy)


def oracle(units, x, y):
    """Lowest TERYT code among the units a point touches, by geopandas."""
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y, crs=2180))
    joined = gpd.sjoin(points, units[["geometry"]].reset_index(), predicate="intersects")
    first = joined.groupby(level=0)["teryt"].min()
    return first.reindex(points.index).fillna("").to_numpy()


def located(index, x, y):
    return np.append(index.codes, "")[index.locate(x, y)]


def test_random_points_agree_with_geopandas(gminy, index):
    rng = np.random.default_rng(20260101)
    west, south, east, north = gminy.total_bounds
    x, y = rng.uniform(west - 5000, east + 5000, 40_000), rng.uniform(south - 5000, north + 5000, 40_000)
    assert (located(index, x, y) == oracle(gminy, x, y)).all()


def test_points_near_borders_agree_with_geopandas(gminy, index):
    rng = np.random.default_rng(1)
    xy = shapely.get_coordinates(gminy.geometry.to_numpy())
    xy = xy[rng.choice(len(xy), 20_000)] + rng.normal(0, 3, (20_000, 2))
    assert (located(index, *xy.T) == oracle(gminy, *xy.T)).all()


def test_points_on_borders_go_to_the_lowest_code(gminy, index):
    xy = shapely.get_coordinates(gminy.geometry.to_numpy())
    middles = (xy[1:] + xy[:-1]) / 2
    for points in (xy[::3], middles[::3]):
        assert (located(index, *points.T) == oracle(gminy, *points.T)).all()


def test_outside_and_unknown_points_have_no_unit(index):
    x = np.array([0.0, np.nan, np.inf, 500_000.0])
    y = np.array([0.0, 500_000.0, 500_000.0, np.nan])
    assert (located(index, x, y) == "").all()


def test_members_without_a_point_have_no_unit(index):
    members = gpd.GeoDataFrame(geometry=[shapely.Point(534_198, 270_214), None], crs=2180)
    assert list(assign_to_units(members, index)) == ["121203", ""]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=4, max_size=12, unique=True),
    st.sampled_from([3.0, 7.0, 40.0]),
)
def test_any_voronoi_coverage_agrees_with_geopandas(seeds, cell):
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=shapely.box(0, 0, 40, 40)))
    # The grid of whole points hits vertices, edges and cell lines of the index on purpose.
    solid = shapely.coverage_clean(shapely.set_precision(cells, 0.5))
    solid = solid[shapely.area(solid) > 0]
    units = gpd.GeoDataFrame({"teryt": [f"{i:02d}" for i in range(len(solid))]}, geometry=solid, crs=2180).set_index(
        "teryt"
    )
    x, y = (a.ravel() for a in np.meshgrid(np.arange(-2, 43, 0.5), np.arange(-2, 43, 0.5)))
    assert (located(CoverageIndex.build(units, cell_m=cell), x, y) == oracle(units, x, y)).all()
