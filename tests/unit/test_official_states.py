"""Datasets make states: every number, map and sentence follows, and one step leads back."""

import json
import subprocess
import sys
from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.__main__ import main
from geo.errors import KlastryError, NotAllowedError, OfficialFileError, QueryError
from geo.io.boundaries import load_units, units_key
from geo.io.data_state import current_folder, current_state, official_folder
from geo.io.gazetteer import load_localities, load_parts
from geo.io.official.datasets import all_datasets, dataset, remove
from geo.io.outlines import BORDERS, GMINY, outlines_of, packs_folder, packs_key
from geo.io.people import load_ages
from geo.model.concentration import ConcentrationQuery
from geo.model.coverage import CoverageQuery
from geo.model.queries import DensityQuery, Measure
from geo.model.units import Level
from geo.render.text import Text
from geo.services.access import Access
from geo.services.concentration.bases import base_named, base_options
from geo.services.concentration.view import MapKind, concentration_view
from geo.services.coverage import compute, coverage_view
from geo.services.density import density_view
from geo.services.official import shelf as shelves
from geo.services.official.differences import differences
from geo.services.official.intake import Given, take_in
from geo.services.official.run import add_uploaded, use_datasets
from geo.services.official.shelf import EMBEDDED, shelf, use
from geo.services.reach_change import comparable_people, reach_change_view
from geo.services.timeline import months_of
from geo.settings import BOUNDARIES_DIR, ROOT
from support import official_files as made

PL, EN = Text("pl"), Text("en")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("KLASTRY_DATA_DIR", str(tmp_path / "var"))
    return tmp_path


def taken(folder, name, content, **given):
    path = folder / name
    path.write_bytes(content)
    return take_in(path, Given(**given)).dataset_id


@pytest.fixture
def people(folder):
    return taken(folder, "lud.csv", made.ctab({"ogółem": made.people_of(2025)}, year=2025))


@pytest.fixture
def ages(folder):
    return taken(folder, "wiek.csv", made.ctab(made.all_ages(2025), year=2025))


def test_people_of_a_newer_year_are_everywhere_and_one_step_leads_back(people):
    before = coverage_view(CoverageQuery("kluczewski"), PL)
    embedded, packs, key = load_units(Level.GMINA)["population"], packs_key(), units_key()
    use([people])
    wanted = made.people_of(2025)
    for level in Level:
        own = load_units(level)["population"]
        assert own.tolist() == wanted.groupby(wanted.index.str[: level.digits]).sum()[own.index].tolist()
    localities = load_localities()
    assert localities.groupby("teryt")["population"].sum().tolist() == wanted.tolist()
    view = coverage_view(CoverageQuery("kluczewski"), PL)
    own = wanted[wanted.index.str.startswith("1212")].sum()
    assert compute(CoverageQuery("kluczewski")).units["population"].sum() == own
    assert PL.number(own) in view.headline
    assert view.headline != before.headline
    assert "Ludność (2025)" in view["units"].shown(PL).columns
    assert "Ludność: GUS 2025" in view.picture.sources
    # Borders are the same, so lists that were placed in them stay where they are, and browsers keep them.
    assert (packs_key(), units_key()) == (packs, key)
    parts, old = load_parts(), load_parts(folder=BOUNDARIES_DIR)
    assert len(parts) == len(old)
    assert (localities["name"].to_numpy()[parts["place"]] == parts["locality"].to_numpy()).all()
    use([EMBEDDED])
    assert current_folder() == BOUNDARIES_DIR
    assert load_units(Level.GMINA)["population"].equals(embedded)
    assert coverage_view(CoverageQuery("kluczewski"), PL).headline == before.headline


def test_seniors_of_a_newer_year_carry_it_wherever_they_are_named(ages):
    use([ages])
    whole = made.ages_of(2025)
    wanted = whole[[c for c in whole if int(c.split("-")[0].split()[0]) >= 60]].sum(axis=1)
    query = CoverageQuery("kluczewski", people="age_60_plus")
    view = coverage_view(query, PL)
    own = wanted[wanted.index.str.startswith("1212")]
    assert compute(query).units["population"].tolist() == own.tolist()
    assert "w 2025 r." in view.headline
    assert "31 grudnia 2025 (GUS)" in view.notes[0]
    assert "2020" not in " ".join([view.headline, *view.notes, *view["units"].shown(PL).columns])
    rate = density_view(DensityQuery("kluczewski", measure=Measure.PER_10K_PEOPLE, people="age_60_plus"), EN)
    assert rate["units"]["value"]["121204"] == pytest.approx(7e4 / own["121204"], abs=1e-3)
    # People of another year stay in their own columns.
    assert "Population (2024)" not in rate["units"].shown(EN).columns
    assert load_ages(Level.POWIAT).loc["1212"].tolist()[0] == made.people_of(2025)[own.index].sum()


