"""
Measures of concentration against closed forms, brute force and what PySAL prints.

Printed values are those in the docstrings and tests of the installed esda, inequality and pointpats.
Simulations are seeded; tolerances are those of binomial error or of the simulated means.
"""

import geopandas as gpd
import libpysal.examples
import numpy as np
import pandas as pd
import pytest
import shapely
from esda import fdr
from esda.getisord import G_Local
from libpysal.graph import Graph
from pointpats import k, l
from scipy.sparse import csr_array
from scipy.spatial.distance import cdist
from scipy.stats import binom, binomtest, chisquare, kstest

from geo.analysis import hot_spots
from geo.analysis.concentration import ginis, herfindahl, location_quotient, theils, thrown, unevenness
from geo.analysis.hot_spots import _discovered, contiguity, gi_star, local_moran
from geo.analysis.point_pattern import (
    among_people,
    centre,
    nearest_neighbours,
    on_land,
    radii_for,
    ripley,
    snapped,
)
from geo.io.boundaries import load_units
from geo.model.concentration import LOCAL_SIMULATIONS, Reference, Spot
from geo.model.units import Level
from support.patterns import king_moves, of_area, rectangle, series

# As printed with centrography in pointpats.
EBDON = np.array(
    [
        [66.22, 32.54],
        [22.52, 22.39],
        [31.01, 81.21],
        [9.47, 31.02],
        [30.78, 60.10],
        [75.21, 58.93],
        [79.26, 7.68],
        [8.23, 39.93],
        [98.73, 77.17],
        [89.78, 42.53],
        [65.19, 92.08],
        [54.46, 8.48],
    ]
)
# Where Poland is in EPSG:2180.
POLAND = np.array([623_456.7, 412_345.6])


@pytest.fixture(scope="module")
def powiaty():
    return load_units(Level.POWIAT)


@pytest.fixture(scope="module")
def between_gminy(gminy):
    return contiguity(gminy)


@pytest.fixture(scope="module")
def between_powiaty(powiaty):
    return contiguity(powiaty)


@pytest.fixture(scope="module")
def mexico():
    return pd.read_csv(libpysal.examples.get_path("mexico.csv"))


def by_population(units, members, seed):
    share = (units["population"] / units["population"].sum()).to_numpy()
    return pd.Series(np.random.default_rng(seed).multinomial(members, share), index=units.index)


def graph_of(neighbours, codes):
    return Graph.from_sparse(neighbours, ids=list(codes))


def too_many(runs, alpha=0.05):
    """Return a count of false alarms exceeded in 1 of 1000 series of tests that hold their level."""
    return binom.ppf(0.999, runs, alpha)


# Unevenness and location quotient.


@pytest.mark.parametrize(
    ("counts", "gini", "theil", "hhi"),
    [
        ([0, 0, 0, 10], 3 / 4, np.log(4), 1.0),
        ([5, 5, 5, 5], 0.0, 0.0, 1 / 4),
        ([0, 0, 6, 6], 1 / 2, np.log(2), 1 / 2),
        ([1, 2, 3, 4], 1 / 4, 0.1 * np.log(0.4) + 0.2 * np.log(0.8) + 0.3 * np.log(1.2) + 0.4 * np.log(1.6), 0.3),
    ],
)
def test_indices_of_small_vectors(counts, gini, theil, hhi):
    rows = np.array([counts, counts[::-1]], dtype=float)
    np.testing.assert_allclose(ginis(rows), gini, atol=1e-12)
    np.testing.assert_allclose(theils(rows), theil, atol=1e-12)
    assert herfindahl(rows[0]) == pytest.approx(hhi)
    result = unevenness(series(counts), series([1, 1, 1, 1]), series(list("aabb")), simulations=5)
    assert result.gini.value == pytest.approx(gini, abs=1e-12)
    assert result.theil.value == pytest.approx(theil, abs=1e-12)
    assert result.hhi.value == pytest.approx(hhi)
    assert (result.units, result.members, result.groups) == (4, sum(counts), 2)


@pytest.mark.parametrize(
    ("groups", "between"), [("aabb", 1.0), ("abab", 0.0), ("aaaa", 0.0), ("abcd", 1.0), ("abbb", 0.15564)]
)
def test_share_between_groups(groups, between):
    # 1, 1, 3, 3: T = (ln ½ + 3 ln 3/2) / 4. a|bbb: (ln ½ + 7 ln 7/6) / 8.
    if groups == "abbb":
        between = (np.log(1 / 2) + 7 * np.log(7 / 6)) / 8 / ((np.log(1 / 2) + 3 * np.log(3 / 2)) / 4)
    result = unevenness(series([1, 1, 3, 3]), series([1] * 4), series(list(groups)), simulations=5)
    assert result.between == pytest.approx(between, abs=1e-12)


def test_share_between_groups_of_equal_units_is_unknown():
    for size in range(2, 60):
        result = unevenness(series([3] * size), series([1] * size), series(np.arange(size) % 3), simulations=2)
        assert np.isnan(result.between)


def test_indices_printed_by_pysal(mexico):
    decades = mexico[[f"pcgdp{year}" for year in range(1940, 2010, 10)]].to_numpy().T
    printed = [0.20894344, 0.15222451, 0.10472941, 0.10194725, 0.09560113, 0.10511256, 0.10660832]
    between = [0.0345889, 0.02816853, 0.05260921, 0.05931219, 0.03205257, 0.02963731, 0.03635872]
    np.testing.assert_allclose(theils(decades), printed, atol=5e-9)
    assert ginis(decades[:1])[0] == pytest.approx(0.35372371173452849, abs=1e-12)
    for values, whole, part in zip(decades, printed, between, strict=True):
        result = unevenness(series(values), series([1] * 32), series(mexico["hanson98"]), simulations=1)
        assert result.theil.value == pytest.approx(whole, abs=5e-9)
        assert result.between == pytest.approx(part / whole, rel=1e-6)


