"""Columns are understood from their cells where headings say nothing or something else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.pl import nip, regon

from geo.io.uploads.contents import (
    STRICT,
    is_data,
    is_email,
    is_krs,
    is_nip,
    is_phone,
    is_postal_code,
    is_regon,
    is_website,
    understand,
)
from geo.io.uploads.headings import recognise
from geo.io.uploads.reader import read_upload
from geo.model.intake import RawTable
from geo.model.members import Field
from geo.services.intake.check import check_list
from geo.services.intake.review import decide, prepare, suggest_mapping

NIPS = ("5252248481", "1234563218", "526-025-09-95")
REGONS = ("123456785", "000331501", "12345678512347")
KRS = ("0000123456", "0001012345", "0000000017")
CODES = ("17-230", "17-200", "17-210")
MAILS = ("biuro@las.pl", "a.b@urzad-narew.gov.pl", "x@gmail.com; y@wp.pl")
PHONES = ("85 681 20 00", "+48 601 200 300", "tel. (85) 681-60-05")
SITES = ("www.las.pl", "https://narew.gmina.pl/bip", "tartak.com")
LATITUDES, LONGITUDES = ("52,7012", "52.74391", "52.9120"), ("23,8531", "23.58110", "23.5190")
TERYT = ("200502", "2005011", "2005082")
PLACES = ("Białowieża", "Hajnówka", "Narew")
POWIATY = ("hajnowski", "pow. bielski", "powiat sokólski")
VOIVODESHIPS = ("podlaskie", "woj. Podlaskie", "WARMIŃSKO-MAZURSKIE")
ADDRESSES = ("ul. Stoczek 2, 17-230 Białowieża", "17-200 Hajnówka, Piłsudskiego 1", "Mickiewicza 101, 17-210 Narew")
PAIRS = ("52.7012, 23.8531", "52,7439; 23,5811", "POINT(23.5190 52.9120)")
FORMS = ("fundacja", "Sp. z o.o.", "jednostka samorządu terytorialnego")
NAMES = ("Fundacja „Las”", "Tartak Hajnówka sp. z o.o.", "Gmina Narew")
SECTORS = ("NGO", "biznes", "publiczny")
STATUSES = ("członek", "były członek", "członkini")
COLUMNS = {
    Field.NIP: NIPS,
    Field.REGON: REGONS,
    Field.KRS: KRS,
    Field.POSTAL_CODE: CODES,
    Field.EMAIL: MAILS,
    Field.PHONE: PHONES,
    Field.WEBSITE: SITES,
    Field.TERYT: TERYT,
    Field.LOCALITY: PLACES,
    Field.POWIAT: POWIATY,
    Field.VOIVODESHIP: VOIVODESHIPS,
    Field.ADDRESS: ADDRESSES,
    Field.COORDINATES: PAIRS,
    Field.FORM: FORMS,
    Field.NAME: NAMES,
    Field.SECTOR: SECTORS,
    Field.STATUS: STATUSES,
}


def table(headings, *columns):
    rows = tuple(zip(*columns, strict=True))
    return RawTable(tuple(headings), rows, tuple(range(2, len(rows) + 2)))


def mapping(headings, *columns):
    return suggest_mapping(table(headings, *columns))


# One cell


def numbers(length):
    return st.text("0123456789", min_size=length, max_size=length)


@given(numbers(9).filter(lambda d: d[0] != "0"), st.sampled_from(["", " ", "-"]), st.sampled_from(["", "PL", "PL "]))
def test_a_nip_is_known_however_it_is_parted(digits, separator, prefix):
    whole = [digits + check for check in "0123456789" if nip.is_valid(digits + check)]
    for number in whole:
        parted = separator.join((number[:3], number[3:6], number[6:8], number[8:]))
        assert is_nip(prefix + parted)
        assert not is_nip(prefix + parted[:-1])


@given(numbers(9))
def test_a_regon_is_known_by_its_check_digit(digits):
    assert is_regon(digits) == (regon.is_valid(digits) and digits != "0" * 9)


@given(numbers(9).filter(lambda d: d[0] != "0"), st.sampled_from(["+48 ", "+48", "0048 ", "tel. +48-", "48"]))
def test_nine_digits_with_the_number_of_the_country_are_a_telephone(digits, prefix):
    assert is_phone(prefix + digits)
    assert not is_phone(prefix + digits[:-1])


@pytest.mark.parametrize(
    "cell",
    [
        *PHONES,
        *("601200300", "12 345 67 89", "123-456-789", "22 6123456", "(012) 345 67 89", "12/345-67-89"),
        *("601 200 300, 85 681 20 00", "85 681 20 00 wew. 12", "85 681 20 00/01", "tel.: 85 681 20 00"),
    ],
)
def test_telephones(cell):
    assert is_phone(cell)


@pytest.mark.parametrize(
    "cell",
    ["123456785", "525-224-84-81", "17-230", "2021-05-01", "12.05.2021", "1 234 567", "121204", "tel. 000", "brak"],
)
def test_what_is_no_telephone(cell):
    assert not is_phone(cell)


@pytest.mark.parametrize(
    ("fits", "good", "bad"),
    [
        (is_postal_code, CODES, ("17230", "17-2300", "17 230", "17-230 Białowieża", "1-230")),
        (is_krs, KRS, ("123456", "1000123456", "0000000000", "00001234567")),
        (is_nip, NIPS, ("5252248482", "123456785", "0000123456", "0000000000")),
        (is_regon, REGONS, ("123456786", "000000000", "5252248481")),
        (is_email, MAILS, ("www.las.pl", "biuro@las", "biuro(at)las.pl", "Jan Kowalski biuro@las.pl")),
        (is_website, SITES, ("biuro@las.pl", "sp. z o.o.", "S.A.", "statut.pdf", "Las")),
        (STRICT[Field.LATITUDE], LATITUDES, ("52", "52.7", "23.8531", "245000.12", "48.9999", "55.1234")),
        (STRICT[Field.LONGITUDE], LONGITUDES, ("23", "52.7012", "14.0999", "24.3000")),
    ],
)
def test_strict_shapes(fits, good, bad):
    assert [cell for cell in good if not fits(cell)] == []
    assert [cell for cell in bad if fits(cell)] == []


# Columns without a heading that says anything


@pytest.mark.parametrize("field", COLUMNS)
def test_a_column_is_understood_alone(field):
    assert mapping(["A1"], COLUMNS[field]) == {field: 0}


@pytest.mark.parametrize("turned", range(0, 17, 4))
def test_columns_are_understood_side_by_side_in_any_order(turned):
    # Coordinates stand in one cell or in two columns, not both.
    order = [f for f in COLUMNS if f is not Field.COORDINATES] + [Field.LATITUDE, Field.LONGITUDE]
    order = order[turned:] + order[:turned]
    cells = COLUMNS | {Field.LATITUDE: LATITUDES, Field.LONGITUDE: LONGITUDES}
    headings = [f"Pole {n}" for n in range(len(order))]
    assert mapping(headings, *(cells[f] for f in order)) == {f: i for i, f in enumerate(order)}


def test_a_list_with_letters_for_headings_is_placed():
    headings = "ABCDEFGH"
    rows = zip(NAMES, NIPS, CODES, PLACES, POWIATY[:1] * 3, MAILS[:1] * 3, PHONES, SECTORS, strict=True)
    content = "\n".join(map(";".join, [headings, *rows])).encode()
    found = check_list("a.csv", content)
    assert [(r["state"], r["teryt"]) for r in found] == [
        ("accepted", "200502"),
        ("accepted", "200501"),
        ("accepted", "200508"),
    ]


def test_blank_cells_do_not_count_and_four_of_five_are_enough():
    assert mapping(["A1"], ("", "17-230", "", "17-200", "")) == {Field.POSTAL_CODE: 0}
    assert mapping(["A1"], (*CODES, "17-220", "brak")) == {Field.POSTAL_CODE: 0}
    assert mapping(["A1"], (*CODES, "brak", "nie ma")) == {}


def test_one_cell_tells_nothing():
    assert mapping(["A1"], ("17-230", "", "")) == {}


def test_a_teryt_column_is_one_in_every_cell():
    assert mapping(["A1"], (*TERYT, *["121204"] * 20)) == {Field.TERYT: 0}
    assert mapping(["A1"], (*TERYT, *["121204"] * 20, "999999")) == {}


def test_half_a_pair_of_coordinates_is_none():
    assert mapping(["A1"], LATITUDES) == {}
    assert mapping(["A1"], LONGITUDES) == {}
    assert mapping(["Szerokość", "A1"], LATITUDES, LONGITUDES) == {Field.LATITUDE: 0, Field.LONGITUDE: 1}


def test_the_village_is_taken_before_its_post_town():
    posts = ("Klucze", "Klucze", "Klucze")
    assert mapping(["A1", "B1"], posts, ("Rodaki", "Chechło", "Klucze"))[Field.LOCALITY] == 1


def test_large_cities_are_localities_and_adjectives_powiaty():
    assert mapping(["A1", "B1"], ("Kraków", "Łódź", "Gdańsk"), ("krakowski", "Łódź", "gdański")) == {
        Field.LOCALITY: 0,
        Field.POWIAT: 1,
    }


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Obszar działania", VOIVODESHIPS),
        ("Teren", POWIATY),
        ("Oddział", PLACES),
        ("Filie", ADDRESSES),
        ("Kod do korespondencji", CODES),
        ("Fax", PHONES),
    ],
)
def test_a_heading_may_say_that_a_column_is_of_something_else(heading, cells):
    assert mapping([heading], cells) == {}


@pytest.mark.parametrize("cells", [("Mała", "Średnia", "Duża"), ("tak", "nie", "tak"), ("12", "34", "56"), ("",) * 3])
def test_everyday_words_are_no_places(cells):
    assert mapping(["A1"], cells) == {}


# Names


def test_names_are_told_by_what_some_of_them_say():
    names = (*NAMES, "Alfa Nova", "Beta Consulting", "Gamma Systems")
    people = ("Jan Nowak", "Anna Lis", "Ewa Kot", "Piotr Wilk", "Adam Dąb", "Maria Buk")
    assert mapping(["A1", "B1"], people, names) == {Field.NAME: 1}


def test_a_name_that_a_heading_gave_stays():
    assert mapping(["Nazwa", "A1"], ("Alfa", "Beta", "Gamma"), NAMES) == {Field.NAME: 0}


def test_repeated_forms_and_streets_are_no_names():
    assert Field.NAME not in mapping(["A1"], ("ul. Szkolna 1", "ul. Szpitalna 2", "ul. Fundacji 3"))
    assert Field.NAME not in mapping(["A1"], ("fundacja krajowa",) * 4)


def test_names_are_not_taken_for_legal_forms():
    assert mapping(["A1"], ("Fundacja Las", "Stowarzyszenie Dom", "Szkoła Podstawowa nr 1"))[Field.NAME] == 0


def test_a_status_that_only_cells_tell_keeps_former_members_out():
    rows = "Nazwa;Miejscowość;A1\nFundacja A;Narew;członek\nFundacja B;Narew;były członek\n"
    assert [r["state"] for r in check_list("a.csv", rows.encode())] == ["accepted", "rejected"]


# Headings and cells


@pytest.mark.parametrize("field", COLUMNS)
def test_a_field_that_a_heading_gave_is_not_taken_from_it(field):
    headings = {f: recognise([h]) for f, h in {Field.NIP: "NIP"}.items()}
    assert headings == {Field.NIP: {Field.NIP: 0}}
    words = {f: f.value for f in COLUMNS} | {
        Field.POSTAL_CODE: "Kod pocztowy", Field.PHONE: "Telefon", Field.WEBSITE: "WWW", Field.LOCALITY: "Miejscowość",
        Field.VOIVODESHIP: "Województwo", Field.ADDRESS: "Adres", Field.COORDINATES: "Współrzędne",
        Field.FORM: "Forma prawna", Field.NAME: "Nazwa", Field.SECTOR: "Sektor", Field.EMAIL: "E-mail",
    }  # fmt: skip
    found = mapping([words[field], "A1"], COLUMNS[field], COLUMNS[field])
    assert found[field] == 0
    assert 1 not in found.values()


@pytest.mark.parametrize(
    ("heading", "field", "cells"),
    [
        ("KRS", Field.NIP, NIPS),
        ("NIP", Field.KRS, KRS),
        ("NIP/REGON", Field.REGON, REGONS),
        ("Kod", Field.TERYT, TERYT),
        ("REGON", Field.POSTAL_CODE, CODES),
        ("Telefon", Field.EMAIL, MAILS),
        ("E-mail", Field.PHONE, PHONES),
        ("E-mail", Field.WEBSITE, SITES),
        ("TERYT", Field.REGON, REGONS),
    ],
)
def test_a_heading_that_its_cells_contradict_gives_way(heading, field, cells):
    assert mapping(["Nazwa", heading], NAMES, cells) == {Field.NAME: 0, field: 1}


def test_exchanged_headings_are_exchanged_back():
    found = mapping(["NIP", "REGON", "KRS"], REGONS, KRS, NIPS)
    assert found == {Field.REGON: 0, Field.KRS: 1, Field.NIP: 2}


def test_a_heading_stays_where_the_other_field_is_taken():
    assert mapping(["NIP", "REGON"], REGONS, REGONS) == {Field.NIP: 0, Field.REGON: 1}


@pytest.mark.parametrize(
    ("heading", "field", "cells"),
    [
        ("NIP", Field.NIP, ("1111111111", "2222222222", "333")),
        ("REGON", Field.REGON, ("111111111", "222222222", "3")),
        ("KRS", Field.KRS, ("123456", "1012345", "17")),
        ("Kod pocztowy", Field.POSTAL_CODE, ("17230", "17200", "17210")),
        ("TERYT", Field.TERYT, ("20", "2005", "brak")),
        ("Szerokość", Field.LATITUDE, ("52°42'N", "N 52.7", "52")),
        ("X", Field.X, ("245000.5", "245100.5", "245200.5")),
        ("NIP", Field.NIP, ("brak", "brak", "nie ma")),
    ],
)
def test_wrong_cells_of_no_other_shape_stay_under_their_heading(heading, field, cells):
    assert mapping([heading], cells) == {field: 0}


def test_exchanged_latitude_and_longitude_are_left_to_the_reader_of_points():
    found = mapping(["Szerokość", "Długość"], LONGITUDES, LATITUDES)
    assert found == {Field.LATITUDE: 0, Field.LONGITUDE: 1}
    rows = "Nazwa;Sektor;Szerokość;Długość\nA;NGO;23.8531;52.7012\n"
    review = decide(prepare(raw := read_upload("a.csv", rows.encode()), suggest_mapping(raw)), [])
    assert "swapped" in [n.key for n in review.notes]


def test_words_below_a_letter_that_names_a_coordinate_are_understood():
    assert mapping(["N", "E"], PLACES, POWIATY) == {Field.LOCALITY: 0, Field.POWIAT: 1}
    assert mapping(["X"], PLACES) == {Field.LOCALITY: 0}


def test_a_second_column_of_a_known_heading_is_not_given_another_meaning():
    found = mapping(["Gmina", "Nazwa gminy"], PLACES, PLACES)
    assert found == {Field.GMINA: 0}


def test_a_locality_that_the_address_contradicts_is_not_taken():
    elsewhere = ("Kraków", "Gdańsk", "Łódź")
    assert mapping(["Adres", "A1"], ADDRESSES, elsewhere) == {Field.ADDRESS: 0}
    assert mapping(["Adres", "A1"], ADDRESSES, PLACES) == {Field.ADDRESS: 0, Field.LOCALITY: 1}
    assert mapping(["Miejscowość", "A1"], elsewhere, ADDRESSES) == {Field.LOCALITY: 0}


def test_a_table_without_rows_is_understood_by_its_headings():
    assert suggest_mapping(RawTable(("Nazwa", "NIP"), (), ())) == {Field.NAME: 0, Field.NIP: 1}
    assert understand((), (), {}, {}) == {}


@given(st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3), max_size=6))
def test_any_cells_give_each_column_one_meaning_at_most(rows):
    raw = RawTable(("Nazwa", "A1", "NIP"), tuple(map(tuple, rows)), tuple(range(2, len(rows) + 2)))
    found = list(suggest_mapping(raw).values())
    assert len(found) == len(set(found))
    assert set(found) <= {0, 1, 2}


# Rows


def test_a_row_is_data_by_two_columns_of_strict_shape():
    rows = [("Nazwa", "Kod", "NIP"), *zip(NAMES, CODES, NIPS, strict=True)]
    assert [is_data(rows, n) for n in range(4)] == [False, True, True, True]
    assert is_data(rows[1:], 0)
    assert not is_data([row[:2] for row in rows[1:]], 0)
    assert not is_data([("", "", "")], 0)


def test_ten_thousand_rows_cost_little():
    cells = {f: COLUMNS[f] for f in COLUMNS if f is not Field.COORDINATES}
    columns = [tuple(f"{c}" if f is not Field.NAME else f"{c} {n}" for n, c in enumerate(own * 3_334))
               for f, own in cells.items()][:15]  # fmt: skip
    raw = table([f"Pole {n}" for n in range(15)], *columns)
    suggest_mapping(raw)
    started = time.process_time()
    assert len(suggest_mapping(raw)) == 15
    assert time.process_time() - started < 0.5
