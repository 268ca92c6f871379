"""Official files are known by their content and read to the person and to the metre; their faults are named."""

import io
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import OfficialFileError, TableError
from geo.io.official import teryt
from geo.io.official.bdl import read_bdl
from geo.io.official.datasets import all_datasets
from geo.io.official.fetch import fetch
from geo.io.official.found import OfficialKind
from geo.services.official.intake import Given, take_in
from geo.services.official.states import on_units
from support import official_files as made

KNOWN = made.gminy()["population"]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("KLASTRY_DATA_DIR", str(tmp_path / "var"))


def file(folder, name, content):
    path = folder / name
    path.write_bytes(content)
    return path


# Registers of TERYT


@pytest.mark.parametrize("form", ["csv", "xml", "xml-col"])
def test_terc_has_each_unit_once_whatever_its_form(form):
    content = made.terc(renamed={"121204": "Klucze & Nowe"})
    found = (
        teryt.read_csv(io.BytesIO(content))
        if form == "csv"
        else teryt.read_xml(io.BytesIO(made.as_xml(content, cols=form == "xml-col")))
    )
    assert found.kind is OfficialKind.NAMES
    assert found.state == "2027-01-01"
    own = found.frame[found.frame.index.str.len() == 6]
    assert list(own.index) == list(KNOWN.index)
    assert own.loc["121204"].tolist() == ["Klucze & Nowe", "gmina wiejska", "1212042"]
    # Towns and rural parts of urban-rural gminy, a district and a delegacy.
    assert found.left_out == 2 * (made.gminy()["kind"] == "gmina miejsko-wiejska").sum() + 2
    assert found.frame.loc["12", "name"] == "małopolskie"


def test_simc_and_ulic_keep_quotes_inside_fields_and_lost_zeros_come_back():
    simc = (
        "WOJ;POW;GMI;RODZ_GMI;RM;MZ;NAZWA;SYM;SYMPOD;STAN_NA\r\n2;1;1;1;96;1;Bolesławiec;935967;935967;2026-01-01\r\n"
    )
    places = teryt.read_csv(io.BytesIO(simc.encode()))
    assert places.kind is OfficialKind.PLACES
    assert places.frame.iloc[0].tolist() == ["0935967", "0935967", "020101", "1", "96", "Bolesławiec"]
    ulic = (
        "\ufeffWOJ;POW;GMI;RODZ_GMI;SYM;SYM_UL;CECHA;NAZWA_1;NAZWA_2;STAN_NA\r\n"
        '02;01;01;1;0935967;03975;ul.;Dobrzańskiego;"Hubala" Henryka;2026-09-18\r\n'
    )
    streets = teryt.read_csv(io.BytesIO(ulic.encode()))
    assert streets.kind is OfficialKind.STREETS
    assert streets.frame["name"].tolist() == ['ul. "Hubala" Henryka Dobrzańskiego']


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"WOJ;POW;GMI;RODZ;NAZWA;NAZWA_DOD;STAN_NA\r\n12;12;04;2;Klu", "row"),
        (b"WOJ;POW;GMI;RODZ;NAZWA;NAZWA_DOD;STAN_NA\r\n", "empty"),
        ("WOJ;POW;GMI;RODZ;NAZWA;NAZWA_DOD;STAN_NA\r\n02;;;;DOLNOŚLĄSKIE;województwo;x".encode("cp1250"), "encoding"),
        (b"<?xml version='1.0'?><teryt><catalog><row><WOJ>12</WOJ>", "xml"),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><teryt><row><WOJ>&x;</WOJ></row></teryt>", "xml"),
        (b"<teryt><row><A>1</A></row></teryt>", "columns"),
    ],
)
def test_a_broken_register_is_named_and_changes_nothing(tmp_path, content, key):
    with pytest.raises(OfficialFileError) as said:
        take_in(file(tmp_path, "plik.csv", content), Given())
    assert said.value.key == f"error.official.{key}"
    assert all_datasets() == ()


