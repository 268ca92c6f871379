"""Sheets are read as a person sees them: hidden rows are told of, merged cells filled, digits kept as text taken."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.io.uploads.grid import clean, quoted_text
from geo.io.uploads.reader import read_upload
from geo.model.intake import Flaw
from geo.render.text import LANGUAGES, Text
from geo.services.intake.check import check_list
from geo.services.intake.review import decide, prepare, suggest_mapping
from support.sheets import cell, covered, line, merged, ods, xlsx

HEADINGS = ("Nazwa", "Sektor", "Miejscowość")
ROWS = (("Fundacja A", "NGO", "Narew"), ("Fundacja B", "NGO", "Supraśl"), ("Fundacja C", "NGO", "Hajnówka"))
XLS = Path(__file__).parent / "lists" / "ukryty_wiersz.xls"


def reviewed(name, content):
    raw = read_upload(name, content)
    return decide(prepare(raw, suggest_mapping(raw)), [])


# Hidden rows


def ods_with_hidden(visibility):
    hidden = f'table:visibility="{visibility}"'
    return ods({"Lista": [line(*HEADINGS), line(*ROWS[0]), line(*ROWS[1], more=hidden), line(*ROWS[2])]})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", xlsx({"Lista": [HEADINGS, *ROWS]}, hidden=(3,))),
        ("a.ods", ods_with_hidden("filter")),
        ("a.ods", ods_with_hidden("collapse")),
        ("a.xls", XLS.read_bytes()),
    ],
    ids=["xlsx", "ods filter", "ods collapse", "xls"],
)
def test_a_hidden_row_is_read_and_told_of(name, content):
    raw = read_upload(name, content)
    assert (raw.numbers, raw.hidden) == ((2, 3, 4), (3,))
    review = decide(prepare(raw, suggest_mapping(raw)), [])
    assert list(review.table["state"]) == ["accepted"] * 3
    (note,) = [n for n in review.notes if n.key == "hidden"]
    assert note.row == 3
    assert "ukryty" in Text("pl").say(note.expected)
    assert "hidden" in Text("en").say(note.expected)
    for language in LANGUAGES:
        shown = review.notes_table().shown(Text(language))
        assert 3 in list(shown.iloc[:, 0])


def test_rows_shown_and_blank_rows_that_are_hidden_are_not_told_of():
    raw = read_upload("a.xlsx", xlsx({"Lista": [HEADINGS, ROWS[0], (), ROWS[1]]}, hidden=(3,)))
    assert (raw.numbers, raw.hidden) == ((2, 4), ())
    visible = ods({"Lista": [line(*HEADINGS), line(*ROWS[0], more='table:visibility="visible"')]})
    assert read_upload("a.ods", visible).hidden == ()


def test_rows_hidden_above_the_headings_are_not_told_of():
    rows = [("Lista członków",), HEADINGS, *ROWS]
    assert read_upload("a.xlsx", xlsx({"Lista": rows}, hidden=(1, 4))).hidden == (4,)


def test_each_of_several_equal_hidden_rows_is_told_of():
    more = 'table:visibility="filter" table:number-rows-repeated="3"'
    raw = read_upload("a.ods", ods({"Lista": [line(*HEADINGS), line(*ROWS[0], more=more)]}))
    assert raw.hidden == raw.numbers == (2, 3, 4)


# Formulas that are only a text


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ('="0123"', "0123"),
        ('=""', ""),
        ('= "A" ', "A"),
        ('="mówi ""tak"""', 'mówi "tak"'),
        ('="a"&"b"', None),
        ('="a";"b"', None),
        ("=1+1", None),
        ('"a"', None),
        ('="', None),
        ('="""', None),
        ("", None),
    ],
)
def test_a_formula_that_is_a_text_in_quotation_marks(formula, text):
    assert quoted_text(formula) == text


@given(st.text(st.characters(exclude_characters='"')))
def test_a_text_kept_as_a_formula_is_that_text(text):
    assert clean(f'="{text}"') == clean(text)