def test_names_come_from_the_register_and_reach_the_map(folder):
    renamed = {"121204": "Klucze Nowe"}
    content = made.zipped(TERC_Urzedowy_2027__csv=made.terc(renamed=renamed))
    one = taken(folder, "TERC.zip", content)
    key, packs = units_key(), packs_key()
    use([one])
    assert load_units(Level.GMINA).loc["121204", "name"] == "Klucze Nowe"
    country = outlines_of(GMINY)["gmina"]
    assert country["names"][country["codes"].index("121204")] == "Klucze Nowe"
    assert "Klucze Nowe" in coverage_view(CoverageQuery("kluczewski"), PL)["units"].shown(PL)["Nazwa"].tolist()
    # The borders are the same, the pack that carries the names is not; an open page may go on asking for the old one.
    assert units_key() == key
    assert packs_key() != packs
    assert packs_folder(packs) == BOUNDARIES_DIR
    assert packs_folder("nie-ma") is None


def test_new_borders_move_localities_and_members_and_differences_are_told(folder):
    units = made.gminy()
    small = units[units.index.str.startswith("16")].copy()
    # A fifth of Strzeleczki goes to a neighbour: the part east of a line.
    giver = "160504"
    shape = small.geometry[giver]
    west, south, east, north = shape.bounds
    line = west + 0.6 * (east - west)
    part = shapely.intersection(shape, shapely.box(line, south, east, north))
    taker = next(
        c
        for c in small.index
        if c != giver and shapely.length(shapely.intersection(small.geometry[c].boundary, part.boundary)) > 500
    )
    small.loc[giver, "geometry"] = shapely.difference(shape, part)
    small.loc[taker, "geometry"] = shapely.union(small.geometry[taker], part)
    path = folder / "prg.gpkg"
    made.prg(small.set_crs(2180)).to_file(path, layer="A03_Granice_gmin")
    one = take_in(path, Given())
    use([one.dataset_id])
    now = load_units(Level.GMINA)
    moved = shapely.area(part) / 1e6
    assert now.loc[giver, "area_km2"] == pytest.approx(units.loc[giver, "area_km2"] - moved, abs=0.05)
    assert now.loc[taker, "area_km2"] == pytest.approx(units.loc[taker, "area_km2"] + moved, abs=0.05)
    assert shapely.coverage_is_valid(now.geometry.to_numpy())
    for level in (Level.POWIAT, Level.VOIVODESHIP):
        whole = load_units(level)
        sums = now.groupby(now.index.str[: level.digits])["area_km2"].sum()
        np.testing.assert_allclose(whole["area_km2"], sums[whole.index], atol=0.01)
    # Localities far inside the part have moved with their people; gminy have the people they had.
    localities = load_localities()
    inside = localities[shapely.within(localities.geometry.to_numpy(), shapely.buffer(part, -1100))]
    assert set(inside["teryt"]) <= {taker}
    assert localities.groupby("teryt")["population"].sum().tolist() == now["population"].tolist()
    assert now["population"].tolist() == units["population"].tolist()
    assert packs_key() != packs_key(BOUNDARIES_DIR)
    assert units_key() != units_key(BOUNDARIES_DIR)
    assert "opolskie 2027" in PL("picture.sources", date="x")
    view = differences(dataset(one.dataset_id), PL)
    rows = view["differences"].frame
    assert set(rows["teryt"]) == {giver, taker}
    assert rows["changed_km2"].tolist() == pytest.approx([moved, moved], abs=0.06)
    assert "2 z 2479 gmin" in view.picture.subtitle
    assert outlines_of(BORDERS)["powiat"]["codes"] == outlines_of(BORDERS, BOUNDARIES_DIR)["powiat"]["codes"]


