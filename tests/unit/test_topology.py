"""A coverage is taken apart into shared borders and put together again, simplified or not."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.analysis.topology import Topology
from geo.io.boundaries import load_units
from geo.model.units import Level


@pytest.fixture(scope="module")
def levels():
    # Two voivodeships with a city inside another powiat, an island and a lagoon.
    return {level: load_units(level)[load_units(level).index.str[:2].isin(["22", "28"])] for level in Level}


@pytest.fixture(scope="module")
def topology(levels):
    return Topology.build(levels)


@pytest.mark.parametrize("level", list(Level))
def test_units_are_put_together_to_the_vertex(levels, topology, level):
    shapes = shapely.normalize(topology.assemble(level, topology.arcs))
    assert shapely.equals_exact(shapes, shapely.normalize(levels[level].geometry.to_numpy()), tolerance=0.0).all()


def test_every_border_stands_once(levels, topology):
    # Each inner border is drawn by two units, each outer one by one.
    twice = shapely.length(levels[Level.GMINA].geometry.to_numpy()).sum()
    outside = shapely.length(shapely.coverage_union_all(levels[Level.GMINA].geometry.to_numpy()))
    assert shapely.length(topology.arcs).sum() == pytest.approx((twice + outside) / 2, rel=1e-9)
    assert ((topology.sides == -1).sum(axis=1) <= 1).all()


def test_ranks_tell_the_coarsest_unit_that_a_border_bounds(levels, topology):
    for level, rank in ((Level.POWIAT, 1), (Level.VOIVODESHIP, 2)):
        shapes = levels[level].geometry.to_numpy()
        outer = shapely.length(shapely.coverage_union_all(shapes))
        borders = shapely.length(topology.arcs[topology.rank >= rank]).sum()
        assert borders == pytest.approx((shapely.length(shapes).sum() + outer) / 2, rel=1e-9)


@pytest.mark.parametrize("tolerance", [15.0, 60.0, 300.0, 2000.0])
def test_simplified_borders_stay_near_and_the_coverage_valid(levels, topology, tolerance):
    lines = topology.simplified(tolerance)
    # The furthest vertex of each border from what is drawn instead, by shapely alone.
    points, arc = shapely.get_coordinates(topology.arcs, return_index=True)
    assert shapely.distance(shapely.points(points), lines[arc]).max() <= tolerance + 1e-6
    for level, units in levels.items():
        shapes = topology.assemble(level, lines)
        assert shapely.is_valid(shapes).all()
        assert shapely.coverage_is_valid(shapes)
        assert (shapely.area(shapes) > 0).all()
        assert len(shapes) == len(units)
    assert shapely.get_num_coordinates(lines).sum() < shapely.get_num_coordinates(topology.arcs).sum()


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=25, unique=True),
    st.integers(1, 40),
)
def test_any_voronoi_coverage_comes_back(seeds, tolerance):
    box = shapely.box(0, 0, 60, 60)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=box))
    solid = shapely.coverage_clean(shapely.set_precision(cells, 0.5))
    solid = solid[shapely.area(solid) > 0]
    codes = [f"{i // 10 + 1:02d}{i // 3:02d}{i:02d}" for i in range(len(solid))]
    gminy = gpd.GeoDataFrame({"teryt": codes}, geometry=solid, crs=2180).set_index("teryt").sort_index()
    units = {Level.GMINA: gminy}
    for level in (Level.POWIAT, Level.VOIVODESHIP):
        grouped = gminy.geometry.groupby(gminy.index.str[: level.digits])
        shapes = {code: shapely.coverage_union_all(part.to_numpy()) for code, part in grouped}
        units[level] = gpd.GeoDataFrame(geometry=list(shapes.values()), index=list(shapes), crs=2180)
    topology = Topology.build(units)
    for level in Level:
        shapes = topology.assemble(level, topology.arcs)
        assert shapely.equals(shapes, units[level].geometry.to_numpy()).all()
    lines = topology.simplified(tolerance)
    assert shapely.coverage_is_valid(topology.assemble(Level.GMINA, lines))
    assert np.array_equal(shapely.get_point(lines, 0), shapely.get_point(topology.arcs, 0))
