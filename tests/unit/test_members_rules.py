"""Identifiers are checked, zeros restored, sectors suggested by the table and doubts asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.analysis.identifiers import (
    check_krs,
    check_nip,
    check_postal_code,
    check_regon,
    restore_teryt,
    teryt_readings,
)
from geo.analysis.sectors import read_sector, read_status, rule_for
from geo.io.uploads.reader import read_upload
from geo.model.cluster import Sector, Status
from geo.services.intake.review import decide, prepare, suggest_mapping


def nip_digit(nine):
    return sum(int(d) * w for d, w in zip(nine, (6, 5, 7, 2, 3, 4, 5, 6, 7), strict=True)) % 11


@given(st.integers(101_000_000, 999_999_999))
def test_a_nip_is_right_exactly_with_its_check_digit(number):
    nine = str(number)
    right = [d for d in range(10) if check_nip(f"{nine}{d}")]
    assert right == ([nip_digit(nine)] if nip_digit(nine) < 10 else [])


@given(st.integers(0, 99_999_999))
def test_a_regon_gets_its_zeros_back(number):
    eight = f"{number:08d}"
    digit = sum(int(d) * w for d, w in zip(eight, (8, 9, 2, 3, 4, 5, 6, 7), strict=True)) % 11 % 10
    whole = f"{eight}{digit}"
    assert check_regon(whole) == whole
    assert check_regon(whole.lstrip("0") or "0") == whole
    assert check_regon(f"{eight}{(digit + 1) % 10}") is None


@pytest.mark.parametrize(
    ("given", "krs"),
    [
        ("123456", "0000123456"),
        ("0000123456", "0000123456"),
        ("12345678901", None),
        ("0", None),
        ("KRS", None),
        ("²", None),
    ],
)
def test_krs(given, krs):
    assert check_krs(given) == krs


@pytest.mark.parametrize(
    ("given", "code"), [("32-300", "32-300"), ("32300", "32-300"), ("2300", "02-300"), ("323", None), ("", None)]
)
def test_postal_code(given, code):
    assert check_postal_code(given) == code


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("20801", "020801"),
        ("208", "0208"),
        ("2", "02"),
        ("1212045", "121204"),
        ("1212", "1212"),
        ("121204_5", "121204"),
        ("x", None),
        ("12345678", None),
    ],
)
def test_teryt_gets_its_zero_back(given, code):
    assert restore_teryt(given) == code


def test_six_digits_may_be_a_terc_without_its_zero():
    assert teryt_readings("201011") == ("201011", "020101")


@pytest.mark.parametrize("number", ["٣٣٣", "8567346216", "PL 856-734-62-16", ""])
def test_what_is_no_nip(number):
    assert check_nip(number) is None


def test_nip_with_separators():
    assert check_nip("PL 856-734-62-15") == "8567346215"


@pytest.mark.parametrize(
    ("form", "name", "sector", "person"),
    [
        ("fundacja", "Uwierz w siebie", Sector.NGO, False),
        ("", "Fundacja „Uwierz w siebie”", Sector.NGO, False),
        ("stowarzyszenie zwykłe", "Nasza wieś", Sector.NGO, False),
        ("", "Ochotnicza Straż Pożarna w Kluczach", Sector.NGO, False),
        ("sp. z o.o.", "Alfa", Sector.BUSINESS, False),
        ("Spółka z ograniczoną odpowiedzialnością", "Alfa", Sector.BUSINESS, False),
        ("", "Alfa S.A.", Sector.BUSINESS, False),
        ("", "Gmina Klucze", Sector.PUBLIC, False),
        ("", "Urząd Miasta i Gminy Olkusz", Sector.PUBLIC, False),
        ("", "Miejski Ośrodek Pomocy Społecznej", Sector.PUBLIC, False),
        ("instytut badawczy", "Instytut", Sector.SCIENCE, False),
        ("uczelnia publiczna", "Uniwersytet", Sector.SCIENCE, False),
        ("", "Szpital Powiatowy w Olkuszu", Sector.PUBLIC, False),
        ("", "Szpital Testowy sp. z o.o.", None, False),
        ("", "Spółdzielnia Mleczarska", Sector.BUSINESS, False),
        ("", "Uniwersytet Trzeciego Wieku w Olkuszu", Sector.NGO, False),
        ("spółdzielnia socjalna", "Razem", Sector.NGO, False),
        ("sp. z o.o.", "Miejskie Przedsiębiorstwo Wodociągów i Kanalizacji", None, False),
        ("", "Przedszkole Niepubliczne Bajka", None, False),
        ("osoba fizyczna", "Jan Kowalski", None, True),
        ("jednoosobowa działalność gospodarcza", "Usługi Jan Kowalski", Sector.BUSINESS, True),
        ("osoba fizyczna prowadząca działalność gospodarczą", "Usługi", Sector.BUSINESS, True),
    ],
)
def test_the_table_suggests_or_asks(form, name, sector, person):
    rule = rule_for(form, name)
    assert rule is not None
    assert (rule.sector, rule.person) == (sector, person)


def test_a_name_that_says_nothing_gives_no_rule():
    assert rule_for("", "Alfa Beta") is None
    assert rule_for("", "") is None


@pytest.mark.parametrize(
    ("word", "sector"),
    [
        ("Publiczny", Sector.PUBLIC),
        ("biznes", Sector.BUSINESS),
        ("NGO", Sector.NGO),
        ("nauka", Sector.SCIENCE),
        ("III sektor", Sector.NGO),
        ("inny", None),
    ],
)
def test_sectors_are_read(word, sector):
    assert read_sector(word) == sector


@pytest.mark.parametrize(
    ("word", "status"),
    [("członek", Status.MEMBER), ("Deklarowana", Status.DECLARED), ("potencjalny", Status.POTENTIAL), ("może", None)],
)
def test_statuses_are_read(word, status):
    assert read_status(word) == status


def test_a_row_marked_as_a_person_keeps_no_number_even_with_krs():
    raw = read_upload("a.csv", b"Nazwa;Osoba fizyczna;Sektor;KRS;Powiat\nJan Jawny;tak;NGO;123456;olkuski\n")
    row = decide(prepare(raw, suggest_mapping(raw)), []).table.loc[2]
    assert (row["name"], row["krs"], bool(row["person"])) == ("Osoba fizyczna", "", True)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (";;50.3366;19.5605;121204", "121204"),
        ("Klucze;Klucze;;;", "121204"),
        ("Klucze;;;;", ""),
        (";;50.3366;19.5605;", ""),
    ],
)
def test_the_gmina_that_a_row_names_itself_is_remembered(row, code):
    raw = read_upload(
        "lista.csv", f"nazwa;miejscowość;gmina;szerokość;długość;TERYT;powiat\nPróba;{row};olkuski\n".encode()
    )
    review = decide(prepare(raw, suggest_mapping(raw)), [])
    assert review.table["given"].tolist() == [code]
