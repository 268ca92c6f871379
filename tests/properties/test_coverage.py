"""Coverage grows with reach and members, and never loses anybody."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.analysis.assign import CoverageIndex
from geo.analysis.coverage import (
    bearing,
    cover_people,
    lattice,
    missing_sectors,
    nearest_member,
    nearest_of_units,
    sum_units,
    verdicts,
)
from geo.io.boundaries import load_units
from geo.model.cluster import Sector
from geo.model.coverage import REACHED_SHARE, Verdict
from geo.model.units import Level

metres = st.floats(0, 100_000)
places = st.lists(st.tuples(metres, metres), min_size=1, max_size=25)


def localities(xy, people):
    frame = {"name": [f"L{i}" for i in range(len(xy))], "teryt": ["121203"] * len(xy), "population": people}
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(*np.array(xy, dtype=float).T), crs=2180)


@given(places, places)
def test_nearest_member_agrees_with_all_distances(targets, members):
    a, b = np.array(targets, dtype=float), np.array(members, dtype=float)
    row, distance = nearest_member(a, b)
    everything = np.sqrt(((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2))
    np.testing.assert_allclose(distance, everything.min(axis=1), atol=1e-6)
    np.testing.assert_allclose(everything[np.arange(len(a)), row], distance, atol=1e-6)


def test_members_without_a_point_reach_nobody():
    row, distance = nearest_member(np.array([[0.0, 0.0]]), np.array([[np.nan, np.nan], [3.0, 4.0]]))
    assert (row[0], distance[0]) == (1, 5.0)
    row, distance = nearest_member(np.array([[0.0, 0.0]]), np.full((2, 2), np.nan))
    assert (row[0], distance[0]) == (-1, np.inf)


@given(places, places, st.floats(1000, 60_000), st.floats(1000, 60_000))
def test_coverage_grows_with_reach_and_with_members(targets, members, first, second):
    frame = localities(targets, [1] * len(targets))
    xy = np.array(members, dtype=float)
    small, large = sorted((first, second))
    near, far = cover_people(frame, xy, small)["covered"], cover_people(frame, xy, large)["covered"]
    assert (far | ~near).all()
    fewer = cover_people(frame, xy[:-1], small)["covered"]
    assert (near | ~fewer).all()


def test_a_place_exactly_at_the_limit_is_within_reach():
    frame = localities([(0, 0)], [10])
    assert cover_people(frame, np.array([[3000.0, 4000.0]]), 5000.0)["covered"].all()
    assert not cover_people(frame, np.array([[3000.0, 4000.0]]), 4999.99)["covered"].any()


@pytest.mark.parametrize(
    ("target", "degrees"), [((0, 1), 0), ((1, 1), 45), ((1, 0), 90), ((0, -1), 180), ((-1, 0), 270)]
)
def test_bearing_is_clockwise_from_north(target, degrees):
    assert bearing(np.array([[0.0, 0.0]]), np.array([target], dtype=float))[0] == pytest.approx(degrees)


@pytest.fixture(scope="module")
def malopolskie():
    units = load_units(Level.GMINA, voivodeship="12")
    return units, lattice(units, CoverageIndex.build(units), step_m=1000.0)


def test_lattice_measures_each_gmina_exactly(malopolskie):
    units, ground = malopolskie
    pd.testing.assert_series_equal(
        ground.groupby("teryt")["km2"].sum(), units["area_km2"], check_names=False, check_index_type=False, rtol=1e-9
    )


def test_lattice_measures_a_disc_well(malopolskie):
    units, ground = malopolskie
    centre = np.array([[600_000.0, 230_000.0]])
    inside = nearest_member(ground[["x", "y"]].to_numpy(), centre)[1] <= 20_000
    exact = shapely.intersection(shapely.buffer(shapely.Point(centre[0]), 20_000, quad_segs=64), units.union_all())
    assert ground["km2"][inside].sum() == pytest.approx(shapely.area(exact) / 1e6, rel=0.01)


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("radius", [1_000.0, 15_000.0, 1e9])
def test_totals_are_conserved_at_every_level(malopolskie, level, radius, request):
    _, ground = malopolskie
    everyone = request.getfixturevalue("localities")
    part = everyone[everyone["teryt"].str[:2] == "12"]
    members = np.random.default_rng(8).uniform((500_000, 150_000), (700_000, 300_000), (12, 2))
    covered = cover_people(part, members, radius)
    reached = nearest_member(ground[["x", "y"]].to_numpy(), members)[1] <= radius
    units = load_units(level, voivodeship="12")
    table = sum_units(units, covered, ground, reached)
    assert (table["covered_people"] + table["residual_people"] == units["population"]).all()
    np.testing.assert_allclose(table["covered_km2"] + table["residual_km2"], units["area_km2"])
    assert table["covered_people"].sum() == covered["population"][covered["covered"]].sum()
    if radius == 1e9:
        assert (table["residual_people"] == 0).all()
        np.testing.assert_allclose(table["residual_km2"], 0, atol=1e-6)


def test_nearest_of_a_unit_is_seen_from_its_largest_locality():
    frame = cover_people(localities([(0, 0), (9000, 0)], [10, 500]), np.array([[9000.0, 4000.0]]), 5000.0)
    units = pd.DataFrame({"population": [510]}, index=pd.Index(["121203"], name="teryt"))
    nearest = nearest_of_units(units, frame, np.array([[9000.0, 4000.0]])).loc["121203"]
    assert (nearest["seat"], nearest["nearest"], nearest["nearest_m"], nearest["bearing"]) == ("L1", 0, 4000.0, 0.0)


evidence = st.fixed_dictionaries(
    {
        "members": st.integers(0, 3),
        "possible": st.integers(0, 3),
        "declared": st.booleans(),
        "population": st.integers(0, 1000),
        "share": st.floats(0, 1),
    }
)


@given(st.lists(evidence, min_size=1, max_size=10))
def test_a_verdict_depends_only_on_its_evidence(rows):
    frame = pd.DataFrame(rows)
    frame["covered_people"] = (frame["population"] * frame["share"]).astype(int)
    together = verdicts(frame)
    alone = [verdicts(frame.iloc[[i]]).iloc[0] for i in range(len(frame))]
    assert list(together) == alone
    for row, verdict in zip(frame.itertuples(), together, strict=True):
        near = row.covered_people > 0 and row.covered_people >= REACHED_SHARE * row.population
        if row.members:
            expected = Verdict.COVERED if row.declared else Verdict.UNDECLARED
        elif near:
            expected = Verdict.REACHED
        elif row.possible:
            expected = Verdict.NO_DATA
        else:
            expected = Verdict.EMPTY if row.declared else Verdict.GAP
        assert verdict == expected


def test_missing_sectors_are_the_required_ones_without_a_member():
    counts = pd.DataFrame({"public": [1, 0], "business": [0, 0], "ngo": [2, 0], "science": [0, 0]}, index=["a", "b"])
    missing = missing_sectors(counts, [Sector.PUBLIC, Sector.BUSINESS, Sector.NGO])
    assert missing["a"] == (Sector.BUSINESS,)
    assert missing["b"] == (Sector.PUBLIC, Sector.BUSINESS, Sector.NGO)
