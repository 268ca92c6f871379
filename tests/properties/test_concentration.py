"""Measures of concentration keep within their bounds, and do not mind units, order or the place of the origin."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.analysis.concentration import ginis, herfindahl, location_quotient, theils, unevenness
from geo.analysis.point_pattern import Ground, centre, nearest_neighbours, ripley
from geo.model.concentration import MIN_COUNT, Reference
from support.patterns import of_area, rectangle, series

counts = st.lists(st.integers(0, 60), min_size=2, max_size=40).filter(any)
grouped = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 4)), min_size=2, max_size=40).filter(
    lambda rows: any(count for count, _ in rows)
)
units = st.lists(
    st.tuples(st.integers(0, 40), st.one_of(st.none(), st.integers(0, 5000))), min_size=1, max_size=30
).filter(lambda rows: any(base for _, base in rows))
metres = st.integers(0, 30_000)
points = st.lists(st.tuples(metres, metres), min_size=2, max_size=30)


def indices(values, groups=None):
    values = series(values)
    groups = series(np.zeros(len(values)) if groups is None else groups)
    return unevenness(values, series(np.ones(len(values))), groups, simulations=1)


@given(counts)
def test_indices_are_bounded_and_agree_with_those_of_simulated_maps(values):
    row, n = np.array([values], dtype=float), len(values)
    gini, theil, hhi = ginis(row)[0], theils(row)[0], herfindahl(row[0])
    share = row[0] / row[0].sum()
    assert gini == pytest.approx(np.abs(share[:, None] - share).sum() / (2 * n), abs=1e-12)
    assert theil == pytest.approx(sum(s * np.log(n * s) for s in share if s), abs=1e-12)
    assert -1e-12 <= gini <= (n - 1) / n + 1e-12
    assert -1e-12 <= theil <= np.log(n) + 1e-12
    assert 1 / n - 1e-12 <= hhi <= 1 + 1e-12
    result = indices(values)
    assert (result.gini.value, result.theil.value, result.hhi.value) == pytest.approx((gini, theil, hhi), abs=1e-12)


@given(counts, st.integers(1, 50), st.randoms(use_true_random=False))
def test_indices_do_not_mind_scale_or_order(values, times, random):
    mixed = [times * v for v in values]
    random.shuffle(mixed)
    for index in (ginis, theils, lambda rows: herfindahl(rows[0])):
        one, other = (index(np.array([v], dtype=float)) for v in (values, mixed))
        np.testing.assert_allclose(one, other, atol=1e-12)


@given(st.integers(2, 300), st.integers(1, 1000))
def test_equal_counts_are_not_uneven(size, value):
    result = indices([value] * size, np.arange(size) % 3)
    assert result.gini.value == pytest.approx(0, abs=1e-12)
    assert result.theil.value == pytest.approx(0, abs=1e-12)
    assert result.hhi.value == pytest.approx(1 / size)
    assert np.isnan(result.between)


@given(grouped)
def test_theil_is_what_lies_between_and_within_groups(rows):
    frame = pd.DataFrame(rows, columns=["count", "group"])
    result = indices(frame["count"], frame["group"])
    total, n = frame["count"].sum(), len(frame)
    between = within = 0.0
    for _, group in frame.groupby("group"):
        share = group["count"].sum() / total
        if share:
            between += share * np.log(share / (len(group) / n))
            within += share * theils(group["count"].to_numpy(dtype=float)[None, :])[0]
    assert result.theil.value == pytest.approx(between + within, abs=1e-12)
    assert result.groups == frame["group"].nunique()
    assume(frame["count"].min() < frame["count"].max())
    assert 0 <= result.between <= 1
    assert result.between * result.theil.value == pytest.approx(between, abs=1e-10)


@given(counts, st.lists(st.integers(1, 5000), min_size=40, max_size=40))
def test_quotients_weighted_by_the_base_are_one(values, base):
    members, base = series(values), series(base[: len(values)])
    result = location_quotient(members, base, min_count=0)
    assert result["lq"] @ (base / base.sum()) == pytest.approx(1)
    assert result["expected"].sum() == pytest.approx(members.sum())
    assert (result["low"] <= result["lq"] + 1e-12).all()
    assert (result["lq"] <= result["high"] + 1e-12).all()


@given(units, st.integers(0, 12) | st.just(MIN_COUNT))
def test_no_quotient_of_too_few(rows, fewest):
    members = series([count for count, _ in rows])
    base = series([np.nan if people is None else float(people) for _, people in rows])
    result = location_quotient(members, base, min_count=fewest)
    known = base.fillna(0) > 0
    expected = members[known].sum() * base / base[known].sum()
    few = ~known | (np.maximum(members, expected) < fewest)
    # Exactly as many as it takes may be just less by rounding.
    edge = np.isclose(np.maximum(members, expected), fewest)
    assert result.loc[few & ~edge, ["lq", "low", "high"]].isna().all(axis=None)
    assert not result["enough"][few & ~edge].any()
    whole = members[known].sum()
    assert result["enough"][~few & ~edge].all()
    if whole:
        shown = result[~few & ~edge]
        np.testing.assert_allclose(shown["lq"], (members / whole / (base / base[known].sum()))[shown.index])


@given(points, st.integers(1, 40))
def test_others_grow_with_distance_up_to_all_others(places, hundreds):
    xy = np.array(places, dtype=float)
    radii = hundreds * 100.0 * np.arange(1, 31)
    ground = rectangle(30, 30, step_km=5)
    result = ripley(xy, ground, radii, reference=Reference.SPACE, simulations=2)
    pairs = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1))
    by_hand = [((pairs <= r + 1e-9).sum() - len(xy)) / len(xy) for r in radii]
    np.testing.assert_allclose(result.others, by_hand, atol=1e-9)
    assert (np.diff(result.others) >= 0).all()
    assert (np.diff(result.middle) >= -1e-12).all()
    assert (result.low <= result.high).all()
    assert 1 / 3 - 1e-12 <= result.p <= 1
    far = ripley(xy, ground, (pairs.max() + 1.0) * np.array([1.0, 2.0]), reference=Reference.SPACE, simulations=1)
    assert far.others[-1] == pytest.approx(len(xy) - 1)


@given(
    st.lists(st.tuples(st.integers(-900, 900), st.integers(-300, 300)), min_size=5, max_size=30, unique=True),
    st.integers(0, 359),
    st.tuples(st.integers(150_000, 850_000), st.integers(100_000, 800_000)),
)
def test_centre_moves_and_turns_with_the_members(places, degrees, shift):
    xy = np.array(places, dtype=float) * 10
    ground = rectangle(9, 6, population=np.arange(1, 55))
    angle = np.radians(degrees)
    # Clockwise, as a compass goes.
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = Ground(ground.localities @ turn + shift, ground.population, ground.lattice, ground.step_m)
    before, after = centre(xy, ground), centre(xy @ turn + shift, moved)
    np.testing.assert_allclose(after.members, before.members @ turn + shift, atol=1e-5)
    np.testing.assert_allclose(after.people, before.people @ turn + shift, atol=1e-5)
    assert after.offset_m == pytest.approx(before.offset_m, abs=1e-4)
    assert after.spread_m == pytest.approx(before.spread_m, rel=1e-4)
    assert after.people_spread_m == pytest.approx(before.people_spread_m)
    if before.offset_m > 1:
        assert (after.bearing - before.bearing - degrees + 180) % 360 == pytest.approx(180, abs=0.01)
    assume(before.ellipse is not None and after.ellipse is not None)
    np.testing.assert_allclose(after.ellipse[:2], before.ellipse[:2], rtol=1e-5, atol=1e-3)
    assume(before.ellipse[0] > 1.05 * before.ellipse[1])
    assert (after.ellipse[2] - before.ellipse[2] - degrees + 90) % 180 == pytest.approx(90, abs=0.01)


@given(points)
def test_nearest_neighbours_agree_with_all_distances(places):
    xy = np.array(places, dtype=float)
    apart = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    result = nearest_neighbours(xy, of_area(900.0), simulations=1)
    assert result.mean_m == pytest.approx(apart.min(axis=1).mean(), abs=1e-9)
    assert result.sharing == (apart.min(axis=1) == 0).sum()
    assert result.naive == pytest.approx(2 * result.mean_m * np.sqrt(len(xy) / 900e6), abs=1e-12)