def test_range_of_unevenness_is_that_of_members_who_follow_people():
    population = np.array([50, 400, 1000, 20, 300, 700, 80, 90, 110, 2500])
    result = unevenness(series([3] * 10), series(population), series(list("ababababab")), simulations=4000)
    random = np.random.default_rng(77)
    drawn = random.choice(10, size=(4000, 30), p=population / population.sum())
    counts = np.array([np.bincount(row, minlength=10) for row in drawn])
    pairs = np.abs(counts[:, :, None] - counts[:, None, :]).sum(axis=(1, 2)) / (2 * 10 * 30)
    share = counts / 30
    logs = np.log(np.where(share > 0, share * 10, 1.0))
    for expected, mine in (
        (result.gini, pairs),
        (result.theil, (share * logs).sum(1)),
        (result.hhi, (share**2).sum(1)),
    ):
        low, high = np.quantile(mine, [0.025, 0.975])
        assert expected.low == pytest.approx(low, rel=0.04)
        assert expected.high == pytest.approx(high, rel=0.04)
        assert expected.simulations == 4000
        assert expected.sign == -1


@pytest.mark.parametrize(("units", "members"), [(50, 11), (60, 10), (90, 12), (2479, 10)])
def test_a_value_at_its_bound_is_between_the_bounds(units, members):
    # One member in each of as many units is the least uneven there is, and common: the low bound is the same value.
    counts = np.zeros(units)
    counts[:members] = 1
    result = unevenness(series(counts), series([1] * units), series(np.arange(units) % 5), simulations=199)
    for index in (result.gini, result.theil, result.hhi):
        assert index.value == pytest.approx(index.low, rel=1e-12)
        assert index.sign == 0


def test_location_quotient_by_hand():
    # The fourth has no known base and the fifth nobody: neither their members count. 10 members, 400 people.
    result = location_quotient(series([6, 3, 1, 4, 2]), series([100, 100, 200, np.nan, 0]))
    np.testing.assert_allclose(result["expected"][:3], [2.5, 2.5, 5.0])
    np.testing.assert_allclose(result["lq"], [2.4, np.nan, 0.2, np.nan, np.nan])
    assert list(result["enough"]) == [True, False, True, False, False]
    assert list(result["members"]) == [6, 3, 1, 4, 2]
    assert result.loc[~result["enough"], ["lq", "low", "high"]].isna().all(axis=None)
    everyone = location_quotient(series([6, 3, 1, 4, 2]), series([100, 100, 200, np.nan, 0]), min_count=0)
    np.testing.assert_allclose(everyone["lq"], [2.4, 1.2, 0.2, np.nan, np.nan])


@pytest.mark.parametrize("counts", [[0, 1, 5, 14], [20, 0, 0, 0], [5, 5, 5, 5], [0, 0, 0, 1], [400, 17, 3, 80]])
def test_bounds_of_a_location_quotient_are_clopper_and_pearsons(counts):
    base = np.array([1000, 2000, 3000, 4000])
    result = location_quotient(series(counts), series(base), min_count=0)
    for (_, row), count, people in zip(result.iterrows(), counts, base, strict=True):
        interval = binomtest(count, sum(counts)).proportion_ci(0.95, method="exact")
        assert row["low"] == pytest.approx(interval.low * base.sum() / people, abs=1e-12)
        assert row["high"] == pytest.approx(interval.high * base.sum() / people)


def test_members_are_thrown_by_population():
    population = series([100, 0, 300, 600])
    maps = np.vstack(thrown(np.array([10.0, 20.0, 0.0, 10.0]), population, 1000, 4))
    assert maps.shape == (1000, 4)
    assert (maps.sum(axis=1) == 40).all()
    assert maps[:, 1].sum() == 0
    assert chisquare(maps.sum(axis=0)[[0, 2, 3]], 40_000 * np.array([0.1, 0.3, 0.6])).pvalue > 1e-4
    # As spread as independent members are: variance n p (1 - p).
    np.testing.assert_allclose(maps.var(axis=0), 40 * np.array([0.09, 0, 0.21, 0.24]), rtol=0.2)
    np.testing.assert_array_equal(maps, np.vstack(thrown(np.array([40.0, 0, 0, 0]), population, 1000, 4)))
    assert (maps != np.vstack(thrown(np.array([40.0, 0, 0, 0]), population, 1000, 5))).any()


# Contiguity.


def test_neighbours_on_a_grid_are_those_of_a_king():
    cells = gpd.GeoDataFrame(geometry=[shapely.box(x, y, x + 1, y + 1) for x in range(5) for y in range(4)], crs=2180)
    np.testing.assert_array_equal(contiguity(cells).toarray(), king_moves(5, 4).toarray())


@pytest.mark.parametrize("level", [Level.POWIAT, Level.VOIVODESHIP])
def test_neighbours_are_libpysals(level):
    units = load_units(level)
    theirs = Graph.build_contiguity(units, rook=False)
    mine = contiguity(units)
    np.testing.assert_array_equal(mine.toarray(), theirs.sparse.toarray())
    assert (mine.toarray() == mine.toarray().T).all()
    assert not mine.diagonal().any()


def test_a_unit_that_touches_nobody_is_an_island():
    boxes = [shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6), shapely.box(1, 1, 2, 2)]
    np.testing.assert_array_equal(
        contiguity(gpd.GeoDataFrame(geometry=boxes, crs=2180)).toarray(), [[0, 0, 1], [0, 0, 0], [1, 0, 0]]
    )


# Gi*.