# Tables of the Local Data Bank


@pytest.mark.parametrize("form", ["plain", "bom", "zeros", "long", "twelve", "xtab"])
def test_ages_are_groups_that_sum_and_seventy_and_over_is_not_counted_twice(form):
    ages = made.all_ages(2025)
    content = {
        "plain": lambda: made.ctab(ages, year=2025),
        "bom": lambda: made.ctab(ages, year=2025, bom=True),
        "zeros": lambda: made.ctab(ages, year=2025, zeros=False),
        "long": lambda: made.crel(ages, years=[2025]),
        "twelve": lambda: made.crel(ages, years=[2025], twelve=True),
        "xtab": lambda: made.xtab(ages, year=2025),
    }[form]()
    found = read_bdl(content, KNOWN)
    assert found.kind is OfficialKind.AGES
    assert found.state == "2025-12-31"
    wanted = made.ages_of(2025)
    assert found.frame.to_numpy(dtype=int).tolist() == wanted.to_numpy().tolist()
    assert list(found.frame.columns[-2:]) == ["age_80_84", "age_85_plus"]
    older = found.frame[[c for c in found.frame if int(c.split("_")[1]) >= 60]].sum(axis=1)
    seventy = ages["70 i więcej"] + ages["60-64"] + ages["65-69"]
    assert older.astype(int).tolist() == seventy.tolist()


def test_where_only_seventy_and_over_is_given_it_counts():
    ages = made.all_ages(2025)
    fewer = {n: v for n, v in ages.items() if n not in ("70-74", "75-79", "80-84", "85 i więcej")}
    found = read_bdl(made.ctab(fewer, year=2025), KNOWN)
    assert found.frame.columns[-1] == "age_70_plus"
    assert (found.frame.sum(axis=1) == made.people_of(2025)).all()


def test_of_several_years_the_latest_counts_unless_another_is_asked_for():
    content = made.crel({"ogółem": made.people_of(2025)}, years=[2023, 2024, 2025], dimension="Ludność")
    assert read_bdl(content, KNOWN).state == "2025-12-31"
    older = read_bdl(content, KNOWN, year=2023)
    assert older.kind is OfficialKind.PEOPLE
    assert older.frame["population"].astype(int).tolist() == (made.people_of(2025) - 2).tolist()
    with pytest.raises(OfficialFileError, match="year"):
        read_bdl(content, KNOWN, year=2019)


def test_what_is_not_known_is_no_zero_and_a_gmina_without_a_number_is_named(tmp_path):
    content = made.crel({"ogółem": made.people_of(2025)}, years=[2025], unknown={("121204", "ogółem")})
    found = read_bdl(content, KNOWN)
    assert np.isnan(found.frame.loc["121204", "population"])
    with pytest.raises(OfficialFileError, match="lacking") as said:
        take_in(file(tmp_path, "lud.csv", content), Given())
    assert said.value.values == {"n": 1, "some": "121204"}
    assert all_datasets() == ()


def test_groups_that_do_not_sum_are_refused(tmp_path):
    ages = made.all_ages(2025)
    ages["0-4"] = ages["0-4"] + (ages["0-4"].index == "121204") * 5
    with pytest.raises(OfficialFileError, match="ages_sum") as said:
        take_in(file(tmp_path, "wiek.csv", made.ctab(ages, year=2025)), Given())
    assert said.value.values == {"n": 1, "some": "121204"}


def test_a_table_from_before_changes_is_brought_to_the_units_of_today():
    people = made.people_of(2018).rename_axis("teryt")
    before = people.drop(["120713", "200216"])
    before["120705"] += people["120713"]
    before["200209"] += people["200216"]
    # Ostrowice was divided between two gminy in 2019: nobody knows by how much.
    before["320304"] = 2500
    frame, unknown = on_units(before.to_frame("population"), KNOWN)
    assert unknown == ("320304",)
    assert frame.index.tolist() == KNOWN.index.tolist()
    for parent, child in (("120705", "120713"), ("200209", "200216")):
        assert frame.loc[[parent, child], "population"].sum() == before[parent]
        share = KNOWN[child] / (KNOWN[child] + KNOWN[parent])
        assert frame.loc[child, "population"] == pytest.approx(before[parent] * share, abs=1)
    rest = frame.drop(["120705", "120713", "200209", "200216"])["population"]
    assert rest.tolist() == people[rest.index].tolist()


