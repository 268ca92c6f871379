"""Headings of real lists are understood, and words in cells are not taken for headings."""

import pytest

from geo.io.uploads.headings import heading_row, is_list, recognise
from geo.model.members import Field


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Adres siedziby - gmina", Field.GMINA),
        ("Adres siedziby: powiat", Field.POWIAT),
        ("Adres – województwo", Field.VOIVODESHIP),
        ("Adres siedziby - ulica i nr", Field.STREET),
        ("Adres siedziby: kod pocztowy", Field.POSTAL_CODE),
        ("Adres siedziby - miejscowość", Field.LOCALITY),
        ("Adres siedziby firmy", Field.ADDRESS),
        ("Adres (ulica, nr, kod, miejscowość)", Field.ADDRESS),
        ("Adres e-mail biura", Field.EMAIL),
        ("Rok przystąpienia", Field.JOINED),
        ("Data wstąpienia do klastra", Field.JOINED),
        ("Członek klastra od", Field.JOINED),
        ("Data wystąpienia z klastra", Field.LEFT_ON),
        ("Data rezygnacji", Field.LEFT_ON),
        ("Data zakończenia członkostwa", Field.LEFT_ON),
        ("Członkostwo do", Field.LEFT_ON),
        ("Członek klastra", Field.NAME),
        ("Uczestnik klastra", Field.NAME),
        ("Jednostka", Field.NAME),
        ("Nazwa członka od 2020", Field.NAME),
        ("Miasto/wieś", Field.LOCALITY),
    ],
)
def test_a_heading_is_understood(heading, field):
    assert recognise([heading]) == {field: 0}


@pytest.mark.parametrize(
    "heading",
    [
        "Członek zarządu",
        "Jednostka terytorialna",
        "Wielkość przedsiębiorstwa",
        "Rok założenia",
        "Osoba do kontaktu",
        "Szkoła Podstawowa nr 1",
    ],
)
def test_a_heading_of_something_else_is_left(heading):
    assert recognise([heading]) == {}


def test_headings_win_over_the_words_in_a_row_of_data():
    rows = [
        ["Nazwa", "Powiat", "Gmina", "Kontakt"],
        ["Partner Sp. z o.o.", "powiat hajnowski", "gmina Narew", "tel. 85 681 60 05"],
        ["Firma Las", "powiat hajnowski", "miasto Hajnówka", "www.las.pl, e-mail: biuro@las.pl"],
    ]
    assert heading_row(rows) == 0
    assert heading_row([["Wykaz"], *rows]) == 1


def test_contacts_above_a_table_do_not_make_a_list():
    assert not is_list([["Biuro klastra", "tel. 85 681 60 05"], ["e-mail: biuro@las.pl", "www.las.pl"]])