@pytest.mark.parametrize("count", [30, 200, 5000])
def test_gi_star_is_esdas(gminy, between_gminy, count):
    members = by_population(gminy, count, seed=count)
    theirs = G_Local(
        members.to_numpy(dtype=float), graph_of(between_gminy, gminy.index), transform="B", star=True, permutations=0
    )
    table = gi_star(members, gminy["population"], between_gminy, simulations=0).table
    np.testing.assert_allclose(table["around"] / count, theirs.Gs, atol=1e-12)
    # Against people, not against shuffled values as theirs: the standardised binomial.
    share = table["expected"] / count
    z = (table["around"] - table["expected"]) / np.sqrt(count * share * (1 - share))
    np.testing.assert_allclose(table["statistic"], z, atol=1e-9)
    some = np.random.default_rng(1).choice(len(gminy), 50, replace=False)
    for i in some:
        window = [i, *np.flatnonzero(gminy.geometry.iloc[i].intersects(gminy.geometry.to_numpy()))]
        window = sorted(set(window))
        assert table["around"].iloc[i] == members.iloc[window].sum()
        assert table["neighbours"].iloc[i] == len(window) - 1
        people = gminy["population"]
        assert table["expected"].iloc[i] == pytest.approx(count * people.iloc[window].sum() / people.sum())


def test_results_follow_units_in_any_order(monkeypatch):
    monkeypatch.setattr(hot_spots, "REFINED", 9)
    random = np.random.default_rng(5)
    members, people = series(random.poisson(2, 36)), series(random.integers(100, 900, 36))
    neighbours = king_moves(6, 6)
    order = random.permutation(36)
    mixed = csr_array(neighbours.toarray()[np.ix_(order, order)])
    for method in (gi_star, local_moran):
        table = method(members, people, neighbours, simulations=1).table.drop(columns=["p", "spot"])
        other = method(members.iloc[order], people.iloc[order], mixed, simulations=1).table
        pd.testing.assert_frame_equal(table, other.loc[table.index, table.columns])


def test_probability_of_gi_star_is_that_of_members_thrown_by_hand():
    random = np.random.default_rng(9)
    people = random.integers(20, 1000, 25)
    counts = random.multinomial(30, people / people.sum())
    counts[[0, 1]] += 5
    touch = king_moves(5, 5).toarray() + np.eye(25)
    runs = 200_000
    around = random.multinomial(40, people / people.sum(), size=runs) @ touch
    seen = touch @ counts
    high, low = (around >= seen).mean(axis=0), (around <= seen).mean(axis=0)
    wanted = np.minimum(2 * np.minimum(high, low), 1.0)
    table = gi_star(series(counts), series(people), king_moves(5, 5), simulations=0).table
    tolerance = 2 * 4.5 * np.sqrt(np.maximum(wanted, 1e-5) / 2 / runs)
    assert (np.abs(table["p"] - wanted) <= tolerance).all()
    assert table["p"].max() == 1.0
    assert (table["p"] < 0.01).any()


def test_an_island_has_itself_around_it_and_changes_nothing_for_others():
    random = np.random.default_rng(3)
    counts, people = random.poisson(2, 36), random.integers(100, 900, 36)
    wide = np.zeros((37, 37))
    wide[:36, :36] = king_moves(6, 6).toarray()
    alone = gi_star(series(counts), series(people), king_moves(6, 6), simulations=0).table
    beside = gi_star(series([*counts, 0]), series([*people, 0]), csr_array(wide), simulations=0).table
    same = ["members", "around", "expected", "neighbours", "p"]
    pd.testing.assert_frame_equal(alone[same], beside.iloc[:36][same])
    full = gi_star(series([*counts, 7]), series([*people, 500]), csr_array(wide), simulations=0).table
    assert (full["around"].iloc[36], full["neighbours"].iloc[36]) == (7, 0)
    total, share = counts.sum() + 7, 500 / (people.sum() + 500)
    tail = min(binomtest(7, total, share, alternative=side).pvalue for side in ("greater", "less"))
    assert full["p"].iloc[36] == pytest.approx(min(1.0, 2 * tail))
    theirs = G_Local(
        np.array([*counts, 7.0]),
        graph_of(csr_array(wide), full.index),
        transform="B",
        star=True,
        permutations=0,
    )
    np.testing.assert_allclose(full["around"] / total, theirs.Gs)


def test_gi_star_of_one_member_in_every_unit_has_a_probability():
    # A union of gminy, each of which is itself the only member.
    people = series(np.arange(1, 37) * 100)
    table = gi_star(series([1] * 36), people, king_moves(6, 6), simulations=0).table
    assert table["p"].between(0, 1).all()
    # The corner has four of 36 members around it, and (1 + 2 + 7 + 8) of 666 parts of the people.
    assert table["p"].iloc[0] == pytest.approx(2 * binom.sf(3, 36, 18 / 666))


# On two islands both probabilities are the same, so either is found wherever it is at most alpha: none may be lost.
@pytest.mark.parametrize(
    ("population", "neighbours", "total", "alpha"),
    [
        (np.arange(1, 37) ** 2 * 10, king_moves(6, 6), 60, 0.5),
        ([100, 100], csr_array((2, 2)), 11, 0.3),
        ([100, 300], csr_array((2, 2)), 25, 0.1),
        ([900, 100], csr_array((2, 2)), 31, 0.25),
        # 0.5 to the power of 3, twice, is alpha itself.
        ([100, 100], csr_array((2, 2)), 3, 0.25),
    ],
)
def test_false_alarms_are_counted_by_the_whole_rule(population, neighbours, total, alpha):
    people = series(population)
    counts = series([total, *[0] * (len(people) - 1)])
    result = gi_star(counts, people, neighbours, simulations=150, seed=11, alpha=alpha)
    marked = 0
    for drawn in np.vstack(thrown(counts.to_numpy(), people, 150, 11)):
        table = gi_star(series(drawn), people, neighbours, simulations=0, alpha=alpha).table
        marked += (table["spot"] != Spot.NONE).any()
    assert 0 < marked < 150
    assert result.false_alarms == pytest.approx(marked / 150)
    assert (result.simulations, result.alpha) == (150, alpha)