def test_a_code_of_nowhere_is_named_and_other_tables_are_kept_as_they_are(tmp_path):
    people = made.people_of(2025)
    content = made.ctab({"ogółem": people}, year=2025) + b'9999992;"Nigdzie (2)";17;\r\n'
    one = take_in(file(tmp_path, "lud.csv", content), Given())
    assert one.unknown == ("9999992",)
    shops = made.ctab({"sklepy;ogółem": people // 300}, year=2023)
    table = take_in(file(tmp_path, "sklepy.csv", shops), Given())
    assert (table.kind, table.state) == ("table", "2023-12-31")
    assert table.frame().iloc[:, 0].loc["121204"] == people["121204"] // 300
    assert len(table.frame()) == 2479 + 380 + 16


def test_a_file_that_does_not_say_its_year_asks_for_it(tmp_path):
    ages = made.all_ages(2025)
    content = made.ctab(ages, year=2025).replace(b";2025;[osoba]", b"")
    path = file(tmp_path, "wiek.csv", content)
    with pytest.raises(OfficialFileError, match="no_state"):
        take_in(path, Given())
    with pytest.raises(OfficialFileError, match="state"):
        take_in(path, Given(state="31.12.2025"))
    assert take_in(path, Given(state="2025-12-31")).state == "2025-12-31"


def test_a_table_of_something_else_is_refused(tmp_path):
    with pytest.raises(TableError):
        take_in(file(tmp_path, "a.csv", b"a;b\n1;2\n"), Given())
    for content, key in ((made.zipped(a__csv=b"x", b__csv=b"y"), "archive"), (b"PK\x03\x04" + b"\0" * 50, "broken")):
        with pytest.raises(OfficialFileError, match=key):
            take_in(file(tmp_path, "a.zip", content), Given())


# Borders


@pytest.fixture(scope="module")
def opolskie():
    units = made.gminy()
    return units[units.index.str.startswith("16")]


def apart(back, units):
    """Return how far outlines lie from where they were, metres."""
    own = back.geometry.loc[units.index].to_numpy()
    return shapely.hausdorff_distance(own, units.geometry.to_numpy()).max()


def saved(frame, folder, form):
    path = folder / f"A03_Granice_gmin.{form}"
    if form == "shp":
        frame.to_file(path, encoding="utf-8")
        parts = {p.name.replace(".", "__"): p.read_bytes() for p in folder.glob("A03_Granice_gmin.*")}
        return file(folder, "prg.zip", made.zipped(**parts))
    if form == "geojson":
        frame.to_crs(4326).to_file(path, COORDINATE_PRECISION=9)
    elif form == "gml":
        frame.to_file(path, driver="GML")
    else:
        frame.to_file(path, layer="A03_Granice_gmin")
    return path


@pytest.mark.parametrize("form", ["shp", "gpkg", "geojson", "gml"])
def test_outlines_written_and_read_back_are_the_same_to_the_metre(tmp_path, opolskie, form):
    one = take_in(saved(made.prg(opolskie), tmp_path, form), Given())
    assert (one.kind, one.state, one.scope) == ("outlines", "2027-01-01", ("16",))
    back, known = one.frame(), made.gminy()
    assert back.index.tolist() == known.index.tolist()
    assert apart(back, opolskie) < 1
    assert shapely.coverage_is_valid(back.geometry.to_numpy())
    # Other voivodeships stay as they are, to the bit.
    others = ~back.index.str.startswith("16")
    assert shapely.equals_identical(back.geometry[others].to_numpy(), known.geometry[others].to_numpy()).mean() > 0.99
    assert back["new"].sum() == len(opolskie)


def test_layers_fields_and_codes_are_found_as_exports_write_them(tmp_path, opolskie):
    path = tmp_path / "prg.gpkg"
    powiat = made.prg(opolskie)
    powiat["JPT_KOD_JE"] = powiat["JPT_KOD_JE"].str[:4]
    powiat.to_file(path, layer="A02_Granice_powiatow")
    with pytest.raises(OfficialFileError, match="no_gminy"):
        take_in(path, Given())
    lower = made.prg(opolskie, digits=6).rename(columns={"JPT_KOD_JE": "jpt_kod_je", "JPT_NAZWA_": "jpt_nazwa_"})
    lower.drop(columns=["JPT_NAZWA1", "JPT_KOD__1"]).to_file(path, layer="ms:A03_Granice_gmin")
    one = take_in(path, Given())
    assert one.frame().loc["160101", "name"] == made.gminy().loc["160101", "name"]


def test_a_code_that_lost_its_zero_is_read(tmp_path):
    units = made.gminy()
    units = units[units.index.str.startswith("08")]
    frame = made.prg(units)
    frame["JPT_KOD_JE"] = frame["JPT_KOD_JE"].str.lstrip("0")
    assert take_in(saved(frame, tmp_path, "gpkg"), Given()).scope == ("08",)


def without(frame):
    return frame.iloc[1:]


def doubled(frame):
    return gpd.GeoDataFrame(pd.concat([frame, frame.iloc[:1]]), crs=frame.crs)


def overlapping(frame):
    moved = frame.copy()
    moved.loc[moved.index[0], "geometry"] = moved.geometry.iloc[0].buffer(3000)
    return moved


def elsewhere(frame):
    return frame.set_geometry(frame.translate(500_000, 0))


def shapeless(frame):
    empty = frame.copy()
    empty.loc[empty.index[0], "geometry"] = None
    return empty


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        (without, "outlines_missing"),
        (doubled, "twice"),
        (overlapping, "outlines_overlap"),
        (elsewhere, "elsewhere"),
        (shapeless, "no_shape"),
    ],
)
def test_faults_of_borders_are_named_and_change_nothing(tmp_path, opolskie, spoil, key):
    with pytest.raises(OfficialFileError) as said:
        take_in(saved(spoil(made.prg(opolskie)), tmp_path, "gpkg"), Given())
    assert said.value.key == f"error.official.{key}"
    if key != "elsewhere":
        assert "160101" in said.value.values["some"]
    assert all_datasets() == ()