@given(st.text())
def test_quotation_marks_inside_are_doubled(text):
    assert quoted_text('="' + text.replace('"', '""') + '"') == text


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv", "quoted csv"])
def test_digits_kept_as_text_are_no_flaw(kind):
    headings = ("Nazwa", "KRS", "Kod pocztowy", "Ulica")
    row = ("Fundacja A", '="0000123456"', '="32-300"', '=""')
    if kind == "xlsx":
        raw = read_upload("a.xlsx", xlsx({"Lista": [headings, row]}))
    elif kind == "ods":
        raw = read_upload("a.ods", ods({"Lista": [line(*headings), line(*row)]}))
    else:
        cells = row if kind == "csv" else ['"' + c.replace('"', '""') + '"' for c in row]
        raw = read_upload("a.csv", f"{';'.join(headings)}\n{';'.join(cells)}\n".encode())
    assert raw.rows == (("Fundacja A", "0000123456", "32-300", ""),)
    assert raw.flaws == ()


@pytest.mark.parametrize("formula", ['="a"&"b"', "=1+1", '=HYPERLINK("x","y")', "=A1"])
def test_any_other_formula_stays_a_flaw(formula):
    sheet = [("Nazwa", "NIP"), ("A", formula)]
    assert read_upload("a.xlsx", xlsx({"Lista": sheet})).flaws == (Flaw(2, 1, "formula"),)
    assert read_upload("a.ods", ods({"Lista": [line(*row) for row in sheet]})).flaws == (Flaw(2, 1, "formula"),)


def test_a_pesel_kept_as_text_is_masked():
    raw = read_upload("a.xlsx", xlsx({"Lista": [("Nazwa", "Opis"), ("A", '="44051401359"')]}))
    assert raw.rows[0][1] == "•" * 11
    assert raw.flaws == (Flaw(2, 1, "pesel"),)


# Which sheet


NOTES = (("Wykaz członków",), ("stan na maj",))
OTHER = (("Imię", "Dyżur"), ("Ala", "pon."))


def book(kind, sheets):
    if kind == "xlsx":
        return xlsx(sheets)
    return ods({name: [line(*row) for row in rows] for name, rows in sheets.items()})


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_the_first_sheet_that_is_a_list_is_read(kind):
    sheets = {"Informacje": NOTES, "Dyżury": OTHER, "Lista": (HEADINGS, *ROWS), "Stara": (HEADINGS, ROWS[0])}
    raw = read_upload(f"a.{kind}", book(kind, sheets))
    assert (raw.sheet, raw.rows, raw.sheets) == ("Lista", ROWS, tuple(sheets))


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_without_a_list_the_first_sheet_that_holds_anything_is_read(kind):
    content = book(kind, {"Pusty": [], "Dyżury": OTHER, "Informacje": NOTES})
    assert read_upload(f"a.{kind}", content).sheet == "Dyżury"


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_sheet_that_is_not_there_is_looked_for_again(kind):
    content = book(kind, {"Informacje": NOTES, "Lista": (HEADINGS, *ROWS)})
    assert read_upload(f"a.{kind}", content, sheet="Nie ma").sheet == "Lista"
    asked = read_upload(f"a.{kind}", content, sheet="Informacje")
    assert (asked.sheet, asked.rows) == ("Informacje", (("stan na maj",),))


def test_a_definition_behind_the_list_is_read_from_ods():
    content = book("ods", {"Lista": (HEADINGS, *ROWS), "Klaster": (("Nazwa", "Próba"),), "Objaśnienia": NOTES})
    raw = read_upload("a.ods", content)
    assert (raw.definition, raw.sheets, raw.rows) == ((("Nazwa", "Próba"),), ("Lista",), ROWS)


# Merged cells