def test_without_simulations_nothing_is_said_of_false_alarms(powiaty, between_powiaty):
    members = by_population(powiaty, 200, 1)
    result = gi_star(members, powiaty["population"], between_powiaty, simulations=0)
    assert np.isnan(result.false_alarms)
    again = gi_star(members, powiaty["population"], between_powiaty, simulations=1)
    pd.testing.assert_frame_equal(result.table, again.table)


@pytest.mark.parametrize("count", [200, 2000])
def test_gi_star_keeps_its_rate_on_maps_without_concentration(gminy, between_gminy, count):
    alarms = 0
    for run in range(200):
        members = by_population(gminy, count, seed=10_000 + run)
        table = gi_star(members, gminy["population"], between_gminy, simulations=0).table
        alarms += (table["spot"] != Spot.NONE).any()
    assert alarms <= too_many(200)
    simulated = gi_star(members, gminy["population"], between_gminy, simulations=200).false_alarms
    spread = np.sqrt(0.05 * 0.95 / 200)
    assert abs(simulated - alarms / 200) <= 4 * spread


# Jeziorany, Wola Krzysztoporska, Wolbrom.
@pytest.mark.parametrize("code", ["281406", "101010", "121207"])
def test_a_planted_hot_spot_is_found(gminy, between_gminy, code):
    middle = gminy.index.get_loc(code)
    around = between_gminy.toarray()[middle] > 0
    around[middle] = True
    assert 5 <= around.sum() <= 12
    members = by_population(gminy, 200, seed=6)
    members[around] += by_population(gminy[around], 30, seed=7)
    table = gi_star(members, gminy["population"], between_gminy, simulations=0).table
    assert table["spot"].iloc[middle] == Spot.HOT
    assert not (table["spot"] == Spot.COLD).any()
    once = between_gminy @ around.astype(float) + around > 0
    assert not (table["spot"][~once] != Spot.NONE).any()


def test_an_empty_city_is_a_cold_spot(gminy, between_gminy):
    # Nobody in Warszawa or next to it, 500 elsewhere by population.
    warsaw = gminy.index.get_loc("146501")
    around = between_gminy.toarray()[warsaw] > 0
    around[warsaw] = True
    members = by_population(gminy.assign(population=gminy["population"].where(~around, 0)), 500, seed=8)
    table = gi_star(members, gminy["population"], between_gminy, simulations=0).table
    assert table["spot"].iloc[warsaw] == Spot.COLD
    assert table["around"].iloc[warsaw] == 0
    assert table["p"].iloc[warsaw] == pytest.approx(2 * (1 - table["expected"].iloc[warsaw] / 500) ** 500)


@pytest.mark.parametrize("level", [Level.POWIAT, Level.GMINA])
def test_a_planted_hot_spot_is_found_by_local_moran_too(level):
    # In Wolbrom and next to it half as many again as there are in the country.
    units = load_units(level)
    neighbours = contiguity(units)
    middle = units.index.get_loc("121207"[: level.digits])
    around = neighbours.toarray()[middle] > 0
    around[middle] = True
    members = by_population(units, 200, seed=6)
    members[around] += by_population(units[around], 100, seed=7)
    table = local_moran(members, units["population"], neighbours).table
    # No simulated map of so many is as far.
    assert table["p"].iloc[middle] <= 2 / LOCAL_SIMULATIONS
    assert table["spot"].iloc[middle] == Spot.HOT


# Rate of false discoveries.


def test_discoveries_are_esdas():
    random = np.random.default_rng(12)
    for found in (0, 3, 40):
        p = random.random(400)
        p[:found] *= 1e-4
        np.testing.assert_array_equal(_discovered(p, 0.05), p < fdr(p, 0.05))
    assert not _discovered(np.zeros(0), 0.05).any()


# Local Moran.


def deviations_by_hand(counts, people, neighbours):
    expected = counts.sum() * people / people.sum()
    own = (counts - expected) / np.sqrt(expected)
    return own, np.array([own[row > 0].mean() if row.any() else 0.0 for row in neighbours])