def test_another_coordinate_system_is_read_and_one_that_is_not_said_is_asked_for(tmp_path, opolskie):
    frame = made.prg(opolskie).to_crs(2177)
    path = tmp_path / "a.gpkg"
    frame.to_file(path)
    back = take_in(path, Given()).frame()
    assert apart(back, opolskie) < 1
    with pytest.warns(UserWarning, match="crs"):
        frame.set_crs(None, allow_override=True).to_file(path)
    with pytest.raises(OfficialFileError, match="elsewhere"):
        take_in(path, Given())
    assert take_in(path, Given(crs="EPSG:2177")).scope == ("16",)
    with pytest.raises(OfficialFileError, match="crs"):
        take_in(path, Given(crs="nic"))


def test_northing_before_easting_is_turned(tmp_path, opolskie):
    frame = made.prg(opolskie)
    turned = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    path = tmp_path / "a.gpkg"
    frame.set_geometry(turned).set_crs(2180, allow_override=True).to_file(path)
    back = take_in(path, Given()).frame()
    assert apart(back, opolskie) < 1


def test_a_file_cut_short_is_broken(tmp_path, opolskie):
    whole = saved(made.prg(opolskie), tmp_path, "shp").read_bytes()
    with pytest.raises(OfficialFileError, match=r"broken|archive"):
        take_in(file(tmp_path, "krotki.zip", whole[: len(whole) // 2]), Given())
    gml = saved(made.prg(opolskie), tmp_path, "gml").read_bytes()
    (tmp_path / "A03_Granice_gmin.xsd").unlink()
    with pytest.raises(OfficialFileError):
        take_in(file(tmp_path, "krotki.gml", gml[: len(gml) // 2]), Given())
    assert all_datasets() == ()


def test_finer_borders_are_thinned_together_and_water_is_cut_unless_it_is_wanted(tmp_path):
    units = made.gminy()
    pomorskie = units[units.index.str.startswith("22")].copy()
    sea = shapely.box(*pomorskie.total_bounds).buffer(5000)
    coast = pomorskie.index[shapely.intersects(pomorskie.geometry.to_numpy(), pomorskie.union_all().boundary)]
    town = "226101"
    assert town in coast
    land = shapely.coverage_union_all(units.geometry.to_numpy())
    water = shapely.difference(shapely.intersection(sea, pomorskie.geometry[town].buffer(4000)), land)
    pomorskie.loc[town, "geometry"] = shapely.union(pomorskie.geometry[town], water)
    finer = pomorskie.set_geometry(shapely.segmentize(pomorskie.geometry.to_numpy(), 15.0), crs=2180)
    path = tmp_path / "a.gpkg"
    made.prg(finer).to_file(path)
    dry, wet = (take_in(path, Given(land_only=only)) for only in (True, False))
    known = units.loc[town].geometry
    assert shapely.hausdorff_distance(dry.frame().geometry[town], known) < 25
    assert dry.frame().loc[town, "water_km2"] == pytest.approx(shapely.area(water) / 1e6, rel=0.02)
    assert dry.options == {"water": "cut"}
    # Nobody else gains or loses ground, and nobody disappears.
    others = ~units.index.str.startswith("22")
    for one in (dry, wet):
        area = shapely.area(one.frame().geometry.to_numpy())
        np.testing.assert_allclose(area[others], units["area_km2"].to_numpy()[others] * 1e6, rtol=1e-4)
        assert (area > 0).all()
    # Whoever wants water has the sea, and beside other voivodeships the border stays.
    assert shapely.area(wet.frame().geometry[town]) - shapely.area(known) == pytest.approx(
        shapely.area(water), rel=0.02
    )
    assert dry.dataset_id != wet.dataset_id
    corners = shapely.get_num_coordinates(dry.frame().geometry.to_numpy()).sum()
    assert corners < 1.2 * shapely.get_num_coordinates(units.geometry.to_numpy()).sum()


# Fetching


class _Served(BaseHTTPRequestHandler):
    content = bytes(range(256)) * 4000
    asked: list[str] = []  # noqa: RUF012

    def do_GET(self):
        begin = self.headers.get("Range", "")
        self.asked.append(begin)
        start = int(begin.removeprefix("bytes=").rstrip("-")) if begin else 0
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(self.content) - start))
        self.end_headers()
        self.wfile.write(self.content[start:])

    def log_message(self, *_):
        pass


def test_a_file_is_fetched_from_where_it_stopped_and_its_checksum_compared(tmp_path):
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Served)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url, out = f"http://127.0.0.1:{server.server_port}/plik", tmp_path / "plik.zip"
    (tmp_path / "plik.zip.part").write_bytes(_Served.content[:300_000])
    checksum = fetch(url, out)
    assert out.read_bytes() == _Served.content
    assert _Served.asked == ["bytes=300000-"]
    assert fetch(f"{url}#sha256={checksum}", out) == checksum
    with pytest.raises(OfficialFileError, match="checksum"):
        fetch(f"{url}#sha256={'0' * 64}", tmp_path / "inny.zip")
    assert not (tmp_path / "inny.zip").exists()
    server.shutdown()
    server.server_close()
    with pytest.raises(OfficialFileError, match="network"):
        fetch("http://127.0.0.1:9/plik", tmp_path / "zaden.zip")
