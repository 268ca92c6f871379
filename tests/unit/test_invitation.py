"""Whom to invite in a powiat: figures that can be counted by hand, contacts kept apart, a letter that is true."""

import io
import json
import math
from dataclasses import replace
from datetime import date

import docx
import geopandas as gpd
import openpyxl
import pytest
import shapely
from docx.enum.text import WD_COLOR_INDEX

from geo.errors import KlastryError, UnknownUnitError
from geo.export.tables import table_file
from geo.io.boundaries import load_units
from geo.io.gazetteer import load_localities
from geo.io.store import Change
from geo.model.cluster import Sector
from geo.model.coverage import CoverageQuery
from geo.model.intake import PERSON_NAME
from geo.model.reach import Reach
from geo.model.units import Level
from geo.render.error_words import error_texts
from geo.render.text import Text
from geo.services import library
from geo.services.invitation import Filling, invitation, weight_names
from geo.services.invitation_letter import letter_docx
from geo.services.library import SessionList, store_for_writing
from geo.services.siting import siting_view
from support.lists import made, shipped

PL, EN = Text("pl"), Text("en")
DAY = date(2026, 11, 27)


def listed(rows, **definition):
    """Show one cluster of a session whose members are these: name, sector, status, code of the gmina, point."""
    cluster = replace(shipped()[0], cluster_id="proba", name="Klaster próbny", **definition)
    members = made(len(rows), cluster_id="proba")[1]
    names, sectors, statuses, codes, points = zip(*rows, strict=True)
    frame = members.assign(
        name=names, sector=sectors, status=statuses, teryt=codes, locality="", precision="point", source="próba"
    )
    points = gpd.GeoSeries([shapely.Point(p) if p else None for p in points], crs=2180)
    library.use((SessionList(cluster, frame.set_geometry(points)),))
    return cluster


def seat(code):
    """Return the point of the most populous locality of a unit."""
    places = load_localities()
    point = places.loc[places["population"].where(places["teryt"].str.startswith(code)).idxmax(), "geometry"]
    return point.x, point.y


def by_plain_loops(code, members, candidate, radius_km):
    """Count inhabitants of a powiat near a candidate and near no member, place by place."""
    places, people = load_localities(), 0
    places = places[places["teryt"].str.startswith(code)]
    for population, point in zip(places["population"], places.geometry, strict=True):
        reached = False
        for x, y in members:
            if math.hypot(point.x - x, point.y - y) <= 1000 * radius_km:
                reached = True
        if not reached and math.hypot(point.x - candidate[0], point.y - candidate[1]) <= 1000 * radius_km:
            people += population
    return people


@pytest.mark.parametrize(
    ("code", "cluster", "radius"), [("1212", "kluczewski", 8.0), ("1206", "kluczewski", 12.0), ("2610", "skarzyski", 5)]
)
def test_people_gained_are_those_that_plain_loops_count(code, cluster, radius):
    members = shipped(cluster)[1].dropna(subset="geometry")
    points = dict(zip(members["member_id"], ((p.x, p.y) for p in members.geometry), strict=True))
    today = [points[m] for m, s in zip(members["member_id"], members["status"], strict=True) if s == "member"]
    found = invitation(code, cluster, PL, reach=Reach(radius))
    assert found.candidates
    for candidate in found.candidates:
        assert candidate.gained == by_plain_loops(code, today, points[candidate.member_id], radius)
    assert max(c.gained for c in found.candidates) > 0


def test_the_first_by_people_is_the_one_that_siting_chooses():
    found = invitation("1212", "kluczewski", PL, weight=0.0)
    query = CoverageQuery("kluczewski", area="1212")
    chosen = siting_view(query, PL, additions=1, among="potential").table.frame.iloc[0]
    assert found.candidates[0].gained == chosen["gain"]
    assert PL.number(found.candidates[0].gained) in found.sentence


def test_of_a_large_city_only_a_member_in_it_reaches_all():
    """A point just outside is within 10 km of the middle of Kraków, which does not make its people reached."""
    x, y = seat("1261")
    outline = load_units(Level.POWIAT).geometry["1261"]
    outside = next((x, y + d) for d in range(0, 40_000, 250) if not outline.contains(shapely.Point(x, y + d)))
    assert math.hypot(outside[0] - x, outside[1] - y) < 10_000
    listed(
        [
            ("Poza", "business", "potential", "120611", outside),
            ("W mieście", "business", "potential", "126101", (x + 6_000, y)),
        ]
    )
    found = invitation("1261", "proba", PL, reach=Reach(10.0))
    assert [(c.name, c.gained) for c in found.candidates] == [("W mieście", found.population)]
    assert found.population > 700_000