def test_a_newer_register_of_places_gives_its_parts(folder):
    localities = load_localities()
    mother = localities[localities["teryt"] == "121204"].iloc[0]["name"]
    head = "WOJ;POW;GMI;RODZ_GMI;RM;MZ;NAZWA;SYM;SYMPOD;STAN_NA"
    rows = [
        f"12;12;04;2;01;1;{mother};0000001;0000001;2027-01-01",
        "12;12;04;2;00;1;Nowe Osiedle;0000002;0000001;2027-01-01",
    ]
    one = taken(folder, "SIMC.csv", ("\ufeff" + "\r\n".join([head, *rows]) + "\r\n").encode())
    use([one])
    parts = load_parts()
    assert parts[["name", "teryt", "locality"]].to_numpy().tolist() == [["Nowe Osiedle", "121204", mother]]
    assert load_localities()["name"].iloc[parts["place"].iloc[0]] == mother


def test_the_shelf_tells_state_age_and_use_and_reminds_after_a_year(people, ages, monkeypatch):
    monkeypatch.setattr(shelves, "today", lambda: date(2026, 11, 28))
    use([people])
    found = shelf(PL)
    rows = found.table.frame.set_index("id")
    assert bool(rows.loc[people, "used"])
    assert not bool(rows.loc[ages, "used"])
    embedded = found.table.frame[found.table.frame["id"] == "wbudowane"].set_index("kind")
    assert embedded["used"].astype(bool).to_dict() == {
        "outlines": True,
        "names": True,
        "people": False,
        "ages": True,
        "places": True,
    }
    assert rows.loc[people, "age_months"] == 10
    assert rows.loc[people, "scope"] == "cały kraj"
    assert len(rows.loc[people, "sha256"]) == 64
    told = " ".join(found.reminders)
    assert "Ludność według wieku: sprzed 70 miesięcy" in told
    assert "Ludność gmin" not in told
    monkeypatch.setattr(shelves, "today", lambda: date(2027, 1, 20))
    assert "Ludność gmin: sprzed 12 miesięcy" in " ".join(shelf(PL).reminders)


