"""Files that leave the house harm nobody."""

import csv
import datetime as dt
import io
import re

import openpyxl
import pandas as pd
import pytest

from geo.export.tables import safe_cell, table_file, to_csv, to_xlsx
from geo.model.selection import Subject
from geo.render.text import Text
from geo.services.subjects import subjects_of_all
from geo.services.views import Given, view_of


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_cells_do_not_become_formulas(start):
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


def test_numbers_keep_their_sign():
    assert safe_cell(-3.5) == -3.5


def test_csv_opens_in_a_polish_spreadsheet():
    content = to_csv(pd.DataFrame({"Nazwa": ["Żółć; =x", "=1+1"], "Wartość": [1.5, -2.0]}))
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Nazwa;Wartość"
    assert lines[1] == '"Żółć; =x";1,5'
    assert lines[2] == "'=1+1;-2,0"


def test_a_program_that_guesses_finds_the_columns_of_every_csv():
    table = pd.DataFrame(
        {
            "w zasięgu, bez członka": [1, 2],
            "Organisations per 10,000 inhabitants": [0.5, 1.25],
            "Klaster „A; B”": ["x", "y"],
            "=1+1": ["a", "b"],
        }
    )
    content = to_csv(table)
    heads = content.decode("utf-8-sig").splitlines()[0].split(";")
    assert heads == ["w zasięgu – bez członka", "Organisations per 10 000 inhabitants", "Klaster „A – B”", "'=1+1"]
    guessed = pd.read_csv(io.BytesIO(content), sep=None, engine="python", encoding="utf-8-sig")
    assert guessed.shape == (2, 4)
    assert csv.Sniffer().sniff(content.decode("utf-8-sig")).delimiter == ";"


@pytest.mark.parametrize("view", ["density", "coverage", "compare", "country"])
@pytest.mark.parametrize("language", ["pl", "en"])
def test_headings_of_every_table_have_units_in_brackets(view, language):
    text = Text(language)
    asked = Given(Subject.of("kluczewski") if view != "country" else Subject(subjects_of_all()), text, {})
    for table in view_of(view, asked).tables:
        content = table_file(table, "csv", text)
        if not len(table):
            continue
        guessed = pd.read_csv(io.BytesIO(content), sep=None, engine="python", encoding="utf-8-sig", dtype=str)
        assert guessed.shape == table.shown(text, filed=True).shape
        for heading in guessed.columns:
            assert not re.search(r"[,;]", heading)
            assert not re.search(r"(km²|%|\bkm)$", heading), heading


def test_a_wide_sheet_is_printed_on_pages_that_can_be_read():
    table = pd.DataFrame({f"Kolumna {n}": ["trzydzieści osiem znaków w każdej z kolumn"] for n in range(20)})
    (sheet,) = openpyxl.load_workbook(io.BytesIO(to_xlsx(table, "Gminy"))).worksheets
    # Calibri of 11 points: about 135 signs on a line of A4 on its side.
    wide = sum(column.width for column in sheet.column_dimensions.values())
    assert 11 * 135 * sheet.page_setup.fitToWidth / wide >= 5.5
    assert sheet.page_setup.fitToWidth > 1
    assert sheet.print_title_cols == "$A:$A"


def test_rows_of_a_workbook_are_as_high_as_their_words():
    long = "bez członka, ale ponad połowa mieszkańców ma do członka nie więcej niż 10 km; najbliższy: Gmina Bolesław"
    table = pd.DataFrame({"Nazwa": ["A", "B"], "Dlaczego": [long, "krótko"]})
    (sheet,) = openpyxl.load_workbook(io.BytesIO(to_xlsx(table, "Gminy"))).worksheets
    assert sheet.row_dimensions[2].height == 30
    assert sheet.row_dimensions[3].height is None
    assert sheet["A2"].alignment.vertical == "top"


def test_a_workbook_is_ready_to_filter_and_print():
    table = pd.DataFrame(
        {
            "Nazwa": ["=1+1", "'=1", "\tx"],
            "Data": ["2016-12-08", "2015", ""],
            "Ludność": [1234567, 5, 6],
            "Udział": [0.5, 1, 2],
        }
    )
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(table, "Gminy: powiat/olkuski [1212] i jeszcze dłuższa nazwa")))
    (sheet,) = book.worksheets
    assert len(sheet.title) <= 31
    assert sheet.auto_filter.ref == "A1:D4"
    assert sheet.freeze_panes == "A2"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        "landscape",
        1,
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.print_title_cols is None
    formula, quoted, tabbed = (sheet.cell(row, 1) for row in (2, 3, 4))
    assert (formula.value, formula.data_type, formula.quotePrefix) == ("=1+1", "s", True)
    # What reading takes off is put on, so that reading is exact.
    assert quoted.value == "''=1"
    assert tabbed.value == "\tx"
    assert sheet["B2"].value.date() == dt.date(2016, 12, 8)
    assert sheet["B3"].value == "2015"
    assert (sheet["C2"].number_format, sheet["D2"].number_format) == ("#,##0", "#,##0.0")
