"""Rows that look like natural persons are asked about, and every row can be given a place by hand."""

import numpy as np
import pytest

from geo.analysis.persons import looks_like_person
from geo.io.first_names import load_first_names
from geo.model.intake import PERSON_NAME, REJECT, Decision, RawTable, RowState
from geo.render.text import Text
from geo.services.intake.by_name import offer, offer_point
from geo.services.intake.decisions import same_answers
from geo.services.intake.review import decide, prepare, preview_table, suggest_mapping

PL = Text("pl")


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Jan Kowalski", True),
        ("KOWALSKA ANNA", True),
        ("Kowalska-Nowak Anna Maria", True),
        ("dr hab. Łukasz Żółć", True),
        ("ks. Józef Wójcik", True),
        ("Hotel Zofia", False),
        ("Apteka Barbara", False),
        ("Fundacja Anna Dymna", False),
        ("Święta Anna", False),
        ("„Jan Kowalski”", False),
        ("PHU Jan Kowalski", False),
        ("Jan Kowalski 2", False),
        ("Szkoła Podstawowa nr 1 im. Jana Kochanowskiego", False),
        ("Kowalski", False),
        ("", False),
    ],
)
def test_a_first_name_and_a_surname_alone(name, person):
    assert looks_like_person(name, load_first_names()) is person


HEADINGS = ("Nazwa", "Sektor", "NIP", "Ulica", "Miejscowość", "Powiat", "Telefon", "E-mail")
ROWS = [
    ("Jan Kowalski", "społeczny", "", "Długa", "Klucze", "olkuski", "600 700 800", "jan@przyklad.pl"),
    ("Anna Nowak", "społeczny", "", "", "Olkusz", "olkuski", "", ""),
    ("Adam Wilk", "biznes", "8567346215", "", "Olkusz", "olkuski", "", ""),
    ("Fundacja Klucze", "społeczny", "", "", "Klucze", "olkuski", "", ""),
]


def prepared(rows=ROWS, headings=HEADINGS):
    raw = RawTable(headings, tuple(rows), tuple(range(2, len(rows) + 2)))
    return prepare(raw, suggest_mapping(raw))


def test_persons_are_asked_once_with_that_answer_first():
    review = decide(prepared(), ())
    [question] = review.questions
    assert (question.topic, question.rows, question.options[0].key) == ("person", (2, 3), "person")
    assert review.table["state"].tolist() == ["decide", "decide", "accepted", "accepted"]


def test_whoever_is_a_person_loses_name_address_and_place():
    held = prepared()
    made = [Decision("person", "person", (2,)), Decision("person", "organisation", (3,))]
    review = decide(held, made)
    assert review.questions == ()
    person, organisation = review.members.iloc[0], review.members.iloc[1]
    assert (person["name"], person["teryt"], person["locality"], person["precision"]) == (
        PERSON_NAME,
        "121204",
        "",
        "gmina",
    )
    assert person.geometry is None
    everything = " ".join(map(str, person.tolist()))
    for told in ("Kowalski", "Długa", "600 700", "jan@"):
        assert told not in everything
    assert (organisation["name"], organisation["locality"]) == ("Anna Nowak", "Olkusz")


def test_a_place_answered_later_shows_no_more_of_a_person():
    rows = [("Jan Kowalski", "społeczny", "", "", "Nowa Wieś", "", "", "")]
    held = prepared(rows)
    place = next(q for q in decide(held, ()).questions if q.topic == "place")
    review = decide(held, [Decision("person", "person"), Decision(place.key, place.options[0].key)])
    [values] = review.members.to_dict("records")
    assert (values["precision"], values["locality"], values["geometry"]) == ("gmina", "", None)


def test_who_may_be_a_person_is_masked_before_anybody_decides():
    raw = prepared().draft.raw
    shown = preview_table(raw, suggest_mapping(raw)).to_string()
    assert "Kowalski" not in shown
    assert "600 700" not in shown
    assert "Fundacja Klucze" in shown
    assert "Adam Wilk" in shown
    rejected = decide(prepared(), [Decision("person", REJECT)]).rejected_table(PL).to_string()
    assert "Kowalski" not in rejected
    assert "Nowak" not in rejected


def test_an_organisation_without_a_place_can_be_placed_by_typing_or_clicking():
    rows = [
        ("Fundacja Pierwsza", "społeczny", "", "", "", "", "", ""),
        ("Fundacja Druga", "społeczny", "", "", "", "", "", ""),
    ]
    held = prepared(rows)
    review = decide(held, ())
    assert review.count(RowState.ACCEPTED) == 2
    first, second = review.placeless
    assert len(review.question_table(first)) == 1
    typed = offer(held.draft, first, "Rodaki, gm. Klucze")[0]
    clicked = offer_point(held.draft, second, 541_000.0, 272_000.0)
    placed = decide(held, [Decision(first.key, typed.key, first.rows), Decision(second.key, clicked.key, second.rows)])
    assert placed.members["teryt"].tolist() == ["121204", "121205"]
    assert placed.members["precision"].tolist() == ["locality", "point"]
    assert (placed.members.geometry[1].x, placed.members.geometry[1].y) == (541_000.0, 272_000.0)
    assert placed.placeless == ()


def test_a_point_abroad_is_no_answer():
    held = prepared([("Fundacja Pierwsza", "społeczny", "", "", "", "", "", "")])
    question = decide(held, ()).placeless[0]
    assert offer_point(held.draft, question, 100_000.0, 100_000.0) is None
    assert offer_point(held.draft, question, np.inf, np.inf) is None


def test_questions_about_coordinates_are_answered_alike():
    headings = ("Nazwa", "Sektor", "Miejscowość", "Powiat", "Szerokość", "Długość")
    rows = [(f"Fundacja {w}", "społeczny", "Klucze", "olkuski", "52.2297", "21.0122") for w in ("A", "B", "C")]
    held = prepared(rows, headings)
    alike = same_answers(decide(held, ()))
    points, address = decide(held, alike["points"]), decide(held, alike["address"])
    assert points.members["teryt"].tolist() == ["146501"] * 3
    assert address.members["teryt"].tolist() == ["121204"] * 3
    assert points.questions == address.questions == ()
