"""Minimal inputs of the shapes that real lists have, each with what a careful clerk would do at once."""

import json
from pathlib import Path

import pytest

from geo.__main__ import main
from geo.analysis.address import parse_address
from geo.io.uploads.headings import recognise
from geo.io.uploads.reader import read_upload
from geo.render.text import Text
from geo.services.intake.check import check_list
from geo.services.intake.review import prepare, suggest_mapping

PL = Text("pl")
LISTS = Path(__file__).parent / "lists"
ASK = "question"
# By list and row: the gmina, "abroad", "rejected", or the gmina that must come first among the answers.
RIGHT = {
    "01": {2: "120603", 3: "146501", 4: "306401", 5: (ASK, "281409"), 6: "146501", 7: "146501", 8: "121205"},
    "02": {2: "abroad", 3: "abroad", 4: "abroad", 5: "200104"},
    "03": {
        2: "121204", 3: "121205", 4: "121205", 5: "086101", 6: "100704", 7: "121204", 8: "126101", 9: "121207",
        10: "121207", 11: "286201", 12: "121205", 13: "121204",
    },
    "04": {4: "120502", 5: "121901", 6: "121204", 7: "rejected", 8: "121205", 9: "rejected"},
    "05": {3: "121204", 4: "121205", 5: "rejected"},
    "06": {
        2: "246101", 3: "126101", 4: "126301", 5: "126201", 6: "126101", 7: "306401", 8: "186301", 9: "121204",
    },
    "07": {
        2: "021004", 3: "021004", 4: "121204", 5: "020104", 6: "020104", 7: "146501", 8: "146501", 9: "126101",
        10: "106101", 11: "121204", 12: "121203", 13: "146501",
    },
    "08": {
        2: "086101", 3: "106201", 4: "101601", 5: "200301", 6: "066101", 7: "126101", 8: "026401", 9: "146501",
        10: "121204", 11: "121204", 12: "121204", 13: "120602",
    },
    "09": dict.fromkeys(range(2, 7), "121204"),
    "10": dict.fromkeys(range(2, 7), "121204"),
    "11": {
        2: "146501", 3: "126101", 4: "026401", 5: "106101", 6: "121204", 7: "020101", 8: "126101", 9: "121204",
    },
    "12": dict.fromkeys((2, 3, 4), (ASK, None)),
    "13": {2: "121204", 3: "121203", 4: "121207", 5: "120401", 6: "120407"},
    "14": {2: "121204", 3: "121205"},
    "15": {2: "121205", 3: "121204", 4: "rejected", 5: "rejected", 6: "rejected"},
    "16": {2: "241610", 3: "241605"},
    "17": {2: "121204", 3: "121205"},
    "18": {2: "121204"},
}  # fmt: skip


def file_of(number):
    return next(LISTS.glob(f"{number}_*"))


def checked(number):
    file = file_of(number)
    return {row["row"]: row for row in check_list(file.name, file.read_bytes())}


@pytest.mark.parametrize("number", RIGHT)
def test_every_row_is_where_it_belongs(number):
    rows = checked(number)
    for row, right in RIGHT[number].items():
        found = rows[row]
        if isinstance(right, tuple):
            assert found["state"] == ASK
            assert right[1] is None or found["answers"][0]["teryt"] == right[1]
        elif right in ("abroad", "rejected"):
            assert found["state"] == right
        else:
            assert (found["state"], found["teryt"]) == ("accepted", right), found
    assert set(rows) == set(RIGHT[number])


@pytest.mark.parametrize("number", ["09", "10"])
def test_points_are_where_they_were_written(number):
    assert {row["precision"] for row in checked(number).values()} == {"point"}


def test_the_village_before_the_comma_wins_over_the_post_town():
    assert checked("03")[7]["locality"] == "Rodaki"


