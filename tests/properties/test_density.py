"""Densities conserve members and agree with independent estimates."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.neighbors import KernelDensity

from geo.analysis import density
from geo.analysis.density import count_by_unit, default_bandwidth_km, density_by_unit, kernel_density
from geo.errors import QueryError
from geo.model.queries import Kernel, Measure

metres = st.floats(0, 50_000)
places = st.lists(st.tuples(metres, metres), min_size=1, max_size=30)


def points(xy):
    return gpd.GeoSeries(gpd.points_from_xy(*np.array(xy, dtype=float).T), crs=2180)


def centres(surface):
    rows, columns = surface.values.shape
    x = surface.west + (np.arange(columns) + 0.5) * surface.cell_m
    y = surface.south + (np.arange(rows) + 0.5) * surface.cell_m
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


@given(places, st.sampled_from(list(Kernel)), st.floats(1_000, 30_000), st.floats(200, 5_000))
def test_surface_integrates_to_the_number_of_members(xy, kernel, bandwidth, cell):
    surface = kernel_density(points(xy), bandwidth_m=bandwidth, cell_m=cell, kernel=kernel)
    assert surface.total == pytest.approx(len(xy), rel=1e-3)
    assert (surface.values >= 0).all()


@pytest.mark.parametrize("kernel", list(Kernel))
def test_binned_surface_integrates_too(kernel, monkeypatch):
    monkeypatch.setattr(density, "DIRECT_PAIRS", 0)
    xy = np.random.default_rng(3).uniform(0, 50_000, (500, 2))
    surface = kernel_density(points(xy), bandwidth_m=5_000, kernel=kernel)
    assert surface.total == pytest.approx(500, rel=1e-3)


@pytest.mark.parametrize("kernel", list(Kernel))
def test_binned_surface_is_close_to_the_direct_one(kernel, monkeypatch):
    xy = np.random.default_rng(4).uniform(0, 50_000, (300, 2))
    direct = kernel_density(points(xy), bandwidth_m=8_000, cell_m=500, kernel=kernel)
    monkeypatch.setattr(density, "DIRECT_PAIRS", 0)
    binned = kernel_density(points(xy), bandwidth_m=8_000, cell_m=500, kernel=kernel)
    np.testing.assert_allclose(binned.values, direct.values, atol=0.01 * direct.peak)


def test_a_window_keeps_what_members_outside_give(monkeypatch):
    xy = np.random.default_rng(5).uniform(0, 50_000, (200, 2))
    window = (10_000.0, 12_000.0, 30_000.0, 31_000.0)
    direct = kernel_density(points(xy), bandwidth_m=6_000, cell_m=500, bounds=window)
    monkeypatch.setattr(density, "DIRECT_PAIRS", 0)
    binned = kernel_density(points(xy), bandwidth_m=6_000, cell_m=500, bounds=window)
    assert direct.values.shape == (38, 40)
    np.testing.assert_allclose(binned.values, direct.values, atol=0.01 * direct.peak)


@given(places, st.floats(2_000, 15_000))
def test_gaussian_surface_agrees_with_scikit_learn(xy, bandwidth):
    surface = kernel_density(points(xy), bandwidth_m=bandwidth, cell_m=2_000, kernel=Kernel.GAUSSIAN)
    model = KernelDensity(bandwidth=bandwidth).fit(np.array(xy, dtype=float))
    expected = np.exp(model.score_samples(centres(surface))) * len(xy) * 1e6
    # Each kernel is cut where less than 4 in a million of its peak is left.
    cut = len(xy) * 4e-6 / (2 * np.pi * (bandwidth / 1000) ** 2)
    np.testing.assert_allclose(surface.values.ravel(), expected, atol=cut)


@given(places, st.floats(2_000, 15_000))
def test_quartic_surface_agrees_with_its_formula(xy, bandwidth):
    surface = kernel_density(points(xy), bandwidth_m=bandwidth, cell_m=2_000)
    distance = np.linalg.norm(centres(surface)[:, None, :] - np.array(xy)[None, :, :], axis=2) / bandwidth
    each = np.where(distance < 1, 3 / np.pi * (1 - distance**2) ** 2, 0) / (bandwidth / 1000) ** 2
    np.testing.assert_allclose(surface.values.ravel(), each.sum(axis=1), atol=1e-12)


def test_members_without_a_point_are_omitted_and_counted():
    series = gpd.GeoSeries([points([(0, 0)])[0], None], crs=2180)
    surface = kernel_density(series, bandwidth_m=5_000)
    assert (surface.count, surface.omitted) == (1, 1)
    nobody = kernel_density(gpd.GeoSeries([None], crs=2180), bandwidth_m=5_000)
    assert (nobody.count, nobody.omitted, nobody.total) == (0, 1, 0.0)


@pytest.mark.parametrize("field", ["bandwidth_m", "cell_m"])
def test_sizes_must_be_positive(field):
    with pytest.raises(QueryError, match=field):
        kernel_density(points([(0, 0)]), **{"bandwidth_m": 5_000.0, "cell_m": 500.0, field: 0.0})


def test_default_bandwidth_follows_scotts_rule():
    xy = np.random.default_rng(6).normal(0, 40_000, (64, 2))
    spread = xy.std(axis=0, ddof=1).mean() / 1000
    assert default_bandwidth_km(points(xy), Kernel.QUARTIC) == round(np.sqrt(8) * spread / 2)
    assert default_bandwidth_km(points(xy), Kernel.GAUSSIAN) == round(spread / 2)
    assert default_bandwidth_km(points([(0, 0)])) == 15
    assert default_bandwidth_km(points([(0, 0), (10, 10)])) == 5


codes = st.sampled_from(["", "12", "06", "1212", "1213", "121203", "121204", "121301", "060101"])
rows = st.tuples(codes, st.sampled_from(["public", "business", "ngo"]), st.sampled_from(["member", "declared"]))
UNITS = pd.DataFrame(
    {"population": [1000, 20_000, 5_000, 0], "area_km2": [50.0, 100.0, 10.0, 1.0]},
    index=pd.Index(["060101", "121203", "121204", "121301"], name="teryt"),
)


@given(st.lists(rows, max_size=40))
def test_counts_conserve_members_and_tell_unknown_from_zero(members):
    frame = gpd.GeoDataFrame(members, columns=["teryt", "sector", "status"], geometry=[None] * len(members))
    frame["teryt"], frame["cluster_id"] = frame["teryt"].astype("str"), "x"
    counts = count_by_unit(frame, UNITS)
    table = counts.table
    assert counts.located + len(counts.unlocated) == len(members)
    assert table["members"].sum() == counts.located
    assert (table[["public", "business", "ngo", "science"]].sum(axis=1) == table["members"]).all()
    assert (table[["member", "declared", "potential"]].sum(axis=1) == table["members"]).all()
    for code in UNITS.index:
        coarse = [t for t, *_ in members if len(t) < 6 and code.startswith(t)]
        assert table.loc[code, "possible"] == len(coarse)
    values = density_by_unit(counts, UNITS, Measure.COUNT)
    assert (values.isna() == ((table["members"] == 0) & (table["possible"] > 0))).all()


def test_rates_are_per_100_km2_and_per_10_000_people():
    frame = gpd.GeoDataFrame(
        {"teryt": ["121203"] * 3, "sector": "ngo", "status": "member", "cluster_id": "x"}, geometry=[None] * 3
    )
    counts = count_by_unit(frame, UNITS)
    assert density_by_unit(counts, UNITS, Measure.PER_100_KM2)["121203"] == pytest.approx(3.0)
    people = density_by_unit(counts, UNITS, Measure.PER_10K_PEOPLE)
    assert people["121203"] == pytest.approx(1.5)
    assert np.isnan(people["121301"])
