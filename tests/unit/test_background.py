"""Tables of the Local Data Bank are read in both layouts, whatever a spreadsheet did to their codes."""

import pytest

from geo.errors import MemberTableError
from geo.io.background import read_background
from geo.model.units import Level

WIDE = """Kod;Nazwa;ogółem;2023;[jed. gosp.];
""".replace("ogółem;2023;[jed. gosp.]", "podmioty 2023;sekcja Q 2023")
ROWS = (
    "0000000;POLSKA;5000000;300000",
    "1200000;MAŁOPOLSKIE;400 000;30 000,5",
    "1212000;Powiat olkuski;12000;800",
    "1212043;Klucze (3);1500;-",
    "1212053;Olkusz (3);5500;401",
    "1212054;Olkusz - miasto (4);5000;400",
    "1212055;Olkusz - obszar wiejski (5);500;1",
    "0201011;Bolesławiec (1);4000;.",
)


def wide(rows=ROWS, encoding="utf-8-sig"):
    return (WIDE + "\n".join(f"{r};" for r in rows)).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1250"])
def test_wide_table(encoding):
    table = read_background(wide(encoding=encoding))
    assert list(table.columns) == ["podmioty 2023", "sekcja Q 2023"]
    whole, section = table.columns.values()
    assert whole.to_dict() == {"020101": 4000, "12": 400000, "1212": 12000, "121204": 1500, "121205": 5500}
    assert section["121204"] == 0, "a dash is none"
    assert section.isna()["020101"], "a dot is not known"
    assert section["12"] == 30000.5
    assert table.unknown == ()


def test_lost_leading_zeros_are_restored():
    rows = [r.removeprefix("0") for r in ROWS[1:]]
    assert read_background(wide(rows)).columns["podmioty 2023"]["020101"] == 4000


def test_teryt_codes_of_six_digits():
    table = read_background(b"teryt,firmy\n121204,7\n20101,3\n")
    assert table.columns["firmy"].to_dict() == {"020101": 3, "121204": 7}


def test_levels_mixed_in_one_column_are_read_as_they_stand():
    table = read_background(b"teryt;firmy\n12;30\n02;20\n1212;9\n121204;7\n20101;3\n0201;5\n")
    assert table.columns["firmy"].to_dict() == {"12": 30, "02": 20, "1212": 9, "121204": 7, "020101": 3, "0201": 5}


def test_long_table():
    lines = ["Kod;Nazwa;Sekcje;Rok;Wartosc;Jednostka miary;Atrybut;"]
    for code, value in (("1212000", "800"), ("1200000", "30000")):
        lines += [f"{code};x;{s};{y};{value};szt.;;" for s in ("Q", "C") for y in ("2022", "2023")]
    table = read_background("\n".join(lines).encode())
    assert list(table.columns) == ["Q · 2022", "Q · 2023", "C · 2022", "C · 2023"]
    assert table.at("Q · 2023", Level.POWIAT).to_dict() == {"1212": 800}


@pytest.mark.parametrize(
    ("attribute", "known"), [("n", False), ("x", False), ("X", False), (".", False), ("p", True), ("", True)]
)
@pytest.mark.parametrize("head", ["Atrybut", "Attribute"])
def test_a_value_that_is_not_available_is_not_zero(head, attribute, known):
    rows = [
        f"121204{k};Klucze;{year};{number};osoba;{sign};"
        for k, year, number, sign in ((2, "2023", 0, attribute), (2, "2022", 7, ""))
    ]
    table = read_background("\n".join([f"Kod;Nazwa;Rok;Wartosc;Jednostka miary;{head};", *rows]).encode())
    year = table.at("2023", Level.GMINA)
    assert (year is not None and year.notna()["121204"]) == known
    assert table.at("2022", Level.GMINA)["121204"] == 7


def test_a_coarser_level_is_summed_only_from_known_parts():
    rows = ["1212043;a;1", "1212053;b;2", "0201011;c;.", "0201022;d;5"]
    table = read_background(("Kod;Nazwa;n\n" + "\n".join(rows)).encode())
    powiaty = table.at("n", Level.POWIAT)
    assert powiaty["1212"] == 3
    assert powiaty.isna()["0201"]
    assert read_background(b"Kod;Nazwa;n\n1200000;x;1\n").at("n", Level.GMINA) is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"Nazwa;n\nKlucze;1\n", "table.no_code"),
        (b"Kod;Nazwa;n\n9999999;x;1\n", "table.not_units"),
        (b"Kod;Nazwa;n\n1212043;x;wiele\n", "table.no_numbers"),
        (b"", "table.not_csv"),
        (b"Kod,Nazwa,n\n1212043,x,1,5\n", r"table.extra \(row: 2"),
    ],
)
def test_what_is_wrong_is_said(content, words):
    with pytest.raises(MemberTableError, match=words):
        read_background(content)


def test_codes_that_are_no_units_today_are_named():
    table = read_background(wide((*ROWS, "3203042;Ostrowice (2);200;3")))
    assert table.unknown == ("3203042",)
