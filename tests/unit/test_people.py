"""Ages are those of 2020, groups are a table, and people of two years never stand in one sum."""

import json

import pandas as pd
import pytest

from geo.errors import DataFileError
from geo.export.tables import table_file
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities, load_parts
from geo.io.people import TOTAL, Group, load_ages, load_entities, load_groups, people_of
from geo.model.cluster import Status
from geo.model.concentration import ConcentrationQuery
from geo.model.coverage import CoverageQuery
from geo.model.queries import DensityQuery
from geo.model.units import Level
from geo.render.table import worded
from geo.render.text import Text
from geo.services.borders import border_notes
from geo.services.concentration.view import MapKind, concentration_view, entities_background
from geo.services.coverage import coverage_view
from geo.services.density import density_view
from geo.services.people import group_columns, people_by_locality
from geo.services.powiat import powiat_report
from geo.settings import ROOT

PL = Text("pl")
SOURCES = ROOT / "data" / "sources"
# From the table itself: its own columns of 60 and over and of 65 and over are not read by the program.
TABLE = pd.read_csv(SOURCES / "wiek_gus_2020.csv.gz", dtype={"teryt": str, "terc_2020": str}).set_index("teryt")
GROUPS = {g.group_id: g for g in load_groups()}


def test_ages_sum_to_everyone_at_every_level():
    for level in Level:
        ages = load_ages(level)
        assert list(ages.index) == list(load_units(level).index)
        assert (ages.iloc[:, 1:].sum(axis=1) == ages[TOTAL]).all()
        assert ages[TOTAL].sum() == 38_265_013
    assert len(load_ages(Level.GMINA).columns) == 19


@pytest.mark.parametrize(("group", "column"), [("age_60_plus", "age_60_plus"), ("age_65_plus", "age_65_plus")])
def test_groups_agree_with_the_columns_of_the_table(group, column):
    people = people_of(GROUPS[group], load_ages(Level.GMINA))
    divided = ["120705", "120713", "200209", "200216"]
    same = TABLE.index.difference(divided)
    assert (people[same] == TABLE.loc[same, column]).all()
    # What is divided between two gminy keeps its sum.
    assert people[["120705", "120713"]].sum() == TABLE.loc["120705", column]
    assert people[["200209", "200216"]].sum() == TABLE.loc["200209", column]
    if group == "age_60_plus":
        assert people.sum() == 9_800_233


def test_groups_that_share_nobody_sum_to_everyone():
    ages = load_ages(Level.POWIAT)
    parts = [people_of(GROUPS[g], ages) for g in ("age_under_15", "age_15_59", "age_60_plus")]
    assert (sum(parts) == ages[TOTAL]).all()
    assert (people_of(GROUPS["all"], ages) == ages[TOTAL]).all()


def test_a_group_is_shared_over_localities_as_people_are():
    localities, group = load_localities(), GROUPS["age_65_plus"]
    shared = people_by_locality(group)
    assert len(shared) == len(localities)
    sums = shared.groupby(localities["teryt"].to_numpy()).sum()
    counted = people_of(group, load_ages(Level.GMINA))
    assert (sums - counted).abs().max() < 1e-6
    # Of one gmina every locality has the same share of its people, to the person.
    klucze = (localities["teryt"] == "121204").to_numpy()
    people = localities.loc[klucze, "population"]
    assert (shared[klucze] - counted["121204"] * people / people.sum()).abs().max() < 1


def test_new_groups_are_a_row_of_the_table(tmp_path):
    file = tmp_path / "groups.csv"
    file.write_text("id;age_from;age_to;pl;en\nage_80_plus;80;;80 lat i więcej;80 and over\n", encoding="utf-8")
    (group,) = load_groups(file)
    assert group == Group("age_80_plus", 80, None, {"pl": "80 lat i więcej", "en": "80 and over"})
    assert people_of(group, load_ages(Level.GMINA))["020101"] == TABLE.loc["020101", ["age_80_84", "age_85_plus"]].sum()


