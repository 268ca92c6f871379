"""Coverage grows with reach and members, and never loses anybody."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analysis.assign import CoverageIndex
from geo.analysis.coverage import (
    bearing,
    cover_people,
    lattice,
    nearest_member,
    nearest_of_units,
    reach_cities,
    sector_states,
    sum_units,
    verdicts,
    verdicts_above,
)
from geo.analysis.density import count_by_unit
from geo.analysis.points import coordinates
from geo.analysis.possible import COUNTRY, merged, near_area, overlaps, possible_areas
from geo.io.boundaries import load_units
from geo.model.cluster import Sector
from geo.model.coverage import REACHED_SHARE, SectorState, Verdict
from geo.model.units import Level

metres = st.floats(0, 100_000)
places = st.lists(st.tuples(metres, metres), min_size=1, max_size=25)


def placed(xy, people):
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
    frame = placed(targets, [1] * len(targets))
    xy = np.array(members, dtype=float)
    small, large = sorted((first, second))
    near, far = cover_people(frame, xy, small)["covered"], cover_people(frame, xy, large)["covered"]
    assert (far | ~near).all()
    fewer = cover_people(frame, xy[:-1], small)["covered"]
    assert (near | ~fewer).all()


def test_a_place_exactly_at_the_limit_is_within_reach():
    frame = placed([(0, 0)], [10])
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
    # What is not known is any part of the rest.
    open_rows = np.random.default_rng(9).random(len(covered)) < 0.3
    covered = covered.assign(unknown=open_rows & ~covered["covered"])
    land = ground.assign(covered=reached, unknown=~reached & (ground["x"] > 580_000))
    units = load_units(level, voivodeship="12")
    table = sum_units(units, covered, land)
    people, km2 = (sum(table[f"{k}_{what}"] for k in ("covered", "residual", "unknown")) for what in ("people", "km2"))
    assert (people == units["population"]).all()
    assert (table["residual_people"] >= 0).all()
    np.testing.assert_allclose(km2, units["area_km2"])
    assert table["covered_people"].sum() == covered["population"][covered["covered"]].sum()
    assert table["unknown_people"].sum() == covered["population"][covered["unknown"]].sum()
    if radius == 1e9:
        assert (table["residual_people"] == 0).all()
        np.testing.assert_allclose(table["residual_km2"], 0, atol=1e-6)


def test_nearest_of_a_unit_is_seen_from_its_largest_locality():
    frame = cover_people(placed([(0, 0), (9000, 0)], [10, 500]), np.array([[9000.0, 4000.0]]), 5000.0)
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
        "open": st.floats(0, 1),
    }
)


@given(st.lists(evidence, min_size=1, max_size=10))
def test_a_verdict_depends_only_on_its_evidence(rows):
    frame = pd.DataFrame(rows)
    frame["covered_people"] = (frame["population"] * frame["share"]).astype(int)
    frame["unknown_people"] = ((frame["population"] - frame["covered_people"]) * frame["open"]).astype(int)
    together = verdicts(frame)
    alone = [verdicts(frame.iloc[[i]]).iloc[0] for i in range(len(frame))]
    assert list(together) == alone
    for row, verdict in zip(frame.itertuples(), together, strict=True):
        near = row.covered_people > 0 and row.covered_people >= REACHED_SHARE * row.population
        if row.members:
            expected = Verdict.COVERED if row.declared else Verdict.UNDECLARED
        elif near:
            expected = Verdict.REACHED
        elif row.possible or (
            row.unknown_people and row.covered_people + row.unknown_people >= REACHED_SHARE * row.population
        ):
            expected = Verdict.NO_DATA
        else:
            expected = Verdict.EMPTY if row.declared else Verdict.GAP
        assert verdict == expected


COUNT = st.integers(0, 2)


@given(st.lists(st.tuples(COUNT, COUNT, COUNT, COUNT, st.booleans()), min_size=1, max_size=6))
def test_a_sector_is_absent_only_where_nobody_can_be(rows):
    frame = pd.DataFrame(rows, columns=["public", "possible_public", "business", "possible_business", "silent"])
    states = sector_states(frame, [Sector.PUBLIC, Sector.BUSINESS], frame["silent"].to_numpy())
    for row, found in zip(frame.to_dict("records"), states, strict=True):
        for sector in (Sector.PUBLIC, Sector.BUSINESS):
            may = row[f"possible_{sector}"] or row["silent"]
            assert (found[sector] == SectorState.PRESENT) == bool(row[sector])
            assert (found[sector] == SectorState.ABSENT) == (not row[sector] and not may)


PRECISE = ("locality", "gmina", "powiat", "voivodeship", "unknown")
GMINY = load_units(Level.GMINA)
TERRITORY = ("1212", "1206")


@st.composite
def member_lists(draw):
    """Members of one cluster in and around Małopolska, each known as well as chance has it."""
    rows = []
    codes = GMINY.index[GMINY.index.str[:2].isin(["12", "24"])]
    for _ in range(draw(st.integers(0, 6))):
        code, precision = draw(st.sampled_from(list(codes))), draw(st.sampled_from(PRECISE))
        depth = {"locality": 6, "gmina": 6, "powiat": 4, "voivodeship": 2, "unknown": 0}[precision]
        point = GMINY.geometry[code].representative_point() if precision == "locality" else None
        sector = str(draw(st.sampled_from(list(Sector))))
        rows.append((code[:depth], sector, "x", point))
    frame = pd.DataFrame(rows, columns=["teryt", "sector", "cluster_id", "geometry"])
    shapes = gpd.GeoSeries(frame.pop("geometry"), crs=2180)
    return gpd.GeoDataFrame(frame.assign(status="member"), geometry=shapes, crs=2180)


def measured(members, radius, everyone):
    """Return whether each locality of the voivodeship is reached, and whether that is not known."""
    part = everyone[everyone["teryt"].str[:2] == "12"].iloc[::7]
    area = merged(possible_areas(members, {"x": TERRITORY}))
    outlines = {
        c: load_units({2: Level.VOIVODESHIP, 4: Level.POWIAT, 6: Level.GMINA}[len(c)]).geometry[c] for c in area
    }
    reached = cover_people(part, coordinates(members.geometry) if len(members) else np.empty((0, 2)), radius)
    near = near_area(coordinates(part.geometry), part["teryt"], area, outlines, radius)
    return part, area, outlines, reached["covered"].to_numpy(), near


@settings(max_examples=25, deadline=None)
@given(member_lists(), st.sampled_from([1_000.0, 10_000.0, 60_000.0]))
def test_what_is_near_a_possible_area_is_measured_exactly(localities, members, radius):
    part, area, outlines, _, near = measured(members, radius, localities)
    inside = part["teryt"].str.startswith(area).to_numpy() if area else np.zeros(len(part), dtype=bool)
    shapes = shapely.union_all([outlines[c] for c in area]) if area else shapely.Point()
    exact = shapely.distance(part.geometry.to_numpy(), shapes) <= radius if area else inside
    assert (near == (inside | exact)).all()


@settings(max_examples=15, deadline=None)
@given(member_lists(), st.sampled_from(PRECISE[1:]), st.sampled_from(["121203", "240103", "126101"]))
def test_an_unplaced_member_more_makes_nothing_surer(localities, members, precision, code):
    depth = {"gmina": 6, "powiat": 4, "voivodeship": 2, "unknown": 0}[precision]
    row = pd.DataFrame({"teryt": [code[:depth]], "sector": ["ngo"], "cluster_id": ["x"], "status": ["member"]})
    one = gpd.GeoDataFrame(row, geometry=gpd.GeoSeries([None], crs=2180), crs=2180)
    more = gpd.GeoDataFrame(pd.concat([members, one], ignore_index=True), geometry="geometry", crs=2180)
    _, _, _, reached, before = measured(members, 10_000.0, localities)
    _, _, _, again, after = measured(more, 10_000.0, localities)
    assert (reached == again).all()
    assert (after | ~before).all(), "what was not known before is not known now"
    units = load_units(Level.GMINA, voivodeship="12")
    fewer, all_of_them = (count_by_unit(m, units, {"x": TERRITORY}).table["possible"] for m in (members, more))
    assert (all_of_them >= fewer).all()


def test_the_possible_area_is_that_of_the_precision_else_of_the_own_territory():
    rows = pd.DataFrame({"teryt": ["121204", "1212", "12", "", ""], "cluster_id": ["x", "x", "x", "x", "y"]})
    shapes = gpd.GeoSeries([shapely.Point(0, 0), None, None, None, None], crs=2180)
    members = gpd.GeoDataFrame(rows, geometry=shapes, crs=2180)
    areas = possible_areas(members, {"x": TERRITORY, "y": ()})
    assert areas == [(), ("1212",), ("12",), TERRITORY, COUNTRY]
    assert merged(areas[:4]) == ("12",)
    assert merged(areas) == COUNTRY
    codes = pd.Index(["12", "24", "26"])
    assert overlaps(codes, ("1212",)).tolist() == [True, False, False]
    assert overlaps(GMINY.index, ("12",)).sum() == GMINY.index.str.startswith("12").sum()


below = st.tuples(
    st.sampled_from(["1201", "1202", "1203"]),
    st.integers(0, 2),
    st.integers(0, 500),
    st.sampled_from([Verdict.REACHED, Verdict.NO_DATA, Verdict.EMPTY, Verdict.GAP]),
)


@given(
    st.lists(below, min_size=1, max_size=9),
    st.dictionaries(st.sampled_from(["1201", "1202", "1203"]), st.booleans()),
    st.integers(0, 1),
)
def test_the_verdict_of_a_powiat_follows_from_its_gminy(rows, declared, coarse):
    codes = [f"{powiat}{i:02}" for i, (powiat, *_) in enumerate(rows)]
    verdict = [str(Verdict.COVERED if seated else own) for _, seated, _, own in rows]
    people, seated = [n for _, _, n, _ in rows], [n for _, n, _, _ in rows]
    gminy = pd.DataFrame({"members": seated, "population": people, "verdict": verdict}, index=codes)
    powiaty = sorted({c[:4] for c in codes})
    own = pd.Series(seated, index=codes).groupby(lambda c: c[:4]).sum() + coarse
    units = pd.DataFrame(
        {"members": own[powiaty], "declared": [declared.get(p, False) for p in powiaty]}, index=powiaty
    )
    for powiat, found in verdicts_above(units, gminy).items():
        inside = gminy[gminy.index.str[:4] == powiat]
        if units["members"][powiat]:
            full = (inside["members"] > 0).all() or len(inside) == 1
            expected = Verdict.COVERED if full else Verdict.PARTIAL
            assert found == (expected if units["declared"][powiat] else Verdict.UNDECLARED)
            continue
        sums = {v: inside["population"][inside["verdict"] == v].sum() for v in inside["verdict"]}
        assert sums[found] == max(sums.values())
        # Of two that are even, unknown comes first.
        if sums.get(Verdict.NO_DATA) == sums[found] > 0:
            assert found == Verdict.NO_DATA


def squares():
    """Return a city of 10 km by 10 km, a small town and a village beside it, all their people in the middle."""
    corners = [(0, 0), (20_000, 0), (40_000, 0)]
    units = gpd.GeoDataFrame(
        {"kind": ["gmina miejska", "gmina miejska", "gmina wiejska"], "population": [100_001, 100_000, 200_000]},
        geometry=[shapely.box(x, y, x + 10_000, y + 10_000) for x, y in corners],
        index=pd.Index(["126101", "126201", "126301"], name="teryt"),
        crs=2180,
    )
    middle = units.geometry.centroid
    localities = gpd.GeoDataFrame(
        {"name": ["A", "B", "C"], "teryt": units.index, "population": units["population"].to_numpy()},
        geometry=middle.to_numpy(),
        crs=2180,
    )
    return units, localities


def seats(*rows):
    points = [None if xy is None else shapely.Point(xy) for _, xy in rows]
    return gpd.GeoDataFrame({"teryt": [code for code, _ in rows]}, geometry=points, crs=2180)


@pytest.mark.parametrize(
    ("members", "radius", "cut", "covered"),
    [
        # Reach ends before the city, cuts it on this side of its middle and beyond it, and holds all of it.
        (seats(("120101", (-2_000, 5_000))), 1_999.0, (), False),
        (seats(("120101", (-2_000, 5_000))), 3_000.0, ("126101",), False),
        (seats(("120101", (-2_000, 5_000))), 8_000.0, ("126101",), False),
        (seats(("120101", (-2_000, 5_000))), 13_100.0, (), True),
        # Two halves make a whole.
        (seats(("120101", (-1_000, 5_000)), ("120101", (11_000, 5_000))), 8_000.0, (), True),
        # A member at the edge of the city is in it; one known to the city only has no reach.
        (seats(("126101", (100, 100))), 1_000.0, (), True),
        (seats(("126101", None)), 1_000.0, (), False),
    ],
)
def test_a_large_city_is_not_all_in_reach_because_its_middle_is(members, radius, cut, covered):
    units, localities = squares()
    reached = cover_people(localities, coordinates(members.geometry), radius)
    found, cities = reach_cities(reached, units, members, radius)
    assert cities == cut
    assert found["covered"].iloc[0] == covered
    assert list(found["cut"]) == [bool(cut), False, False]
    # Towns and villages are as before.
    assert list(found["covered"].iloc[1:]) == list(reached["covered"].iloc[1:])
