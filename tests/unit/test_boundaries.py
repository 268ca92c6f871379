"""The embedded boundaries are one clean coverage of the state of 2026-01-01."""

import hashlib
import json
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import DataFileError, UnknownUnitError
from geo.io.boundaries import load_areas, load_units
from geo.io.gazetteer import find_locality, load_localities
from geo.io.integrity import read_manifest
from geo.model.units import Level
from geo.settings import BOUNDARIES_DIR, ROOT

SOURCES = ROOT / "data" / "sources"
OFFLINE = """
import runpy, socket, sys
def refused(*_, **__):
    raise OSError("no network here")
socket.socket.connect = socket.getaddrinfo = refused
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
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
    assert all(word in units.attrs["source"] for word in ("PRG", "GUGiK", "GUS", "OpenStreetMap"))


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


# Published by Statistics Poland for voivodeships, 2024-12-31.
PEOPLE = {
    "02": 2_868_242, "04": 1_984_479, "06": 1_996_440, "08": 969_819, "10": 2_345_924, "12": 3_429_084,
    "14": 5_508_322, "16": 930_296, "18": 2_062_997, "20": 1_132_641, "22": 2_359_493, "24": 4_291_441,
    "26": 1_157_991, "28": 1_349_172, "30": 3_479_986, "32": 1_622_760,
}  # fmt: skip


def test_population_is_that_of_the_table(gminy):
    assert gminy["population"].sum() == 37_489_087
    assert (gminy["population"] > 0).all()
    assert load_units(Level.VOIVODESHIP)["population"].to_dict() == PEOPLE


def test_kinds_are_those_of_2026(gminy):
    kinds = {"gmina wiejska": 1453, "gmina miejsko-wiejska": 724, "gmina miejska": 302}
    assert gminy["kind"].value_counts().to_dict() == kinds
    assert (gminy["terc"].str[:6] == gminy.index).all()


def test_area_column_is_the_area_of_the_outline(gminy):
    np.testing.assert_allclose(gminy["area_km2"], gminy.area / 1e6, atol=1e-4)


def test_areas_agree_with_the_register(gminy):
    areas, checks = load_areas(Level.GMINA), read_manifest(BOUNDARIES_DIR)["checks"]
    changed = {r["teryt"] for r in checks["border_changes"]}
    cut = {"120705", "120713", "200209", "200216"}
    compared = gminy[(areas["lagoon_km2"] == 0) & ~gminy.index.isin(changed | cut)]
    off = (compared.area / 1e6 / areas["official_km2"].loc[compared.index] - 1).abs()
    assert (off <= 0.002).mean() >= 0.97
    assert checks["area_within_0.2_percent"] == pytest.approx((off <= 0.002).mean(), abs=1e-4)


def test_what_borders_have_changed_since_is_listed():
    rows = {r["teryt"]: r for r in read_manifest(BOUNDARIES_DIR)["checks"]["border_changes"]}
    listed = pd.read_csv(SOURCES / "powierzchnie_zmienione_2025.csv.gz", dtype={"teryt": str})
    assert len(listed) == 56
    assert set(listed["teryt"]) <= set(rows)
    assert {c for c, r in rows.items() if r["cause"] == "cut"} == {"200209", "200216"}
    # The sea was added on the coast; ground went from Kleszczów to Bełchatów, and to Lębork in 2026.
    assert {rows[c]["cause"] for c in ("221102", "226101", "226401")} == {"sea"}
    assert {rows[c]["cause"] for c in ("100102", "100104", "226301", "320905")} == {"shift"}
    moved = [rows[c]["register_km2"] - rows[c]["outline_km2"] for c in ("100102", "100104")]
    assert moved == pytest.approx([20.70, -20.70], abs=0.005)
    assert rows["220801"]["state"] == "2026-01-01"
    assert rows["220801"]["register_km2"] == pytest.approx(17.86 + 3.2305)


def test_lagoons_are_water_and_the_register_counts_them(gminy):
    areas = load_areas(Level.GMINA)
    at_lagoon = areas[areas["lagoon_km2"] > 0.5].index
    assert set(at_lagoon) == {
        "221001", "221005", "280202", "280203", "280409", "320407", "320704", "320706", "321103", "321104", "326301",
    }  # fmt: skip
    # On the Baltic side the coast is that of the register; the shore of the lagoon is coarse.
    spit = gminy.loc["221001", "area_km2"]
    assert spit == pytest.approx(23.7, abs=0.1)
    assert areas.loc["221001", "official_km2"] == 118.96
    # Lagoons are no part of any unit: the middle of each lies outside the country.
    middle = shapely.points([[530_000, 720_000], [205_000, 655_000]])
    assert not shapely.intersects(load_units(Level.VOIVODESHIP).geometry.to_numpy()[:, None], middle).any()


def test_a_voivodeship_is_rebuilt_byte_for_byte_from_the_committed_sources(tmp_path):
    command = [sys.executable, "scripts/build_boundaries.py", "--voivodeship", "22", "--target", str(tmp_path)]
    for _ in range(2):
        # No name can be looked up and no address asked.
        subprocess.run([sys.executable, "-c", OFFLINE, *command[1:]], check=True, cwd=ROOT, capture_output=True)
        made = {p.name: p.read_bytes() for p in (tmp_path / "22-pomorskie").iterdir()}
        assert made == {p.name: p.read_bytes() for p in (BOUNDARIES_DIR / "22-pomorskie").iterdir()}


def test_every_file_is_the_one_the_manifest_names():
    files = read_manifest(BOUNDARIES_DIR)["files"]
    found = {p.relative_to(BOUNDARIES_DIR).as_posix(): p for p in BOUNDARIES_DIR.rglob("*.parquet")}
    assert set(files) == set(found)
    assert all(hashlib.sha256(p.read_bytes()).hexdigest() == files[n]["sha256"] for n, p in found.items())


def test_data_are_small_enough_to_be_carried_along():
    assert sum(p.stat().st_size for p in (ROOT / "data").rglob("*") if p.is_file()) <= 20_000_000


def test_nothing_on_the_screen_names_packages_or_accounts():
    facts = read_manifest(BOUNDARIES_DIR)
    said = json.dumps(facts["registers"], ensure_ascii=False)
    assert not [p["name"] for p in facts["packages"] if p["name"] in said]
    for register in facts["registers"]:
        assert all(register[k] for k in ("name", "publisher", "table", "state", "licence", "credit"))


def test_localities_lie_in_their_own_gmina(gminy, localities):
    assert len(localities) == 43_989
    own = gminy.geometry[localities["teryt"]].to_numpy()
    inside = shapely.intersects(own, localities.geometry.to_numpy())
    assert inside.mean() >= 0.9999
    assert read_manifest(BOUNDARIES_DIR)["checks"]["localities_in_declared_gmina"] >= 0.9998


def test_locality_populations_sum_to_their_gmina(gminy, localities):
    assert (localities.groupby("teryt")["population"].sum() == gminy["population"]).all()
    assert (localities["population"] >= 0).all()


def test_people_of_a_town_are_those_that_are_counted(localities):
    table = pd.read_csv(SOURCES / "ludnosc_gus_2024.csv.gz", dtype={"teryt": str, "terc": str}).set_index("teryt")
    towns = localities[localities["kind"] == "miasto"].drop_duplicates("teryt", keep=False).set_index("teryt")
    counted = table["population_town_2024"].reindex(towns.index)
    # Villages of a gmina, and not a town alone with villages that the register of names lacks.
    several = localities["teryt"].value_counts()[towns.index] > 1
    counted = counted[(counted > 0) & several]
    assert len(counted) > 600
    assert (towns.loc[counted.index, "population"] == counted).all()
    assert towns.loc["121205", "population"] == 31_896


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
        ("221208", "Redzikowo", "gmina wiejska"),
        ("260207", "Słupia", "gmina wiejska"),
        ("260104", "Pacanów", "gmina miejsko-wiejska"),
        ("240403", "Janów", "gmina miejsko-wiejska"),
    ],
)
def test_units_that_are_easily_mixed_up(gminy, code, name, kind):
    assert gminy.loc[code, "name"] == name
    assert gminy.loc[code, "kind"] == kind


def test_changes_since_the_table_are_applied(gminy, localities):
    assert "320304" not in gminy.index
    assert load_units(Level.POWIAT).loc["0206", "name"] == "karkonoski"
    assert set(gminy.index[gminy["approximate"]]) == {"120705", "120713", "200209", "200216"}
    # Divided by an estimate, or by what was published, and nobody is lost.
    assert gminy.loc[["120705", "120713"], "population"].sum() == 7_802
    assert gminy.loc["200216", "population"] == 7_500
    assert gminy.loc[["200209", "200216"], "population"].sum() == 18_542
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