def test_a_missing_sector_is_filled_only_from_within():
    x, y = seat("121205")
    listed(
        [
            ("Członek", "public", "member", "121205", (x, y)),
            ("Ta sama", "public", "potential", "121207", seat("121207")),
            ("Firma bez miejsca", "business", "potential", "1212", None),
            ("Firma obok", "business", "potential", "120601", seat("121207")),
            ("Firma daleko", "business", "potential", "146501", seat("1465")),
            ("Nauka", "science", "potential", "121205", (x, y)),
            (PERSON_NAME, "business", "potential", "121205", None),
        ],
        territory=("1212",),
    )
    found = invitation("1212", "proba", PL, reach=Reach(10.0))
    by_name = {c.name: c for c in found.candidates}
    assert set(by_name) == {"Ta sama", "Firma bez miejsca", "Firma obok", "Nauka"}
    assert {n: c.filling for n, c in by_name.items()} == {
        "Ta sama": Filling.NO,
        "Firma bez miejsca": Filling.YES,
        "Firma obok": Filling.NO,
        # The cluster need not join it.
        "Nauka": Filling.NO,
    }
    assert by_name["Firma bez miejsca"].gained is None
    assert by_name["Firma bez miejsca"].score == pytest.approx(0.5)
    assert found.missing == (Sector.BUSINESS, Sector.NGO)
    assert found.table["gained"].isna().sum() == 1
    assert any("dokładnego miejsca nie znamy: 1" in n for n in found.notes)
    assert any("Osoby fizyczne" in n and "1" in n for n in found.notes)
    first = invitation("1212", "proba", PL, reach=Reach(10.0), weight=1.0).candidates[0]
    assert first.name == "Firma bez miejsca"


def test_a_sector_of_which_nothing_is_known_counts_half():
    found = invitation("2610", "skarzyski", PL)
    assert Sector.PUBLIC in found.missing + found.open
    listed(
        [
            ("Członek bez miejsca", "business", "member", "", None),
            ("Firma", "business", "potential", "121205", seat("121205")),
        ],
        territory=("1212",),
    )
    (only,) = invitation("1212", "proba", PL, reach=Reach(10.0)).candidates
    assert only.filling is Filling.UNKNOWN
    assert only.score == pytest.approx(0.75)


def test_where_nobody_can_be_invited_the_best_place_is_named():
    found = invitation("1213", "kluczewski", PL, reach=Reach(10.0))
    assert not found.candidates
    assert len(found.table) == 0
    query = CoverageQuery("kluczewski", area="1213")
    best = siting_view(query, PL, additions=1, among="localities").table.frame.iloc[0]
    assert best["place"] in found.sentence
    assert PL.number(int(best["gain"])) in found.sentence
    x, y = seat("1212")
    listed([("Członek", "public", "member", "121205", (x, y))])
    assert invitation("1212", "proba", PL, reach=Reach(60.0)).sentence.endswith(
        "ma już do członka nie więcej niż 60 km."
    )


def kept():
    """Keep a cluster with contacts in the store."""
    cluster, members = made(6, cluster_id="trzymany")
    statuses = ["member", *["potential"] * 5]
    person = [False] * 5 + [True]
    members = members.assign(
        status=statuses,
        person=person,
        email=["", "biuro@firma.example", "", "", "", "osoba@dom.example"],
        phone=["", "12 345 67 89", "", "", "", "600 600 600"],
        website="",
        remarks="tajne uwagi",
    )
    members.loc[5, "name"] = PERSON_NAME
    store_for_writing().create(cluster, members, Change("ja", "create"))
    library.forget()
    return members


def test_contacts_are_for_editors_only_and_never_of_a_person():
    members = kept()
    shut, opened = (invitation("1212", "trzymany", PL, reach=Reach(10.0), for_editors=e) for e in (False, True))
    assert len(shut.candidates) == len(opened.candidates) == 4
    for secret in ("biuro@firma.example", "12 345 67 89", "tajne"):
        assert secret not in repr(shut)
        assert secret not in json.dumps(shut.table.records())
    by_name = {c.name: c.contact for c in opened.candidates}
    assert by_name[members["name"][1]] == "12 345 67 89, biuro@firma.example"
    assert "Kontakt" in opened.table.shown(PL)
    said = repr(opened) + json.dumps(opened.table.records())
    assert not any(secret in said for secret in ("tajne", "osoba@dom.example", "600 600 600", PERSON_NAME))