POWIATY = ("Powiat", "Nazwa", "Sektor", "Miejscowość")
FILLED = (
    ("hajnowski", "Fundacja A", "NGO", "Narew"),
    ("hajnowski", "Fundacja B", "NGO", "Białowieża"),
    ("bielski", "Fundacja C", "NGO", "Brańsk"),
)


def test_cells_below_a_merged_one_are_filled_in_ods():
    rows = [
        line(*POWIATY),
        line(merged("hajnowski", 2), *FILLED[0][1:]),
        line(covered(), *FILLED[1][1:]),
        line(*FILLED[2]),
    ]
    assert read_upload("a.ods", ods({"Lista": rows})).rows == FILLED


def test_neighbouring_merged_cells_of_ods_are_filled_each_with_its_own():
    rows = [
        line("Województwo", "Powiat", "Nazwa"),
        line(merged("podlaskie", 3), merged("hajnowski", 2), "A"),
        line(covered(2), "B"),
        line(covered(), "bielski", "C"),
        line("śląskie", "żywiecki", "D"),
    ]
    assert read_upload("a.ods", ods({"Lista": rows})).rows == (
        ("podlaskie", "hajnowski", "A"),
        ("podlaskie", "hajnowski", "B"),
        ("podlaskie", "bielski", "C"),
        ("śląskie", "żywiecki", "D"),
    )


def test_cells_merged_over_several_columns_are_not_filled_down_in_ods():
    rows = [
        line(*POWIATY),
        line(merged("Powiat bielski", 2, 2), covered(), "NGO", "Brańsk"),
        line(covered(2), "NGO", "x"),
    ]
    assert read_upload("a.ods", ods({"Lista": rows})).rows[1] == ("", "", "NGO", "x")


def test_cells_below_a_merged_one_in_the_last_column_are_filled():
    rows = [("Nazwa", "Powiat"), ("A", "hajnowski"), ("B", None), ("C", None), ("D", "bielski"), ("E", None)]
    raw = read_upload("a.xlsx", xlsx({"Lista": rows}, merged=("B2:B4",)))
    assert [row[1] for row in raw.rows] == ["hajnowski"] * 3 + ["bielski", ""]


def test_equal_rows_below_a_merged_cell_of_ods_are_filled():
    again = line(covered(), "A", more='table:number-rows-repeated="2"')
    raw = read_upload("a.ods", ods({"Lista": [line("Powiat", "Nazwa"), line(merged("bielski", 3), "A"), again]}))
    assert raw.rows == (("bielski", "A"),) * 3


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_blank_row_below_a_merged_cell_stays_blank(kind):
    if kind == "xlsx":
        rows = [("Powiat", "Nazwa"), ("bielski", "A"), (None, None), (None, "B")]
        content = xlsx({"Lista": rows}, merged=("A2:A4",))
    else:
        empty = line(covered(), cell())
        rows = [line("Powiat", "Nazwa"), line(merged("bielski", 3), "A"), empty, line(covered(), "B")]
        content = ods({"Lista": rows})
    raw = read_upload(f"a.{kind}", content)
    assert (raw.rows, raw.numbers) == ((("bielski", "A"), ("bielski", "B")), (2, 4))


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_flaw_in_a_merged_cell_is_one_of_every_row_below(kind):
    if kind == "xlsx":
        content = xlsx({"Lista": [("Powiat", "Nazwa"), ("=B1", "A"), (None, "B")]}, merged=("A2:A3",))
    else:
        content = ods({"Lista": [line("Powiat", "Nazwa"), line(merged("=B1", 2), "A"), line(covered(), "B")]})
    raw = read_upload(f"a.{kind}", content)
    assert raw.rows == (("#", "A"), ("#", "B"))
    assert raw.flaws == (Flaw(2, 0, "formula"), Flaw(3, 0, "formula"))