@pytest.mark.parametrize("row", ["x;62;;a;b", "x;60;63;a;b", "x;65;60;a;b", "x;90;;a;b", "x;;;a;b", "x;0"])
def test_an_age_between_two_groups_is_refused(tmp_path, row):
    file = tmp_path / "groups.csv"
    file.write_text(f"id;age_from;age_to;pl;en\n{row}\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"groups\.csv"):
        load_groups(file)


def test_people_of_a_group_stand_with_their_year_in_tables_and_files():
    view = density_view(DensityQuery("kluczewski"), PL)
    row = view.shown("units").loc["121204"]
    assert row["60 lat i więcej (2020)"] == TABLE.loc["121204", "age_60_plus"]
    share = 100 * TABLE.loc["121204", "age_60_plus"] / TABLE.loc["121204", "population_2020"]
    assert row["60 lat i więcej (% ludności 2020)"] == pytest.approx(share, abs=0.05)
    assert row["Ludność ogółem (2020)"] == TABLE.loc["121204", "population_2020"]
    assert row["Ludność (2024)"] == load_units(Level.GMINA).loc["121204", "population"]
    assert "60 lat i więcej (2020)" in table_file(view["units"], "csv", PL).decode("utf-8-sig").splitlines()[0]
    covered = coverage_view(CoverageQuery("kluczewski", area="1212", radius_km=10), PL)
    assert covered.shown("units").loc["121204", "65 lat i więcej (2020)"] == TABLE.loc["121204", "age_65_plus"]
    assert all(
        "2020" in heading
        for column in group_columns(Level.POWIAT, pd.Index(["1212"]))
        for heading in [worded(column.heading, Text("en"))]
    )


def test_land_and_the_area_of_the_register_stand_side_by_side():
    table = density_view(DensityQuery("regionalne-klastry-seniora"), PL).shown("units")
    assert {"Powierzchnia lądu (km²)", "Powierzchnia w rejestrze (km²)"} <= set(table.columns)


def test_notes_on_borders_name_what_moved_and_what_is_water():
    kleszczow = " ".join(border_notes("100104", PL))
    assert "Kleszczów" in kleszczow
    assert "20,7 km²" in kleszczow
    assert "17%" in kleszczow
    sea = " ".join(border_notes("226401", PL))
    assert "morze (10,4 km²)" in sea
    spit = " ".join(border_notes("221001", PL))
    assert "23,7 km² lądu" in spit
    assert "119 km²" in spit or "118,96" in spit
    assert "przybliżeniu" in " ".join(border_notes("2002", PL))
    # Less than half a percent, or nothing, is not worth a sentence.
    assert border_notes("143805", PL) != ()
    assert border_notes("1212", PL) == ()
    english = " ".join(border_notes("100104", Text("en")))
    assert "border has changed" in english


def test_a_report_says_what_is_old_on_its_map():
    report = powiat_report(CoverageQuery("kluczewski", radius_km=10), "1001", PL)
    assert any("Kleszczów" in note for note in report.borders)
    assert report.as_dict()["borders"] == list(report.borders)
    json.dumps(report.as_dict())


def test_parts_of_places_lead_to_their_town_or_village():
    parts, localities = load_parts(), load_localities()
    mothers = localities.iloc[parts["place"]]
    assert (mothers["name"].to_numpy() == parts["locality"]).all()
    assert (mothers["teryt"].to_numpy() == parts["teryt"]).all()
    assert len(parts) > 45_000
    found = parts[parts["name"] == "Kabaty"]
    assert list(found["locality"]) == ["Warszawa"]
    assert not ((parts["name"] == parts["locality"]).any())
    # The part of a village in a gmina that is new is in that gmina.
    assert set(parts.loc[parts["locality"] == "Szczawa", "teryt"]) == {"120713"}


def test_entities_are_a_base_of_quotients_by_powiat():
    table = pd.read_csv(SOURCES / "regon_gus_2022.csv.gz", dtype={"teryt": str}).set_index("teryt")
    entities = load_entities()["entities"]
    assert list(entities.index) == list(load_units(Level.POWIAT).index)
    # Entities per 10 000 people times people, by hand.
    by_hand = table["regon_per_10k_2022"] * table["population_2022"] / 10_000
    assert (entities - by_hand).abs().max() <= 1.0
    base = entities_background(Level.VOIVODESHIP, PL)
    assert base.values["12"] == entities[entities.index.str.startswith("12")].sum()
    assert entities_background(Level.GMINA, PL) is None
    query = ConcentrationQuery("lubelska-medycyna", level=Level.POWIAT, statuses=tuple(Status))
    background = entities_background(Level.POWIAT, PL)
    view = concentration_view(query, MapKind.QUOTIENT, PL, background=background)
    heading = next(c for c in view.shown("units").columns if "REGON 2022" in c)
    row = view.shown("units").set_index("TERYT").loc["0663"]
    assert row[heading] == entities["0663"]
    members, own = view["units"]["members"], view.shown("units").set_index("TERYT")
    share = (row[PL("col.members")] / members.sum()) / (entities["0663"] / entities[own.index].sum())
    assert row[PL("conc.col.lq")] == pytest.approx(share, abs=0.006)
