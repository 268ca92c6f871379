"""The embedded boundaries are one clean coverage of the state of 2026-01-01."""

import hashlib
import json
import shutil

import numpy as np
import pytest
import shapely

from geo.errors import DataFileError, UnknownUnitError
from geo.io.boundaries import load_units
from geo.io.gazetteer import find_locality, load_localities
from geo.io.integrity import read_manifest
from geo.model.units import Level
from geo.settings import BOUNDARIES_DIR

COUNTS = {Level.GMINA: 2479, Level.POWIAT: 380, Level.VOIVODESHIP: 16}


@pytest.mark.parametrize("level", list(Level))
def test_counts_codes_and_columns(level):
    units = load_units(level)
    assert len(units) == COUNTS[level]
    assert units.index.is_unique
    assert units.index.is_monotonic_increasing
    assert (units.index.str.len() == level.digits).all()
    assert units.index.str.isdigit().all()
    assert units.crs.to_epsg() == 2180
    assert list(units.columns) == ["name", "kind", "terc", "population", "area_km2", "approximate", "geometry"]
    assert units.attrs["version"] == "2026-01-01"
    assert "OpenStreetMap" in units.attrs["source"]


@pytest.mark.parametrize("level", list(Level))
def test_coverage_is_valid_without_gaps_or_overlaps(level):
    geometry = load_units(level).geometry.to_numpy()
    assert shapely.coverage_is_valid(geometry)
    whole = shapely.coverage_union_all(geometry)
    # Overlaps would make the sum larger than the union, gaps would be holes in it.
    assert shapely.area(whole) == pytest.approx(shapely.area(geometry).sum(), rel=1e-12)
    assert sum(shapely.get_num_interior_rings(shapely.get_parts(whole))) == 0
    assert shapely.area(whole) / 1e6 == pytest.approx(312_000, rel=0.01)


@pytest.mark.parametrize("level", [Level.POWIAT, Level.VOIVODESHIP])
def test_levels_nest_to_the_vertex(level, gminy):
    units = load_units(level)
    owner = gminy.index.str[: level.digits]
    for code, geometry in units.geometry.items():
        dissolved = shapely.coverage_union_all(gminy.geometry[owner == code].to_numpy())
        assert shapely.normalize(dissolved).equals_exact(shapely.normalize(geometry), tolerance=0.0)
    assert (gminy["population"].groupby(owner).sum() == units["population"]).all()
    np.testing.assert_allclose(gminy["area_km2"].groupby(owner).sum(), units["area_km2"], atol=0.01)


def test_population_is_that_of_the_table(gminy):
    assert gminy["population"].sum() == 38_411_148
    assert (gminy["population"] > 0).all()


def test_area_column_is_the_area_of_the_outline(gminy):
    np.testing.assert_allclose(gminy["area_km2"], gminy.area / 1e6, atol=1e-4)


def test_areas_agree_with_the_table_and_each_exception_has_a_reason():
    checks = read_manifest(BOUNDARIES_DIR)["checks"]
    exceptions = checks["area_exceptions"]
    assert checks["area_within_5_percent"] >= 0.95
    assert 1 - len(exceptions) / 2479 == pytest.approx(checks["area_within_5_percent"], abs=1e-4)
    assert all(e["reason"] for e in exceptions)


def test_localities_lie_in_their_own_gmina(gminy, localities):
    assert len(localities) == 43_989
    own = gminy.geometry[localities["teryt"]].to_numpy()
    inside = shapely.intersects(own, localities.geometry.to_numpy())
    assert inside.mean() >= 0.999
    assert read_manifest(BOUNDARIES_DIR)["checks"]["localities_in_declared_gmina"] >= 0.999