def test_the_shell_says_the_same_row_by_row(capsys):
    assert main(["import", str(file_of("02")), "--check", "--format", "json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert rows == list(checked("02").values())
    assert rows[0] == {
        "row": 2,
        "state": "abroad",
        "teryt": None,
        "locality": "",
        "precision": "abroad",
        "questions": [],
        "answers": [],
    }


def test_headings_as_real_lists_have_them_are_understood():
    lines = (LISTS / "headings.md").read_text(encoding="utf-8").splitlines()
    headings = [line.removeprefix("- ").strip() for line in lines if line.startswith("- ")]
    known = [h for h in headings if recognise([h])]
    assert len(headings) == 60
    assert len(known) >= 55, set(headings) - set(known)


def test_powiaty_of_one_name_are_told_apart_by_their_voivodeship():
    file = file_of("12")
    raw = read_upload(file.name, file.read_bytes())
    for question in prepare(raw, suggest_mapping(raw)).draft.questions.values():
        words = [PL.say(option.label) for option in question.options]
        assert len(set(words)) == len(words)
        assert sum("(" in w for w in words) == 2


@pytest.mark.parametrize(
    ("given", "teryt"),
    [
        ("Ostrów Wlkp.", "301701"),
        ("Nowy Dwór Maz.", "141401"),
        ("Konstancin-Jez.", "141802"),
        ("Środa Śl.", "021804"),
        ("Gdańsk Wrzeszcz", "226101"),
        ("Poznań - Grunwald", "306401"),
        ("Warszawa-Praga Południe", "146501"),
        ("wieś Rodaki gm. Klucze", "121204"),
        ("gmina Klucze", "121204"),
        ("Olkusz k/Krakowa", "121205"),
        ("Radom, mazowieckie", "146301"),
        ("Warszawa 44", "146501"),
    ],
)
def test_places_as_people_write_them(given, teryt):
    (row,) = check_list("a.csv", f"Nazwa;Sektor;Miejscowość\nOrganizacja;NGO;{given}\n".encode())
    assert (row["state"], row["teryt"]) == ("accepted", teryt)


@pytest.mark.parametrize("given", ["Nowa Huta", "Dąbrowa Górn.", "Wilanów", "Jelenia G."])
def test_what_may_be_several_places_is_asked(given):
    (row,) = check_list("a.csv", f"Nazwa;Sektor;Miejscowość\nOrganizacja;NGO;{given}\n".encode())
    assert row["state"] == ASK
    assert len({a["teryt"] for a in row["answers"]}) > 1


@pytest.mark.parametrize(
    ("address", "street", "house", "code", "locality"),
    [
        ("ul. Długa 5 lok. 2, 32-310 Klucze", "ul. Długa", "5 lok. 2", "32-310", "Klucze"),
        ("Rodaki 12, 32-310 Klucze", "", "12", "32-310", "Rodaki"),
        ("32-300 Olkusz, Rynek 1", "Rynek", "1", "32-300", "Olkusz"),
        ("32-310 Klucze, Rabsztyńska 1", "Rabsztyńska", "1", "32-310", "Klucze"),
        ("Grodzka 1, Kraków", "Grodzka", "1", "", "Kraków"),
        ("31-001 KRAKÓW UL. GRODZKA 1", "UL. GRODZKA", "1", "31-001", "KRAKÓW"),
        ("ul. 3 Maja 5, 32-300 Olkusz", "ul. 3 Maja", "5", "32-300", "Olkusz"),
        ("skr. poczt. 12, 32-310 Klucze", "", "", "32-310", "Klucze"),
        ("ul. Długa 5\n32-310 Klucze", "ul. Długa", "5", "32-310", "Klucze"),
    ],
)
def test_addresses_in_one_cell_are_split(address, street, house, code, locality):
    found = parse_address(address)
    assert (found.street, found.house, found.postal_code, found.locality) == (street, house, code, locality)


def test_units_inside_an_address_are_kept_as_units():
    found = parse_address("32-310 Klucze, gm. Klucze, pow. olkuski, woj. małopolskie")
    assert (found.locality, found.gmina, found.powiat) == ("Klucze", "gm. Klucze", "pow. olkuski")


@pytest.mark.parametrize(
    ("name", "locality", "state"),
    [
        ("Gmina Iwanowice", "Iwanowice", ASK),
        ("Szpital w Lublinie", "Ameryka", ASK),
        ("Szpital w Lublinie", "Lublin", "accepted"),
        ("Fundacja Testowa", "Olkusz", "accepted"),
    ],
)
def test_what_the_name_of_an_organisation_excludes_is_not_taken(name, locality, state):
    (row,) = check_list("a.csv", f"Nazwa;Sektor;Miejscowość\n{name};publiczny;{locality}\n".encode())
    assert row["state"] == state


def test_a_postal_code_of_another_voivodeship_is_never_beaten_by_names():
    headings = "Nazwa;Sektor;Kod pocztowy;Miejscowość;Gmina;Powiat;Województwo"
    rows = f"{headings}\nA;NGO;80-001;Olkusz;Olkusz;olkuski;małopolskie\n"
    (row,) = check_list("a.csv", rows.encode())
    assert row["state"] == ASK


def test_the_row_of_the_headings_can_be_pointed_at():
    rows = "Rejestr próbny\nOrganizacja;Gdzie\nFundacja A;Olkusz\nFundacja B;Klucze\n".encode()
    assert read_upload("a.csv", rows).heading == 1
    pointed = read_upload("a.csv", rows, heading=2)
    assert (pointed.headings, pointed.heading, len(pointed.rows)) == (("Organizacja", "Gdzie"), 2, 2)
    # A row that is not there is looked for again.
    assert read_upload("a.csv", rows, heading=150).heading == 1


def test_digits_that_a_spreadsheet_keeps_as_text_are_read():
    raw = read_upload("a.csv", b'Nazwa;KRS;Sektor\nA;="0000123456";NGO\n')
    assert raw.rows[0][1] == "0000123456"


@pytest.mark.parametrize("status", ["aktywny", "członek wspierający", "Członek zwyczajny"])
def test_members_by_other_words_are_members(status):
    (row,) = check_list("a.csv", f"Nazwa;Sektor;Status;Miejscowość\nA;NGO;{status};Olkusz\n".encode())
    assert row["state"] == "accepted"


def test_codes_that_contradict_names_that_agree_are_asked_about_once():
    rows = "".join(f"Organizacja {n};NGO;Olkusz;Olkusz;olkuski;0201011\n" for n in range(80))
    raw = read_upload("a.csv", f"Nazwa;Sektor;Miejscowość;Gmina;Powiat;TERYT\n{rows}".encode())
    draft = prepare(raw, suggest_mapping(raw)).draft
    (question,) = draft.questions.values()
    assert len(question.rows) == 80
    assert question.options[0].key == "names"
    assert {values["teryt"] for values in draft.answers[question.key, "names"].values()} == {"121205"}
    assert {values["teryt"] for values in draft.answers[question.key, "code"].values()} == {"020101"}