def test_an_old_workbook_is_read_as_it_is_seen():
    raw = read_upload(XLS.name, XLS.read_bytes())
    assert (raw.sheet, raw.numbers) == ("Lista", (2, 3, 4))
    assert [row[:2] for row in raw.rows] == [("hajnowski", f"Fundacja {letter}") for letter in "ABC"]
    assert [row["teryt"] for row in check_list(XLS.name, XLS.read_bytes())] == ["200502", "200508", "200501"]


# Which row holds the headings


def test_words_in_a_row_of_data_do_not_make_it_headings():
    rows = [
        ("Nazwa", "Powiat", "Kontakt"),
        ("Fundacja A", "powiat hajnowski", "biuro@mail.pl"),
        ("Gmina Narew", "powiat hajnowski", "tel. 85 681 60 05, www.narew.pl"),
    ]
    raw = read_upload("a.xlsx", xlsx({"Lista": rows}))
    assert (raw.headings, raw.heading, len(raw.rows)) == (rows[0], 1, 2)


def test_a_row_of_data_below_headings_that_nobody_knows_is_not_taken_for_them():
    rows = [("A1", "B1", "C1", "D1"), ("Fundacja A", "17-230", "powiat hajnowski", "a@mail.pl")]
    rows.append(("Gmina Narew", "17-210", "powiat hajnowski", "b@mail.pl"))
    raw = read_upload("a.xlsx", xlsx({"Lista": rows}))
    assert (raw.headings, raw.heading, len(raw.rows)) == (rows[0], 1, 2)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_headings_in_two_rows_of_which_the_upper_is_shorter(kind):
    rows = [
        ("Lp.", "Nazwa podmiotu", "Sektor", "Siedziba"),
        (None, None, None, "Miejscowość", "Gmina", "Powiat"),
        ("1", "Fundacja A", "NGO", "Teremiski", "Białowieża", "hajnowski"),
    ]
    raw = read_upload(f"a.{kind}", book(kind, {"Lista": [[c or "" for c in row] for row in rows]}))
    assert raw.headings == ("Lp.", "Nazwa podmiotu", "Sektor", "Miejscowość", "Gmina", "Powiat")
    assert (raw.heading, raw.rows, raw.flaws) == (2, (rows[2],), ())


def test_a_first_row_of_few_cells_is_not_a_second_row_of_headings():
    raw = read_upload("a.csv", b"Nazwa;Gmina;Powiat;Uwagi\nPartner;;;\nFirma B;Narew;hajnowski;\n")
    assert (raw.heading, len(raw.rows)) == (1, 2)


DATA = (
    ("Fundacja „Las”", "5252248481", "17-230", "Białowieża"),
    ("Tartak sp. z o.o.", "1234563218", "17-200", "Hajnówka"),
    ("Gmina Narew", "5260250995", "17-210", "Narew"),
)


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_a_file_without_headings_loses_no_row(kind):
    content = "".join(";".join(row) + "\n" for row in DATA).encode() if kind == "csv" else book(kind, {"Lista": DATA})
    raw = read_upload(f"a.{kind}", content)
    assert raw.headings == ("Kolumna 1", "Kolumna 2", "Kolumna 3", "Kolumna 4")
    assert (raw.heading, raw.rows, raw.numbers, raw.preamble, raw.definition) == (0, DATA, (1, 2, 3), (), ())
    assert [row["teryt"] for row in check_list(f"a.{kind}", content)] == ["200502", "200501", "200508"]
    # The user may say otherwise.
    assert read_upload(f"a.{kind}", content, heading=1).headings == DATA[0]


def test_one_column_of_codes_does_not_make_a_first_row_data():
    raw = read_upload("a.csv", b"Kto;17-230\nA;17-200\nB;17-210\n")
    assert (raw.headings, raw.heading) == (("Kto", "17-230"), 1)


def test_flaws_of_the_first_row_are_told_where_it_is_data():
    rows = [(*DATA[0], "=1+1"), *DATA[1:]]
    assert read_upload("a.xlsx", xlsx({"Lista": rows})).flaws == (Flaw(1, 4, "formula"),)