def test_locality_populations_sum_to_their_gmina(gminy, localities):
    assert (localities.groupby("teryt")["population"].sum() == gminy["population"]).all()
    assert (localities["population"] >= 0).all()


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("120713", "Szczawa", "gmina wiejska"),
        ("200216", "Grabówka", "gmina wiejska"),
        ("041705", "Ryńsk", "gmina wiejska"),
        ("260417", "Nowiny", "gmina wiejska"),
        ("281205", "Bratian", "gmina wiejska"),
        ("020604", "Szklarska Poręba", "gmina miejska"),
        ("300604", "Żerków", "gmina miejsko-wiejska"),
        ("081103", "Brody", "gmina miejsko-wiejska"),
        ("261102", "Brody", "gmina wiejska"),
        ("142701", "Sierpc", "gmina miejska"),
        ("100201", "Kutno", "gmina miejska"),
    ],
)
def test_units_that_are_easily_mixed_up(gminy, code, name, kind):
    assert gminy.loc[code, "name"] == name
    assert gminy.loc[code, "kind"] == kind


def test_changes_since_the_table_are_applied(gminy, localities):
    assert "320304" not in gminy.index
    assert load_units(Level.POWIAT).loc["0206", "name"] == "karkonoski"
    assert set(gminy.index[gminy["approximate"]]) == {"120705", "120713", "200209", "200216", "320302", "320306"}
    moved = find_locality(localities, "Przytoń", within="3203")
    assert list(moved["teryt"]) == ["320302"]
    assert set(localities[localities["teryt"] == "200216"]["name"]) == {
        "Grabówka",
        "Henrykowo",
        "Sobolewo",
        "Sowlany",
        "Zaścianki",
    }


def test_town_and_rural_gmina_of_one_name_are_told_apart(gminy):
    # The town is the smaller, denser one, and TERYT numbers it first.
    twins = gminy[gminy["kind"] != "gmina miejsko-wiejska"]
    for _, pair in twins.groupby([twins.index.str[:4], "name"]):
        if len(pair) == 2:
            town, rural = pair.iloc[0], pair.iloc[1]
            assert town["kind"] == "gmina miejska"
            assert town["population"] / town["area_km2"] > rural["population"] / rural["area_km2"]


def test_one_voivodeship_is_a_part_of_the_country(gminy):
    part = load_units(Level.GMINA, voivodeship="12")
    assert part.index.equals(gminy.index[gminy.index.str[:2] == "12"])
    assert load_localities(voivodeship="12")["teryt"].str.startswith("12").all()


def test_unknown_voivodeship_is_named():
    with pytest.raises(UnknownUnitError, match="99"):
        load_units(Level.GMINA, voivodeship="99")


@pytest.fixture
def copied(tmp_path):
    folder = tmp_path / "voivodeships"
    shutil.copytree(BOUNDARIES_DIR, folder)
    return folder


@pytest.mark.parametrize("damage", ["missing", "truncated", "tampered"])
def test_damaged_files_are_named_with_the_command_that_restores_them(copied, damage):
    victim = copied / "12-malopolskie" / "gminy.parquet"
    content = victim.read_bytes()
    if damage == "missing":
        victim.unlink()
    elif damage == "truncated":
        victim.write_bytes(content[: len(content) // 2])
    else:
        victim.write_bytes(content[:2000] + bytes([content[2000] ^ 1]) + content[2001:])
    with pytest.raises(DataFileError) as caught:
        load_units(Level.GMINA, folder=copied)
    assert caught.value.problem == ("missing" if damage == "missing" else "changed")
    assert caught.value.file.endswith("12-malopolskie/gminy.parquet")
    assert "git checkout" in str(caught.value)


def test_content_that_is_no_table_is_unreadable(copied):
    victim = copied / "12-malopolskie" / "gminy.parquet"
    victim.write_bytes(b"not a table")
    manifest = json.loads((copied / "manifest.json").read_text())

    manifest["files"]["12-malopolskie/gminy.parquet"]["sha256"] = hashlib.sha256(b"not a table").hexdigest()
    (copied / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(DataFileError) as caught:
        load_units(Level.GMINA, folder=copied)
    assert caught.value.problem == "unreadable"


@pytest.mark.parametrize("text", [None, "{"])
def test_damaged_manifest(copied, text):
    manifest = copied / "manifest.json"
    manifest.unlink()
    if text is not None:
        manifest.write_text(text)
    with pytest.raises(DataFileError, match=r"manifest\.json"):
        load_units(Level.GMINA, folder=copied)
