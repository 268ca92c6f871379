"""The page of one powiat says over all clusters what is known, and what is not, in true sentences; see test_country."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest
import shapely

from geo.errors import UnknownUnitError
from geo.io.boundaries import load_units
from geo.io.clusters import load_clusters, load_members
from geo.model.coverage import CoverageQuery
from geo.model.units import Level
from geo.render.text import Text
from geo.services import library
from geo.services.coverage import compute
from geo.services.library import Library, SessionList
from geo.services.neighbours import bordering, neighbours, share_a_line
from geo.services.standing import standing
from geo.settings import ROOT
from support.lists import shipped

PL, EN = Text("pl"), Text("en")
ANYWHERE = "uwierz-w-siebie"


@pytest.fixture(scope="module")
def without_anywhere():
    """Return the shipped clusters but for the one whose members may be anywhere; its answers are made once."""
    clusters = tuple(c for c in load_clusters() if c.cluster_id != ANYWHERE)
    return Library(clusters, (), load_members(), frozenset(), frozenset())


@pytest.fixture(scope="module")
def few():
    """Return three of them: with places, with a place and a part of the members in a voivodeship only."""
    ids = ("kluczewski", "senior-lodzki", "senioralny-opolski")
    clusters = tuple(c for c in load_clusters() if c.cluster_id in ids)
    members = load_members()
    members = members[members["cluster_id"].isin(ids)].reset_index(drop=True)
    return Library(clusters, (), members, frozenset(), frozenset())


def one_of(cluster, code):
    """Return what compute says of a powiat for a cluster at its own reach."""
    query = CoverageQuery(cluster.cluster_id, code, Level.POWIAT, radius_km=cluster.default_radius_km)
    return compute(query).units.loc[code]


def show(cluster, members):
    """Show one cluster alone."""
    library.show(Library((cluster,), (), members, frozenset(), frozenset()))


def said(code, text=PL):
    return standing(code, text).sentence.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "1212",
            "Powiat olkuski jest objęty częściowo: członków ma w 2 z 6 gmin (Bolesław, Klucze – Kluczewski klaster).",
        ),
        (
            "0663",
            "Miasto Lublin jest objęte; znani członkowie: 10 (Klaster Lubelska Medycyna, Lubelski Klaster Seniora).",
        ),
        (
            "2610",
            (
                "Powiat skarżyski jest wskazany jako teren klastra (Skarżyski klaster społeczny), "
                "ale klaster nie ma tam znanego członka."
            ),
        ),
        (
            "0203",
            (
                "Powiat głogowski nie ma znanego członka, ale jest w zasięgu (Dolnośląski Klaster Seniora, zasięg "
                "30 km): większość mieszkańców żyje w gminach, w których co najmniej połowa ludzi jest w zasięgu "
                "członka."
            ),
        ),
        (
            "3201",
            (
                "Nie wiadomo, czy powiat białogardzki jest objęty: nie znamy wszystkich członków albo ich miejsc "
                "(Klaster Społeczny Uwierz w siebie)."
            ),
        ),
    ],
)
def test_the_answer_in_one_sentence(code, words):
    library.use_shipped(())
    assert said(code) == words


def test_without_any_cluster_the_sentence_does_not_say_that_there_is_none(without_anywhere):
    library.show(without_anywhere)
    found = standing("3201", PL)
    assert found.answer == "none"
    assert found.sentence == found.around.sentence
    assert found.sentence.startswith("Żaden z 10 klastrów na naszej liście")
    assert "to nie znaczy, że klastra tu nie ma" in found.sentence
    assert found.sectors_sentence == "Brakuje: sektora publicznego, sektora biznesu, organizacji społecznych (NGO)."
    assert len(found.clusters) == 0


def test_a_cluster_that_reaches_a_few_is_named():
    library.use_shipped(())
    cluster, members = shipped("senior-lodzki")
    show(replace(cluster, territory=()), members)
    assert said("1008").startswith(
        "Powiat pabianicki nie ma znanego członka, ale jest w zasięgu (Łódzki Klaster Seniora"
    )
    # Some of its people live within 30 km of Łódź.
    words = said("1010")
    assert re.search(
        r"\(powiat piotrkowski\); w zasięgu jest tylko część mieszkańców: Łódzki Klaster Seniora – 8%", words
    )
    assert standing("1010", PL).answer == "none"
    assert standing("1010", PL).clusters["verdict"].tolist() == ["gap"]


def test_members_outside_the_ground_cover_and_the_sentence_says_it():
    cluster, members = shipped("kluczewski")
    show(replace(cluster, territory=("0201",)), members)
    assert said("1212") == (
        "Powiat olkuski jest objęty: członków ma w 2 z 6 gmin (Bolesław, Klucze – Kluczewski klaster), "
        "choć klaster nie wskazuje tego terenu jako swojego."
    )


def test_a_member_known_to_the_powiat_only():
    cluster, members = shipped("kluczewski")
    one = members[members["status"] == "member"].iloc[:1].assign(teryt="1212", precision="powiat", locality="")
    show(cluster, one.set_geometry([None], crs=one.crs))
    assert said("1212") == (
        "Powiat olkuski jest objęty częściowo; znani członkowie: 1 (Kluczewski klaster), "
        "ale nie wiadomo, w której gminie."
    )
    assert standing("1212", PL).empty_sentence.replace("\xa0", " ") == (
        "Gminy bez członka: 0 z 6. Nie wiadomo: 6 z 6 (105 000 mieszkańców): "
        "Bukowno, Bolesław, Klucze, Olkusz, Trzyciąż, Wolbrom."
    )


def test_ground_of_which_a_powiat_holds_a_part():
    cluster, members = shipped("skarzyski")
    show(replace(cluster, territory=("261004",)), members)
    assert said("2610").startswith(
        "Powiat skarżyski jest w części wskazany jako teren klastra (Skarżyski klaster społeczny)"
    )
    assert said("2610", EN).startswith("Powiat skarżyski is named in part as territory of a cluster")


def test_a_city_that_the_reach_cuts():
    cluster, members = shipped("kluczewski")
    placed = members[(members["status"] == "member") & members.geometry.notna()].reset_index(drop=True)
    show(replace(cluster, territory=()), placed)
    assert said("2465") == (
        "Nie wiadomo, czy miasto Dąbrowa Górnicza jest objęte: zasięg członków przecina granice miasta, "
        "a jego mieszkańców liczymy w jednym punkcie (Kluczewski klaster)."
    )


def test_gminy_of_one_name_and_of_several_clusters_are_told_apart():
    cluster, members = shipped("kluczewski")
    some = members[members["status"] == "member"].iloc[:3].reset_index(drop=True)
    some = some.assign(teryt=["020301", "020302", "020303"], precision="gmina", locality="")
    some = some.set_geometry([None] * 3, crs=some.crs)
    other = some.iloc[2:].assign(cluster_id="drugi")
    clusters = (replace(cluster, territory=("0203",)), replace(cluster, cluster_id="drugi", name="Drugi", territory=()))
    library.show(Library(clusters, (), pd.concat([some, other], ignore_index=True), frozenset(), frozenset()))
    assert said("0203") == (
        "Powiat głogowski jest objęty: członków ma w 3 z 6 gmin (Głogów (gmina miejska), Głogów (gmina wiejska) – "
        "Kluczewski klaster; Jerzmanowa – Kluczewski klaster, Drugi)."
    )


def test_names_of_clusters_are_said_as_they_are():
    """Nothing in a name is a place to fill in, nor is it markup; pages and files escape it."""
    name = "{unit} <b>&amp;</b> | %s {0}"
    cluster, members = shipped("kluczewski")
    library.use((SessionList(replace(cluster, cluster_id="obcy", name=name), members.assign(cluster_id="obcy")),))
    found = standing("1212", PL)
    assert name in found.sentence
    assert name in found.clusters["cluster"].tolist()


@pytest.mark.parametrize("code", ["1212", "0663", "0203", "2401"])
def test_sentences_map_and_tables_say_the_same(code, without_anywhere):
    library.show(without_anywhere)
    found = standing(code, PL)
    gminy = found.gminy.frame
    people = load_units(Level.GMINA)["population"]
    assert gminy["population"].to_dict() == people[people.index.str.startswith(code)].to_dict()
    vacant = gminy[gminy["members"].isna() | (gminy["members"] == 0)]
    numbers = [int(n.replace("\xa0", "")) for n in re.findall(r"\(([\d\xa0]+) mieszk", found.empty_sentence)]
    assert sum(numbers) == (vacant["population"].sum() if len(gminy) > 1 else 0)
    answer = found.as_dict()
    assert answer["vacant"] == vacant["population"].sum()
    assert answer["vacant_unknown"] == gminy[gminy["members"].isna()]["population"].sum()
    assert sum(int(row.units.split()[0]) for row in found.view.legend) == len(gminy)
    inside = [key for key in found.view.painting.units if key != "x"]
    assert len(inside) == len(gminy) == len(found.view.painting.tips)
    for gmina, answers in zip(gminy.index, gminy["answer"], strict=True):
        position = load_units(Level.GMINA).index.get_loc(gmina)
        assert found.view.painting.tips[position].startswith(PL(f"country.answer.{answers}"))


@pytest.mark.parametrize("code", ["1212", "2465"])
def test_clusters_here_are_those_that_compute_finds(code, few):
    library.show(few)
    wanted = {}
    for cluster in few.clusters:
        row = one_of(cluster, code)
        if row["declared"] or row["members"] or row["covered_people"]:
            share = round(100 * row["covered_people"] / row["population"], 1)
            wanted[cluster.name] = (row["declared"], row["verdict"], share or None)
    rows = standing(code, PL).clusters.records()
    assert {r["cluster"]: (r["declares"], r["verdict"], r["share_percent"]) for r in rows} == wanted


def test_json_is_the_documented_one_in_every_language():
    library.use_shipped(())
    polish, english = (standing("1212", text).as_dict() for text in (PL, EN))
    lists = ("clusters", "gminy", "neighbours")
    keys = {*polish, *polish["powiat"], *(key for part in lists for key in polish[part][0])}
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    part = page.split("## `report` of all clusters", 1)[1].split("\n## ", 1)[0]
    assert keys == set(re.findall(r"^\| `(\w+)`", part, flags=re.MULTILINE))
    assert json.loads(json.dumps(polish)) == polish
    assert polish.keys() == english.keys()
    assert [g["answer"] for g in polish["gminy"]] == [g["answer"] for g in english["gminy"]]
    assert polish["answered_by"] == ["kluczewski"]


@pytest.mark.parametrize("ask", [standing, neighbours])
@pytest.mark.parametrize("code", ["9999", "12", "121204", ""])
def test_only_a_powiat_has_an_answer(ask, code):
    with pytest.raises(UnknownUnitError):
        ask(code, PL)


# A city within a powiat, cities beside each other, the coast, corners of the country.
@pytest.mark.parametrize("code", ["1212", "1261", "2264", "2261", "1465", "3263", "0602", "2475"])
def test_neighbours_share_a_line_of_their_borders(code):
    shapes = load_units(Level.POWIAT).geometry
    near = [c for c in shapes.index if c != code and shapes[c].touches(shapes[code])]
    border = shapely.boundary(shapes[code])
    wanted = {c for c in near if shapely.length(shapely.intersection(shapely.boundary(shapes[c]), border)) > 0}
    assert wanted
    assert set(bordering(code)) == wanted


def test_a_corner_is_no_line():
    square = shapely.box(0, 0, 1, 1)
    hole = shapely.Polygon([(-9, -9), (9, -9), (9, 9), (-9, 9)], [[(0, 0), (1, 0), (1, 1), (0, 1)]])
    assert share_a_line(square, shapely.box(1, 0, 2, 1))
    assert share_a_line(square, hole)
    assert share_a_line(square, shapely.MultiPolygon([shapely.box(5, 5, 6, 6), shapely.box(-1, 0, -0.0, 1)]))
    assert not share_a_line(square, shapely.box(1, 1, 2, 2))
    assert not share_a_line(square, shapely.box(3, 3, 4, 4))


def test_groups_of_neighbours(without_anywhere):
    library.show(without_anywhere)
    table = neighbours("1212", PL)
    frame, powiaty = table.frame, load_units(Level.POWIAT)
    assert frame["teryt"].is_unique
    assert "1212" not in frame.index
    assert frame["group"].tolist() == sorted(frame["group"], key=["border", "voivodeship", "size"].index)
    own = {g: list(rows.index) for g, rows in frame.groupby("group")}
    assert set(own["border"]) == set(bordering("1212"))
    assert {c[:2] for c in own["border"]} == {"12", "24"}
    assert set(own["voivodeship"]) | {"1212"} | set(own["border"]) >= {c for c in powiaty.index if c[:2] == "12"}
    assert {c[:2] for c in own["voivodeship"]} == {"12"}
    far = powiaty["population"].drop([c for c in powiaty.index if c[:2] == "12" or c in own["border"]])
    gap = {c: abs(int(n) - int(powiaty.loc["1212", "population"])) for c, n in far.items()}
    assert own["size"] == sorted(gap, key=lambda c: (gap[c], c))[:5]


def test_the_share_of_a_neighbour_is_that_of_the_cluster_that_reaches_most(few):
    """Nothing is said where none surely reaches anybody, but one may."""
    library.show(few)
    frame = neighbours("1212", PL).frame
    for code in ("2465", "2401"):
        rows = [one_of(cluster, code) for cluster in few.clusters]
        most = max(100 * row["covered_people"] / row["population"] for row in rows)
        found = frame.loc[code, "share_percent"]
        if not most and any(row["unknown_people"] for row in rows):
            assert pd.isna(found)
        else:
            assert found == pytest.approx(most, abs=0.051)
    assert pd.isna(frame.loc["2465", "share_percent"])
    assert frame.loc["2401", "share_percent"] > 0