def test_what_is_in_use_is_not_removed_and_what_maps_do_not_use_is_not_switched_on(people, folder):
    use([people])
    with pytest.raises(OfficialFileError, match="in_use"):
        remove(people)
    use([EMBEDDED])
    remove(people)
    assert all_datasets() == ()
    with pytest.raises(OfficialFileError, match="no_dataset"):
        use([people])
    table = taken(folder, "sklepy.csv", made.ctab({"sklepy;ogółem": made.people_of(2025) // 300}, year=2023))
    with pytest.raises(OfficialFileError, match="not_used"):
        use([table])
    assert current_state().key == ""


def test_a_state_that_is_not_on_this_server_is_said_and_made_again(people, folder, capsys):
    use([people])
    for state in (official_folder() / "states").iterdir():
        state.rename(folder / state.name)
    assert current_state().missing
    assert current_folder() == BOUNDARIES_DIR
    assert shelf(PL).missing == (people,)
    assert main(["official", "list"]) == 0
    assert "python -m geo official remake" in capsys.readouterr().out
    assert main(["official", "remake"]) == 0
    assert not current_state().missing
    assert load_units(Level.GMINA)["population"].sum() == made.people_of(2025).sum()


def test_a_dataset_whose_file_is_damaged_is_named_and_the_state_stays(people, ages):
    use([people])
    (dataset(ages).folder / "data.parquet").write_bytes(b"PAR1")
    with pytest.raises(OfficialFileError, match="kept_broken"):
        use([ages])
    assert dict(current_state().datasets) == {"people": people}


def test_the_shell_adds_lists_uses_and_goes_back(folder, capsys):
    path = folder / "lud.csv"
    path.write_bytes(made.ctab({"ogółem": made.people_of(2025)}, year=2025))
    assert main(["official", "add", str(path), "--source", "BDL 2026-05-01", "--use", "--format", "json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["datasets"]
    assert (one["kind"], one["state"], one["source"]) == ("people", "2025-12-31", "BDL 2026-05-01")
    assert main(["official", "list", "--lang", "en"]) == 0
    listed = capsys.readouterr().out
    assert f"* {one['dataset_id']}\tpeople of gminy\t2025-12-31\twhole country\tBDL 2026-05-01" in listed
    assert main(["coverage", "--cluster", "kluczewski"]) == 0
    assert "Ludność (2025)" in capsys.readouterr().out
    assert main(["official", "remove", one["dataset_id"]]) == 1
    assert "jest w użyciu" in capsys.readouterr().err
    assert main(["official", "use", "embedded"]) == 0
    assert main(["official", "remove", one["dataset_id"]]) == 0
    assert main(["official", "add", str(folder / "nie-ma.csv")]) == 1
    assert "error.official.no_file" in capsys.readouterr().err
    assert main(["official", "fetch", "people", "--out", str(folder / "x")]) == 1
    said = capsys.readouterr().err
    assert "KLASTRY_OFFICIAL_PEOPLE" in said
    assert "bdl.stat.gov.pl" in said


EDITOR = Access(may_write=True, author="a@b", reason="editor")
STRANGER = Access(may_write=False, author="", reason="no_login")


def test_a_page_takes_files_of_editors_only_and_says_what_is_wrong_with_them():
    content = made.ctab({"ogółem": made.people_of(2025)}, year=2025)
    parts = []
    with pytest.raises(NotAllowedError):
        add_uploaded(STRANGER, content, "lud.csv", Given(), parts.append)
    with pytest.raises(NotAllowedError):
        use_datasets(STRANGER, [EMBEDDED], parts.append)
    made_of = add_uploaded(EDITOR, content, "--use; rm -rf $(x).csv", Given(source="--use"), parts.append)
    assert (made_of["kind"], made_of["file"], made_of["source"]) == ("people", "--use; rm -rf $(x).csv", "--use")
    assert parts[-1] == 1.0
    assert parts == sorted(parts)
    use_datasets(EDITOR, [made_of["dataset_id"]], parts.append)
    assert load_units(Level.GMINA)["population"].sum() == made.people_of(2025).sum()
    with pytest.raises(KlastryError) as said:
        add_uploaded(EDITOR, b"WOJ;POW;GMI;RODZ;NAZWA;NAZWA_DOD;STAN_NA\r\n1;2\r\n", "TERC.csv", Given(), parts.append)
    assert (said.value.key, said.value.values["row"]) == ("error.official.row", 2)
    with pytest.raises(OfficialFileError, match="size"):
        add_uploaded(EDITOR, b"x" * 20_000_001, "duzy.csv", Given(), parts.append)


def test_one_process_at_a_time_takes_in(folder):
    path = folder / "lud.csv"
    path.write_bytes(made.ctab({"ogółem": made.people_of(2025)}, year=2025))
    official_folder().mkdir(parents=True)
    holding = (
        "import fcntl,sys;f=open(sys.argv[1],'w');fcntl.flock(f,fcntl.LOCK_EX);"
        "print('held',flush=True);sys.stdin.read()"
    )
    held = [sys.executable, "-c", holding, str(official_folder() / "lock")]
    with subprocess.Popen(held, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as other:
        assert other.stdout.readline() == b"held\n"
        assert main(["official", "add", str(path)]) == 1
        other.stdin.close()
        other.wait()
    assert all_datasets() == ()
    assert main(["official", "add", str(path)]) == 0
    assert len(all_datasets()) == 1


def test_answers_that_were_kept_are_of_the_state_they_were_made_with(people):
    query = CoverageQuery("lubelska-medycyna")
    first = compute(query).units["population"].sum()
    use([people])
    second = compute(query).units["population"].sum()
    use([EMBEDDED])
    assert compute(query).units["population"].sum() == first != second
    frame = pd.Series(made.people_of(2025))
    assert second == frame[frame.index.str.startswith("06")].sum()


def test_reach_of_two_dates_is_counted_with_the_people_of_each(people):
    query, months = CoverageQuery("lubelska-medycyna"), list(months_of("lubelska-medycyna"))
    before, after = months[len(months) // 2], months[-1]
    assert comparable_people("", PL) == {}
    use([people])
    (key,) = comparable_people("", PL)
    assert key == ""
    same = reach_change_view(query, before, after, PL)
    both = reach_change_view(query, before, after, PL, earlier="")
    new = pd.Series(made.people_of(2025))
    own = load_units(Level.GMINA, folder=BOUNDARIES_DIR)["population"]
    table = both["units"].frame.set_index("teryt")
    assert table["then"].tolist() == own[table.index].tolist()
    assert table["population"].tolist() == new[table.index].tolist()
    plain = same["units"].frame.set_index("teryt")
    assert table["after"].equals(plain.loc[table.index, "after"])
    assert "then" not in plain
    # Nothing is known to have changed but the people: before, those of then were reached, as all data of then say.
    use([EMBEDDED])
    then = reach_change_view(query, before, after, PL)["units"].frame.set_index("teryt")
    use([people])
    assert table["before"].tolist() == then.loc[table.index, "before"].tolist()
    assert 0 < table["before"].sum() != table["after"].sum()
    assert any("2024" in n and "2025" in n for n in both.notes)
    assert not any("tą samą ludnością" in n for n in both.notes)
    with pytest.raises(QueryError):
        reach_change_view(query, before, after, PL, earlier="nie-ma")


def test_a_table_of_the_bank_is_a_base_of_concentration_and_told_by_ten_thousand(folder):
    shops = made.people_of(2023) // 250
    one = taken(folder, "sklepy.csv", made.ctab({"sklepy;ogółem": shops}, year=2023))
    options = base_options(PL)
    assert list(options)[:2] == ["people", "entities"]
    (key,) = [k for k in options if k.startswith(one)]
    assert "sklepy" in options[key]
    assert "(2023)" in options[key]
    base = base_named(key, Level.POWIAT, PL)
    own = shops.groupby(shops.index.str[:4]).sum()
    assert base.values[own.index].tolist() == own.tolist()
    assert base_named("people", Level.GMINA, PL) is None
    view = concentration_view(
        ConcentrationQuery("lubelska-medycyna", Level.POWIAT), MapKind.QUOTIENT, PL, background=base
    )
    table = view["units"].frame
    counts, total = table["members"], table["members"].sum()
    inside = own[table.index]
    wanted = (counts / total) / (inside / inside.sum())
    told = table["lq"].notna()
    assert told.any()
    np.testing.assert_allclose(table["lq"][told].astype(float), wanted[told], atol=0.011)
    people = load_units(Level.POWIAT)["population"][table.index]
    np.testing.assert_allclose(table["base_per_10k"], 1e4 * inside / people, atol=0.051)


def test_a_gmina_that_new_borders_found_has_the_people_of_its_places(folder):
    units = made.gminy()
    small = units[units.index.str.startswith("16")].copy()
    parent, child = "160703", "160710"
    shape = small.geometry[parent]
    west, south, east, north = shape.bounds
    part = shapely.intersection(shape, shapely.box(west, south, (west + east) / 2, north))
    small.loc[parent, "geometry"] = shapely.difference(shape, part)
    small.loc[child] = small.loc[parent].copy()
    small.loc[child, ["name", "terc", "geometry"]] = ["Nowa Gmina", f"{child}2", part]
    # Another is abolished: all of it goes to its neighbour.
    gone, heir = "160801", "160802"
    if shapely.length(shapely.intersection(small.geometry[gone], small.geometry[heir])) == 0:
        touching = small.index[shapely.intersects(small.geometry.to_numpy(), small.geometry[gone])]
        heir = next(c for c in touching if c not in (gone, child) and c.startswith("1608"))
    small.loc[heir, "geometry"] = shapely.union(small.geometry[heir], small.geometry[gone])
    small = small.drop(index=gone).sort_index()
    path = folder / "prg.gpkg"
    made.prg(small.set_crs(2180)).to_file(path, layer="A03_Granice_gmin")
    use([take_in(path, Given()).dataset_id])
    now = load_units(Level.GMINA)
    assert len(now) == len(units)
    assert now["population"].sum() == units["population"].sum()
    assert now.loc[[parent, child], "population"].sum() == units.loc[parent, "population"]
    assert 0 < now.loc[child, "population"] < units.loc[parent, "population"]
    assert now.loc[heir, "population"] == units.loc[heir, "population"] + units.loc[gone, "population"]
    assert now.loc[child, "name"] == "Nowa Gmina"
    assert gone not in now.index
    ages = load_ages(Level.GMINA)
    assert list(ages.index) == list(now.index)
    before = load_ages(Level.GMINA, folder=BOUNDARIES_DIR)
    assert ages.sum().tolist() == before.sum().tolist()
    assert ages.loc[[parent, child]].sum().tolist() == before.loc[parent].tolist()
    localities = load_localities()
    home = now.geometry.loc[localities["teryt"]].to_numpy()
    assert (shapely.distance(home, localities.geometry.to_numpy()) <= 1000).all()
    # A table of people from before the change is brought to the new units too.
    older = taken(folder, "lud.csv", made.ctab({"ogółem": made.people_of(2025)}, year=2025))
    use([older])
    people = load_units(Level.GMINA)["population"]
    assert people[[parent, child]].sum() == made.people_of(2025)[parent]
    assert people.sum() == made.people_of(2025).sum()