@pytest.mark.parametrize("count", [30, 400, 5000])
def test_local_moran_is_that_by_hand_and_its_lag_libpysals(gminy, between_gminy, count):
    members, people = by_population(gminy, count, seed=count + 1), gminy["population"]
    table = local_moran(members, people, between_gminy, simulations=1).table
    own, lag = deviations_by_hand(members.to_numpy(), people.to_numpy(), between_gminy.toarray())
    theirs = graph_of(between_gminy, gminy.index).transform("r").lag(own)
    np.testing.assert_allclose(lag, theirs, atol=1e-12)
    np.testing.assert_allclose(table["statistic"], own * lag, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(table["around"], gi_star(members, people, between_gminy, simulations=0).table["around"])
    np.testing.assert_allclose(
        table["expected"], gi_star(members, people, between_gminy, simulations=0).table["expected"]
    )


def moran_by_hand(counts, people, neighbours, runs, random):
    """Return the doubled smaller share of maps thrown on people that are as far."""
    own, lag = deviations_by_hand(counts, people, neighbours)
    expected = counts.sum() * people / people.sum()
    drawn = (random.multinomial(counts.sum(), people / people.sum(), size=runs) - expected) / np.sqrt(expected)
    simulated = drawn * (drawn @ neighbours.T / neighbours.sum(axis=1))
    high, low = simulated >= own * lag - 1e-9, simulated <= own * lag + 1e-9
    return np.minimum(2 * np.minimum(high.mean(axis=0), low.mean(axis=0)), 1.0)


def test_probability_of_local_moran_is_that_of_members_thrown_by_hand():
    random = np.random.default_rng(14)
    people = random.integers(50, 1000, 25)
    counts = random.multinomial(60, people / people.sum())
    counts[[6, 7, 11, 12]] += 2
    wanted = moran_by_hand(counts, people, king_moves(5, 5).toarray(), 100_000, random)
    runs = 20_000
    table = local_moran(series(counts), series(people), king_moves(5, 5), simulations=runs).table
    tolerance = 2 * 4.5 * np.sqrt(1.2 * (np.maximum(wanted, 1e-4) / 2) / runs) + 4 / runs
    assert (np.abs(table["p"] - wanted) <= tolerance).all()
    assert table["p"].min() < 0.05
    assert 0.9 < table["p"].max() <= 1.0


@pytest.mark.parametrize("seed", range(5))
def test_rarest_units_are_simulated_further_as_whole_maps_are(seed, monkeypatch):
    monkeypatch.setattr(hot_spots, "REFINED", 49_999)
    random = np.random.default_rng(seed)
    people = random.integers(50, 1000, 36)
    counts = random.multinomial(100, people / people.sum())
    neighbours = king_moves(6, 6)
    wanted = moran_by_hand(counts, people, neighbours.toarray(), 50_000, random)
    # With 39 maps the least is 2 / 40, and nothing is found: the rarest units are simulated further.
    table = local_moran(series(counts), series(people), neighbours, simulations=39, seed=seed).table
    steps = table["p"] * 40 / 2
    refined = (steps - steps.round()).abs() > 1e-9
    assert refined.any()
    tolerance = 2 * 4.5 * np.sqrt(2 * (np.maximum(wanted, 1e-4) / 2) / 50_000) + 4 / 50_000
    assert (np.abs(table["p"] - wanted) <= tolerance)[refined].all()


def test_local_moran_of_an_island_is_unknown_and_others_are_tested_without_it():
    random = np.random.default_rng(15)
    # With 400 islands counted in, two pairs of units would not pass.
    counts, people = random.poisson(1.0, 436), random.integers(300, 900, 436)
    counts[[14, 15]] += 8
    wide = np.zeros((436, 436))
    wide[:36, :36] = king_moves(6, 6).toarray()
    table = local_moran(series(counts), series(people), csr_array(wide), simulations=4999).table
    islands, others = table.iloc[36:], table.iloc[:36]
    assert islands[["p", "statistic"]].isna().all(axis=None)
    assert (islands["spot"] == Spot.ISLAND).all()
    assert (islands["neighbours"] == 0).all()
    assert (islands["around"] == counts[36:]).all()
    assert not (others["spot"] == Spot.ISLAND).any()
    own, lag = deviations_by_hand(counts, people, wide)
    np.testing.assert_allclose(others["statistic"], (own * lag)[:36])
    ranked = others["p"].sort_values()
    passing = np.flatnonzero(ranked.to_numpy() <= 0.05 * np.arange(1, 37) / 36)
    found = ranked.index[: passing.max() + 1] if len(passing) else []
    total, share = counts.sum(), people / people.sum()
    place = others.index.get_indexer(found)
    own_tails = [min(binom.sf(counts[i] - 1, total, share[i]), binom.cdf(counts[i], total, share[i])) for i in place]
    telling = {i for i, tail in zip(found, own_tails, strict=True) if tail <= 0.05}
    assert telling == set(others.index[others["spot"] != Spot.NONE])
    assert len(telling) > 0
    assert others["p"].min() > 0.05 / 436


def test_local_moran_names_each_quadrant(powiaty, between_powiaty):
    # One voivodeship twice as full as elsewhere, another empty, and single powiaty in them the other way round.
    people = powiaty["population"]
    expected = 4000 * people / people.sum()
    code = powiaty.index.str[:2]
    full, empty = code == "24", code == "14"
    inner = (between_powiaty @ (~full).astype(float) == 0) | (between_powiaty @ (~empty).astype(float) == 0)
    members = expected.round().astype(int)
    members[full] = (2 * expected[full]).round().astype(int)
    members[empty] = 0
    odd = np.flatnonzero(inner)[::4]
    members.iloc[odd] = np.where(full[odd], 0, (2 * expected.iloc[odd]).round().astype(int))
    table = local_moran(members, people, between_powiaty, simulations=1999).table
    own, lag = deviations_by_hand(members.to_numpy(), people.to_numpy(), between_powiaty.toarray())
    high, among_high = own > 0, lag > 0
    names = np.where(
        high,
        np.where(among_high, Spot.HOT, Spot.HIGH_LOW),
        np.where(among_high, Spot.LOW_HIGH, Spot.COLD),
    )
    found = table["spot"] != Spot.NONE
    assert set(table["spot"][found]) == {Spot.HOT, Spot.LOW_HIGH, Spot.COLD, Spot.HIGH_LOW}
    np.testing.assert_array_equal(table["spot"][found], names[found])


def test_local_moran_keeps_its_rate_on_maps_without_concentration(powiaty, between_powiaty, monkeypatch):
    # Enough for 0.05 / 380.
    monkeypatch.setattr(hot_spots, "REFINED", 19_999)
    alarms = 0
    for run in range(200):
        members = by_population(powiaty, 200, seed=20_000 + run)
        table = local_moran(members, powiaty["population"], between_powiaty, simulations=1999, seed=run).table
        alarms += table["spot"].isin([Spot.HOT, Spot.COLD, Spot.HIGH_LOW, Spot.LOW_HIGH]).any()
    assert alarms <= too_many(200)


def test_local_moran_keeps_its_rate_where_one_unit_can_be_found(monkeypatch):
    # With 36 units 1 999 maps are enough to find a single one.
    monkeypatch.setattr(hot_spots, "REFINED", 4_999)
    random = np.random.default_rng(16)
    people = series(random.integers(200, 20_000, 36))
    units = pd.DataFrame({"population": people})
    alarms = 0
    for run in range(250):
        members = by_population(units, 150, seed=30_000 + run)
        table = local_moran(members, people, king_moves(6, 6), simulations=1999, seed=run).table
        alarms += (table["spot"] != Spot.NONE).any()
    assert 0 < alarms <= too_many(250)


# Centre, spread and ellipse.


def test_centre_printed_by_pointpats():
    people = rectangle(4, 4, localities=EBDON, population=np.arange(1, 13))
    result = centre(EBDON, people)
    assert result.members == pytest.approx((52.57166667, 46.17166667))
    assert result.people == pytest.approx((59.29448718, 47.52282051))
    eleven = centre(EBDON[:11], people)
    assert eleven.spread_m == pytest.approx(40.21575987282547)
    long, short, direction = eleven.ellipse
    assert (long, short) == pytest.approx((50.13029459102783, 37.95222670267865))
    # Printed as "clockwise"; it is counter-clockwise from east: see the clouds below.
    assert direction == pytest.approx(90 - np.degrees(0.3465582095042642))


@pytest.mark.parametrize("degrees", [0, 10, 30, 45, 60, 89, 90, 91, 120, 135, 150, 179])
@pytest.mark.parametrize("middle", [(0.0, 0.0), tuple(POLAND)])
def test_ellipse_points_along_an_elongated_cloud(degrees, middle):
    # Two crossed bars: along the bearing 41 points 1 km apart, across it 11.
    along, across = np.arange(-20, 21) * 1000.0, np.arange(-5, 6) * 1000.0
    bearing = np.radians(degrees)
    ahead, right = np.array([np.sin(bearing), np.cos(bearing)]), np.array([np.cos(bearing), -np.sin(bearing)])
    points = np.vstack([along[:, None] * ahead, across[:, None] * right]) + middle
    result = centre(points, of_area(1.0))
    n = len(points)
    long, short, direction = result.ellipse
    assert (direction - degrees + 90) % 180 == pytest.approx(90, abs=1e-4)
    assert 0 <= direction < 180
    squares = (along**2).sum(), (across**2).sum()
    np.testing.assert_allclose((long, short), np.sqrt(2 * np.array(squares) / (n - 2)), rtol=1e-6)
    assert result.spread_m == pytest.approx(np.sqrt(sum(squares) / n))
    assert result.members == pytest.approx(middle, abs=1e-6)
    assert result.count == n


def test_ellipse_is_that_of_the_covariance():
    random = np.random.default_rng(21)
    for _ in range(30):
        points = POLAND + random.normal(size=(25, 2)) @ random.normal(size=(2, 2)) * 20_000
        values, vectors = np.linalg.eigh(np.cov(points.T, ddof=0))
        long, short, direction = centre(points, of_area(1.0)).ellipse
        np.testing.assert_allclose((short, long), np.sqrt(values * 2 * 25 / 23), rtol=1e-6)
        east, north = vectors[:, 1]
        difference = direction - np.degrees(np.arctan2(east, north))
        assert (difference + 90) % 180 == pytest.approx(90, abs=1e-4)


@pytest.mark.parametrize(("east", "north", "degrees"), [(0, 5, 0), (3, 3, 45), (4, 0, 90), (0, -2, 180), (-3, 0, 270)])
def test_offset_goes_from_people_to_members(east, north, degrees):
    localities = POLAND + np.array([[0, 0], [4000, 0], [0, 4000], [4000, 4000], [-9000, 900]])
    ground = rectangle(4, 4, localities=localities, population=[300, 100, 100, 300, 0])
    points = POLAND + 2000 + np.array([[east, north]]) * 1000 + np.array([[-1, 0], [1, 0], [0, 1], [0, -1]]) * 700.0
    result = centre(points, ground)
    assert result.people == pytest.approx(tuple(POLAND + 2000))
    assert result.offset_m == pytest.approx(1000 * np.hypot(east, north))
    assert result.bearing == pytest.approx(degrees, abs=1e-6)
    # Every inhabitant is √2 · 2 km away, every member 700 m.
    assert result.people_spread_m == pytest.approx(2000 * np.sqrt(2))
    assert result.spread_m == pytest.approx(700)
    # Four are too few.
    assert result.ellipse is None


def test_members_on_a_line_have_no_ellipse():
    points = POLAND + np.arange(8)[:, None] * np.array([[300.0, 700.0]])
    assert centre(points, of_area(1.0)).ellipse is None


@pytest.mark.parametrize("apart_m", [1000.0, 1.0, 0.1, 0.001])
def test_spread_of_members_next_to_each_other(apart_m):
    random = np.random.default_rng(22)
    for _ in range(20):
        first = random.uniform((200_000, 150_000), (800_000, 750_000))
        result = centre(np.array([first, first, first + np.array([apart_m, 0])]), of_area(1.0))
        assert result.spread_m == pytest.approx(apart_m * np.sqrt(2) / 3, abs=0.01)


# Nearest neighbours.


@pytest.mark.parametrize(("shape", "ratio"), [("square", 2.0), ("triangular", 2.1491)])
def test_ratio_of_clark_and_evans_on_a_lattice(shape, ratio):
    x, y = (a.ravel().astype(float) for a in np.meshgrid(np.arange(20), np.arange(20)))
    if shape == "triangular":
        x, y = x + 0.5 * (y % 2), y * np.sqrt(3) / 2
    cell = 1.0 if shape == "square" else np.sqrt(3) / 2
    points = POLAND + np.column_stack([x, y]) * 700.0
    result = nearest_neighbours(points, of_area(400 * cell * 0.7**2), simulations=1)
    assert result.mean_m == pytest.approx(700.0)
    assert result.naive == pytest.approx(ratio, abs=5e-5)
    assert (result.count, result.sharing) == (400, 0)
    assert result.area_km2 == pytest.approx(400 * cell * 0.49)


def test_mean_distance_printed_by_pointpats():
    result = nearest_neighbours(EBDON, of_area(1.0), simulations=1)
    assert result.mean_m == pytest.approx(21.612139802089246)


def test_nearest_neighbours_of_members_who_share_points():
    random = np.random.default_rng(23)
    points = random.integers(0, 9, (40, 2)) * 500.0
    apart = cdist(points, points) + np.diag(np.full(40, np.inf))
    result = nearest_neighbours(points, rectangle(5, 5), simulations=9)
    assert result.mean_m == pytest.approx(apart.min(axis=1).mean())
    assert result.sharing == (apart.min(axis=1) == 0).sum() > 0
    # Against people, every member stands at its locality, here the middle of its km².
    at_home = snapped(points, rectangle(5, 5))
    far = cdist(at_home, at_home) + np.diag(np.full(40, np.inf))
    other = nearest_neighbours(at_home, rectangle(5, 5), simulations=9)
    assert other.mean_m == pytest.approx(far.min(axis=1).mean())
    assert other.people.value == pytest.approx(result.people.value)


@pytest.mark.parametrize(("width", "height", "count"), [(40, 25, 200), (60, 10, 60), (30, 30, 20)])
def test_mean_of_simulated_maps_is_donnellys(width, height, count):
    area, perimeter = width * height * 1e6, 2e3 * (width + height)
    donnelly = 0.5 * np.sqrt(area / count) + (0.0514 + 0.041 / np.sqrt(count)) * perimeter / count
    points = np.random.default_rng(24).random((count, 2)) * (width * 1000, height * 1000)
    result = nearest_neighbours(points, rectangle(width, height), simulations=1999)
    assert result.mean_m / result.space.value == pytest.approx(donnelly, rel=0.015)
    # Bounds: the standard error of Donnelly (1978) is near that of Clark and Evans without edges.
    spread = 0.26136 / np.sqrt(count**2 / area) / donnelly
    assert (result.space.high - result.space.low) / 2 == pytest.approx(1.96 * spread, rel=0.25)


def test_ratio_to_people_is_that_of_localities_drawn_by_hand():
    random = np.random.default_rng(25)
    localities = random.random((60, 2)) * 30_000
    population = random.integers(10, 3000, 60)
    ground = rectangle(30, 30, localities=localities, population=population)
    points = localities[random.choice(60, 25)]
    drawn = []
    for _ in range(3000):
        chosen = localities[random.choice(60, 25, p=population / population.sum())]
        drawn.append((cdist(chosen, chosen) + np.diag(np.full(25, np.inf))).min(axis=1).mean())
    result = nearest_neighbours(points, ground, simulations=3000)
    assert result.people.value == pytest.approx(result.mean_m / np.mean(drawn), rel=0.02)
    bounds = np.quantile(drawn, [0.025, 0.975]) / np.mean(drawn)
    np.testing.assert_allclose((result.people.low, result.people.high), bounds, rtol=0.06)


# Where members could be.


def test_localities_are_drawn_by_population():
    ground = rectangle(5, 5, localities=[(0, 0), (1, 0), (2, 0), (3, 0)], population=[0, 100, 300, 0])
    drawn = among_people(ground)(np.random.default_rng(1), 8000)
    assert set(np.unique(drawn[:, 0])) == {1.0, 2.0}
    assert binomtest(int((drawn[:, 0] == 2).sum()), 8000, 0.75).pvalue > 1e-4


def test_land_is_drawn_by_area_and_evenly_within_a_step():
    ground = rectangle(3, 2)
    ground.lattice.loc[:, "km2"] = [1.0, 0.5, 0.0, 1.0, 1.0, 0.25]
    assert ground.area_km2 == 3.75
    drawn = on_land(ground)(np.random.default_rng(1), 9000)
    cell = (drawn // 1000 @ (1, 3)).astype(int)
    counts = np.bincount(cell, minlength=6)
    assert counts[2] == 0
    assert chisquare(counts[[0, 1, 3, 4, 5]], 9000 * np.array([1, 0.5, 1, 1, 0.25]) / 3.75).pvalue > 1e-4
    for axis in (0, 1):
        assert kstest(drawn[:, axis] % 1000 / 1000, "uniform").pvalue > 1e-4


def test_members_stand_at_their_nearest_locality():
    random = np.random.default_rng(2)
    ground = rectangle(9, 9, localities=random.random((30, 2)) * 9000)
    points = random.random((50, 2)) * 9000
    np.testing.assert_array_equal(
        snapped(points, ground), ground.localities[cdist(points, ground.localities).argmin(axis=1)]
    )


@pytest.mark.parametrize(("width", "height", "step"), [(40, 25, 200), (600, 700, 5000), (120, 48, 400), (8, 90, 100)])
def test_radii_are_thirty_multiples_of_whole_hundreds(width, height, step):
    np.testing.assert_array_equal(radii_for(rectangle(width, height, step_km=2)), step * np.arange(1, 31))


# Ripley.

RADII = np.arange(1, 21) * 350.0


def others_by_hand(points, radii):
    return np.array([((cdist(points, points) <= r).sum() - len(points)) / len(points) for r in radii])


@pytest.mark.parametrize("ties", [False, True])
def test_ripley_counts_every_pair(ties):
    random = np.random.default_rng(31)
    # On a lattice of 50 m distances fall on a radius exactly.
    points = random.integers(0, 20 if ties else 240, (70, 2)) * 50.0
    points = points * (10 if ties else 1)
    shared = len(np.unique(points, axis=0)) < len(points)
    assert shared == ties
    result = ripley(points, rectangle(12, 12), RADII, reference=Reference.SPACE, simulations=3)
    np.testing.assert_allclose(result.others, others_by_hand(points, RADII))
    assert (result.count, result.area_km2, result.simulations) == (70, 144.0, 3)
    snap = ripley(points, rectangle(12, 12), RADII, simulations=3)
    np.testing.assert_allclose(snap.others, others_by_hand(snapped(points, rectangle(12, 12)), RADII))


def test_ripley_when_all_stand_at_one_point():
    points = np.vstack([np.tile(POLAND, (5, 1)), POLAND + np.array([0, 700.0])])
    result = ripley(points, rectangle(12, 12), RADII, reference=Reference.SPACE, simulations=2)
    # Five with four others each and one with none; from 700 m on everybody with five.
    np.testing.assert_allclose(result.others[:3], [20 / 6, 5, 5])


def test_ripley_is_that_of_pointpats():
    # Its area is the box of the points; it counts pairs closer than, not up to; K divides by n², not n(n - 1).
    points = np.random.default_rng(32).random((90, 2)) * (12_000, 9000)
    box = np.ptp(points, axis=0).prod() / 1e6
    result = ripley(points, of_area(box), RADII, reference=Reference.SPACE, simulations=2)
    _, k_theirs = k(points, support=RADII)
    _, l_theirs = l(points, support=RADII)
    np.testing.assert_allclose(result.others * box * 1e6 / 90, k_theirs)
    np.testing.assert_allclose(result.l_m * np.sqrt(89 / 90), l_theirs)


def test_l_is_the_distance_itself_where_members_are_anywhere():
    # 3 km against 200 km: edges hardly matter.
    radii = np.arange(1, 11) * 300.0
    ground = rectangle(200, 200)
    points = np.random.default_rng(33).random((300, 2)) * 200_000
    result = ripley(points, ground, radii, reference=Reference.SPACE, simulations=400)
    np.testing.assert_allclose(result.middle * 4e10 / 299, np.pi * radii**2, rtol=0.2)
    assert result.middle[-1] * 4e10 / 299 == pytest.approx(np.pi * 3000**2 * (1 - 4 / np.pi * 3000 / 200_000), rel=0.03)
    assert ((result.l_low_m <= radii) & (radii <= result.l_high_m)).all()


def test_envelopes_are_those_of_maps_drawn_by_hand():
    random = np.random.default_rng(34)
    localities, population = random.random((80, 2)) * 20_000, random.integers(10, 2000, 80)
    ground = rectangle(20, 20, localities=localities, population=population)
    points = localities[:30]
    result = ripley(points, ground, RADII, simulations=1500)
    maps = np.array(
        [others_by_hand(localities[random.choice(80, 30, p=population / population.sum())], RADII) for _ in range(1500)]
    )
    np.testing.assert_allclose(result.middle, maps.mean(axis=0), rtol=0.05)
    np.testing.assert_allclose(result.low, np.quantile(maps, 0.025, axis=0), rtol=0.15, atol=0.1)
    np.testing.assert_allclose(result.high, np.quantile(maps, 0.975, axis=0), rtol=0.15, atol=0.1)
    # Of the maps one in twenty lies outside, at distances where counts are many.
    outside = ((maps < result.low) | (maps > result.high))[:, 8:].mean()
    assert outside == pytest.approx(0.05, abs=0.015)
    area = 400e6
    for mine, count in ((result.l_m, result.others), (result.l_low_m, result.low), (result.l_high_m, result.high)):
        np.testing.assert_allclose(np.pi * mine**2 * 29 / area, count, atol=1e-12)


@pytest.mark.parametrize("reference", list(Reference))
def test_a_planted_cluster_is_not_chance(reference):
    random = np.random.default_rng(35)
    points = np.vstack([random.random((20, 2)) * 40_000, 20_000 + random.normal(size=(15, 2)) * 600])
    result = ripley(points, rectangle(40, 40), RADII, reference=reference, simulations=199)
    assert result.p == 1 / 200
    assert (result.others > result.high).any()
    assert result.reference is reference


def test_members_kept_apart_are_not_chance_either():
    x, y = np.meshgrid(np.arange(6), np.arange(6))
    points = 1000 + np.column_stack([x.ravel(), y.ravel()]) * 3000.0
    result = ripley(points, rectangle(17, 17), RADII, reference=Reference.SPACE, simulations=199)
    assert result.p <= 0.02
    assert (result.others < result.low).any()


@pytest.mark.parametrize("reference", list(Reference))
def test_probability_of_chance_is_uniform(reference):
    ground = rectangle(20, 20, population=np.random.default_rng(36).integers(1, 900, 400))
    draw = among_people(ground) if reference is Reference.PEOPLE else on_land(ground)
    random = np.random.default_rng(37)
    found = np.array(
        [ripley(draw(random, 25), ground, RADII, reference=reference, simulations=39, seed=run).p for run in range(300)]
    )
    # One of 1/40, 2/40, … 1, all alike.
    assert (
        chisquare(np.bincount(np.rint(found * 40).astype(int), minlength=41)[1:].reshape(8, 5).sum(axis=1)).pvalue
        > 0.001
    )
    assert (found <= 0.05).sum() <= too_many(300)


# Seeds.


def test_the_same_seed_gives_the_same_and_another_another(powiaty, between_powiaty):
    people = powiaty["population"]
    members = by_population(powiaty, 150, seed=40)
    codes = pd.Series(powiaty.index.str[:2], index=powiaty.index)
    points = np.random.default_rng(41).random((30, 2)) * 20_000
    ground = rectangle(20, 20, population=np.arange(1, 401))
    runs = {
        "unevenness": lambda seed: unevenness(members, people, codes, simulations=50, seed=seed),
        "neighbours": lambda seed: nearest_neighbours(points, ground, simulations=50, seed=seed),
        "ripley": lambda seed: ripley(points, ground, RADII, simulations=50, seed=seed).high.tolist(),
        "moran": lambda seed: (
            local_moran(members, people, between_powiaty, simulations=999, seed=seed).table["p"].tolist()
        ),
        "gi": lambda seed: (
            gi_star(members, people, between_powiaty, simulations=400, seed=seed, alpha=0.5).false_alarms
        ),
    }
    for name, run in runs.items():
        assert run(1) == run(1), name
        assert run(1) != run(2), name


def test_progress_is_told_to_the_end(powiaty, between_powiaty):
    told = []
    members = by_population(powiaty, 150, seed=40)
    local_moran(members, powiaty["population"], between_powiaty, simulations=300, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    told.clear()
    ripley(EBDON, of_area(1.0), RADII, simulations=4, progress=told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]