def test_the_list_is_a_workbook():
    found = invitation("1212", "kluczewski", PL)
    assert found.table.xlsx
    book = openpyxl.load_workbook(io.BytesIO(table_file(found.table, "xlsx", PL)))
    head, first, *_ = book.active.iter_rows(values_only=True)
    assert head[:6] == (
        "Kolejność",
        "Nazwa",
        "Sektor",
        "Uzupełnia brakujący sektor",
        "Miejsce",
        "Nowi mieszkańcy w zasięgu",
    )
    assert first[0] == 1
    assert first[1] == found.candidates[0].name
    assert first[5] == found.candidates[0].gained


def test_the_rule_is_said_for_every_switch_in_both_languages():
    found = [invitation("2610", "skarzyski", PL, weight=w) for w in weight_names(PL)]
    said = {f.table.why(text) for f in found for text in (PL, EN)}
    assert len(said) == 6
    assert all("10 km" in rule for rule in said)
    assert {f.rule for f in found} < said


def test_faults_are_named():
    with pytest.raises(UnknownUnitError):
        invitation("9999", "kluczewski", PL)
    with pytest.raises(KlastryError) as caught:
        invitation("1212", "kluczewski", PL, weight=2.0)
    assert error_texts(caught.value, PL) == ["Waga brakującego sektora to liczba od 0 do 1, a nie 2.0."]


def paragraphs(content):
    return [p.text.replace("\xa0", " ") for p in docx.Document(io.BytesIO(content)).paragraphs]


def test_the_letter_gives_true_figures_and_leaves_gaps_that_are_seen():
    found = invitation("1212", "kluczewski", PL)
    first = found.candidates[0]
    content = letter_docx(first, found, PL, today=DAY)
    said = paragraphs(content)
    assert "[miejscowość], 27 listopada 2026 r." in said
    assert first.name in said
    assert "Dotyczy: zaproszenia do klastra pod nazwą „Kluczewski klaster” (powiat olkuski)" in said
    (why,) = [p for p in said if p.startswith("Zwracamy się do Państwa, ponieważ")]
    now, more = (PL.number(n).replace("\xa0", " ") for n in (found.covered, first.gained))
    then = PL.number(found.covered + first.gained).replace("\xa0", " ")
    assert f"nie więcej niż 10 km w linii prostej, wzrosłaby o {more}: z {now} do {then}." in why
    runs = [r for p in docx.Document(io.BytesIO(content)).paragraphs for r in p.runs]
    marked = [r.text.replace("\xa0", " ") for r in runs if r.font.highlight_color == WD_COLOR_INDEX.YELLOW]
    assert marked[0] == "[nazwa i adres urzędu]"
    assert len(marked) == 6
    assert sum("[" in r.text for r in runs) == 6
    filled = paragraphs(letter_docx(first, found, PL, "Starostwo Powiatowe w Olkuszu\nul. Mickiewicza 2", today=DAY))
    assert filled[:2] == ["Starostwo Powiatowe w Olkuszu", "ul. Mickiewicza 2"]
    assert not any("[nazwa i adres urzędu]" in p for p in filled)


def test_the_letter_names_the_missing_sector_and_a_planned_cluster():
    found = invitation("2610", "skarzyski", PL)
    said = " ".join(paragraphs(letter_docx(found.candidates[0], found, PL, today=DAY)))
    assert "„Skarżyski klaster społeczny”, który jest dopiero planowany." in said
    x, y = seat("1261")
    listed([("Członek", "public", "member", "126101", (x, y)), ("Firma", "business", "potential", "126101", (x, y))])
    found = invitation("1261", "proba", PL, reach=Reach(10.0))
    said = " ".join(paragraphs(letter_docx(found.candidates[0], found, PL, today=DAY)))
    assert "(miasto Kraków)" in said
    assert (
        "ponieważ według naszej listy klaster nie ma w mieście członka z sektora biznesu, do którego Państwo należą."
        in said
    )


def test_names_from_outside_do_no_harm_to_a_letter():
    x, y = seat("121205")
    name = 'Fundacja „=1+1” <b>&{x}\x00 [data] "ąćę"'
    listed([(name, "ngo", "potential", "121205", (x, y))], description="{zły} opis\x07", coordinator="Gmina <i>\n{0}")
    found = invitation("1212", "proba", PL, reach=Reach(10.0))
    for text in (PL, EN):
        said = paragraphs(letter_docx(found.candidates[0], found, text, "Urząd\x0b{office}", today=DAY))
        assert 'Fundacja „=1+1” <b>&{x} [data] "ąćę"' in said
        assert any("{zły} opis." in p for p in said)
    assert "Dear Sir or Madam," in said
