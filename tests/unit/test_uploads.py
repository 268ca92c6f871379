"""Uploaded files are read cell by cell, and every planted danger is refused by name."""

import csv
import io
import json
import re
import sqlite3
import time
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from stdnum.pl import nip, pesel, regon

from geo.errors import UploadError
from geo.io.uploads.layers import LATITUDE, LONGITUDE
from geo.io.uploads.limits import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS
from geo.io.uploads.masking import MASK
from geo.io.uploads.reader import read_upload
from geo.model.intake import Flaw

POLISH = "ąćęłńóśźż ĄĆĘŁŃÓŚŹŻ"
HEADINGS = ("Nazwa", "NIP", "Miejscowość", "Uwagi")
MEMBERS = (
    (f"Fundacja {POLISH}", "5252248481", "Łódź", "a; b, c"),
    ("Gęś „Źródło” sp. z o.o.", "0123456789", "Kraków", ""),
    ("Żółw & <Jaźń>", "1234563218", "Świętochłowice", 'mówi "tak"'),
)
PLACES = ((19.455983, 51.759249), (19.94498, 50.06465), (18.917535, 50.291901))
LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>'
# The process is stopped by the CPU time it used; the wall clock of a busy machine runs on.
SECONDS, MEGABYTES = 150, 300


# Files --------------------------------------------------------------------------------------------


def xlsx(rows, *, title="Lista", more=()):
    book = openpyxl.Workbook()
    for name, content in ((title, rows), *more):
        sheet = book.active if name == title else book.create_sheet(name)
        sheet.title = name
        for row in content:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content, change):
    """Write an archive again with its entries changed by `change(name, bytes) -> (name, bytes)`."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            name, data = change(entry.filename, old.read(entry))
            new.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else None)
    return out.getvalue()


def with_sheet(xml):
    return repacked(xlsx([HEADINGS]), lambda n, d: (n, xml if n == "xl/worksheets/sheet1.xml" else d))


def sheet_xml(*rows, doctype=""):
    body = "".join(
        f'<row r="{number}">'
        + "".join(f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>' for at, text in cells)
        + "</row>"
        for number, cells in ((1, (("A1", "Nazwa"), ("B1", "NIP"))), *rows)
    )
    spread = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'{doctype}<worksheet xmlns="{spread}"><sheetData>{body}</sheetData></worksheet>'.encode()


def cell(text, more=""):
    kind = "" if "value-type" in more else 'office:value-type="string"'
    return f"<table:table-cell {kind} {more}><text:p>{text}</text:p></table:table-cell>"


def line(*cells, more=""):
    return f"<table:table-row {more}>{''.join(c if c.startswith('<') else cell(c) for c in cells)}</table:table-row>"


def ods(*rows, doctype="", tables=""):
    space = "urn:oasis:names:tc:opendocument:xmlns:{0}:1.0"
    spaces = " ".join(f'xmlns:{n}="{space.format(n)}"' for n in ("office", "table", "text"))
    tables = tables or f'<table:table table:name="Lista">{line("Nazwa", "NIP", "Uwagi")}{"".join(rows)}</table:table>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr(
            "content.xml",
            f"{doctype}<office:document-content {spaces}><office:body><office:spreadsheet>{tables}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def members_frame(rows=MEMBERS, headings=HEADINGS):
    return pd.DataFrame(list(rows), columns=list(headings))


def pandas_ods(rows=MEMBERS, headings=HEADINGS):
    out = io.BytesIO()
    members_frame(rows, headings).to_excel(out, engine="odf", index=False, sheet_name="Lista")
    return out.getvalue()


def layer(folder, ending, crs=4326, geometry=None, frame=None):
    frame = members_frame() if frame is None else frame
    shapes = [shapely.Point(p) for p in PLACES] if geometry is None else geometry
    points = gpd.GeoDataFrame(frame, geometry=shapes, crs=4326).to_crs(crs)
    path = folder / f"lista.{ending}"
    driver = {"gpkg": "GPKG", "kml": "LIBKML", "geojson": "GeoJSON"}[ending]
    points.to_file(path, driver=driver, engine="pyogrio")
    return path.read_bytes()


def gpkg_with(folder, *statements):
    path = folder / "lista.gpkg"
    layer(folder, "gpkg")
    base = sqlite3.connect(path)
    for statement in statements:
        base.execute(statement)
    base.commit()
    base.close()
    return path.read_bytes()


def gpkg_view(folder, select):
    return gpkg_with(
        folder,
        "DELETE FROM gpkg_contents",
        "DELETE FROM gpkg_geometry_columns",
        f"CREATE VIEW v AS {select}",
        "INSERT INTO gpkg_contents(table_name, data_type, identifier, srs_id) VALUES ('v', 'attributes', 'v', 0)",
    )


def kml(*placemarks, doctype="", folder=True):
    inside = "".join(
        f"<Placemark><name>{name}</name><description>{text}</description>"
        f"<Point><coordinates>{x},{y}</coordinates></Point></Placemark>"
        for (name, text), (x, y) in zip(placemarks, PLACES, strict=False)
    )
    if folder:
        inside = f"<Folder><name>Lista</name>{inside}</Folder>"
    return f'{doctype}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside}</Document></kml>'.encode()


def geojson(*properties, geometry=None, **more):
    features = [{"type": "Feature", "properties": p, "geometry": geometry} for p in properties]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def text(*rows, separator=";"):
    return "".join(separator.join(r) + "\n" for r in rows).encode()


# What came out ------------------------------------------------------------------------------------


def problem(name, content, sheet=""):
    with pytest.raises(UploadError) as caught:
        read_upload(name, content, sheet=sheet)
    assert caught.value.problem in str(caught.value)
    return caught.value.problem


def outcome(name, content):
    """Return the key of the problem, or "" where there is none."""
    try:
        read_upload(name, content)
    except UploadError as error:
        return error.problem
    return ""


def columns(table, wanted=HEADINGS):
    at = [table.headings.index(h) for h in wanted]
    return tuple(tuple(row[i] for i in at) for row in table.rows)


def memory(field):
    return int(re.search(rf"{field}:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def bounded(name, content):
    """Return the key of the problem, having checked how long and how much memory the answer took."""
    # getrusage keeps the peak of everything that ran before; this peak can be set back.
    Path("/proc/self/clear_refs").write_text("5")
    before, started = memory("VmRSS"), time.monotonic()
    key = outcome(name, content)
    took, grown = time.monotonic() - started, memory("VmHWM") - before
    assert grown < MEGABYTES, f"{key!r}: the reading process grew by {grown:.0f} MB"
    assert took < SECONDS, f"{key!r}: it took {took:.0f} s"
    return key


# Good files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250", "iso8859-2"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_csv_is_read_whatever_its_encoding_separator_and_line_ends(encoding, separator, newline):
    rows = [
        [f"Lista {POLISH}"],
        [],
        ["Nazwa", "Miejscowość", "Szerokość"],
        [f"Gęś {separator} {POLISH}", f"Kraków{newline}Stary", "50,061"],
        [],
        ["Źdźbło 'a'", 'mówi "tak"', "-19,9"],
        ["", "", ""],
        ["Ćma", "", ""],
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=newline).writerows(rows)
    table = read_upload("Lista.CSV", out.getvalue().encode(encoding))
    assert table.headings == ("Nazwa", "Miejscowość", "Szerokość")
    assert table.rows == (
        (" ".join(f"Gęś {separator} {POLISH}".split()), "Kraków Stary", "50,061"),
        ("Źdźbło 'a'", 'mówi "tak"', "-19,9"),
        ("Ćma", "", ""),
    )
    assert table.numbers == (4, 6, 8)
    assert (table.preamble, table.flaws) == (((f"Lista {POLISH}",),), ())
    assert (table.encoding, table.separator, table.format) == (encoding, separator, "csv")


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.tsv", "C:\\Pulpit\\a.b.csv", "../../a.csv"])
def test_only_the_extension_of_a_name_matters(name):
    assert read_upload(name, text(("Nazwa", "NIP"), ("A", "1"))).rows == (("A", "1"),)


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_quoted_field_may_hold_lines_and_many_separators(separator):
    told = separator.join(["Uczy", " leczy", " radzi"]) + "\ni bada" + separator + " i wdraża"
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([["Nazwa", "Uwagi", "Miejscowość"], ["Ala", told, "Kraków"]])
    table = read_upload("a.csv", out.getvalue().encode())
    assert table.rows == (("Ala", " ".join(told.split()), "Kraków"),)


def test_commas_in_titles_and_addresses_do_not_pass_for_separators():
    rows = [("Nazwa", "Ulica", "Miejscowość"), *[(f"Firma {n}", f"ul. Długa {n}, lok. 2", "Łódź") for n in range(5)]]
    table = read_upload("a.csv", "Lista członków, 2025\nŹródło: KRS, GUS\n".encode() + text(*rows))
    assert table.separator == ";"
    assert (table.headings, table.rows) == (rows[0], tuple(rows[1:]))


def same_table(folder, kind):
    if kind == "csv":
        out = io.StringIO()
        csv.writer(out, delimiter=";").writerows([HEADINGS, *MEMBERS])
        return "a.csv", out.getvalue().encode("cp1250")
    if kind == "xlsx":
        return "a.xlsx", xlsx([HEADINGS, *MEMBERS])
    if kind == "ods":
        return "a.ods", pandas_ods()
    ending, _, crs = kind.partition(" ")
    return f"a.{ending}", layer(folder, ending, int(crs or 4326))


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods", "geojson", "gpkg 2180", "gpkg 4326", "kml"])
def test_the_same_table_gives_the_same_cells_in_every_format(tmp_path, kind):
    table = read_upload(*same_table(tmp_path, kind))
    assert columns(table) == MEMBERS
    assert table.numbers == (2, 3, 4)
    assert (table.format, table.flaws, table.shapes) == (kind.split()[0], (), 0)
    if table.format in ("geojson", "gpkg", "kml"):
        places = np.array(columns(table, (LONGITUDE, LATITUDE)), dtype=float)
        np.testing.assert_allclose(places, PLACES, atol=1e-6)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_row_numbers_are_those_a_spreadsheet_shows(kind):
    blank = (None, None, None, None)
    rows = [("Lista członków", None, None, None), blank, HEADINGS, MEMBERS[0], blank, MEMBERS[1], blank, blank]
    rows.append(MEMBERS[2])
    content = xlsx(rows) if kind == "xlsx" else pandas_ods(rows[1:], [rows[0][0], "", " ", "  "])
    table = read_upload(f"a.{kind}", content)
    assert table.numbers == (4, 6, 9)
    assert columns(table) == MEMBERS
    assert table.preamble == (("Lista członków",),)


def test_numbers_of_a_spreadsheet_are_written_plain():
    row = (5252248481, 50.0625, 12.0, True, 0)
    headings = ("NIP", "Szerokość", "Nr", "Osoba fizyczna", "KRS")
    expected = (("5252248481", "50.0625", "12", "tak", "0"),)
    assert read_upload("a.xlsx", xlsx([headings, row])).rows == expected
    assert read_upload("a.ods", pandas_ods([row], headings)).rows == expected
    assert read_upload("a.geojson", geojson(dict(zip(headings, row, strict=True)))).rows == expected


def test_the_sheet_or_layer_asked_for_is_read(tmp_path):
    book = xlsx([HEADINGS, MEMBERS[0]], more=[("Druga", [HEADINGS, MEMBERS[1]]), ("Klaster", [("Nazwa", "Próba")])])
    table = read_upload("a.xlsx", book, sheet="Druga")
    assert (table.rows, table.sheet, table.sheets) == ((MEMBERS[1],), "Druga", ("Lista", "Druga"))
    assert table.definition == (("Nazwa", "Próba"),)
    assert read_upload("a.xlsx", book).rows == (MEMBERS[0],)
    tables = "".join(
        f'<table:table table:name="{n}">{line("Nazwa", "NIP")}{line(n, "1")}</table:table>' for n in ("Raz", "Dwa")
    )
    assert read_upload("a.ods", ods(tables=tables), sheet="Dwa").rows == (("Dwa", "1"),)
    layer(tmp_path, "gpkg")
    other = gpd.GeoDataFrame(members_frame(MEMBERS[:1]), geometry=[shapely.Point(PLACES[0])], crs=4326)
    other.to_file(tmp_path / "lista.gpkg", layer="druga", driver="GPKG", engine="pyogrio")
    both = (tmp_path / "lista.gpkg").read_bytes()
    assert columns(read_upload("a.gpkg", both, sheet="druga")) == MEMBERS[:1]
    assert columns(read_upload("a.gpkg", both, sheet="lista")) == MEMBERS


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_the_first_sheet_that_holds_a_list_is_read(kind):
    if kind == "xlsx":
        content = xlsx([], title="Pusty", more=[("Lista", [HEADINGS, MEMBERS[0]])])
    else:
        empty, full = line("<table:table-cell/>"), line("Nazwa", "NIP") + line("A", "1")
        content = ods(
            tables=f'<table:table table:name="Pusty">{empty}</table:table>'
            f'<table:table table:name="Lista">{full}</table:table>'
        )
    table = read_upload(f"a.{kind}", content)
    assert (table.sheet, len(table.rows)) == ("Lista", 1)


def test_kml_whose_placemarks_lie_in_no_named_folder_is_read():
    table = read_upload("a.kml", kml(("Gęś", "opis"), ("Źdźbło", ""), folder=False))
    assert columns(table, ("Name", "description")) == (("Gęś", "opis"), ("Źdźbło", ""))


def test_a_note_on_an_ods_cell_is_not_its_text():
    noted = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>uwaga</text:p></office:annotation>'
        "<text:p>Gęś</text:p></table:table-cell>"
    )
    assert read_upload("a.ods", ods(line(noted, "1", "x"))).rows == (("Gęś", "1", "x"),)


def test_a_line_break_in_an_ods_cell_parts_words():
    table = read_upload("a.ods", ods(line("Gęś<text:line-break/>Kaczka<text:tab/>Kura<text:s/>Indyk", "1", "x")))
    assert table.rows[0][0] == "Gęś Kaczka Kura Indyk"


def test_a_feature_is_never_taken_for_headings():
    table = read_upload("a.geojson", geojson({"": "Ala"}, {"": "Ola"}, {"": "Ela"}))
    assert "Ala" not in table.headings
    assert len(table.rows) == 3


# Files that are refused ---------------------------------------------------------------------------


GOOD = text(("Nazwa", "NIP"), ("A", "1"))
NOISE = np.random.default_rng(1).bytes(5_000)
DAMAGED_XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", b"a" * (MAX_BYTES + 1), "too_large"),
        ("a.xlsx", b"PK\x03\x04" + b"a" * MAX_BYTES, "too_large"),
        ("a.csv", b"", "empty"),
        ("a.xlsx", b"", "empty"),
        ("a.kml", b"", "empty"),
        ("a.csv", b" \t\r\n \n", "empty"),
        ("a.csv", "\ufeff \n".encode(), "empty"),
        ("a.csv", " \n \n".encode("utf-16"), "empty"),
        ("a.csv", b";;;\n;;;\n", "empty"),
        ("a.doc", GOOD, "extension"),
        ("a.xls", DAMAGED_XLS, "broken"),
        ("lista", GOOD, "extension"),
        (".csv", GOOD, "extension"),
        ("", GOOD, "extension"),
        ("a.csv", xlsx([HEADINGS]), "wrong_extension"),
        ("a.xlsx", GOOD, "wrong_extension"),
        ("a.ods", xlsx([HEADINGS]), "wrong_extension"),
        ("a.xlsx", ods(), "wrong_extension"),
        ("a.csv", kml(("a", "b")), "wrong_extension"),
        ("a.geojson", GOOD, "wrong_extension"),
        ("a.gpkg", geojson({"Nazwa": "A"}), "wrong_extension"),
        ("a.csv", b"SQLite format 3\0" + bytes(500), "wrong_extension"),
        ("a.csv", NOISE, "binary"),
        ("a.txt", b"\xff\xfe\x00\xd8\x00\xd8", "binary"),
        ("a.csv", "Nazwa;NIP\nA;1\n".encode("utf-16-le"), "binary"),
        ("a.csv", "Nazwa;NIP\nA;1\n".encode("utf-32"), "binary"),
        ("a.csv", b"Nazwa;NIP\nA\0B;1\n", "binary"),
        ("a.xlsx", DAMAGED_XLS, "wrong_extension"),
        ("a.csv", DAMAGED_XLS, "wrong_extension"),
        ("a.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "binary"),
        ("a.xlsx", b"%PDF-1.7\n", "binary"),
        ("a.xlsx", xlsx([HEADINGS, *MEMBERS])[:-200], "broken"),
        ("a.xlsx", xlsx([HEADINGS, *MEMBERS])[:300], "broken"),
        ("a.ods", pandas_ods()[:-200], "broken"),
        ("a.ods", ods(line("A"))[:200], "broken"),
        ("a.xlsx", b"PK\x03\x04", "broken"),
        ("a.gpkg", b"SQLite format 3\0", "broken"),
        ("a.kml", kml(("a", "b"))[:-20], "broken"),
        ("a.kml", b"<kml><Folder>" * 50_000, "broken"),
        ("a.geojson", geojson({"Nazwa": "A"})[:-5], "broken"),
        ("a.geojson", b"[" * 500_000, "broken"),
        ("a.geojson", b'{"a":' * 500_000 + b"1" + b"}" * 500_000, "broken"),
        ("a.geojson", b'{"type": "Feature", "properties": {"a": 1}, "geometry": null}', "geojson"),
        ("a.geojson", b"[1, 2]", "geojson"),
        ("a.geojson", b'{"features": [1]}', "geojson"),
        ("a.geojson", b'{"features": {}}', "geojson"),
        ("a.geojson", geojson(), "empty"),
        ("a.geojson", geojson({"Nazwa": "A"}, crs={"type": "name"}), "crs"),
        ("a.geojson", geojson({"Nazwa": "A"}, crs={"properties": {"name": "EPSG:999999"}}), "crs"),
        ("a.csv", text(("Nazwa", "NIP", "Uwagi"), ('"A', "1", "x"), *[("B", "2", "y")] * 3), "quote"),
        ("a.csv", text(("Nazwa", "NIP", "Uwagi"), ("A", "1", "x"), ('"B', "2", "y")), "quote"),
        ("a.csv", text(("Nazwa", "NIP", "Uwagi"), ("A", "1", "x"), ('"B', "2", "y")).rstrip(), "quote"),
        ("a.csv", text(("Nazwa", "NIP"), ('"A', "1"), ("B", "2")), "quote"),
        ("a.csv", text(("Nazwa", "NIP"), ("A", "1"), ('"B', "2")), "quote"),
        ("a.csv", text(("Nazwa", "NIP"), ("A", "1"), *[("x",) * 30], ('"B', "2"), ("C", "3")), "quote"),
        ("a.csv", text(("Nazwa",), ('"A',), ("B",), ("C",)), "quote"),
        ("a.csv", text(("Nazwa", "NIP"), *[("A", "1")] * (MAX_ROWS + 1)), "rows"),
        ("a.geojson", geojson(*[{"Nazwa": "A"}] * (MAX_ROWS + 1)), "rows"),
        ("a.xlsx", with_sheet(sheet_xml(*[(n + 2, [(f"A{n + 2}", "x")]) for n in range(MAX_ROWS + 1)])), "rows"),
        ("a.ods", ods(line("A", more=f'table:number-rows-repeated="{MAX_ROWS + 1}"')), "rows"),
        ("a.csv", text(["Nazwa", "NIP"], ["x"] * (MAX_COLUMNS + 1)), "columns"),
        ("a.xlsx", xlsx([["Nazwa"], ["x"] * (MAX_COLUMNS + 1)]), "columns"),
        ("a.ods", ods(line(*["x"] * (MAX_COLUMNS + 1))), "columns"),
        ("a.geojson", geojson({f"p{n}": 1 for n in range(MAX_COLUMNS + 1)}), "columns"),
        # The cells between are empty, and the last one would be lost.
        ("a.csv", text(["Nazwa", "NIP"], ["x", *[""] * 150, "x"]), "columns"),
        ("a.xlsx", xlsx([["Nazwa", "NIP"], ["x", *[None] * 150, "x"]]), "columns"),
        ("a.ods", ods(line("x", '<table:table-cell table:number-columns-repeated="150"/>', "x")), "columns"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_bad_file_is_refused_by_name(name, content, expected):
    assert problem(name, content) == expected


def test_as_many_rows_columns_and_bytes_as_allowed_are_read():
    rows = text(("Nazwa", "NIP"), *[("A", "1")] * MAX_ROWS)
    table = read_upload("a.csv", rows)
    assert (len(table.rows), table.numbers[-1]) == (MAX_ROWS, MAX_ROWS + 1)
    assert len(read_upload("a.csv", b"Lista\n" + rows).rows) == MAX_ROWS
    wide = ["Nazwa", "NIP", *[f"k{n}" for n in range(MAX_COLUMNS - 2)]]
    assert len(read_upload("a.xlsx", xlsx([wide, ["x"] * MAX_COLUMNS])).rows[0]) == MAX_COLUMNS
    full = text(("Nazwa", "NIP"), ("A", "1"))
    assert read_upload("a.csv", full + b"\n" * (MAX_BYTES - len(full))).rows == (("A", "1"),)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_truncated_geopackage_never_passes_for_a_shorter_one(tmp_path, share):
    frame = members_frame([(f"Gęś {n}", f"{n:010d}", "Łódź", "x" * 50) for n in range(2_000)])
    whole = layer(tmp_path, "gpkg", frame=frame, geometry=[shapely.Point(20, 50)] * 2_000)
    assert len(read_upload("a.gpkg", whole).rows) == 2_000
    assert problem("a.gpkg", whole[: int(len(whole) * share)]) == "broken"


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_an_encrypted_archive_asks_for_no_password(kind):
    content = bytearray(xlsx([HEADINGS]) if kind == "xlsx" else ods(line("A")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found in re.finditer(re.escape(mark), bytes(content)):
            content[found.start() + offset] |= 1
    assert problem(f"a.{kind}", bytes(content)) == "password"


def test_an_entry_whose_size_is_a_lie_is_broken():
    content = bytearray(with_sheet(sheet_xml() + b" " * 3_000_000))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    assert content.count(size) == 2
    assert problem("a.xlsx", bytes(content).replace(size, (500).to_bytes(4, "little"))) == "broken"


@pytest.mark.parametrize("doctype", [LAUGHS, EXTERNAL, "<!DOCTYPE kml>"], ids=["laughs", "external", "plain"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("place", ["sheet", "styles", "content", "kml"])
def test_a_document_type_is_refused(doctype, encoding, place):
    def planted(xml):
        start = '<?xml version="1.0" encoding="utf-16"?>' if encoding == "utf-16" else ""
        return (start + doctype + re.sub(r"<\?xml.*?\?>", "", xml)).encode(encoding)

    if place == "kml":
        said = "wrong_extension" if encoding == "utf-16" else "entities"
        assert bounded("a.kml", planted(kml(("&j;", "b")).decode())) == said
        return
    if place == "content":
        changed = repacked(ods(line("&j;")), lambda n, d: (n, planted(d.decode()) if n == "content.xml" else d))
        assert bounded("a.ods", changed) == "entities"
        return
    part = {"sheet": "xl/worksheets/sheet1.xml", "styles": "xl/styles.xml"}[place]
    changed = repacked(xlsx([HEADINGS, MEMBERS[0]]), lambda n, d: (n, planted(d.decode()) if n == part else d))
    assert bounded("a.xlsx", changed) == "entities"


def test_a_document_type_in_a_part_of_another_name_is_refused_too():
    def renamed(name, data):
        if name.endswith("sheet1.xml"):
            return "xl/worksheets/sheet1.dat", LAUGHS.encode() + data.replace(b"</sheetData>", b"&j;</sheetData>")
        return name, data.replace(b"sheet1.xml", b"sheet1.dat")

    assert bounded("a.xlsx", repacked(xlsx([HEADINGS]), renamed)) in ("entities", "broken")


@pytest.mark.parametrize("comment", ["<!-- <kml -->", '<Metadata xmlns="x"><kml/></Metadata>'])
def test_a_kml_file_cannot_have_other_files_read(tmp_path, comment):
    secret = tmp_path / "secret.csv"
    secret.write_text("Nazwa,NIP\nTAJNE,1\n")
    content = (
        f'<OGRVRTDataSource>{comment}<OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )
    assert problem("a.kml", content.encode()) in ("broken", "wrong_extension")


def test_only_kml_is_read_as_kml():
    content = b'<gpx version="1.1"><!-- <kml --><wpt lat="50" lon="20"><name>A</name></wpt></gpx>'
    assert problem("a.kml", content) in ("broken", "wrong_extension")


@pytest.mark.parametrize("sheet", ["x" * 200_000, "\0", "\ud800", "-h", "Nie ma"])
def test_any_name_of_a_sheet_may_be_asked_for(sheet):
    key = ""
    try:
        assert read_upload("a.xlsx", xlsx([HEADINGS, MEMBERS[0]]), sheet=sheet).rows == (MEMBERS[0],)
    except UploadError as error:
        key = error.problem
    assert key in ("", "broken")


# Bombs --------------------------------------------------------------------------------------------


def zeros():
    return with_sheet(b"0" * 100_000_000)


def many_entries():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for n in range(3_000):
            archive.writestr(f"{n}.xml", "")
    return out.getvalue()


def big_definition():
    book = xlsx([HEADINGS, MEMBERS[0]], more=[("Klaster", [("ZNAK", "x")])])
    noise = "".join(np.random.default_rng(2).choice(list("abcdefgh"), 250))
    # Less than the archive may shrink by, and letters that JSON writes in six characters.
    return repacked(book, lambda n, d: (n, d.replace(b"ZNAK", ("ż" * 250 + noise).encode() * 90_000)))


def test_memory_would_be_seen_to_grow():
    with pytest.raises(AssertionError, match="grew by"):
        bounded("a.csv", Bulky(GOOD))


class Bulky(bytes):
    """Content whose look costs 400 MB."""

    __slots__ = ()

    def strip(self, *_):
        """Cost what it costs."""
        return b"x" * 400_000_000


@pytest.mark.parametrize(
    ("name", "make", "expected"),
    [
        ("a.xlsx", zeros, {"bomb"}),
        ("a.xlsx", many_entries, {"bomb"}),
        ("a.ods", lambda: ods(line("A", more='table:number-rows-repeated="1000000"')), {"rows"}),
        ("a.ods", lambda: ods(line("A", more='table:number-rows-repeated="99999999"')), {"rows"}),
        ("a.ods", lambda: ods(f"<table:table-row>{'<table:table-cell/>' * 2_500_000}</table:table-row>"), {"bomb"}),
        ("a.xlsx", lambda: with_sheet(sheet_xml((1_048_576, [("XFD1048576", "x")]))), {"columns"}),
        ("a.xlsx", lambda: with_sheet(sheet_xml((10**9, [("A1000000000", "x")]))), {"bomb", "rows", "broken"}),
        ("a.geojson", lambda: geojson(*[{f"p{n}": 1} for n in range(200_000)]), {"bomb", "columns", "rows"}),
    ],
    ids=["zeros", "entries", "repeated", "repeated more", "one row", "last cell", "far row", "properties"],
)
def test_a_bomb_is_refused_quickly_and_in_little_memory(name, make, expected):
    assert bounded(name, make()) in expected


def test_the_last_row_a_spreadsheet_can_have_is_read_quickly():
    content = with_sheet(sheet_xml((1_048_576, [("A1048576", "x")])))
    started = time.monotonic()
    assert read_upload("a.xlsx", content).numbers == (1_048_576,)
    assert time.monotonic() - started < SECONDS


def test_blank_rows_repeated_to_the_end_cost_nothing():
    blank = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
    table = read_upload("a.ods", ods(line("A", "1"), blank, line("B", "2")))
    assert table.numbers == (2, 1_048_573)


def test_a_small_file_does_not_unroll_into_a_large_answer():
    long = [letter * 1_900 for letter in "ABC"]
    content = ods(line(*long, more=f'table:number-rows-repeated="{MAX_ROWS - 1}"'))
    assert len(content) < 10_000
    bounded("a.ods", content)


def test_a_definition_is_as_bounded_as_a_list():
    content = big_definition()
    assert len(content) < 1_000_000
    bounded("a.xlsx", content)


@pytest.mark.parametrize(
    "select",
    [
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS fid, 'a' || x AS Nazwa FROM c",
        "SELECT 1 AS fid, hex(zeroblob(400000000)) AS Nazwa",
    ],
    ids=["endless", "huge"],
)
def test_a_geopackage_whose_layer_is_an_endless_query_is_stopped(tmp_path, select):
    assert bounded("a.gpkg", gpkg_view(tmp_path, select)) in ("bomb", "broken")


# Flaws of cells -----------------------------------------------------------------------------------


FORMULA = 'table:formula="of:=1+1" office:value-type="float" office:value="2"'


@pytest.mark.parametrize(
    ("name", "content", "flaw"),
    [
        ("a.xlsx", xlsx([HEADINGS, MEMBERS[0], ("A", "=1+1", "B", "C")]), Flaw(3, 1, "formula")),
        ("a.xlsx", xlsx([HEADINGS, MEMBERS[0], ("A", "1", "#N/A", "C")]), Flaw(3, 2, "error")),
        ("a.xlsx", xlsx([HEADINGS, (), ("=HYPERLINK(A1)", "1", "B", "C")]), Flaw(3, 0, "formula")),
        ("a.ods", ods(line("A", cell("2", FORMULA), "x")), Flaw(2, 1, "formula")),
        ("a.ods", ods(line("A", "1", cell("#N/A", 'table:formula="of:=NA()"'))), Flaw(2, 2, "formula")),
        ("a.csv", text(("Nazwa", "NIP"), ("A", "1"), ("ą" * 2_001, "2")), Flaw(3, 0, "too_long")),
        ("a.csv", text(("Nazwa", "NIP"), ("A", "1"), ("a" * 150_000, "2")), Flaw(3, 0, "too_long")),
        ("a.xlsx", xlsx([HEADINGS, ("A", "1", "B", "ą" * 2_001)]), Flaw(2, 3, "too_long")),
        ("a.ods", ods(line("A", "1", "ą" * 2_001)), Flaw(2, 2, "too_long")),
        ("a.geojson", geojson({"Nazwa": "A", "Uwagi": ["ą" * 2_000]}), Flaw(2, 1, "too_long")),
        ("a.kml", kml(("A", "x"), ("B", "ą" * 2_001)), Flaw(3, 1, "too_long")),
        ("a.csv", text(("Nazwa", "NIP"), ("A", "1"), ("B", "2", "", "x")), Flaw(3, 2, "extra")),
        ("a.xlsx", xlsx([("Nazwa", "NIP"), ("B", "2", "x", "y")]), Flaw(2, 2, "extra")),
        ("a.ods", ods(line("A", "1", "x", "y")), Flaw(2, 3, "extra")),
    ],
    ids=lambda v: v.kind if isinstance(v, Flaw) else v if isinstance(v, str) else "",
)
def test_a_bad_cell_is_named(name, content, flaw):
    table = read_upload(name, content)
    assert table.flaws == (flaw,)
    row = table.rows[table.numbers.index(flaw.row)]
    assert len(row) == len(table.headings)
    if flaw.kind != "extra":
        assert row[flaw.column] == "#" if flaw.kind in ("formula", "error") else len(row[flaw.column]) == MAX_CELL


def test_text_that_looks_like_a_formula_stays_text():
    rows = (("Nazwa", "NIP"), ("=1+1", "-5"), ("'=1+1", "'abc"), ("@a", "''+1"))
    expected = (("=1+1", "-5"), ("=1+1", "'abc"), ("@a", "'+1"))
    table = read_upload("a.csv", text(*rows))
    assert (table.rows, table.flaws) == (expected, ())


def test_every_cell_of_a_repeated_formula_is_named():
    twice = cell("2", FORMULA + ' table:number-columns-repeated="2"')
    table = read_upload("a.ods", ods(line("A", twice, more='table:number-rows-repeated="2"')))
    assert table.rows == (("A", "#", "#"),) * 2
    assert set(table.flaws) == {Flaw(r, c, "formula") for r in (2, 3) for c in (1, 2)}


def test_flaws_above_the_headings_are_not_told():
    table = read_upload("a.xlsx", xlsx([("=1+1",), HEADINGS, ("A", "=2", "B", "C")]))
    assert table.flaws == (Flaw(3, 1, "formula"),)


@pytest.mark.parametrize("kind", ["geojson", "gpkg", "kml"])
def test_polygons_are_counted_and_give_no_coordinates(tmp_path, kind):
    area = shapely.box(19, 50, 20, 51)
    table = read_upload(f"a.{kind}", layer(tmp_path, kind, geometry=[area, shapely.Point(20, 50), area]))
    assert table.shapes == 2
    assert columns(table) == MEMBERS
    assert columns(table, (LATITUDE, LONGITUDE)) == (("", ""), ("50.0000000", "20.0000000"), ("", ""))
    none = read_upload(f"a.{kind}", layer(tmp_path, kind, geometry=[area] * 3))
    assert none.shapes == 3
    assert LATITUDE not in none.headings


# PESEL --------------------------------------------------------------------------------------------


def pesel_of(year, month, day=14, serial=135):
    """Return a valid PESEL of somebody born in 1900 to 2099."""
    digits = f"{year % 100:02d}{month + (20 if year >= 2000 else 0):02d}{day:02d}{serial:04d}"
    check = -sum(int(d) * w for d, w in zip(digits, (1, 3, 7, 9) * 3, strict=False)) % 10
    assert pesel.is_valid(f"{digits}{check}")
    return f"{digits}{check}"


PERSON = pesel_of(1944, 5)


def with_pesel(folder, place):
    row = ("A", "1", "B", f"PESEL:{PERSON}, tel.")
    collection = {"klaster": {"Nazwa": PERSON}}
    return {
        "csv": lambda: ("a.csv", text(HEADINGS, MEMBERS[0][:3], row)),
        "number": lambda: ("a.xlsx", xlsx([HEADINGS, MEMBERS[0], ("A", 1, "B", int(PERSON))])),
        "decimal": lambda: ("a.xlsx", xlsx([HEADINGS, MEMBERS[0], ("A", 1, "B", float(PERSON))])),
        "ods": lambda: ("a.ods", pandas_ods([MEMBERS[0], ("A", 1, "B", int(PERSON))])),
        "geojson": lambda: ("a.geojson", geojson(dict.fromkeys(HEADINGS, "x"), {"Uwagi": {"a": [int(PERSON)]}})),
        "gpkg": lambda: ("a.gpkg", layer(folder, "gpkg", frame=members_frame([MEMBERS[0], row, MEMBERS[1]]))),
        "kml": lambda: ("a.kml", layer(folder, "kml", frame=members_frame([MEMBERS[0], row, MEMBERS[1]]))),
        "extra": lambda: ("a.csv", text(HEADINGS[:2], ("A", "1"), ("B", "2", "x", PERSON))),
        "title": lambda: ("a.csv", text((f"Prezes {PERSON}", PERSON), HEADINGS, row)),
        "heading": lambda: ("a.csv", text((*HEADINGS, PERSON), row)),
        "name of property": lambda: ("a.geojson", geojson({PERSON: "x", "Nazwa": PERSON})),
        "definition": lambda: ("a.xlsx", xlsx([HEADINGS, row], more=[("Klaster", [("Nazwa", PERSON)])])),
        "definition ods": lambda: (
            "a.ods",
            ods(
                tables=f'<table:table table:name="Lista">{line("Nazwa", "NIP")}{line("A", PERSON)}</table:table>'
                f'<table:table table:name="Klaster">{line("Nazwa", PERSON)}</table:table>'
            ),
        ),
        "definition geojson": lambda: ("a.geojson", geojson({"Nazwa": PERSON}, **collection)),
        "name of sheet": lambda: ("a.xlsx", xlsx([HEADINGS, row], title=f"Karta {PERSON}")),
    }[place]()


@pytest.mark.parametrize("place", ["csv", "number", "decimal", "ods", "geojson", "gpkg", "kml"])
def test_a_pesel_is_masked_and_flagged(tmp_path, place):
    table = read_upload(*with_pesel(tmp_path, place))
    assert PERSON not in repr(table)
    column = table.headings.index("Uwagi")
    assert table.flaws == (Flaw(3, column, "pesel"),)
    assert MASK in table.rows[1][column]


@pytest.mark.parametrize(
    "place",
    [
        *("extra", "title", "heading", "name of property"),
        *("definition", "definition ods", "definition geojson", "name of sheet"),
    ],
)
def test_a_pesel_is_masked_wherever_it_stands(tmp_path, place):
    table = read_upload(*with_pesel(tmp_path, place))
    assert PERSON not in repr(table)
    assert "pesel" in {f.kind for f in table.flaws}


def test_several_numbers_in_one_cell_are_all_masked():
    other = pesel_of(2012, 12, 31)
    table = read_upload("a.csv", text(("Nazwa", "Uwagi"), ("A", f"{PERSON}/{other};".rstrip(";")), (other, PERSON)))
    assert table.rows == (("A", f"{MASK}/{MASK}"), (MASK, MASK))
    assert table.flaws == (Flaw(2, 1, "pesel"), Flaw(3, 0, "pesel"), Flaw(3, 1, "pesel"))


def test_a_cut_cell_does_not_keep_the_start_of_a_pesel():
    told = "x" * (MAX_CELL - 11) + " " + PERSON
    table = read_upload("a.csv", text(("Nazwa", "Uwagi"), ("A", told)))
    assert PERSON[:10] not in repr(table)
    assert "pesel" in {f.kind for f in table.flaws}


@pytest.mark.parametrize("year", range(2000, 2010))
def test_a_pesel_that_lost_its_zeros_is_masked(year):
    numbers = [pesel_of(year, month, day, day) for month in (1, 6, 12) for day in range(1, 29)]
    lost = [n.lstrip("0") for n in numbers]
    assert {len(n) for n in lost} == {9 if year == 2000 else 10}
    lost = [n for n in lost if not nip.is_valid(n) and not regon.is_valid(n)]
    assert len(lost) > 50
    table = read_upload("a.xlsx", xlsx([("Nazwa", "Uwagi"), *[("A", int(n)) for n in lost]]))
    assert {row[1] for row in table.rows} == {MASK}
    assert table.flaws == tuple(Flaw(n + 2, 1, "pesel") for n in range(len(lost)))


def test_a_valid_nip_is_never_masked():
    starts = np.random.default_rng(3).integers(10**8, 10**9, 3_000)
    valid = [n for start in starts for check in range(10) if nip.is_valid(n := f"{start}{check}")]
    assert len(valid) > 2_000
    # Those that could be a PESEL without its zero too.
    people = [pesel_of(y, m, d, s)[1:] for y in range(2001, 2010) for m in (1, 5) for d in (1, 20) for s in range(60)]
    both = [n for n in people if nip.is_valid(n)]
    assert len(both) > 20
    valid += both
    table = read_upload("a.csv", text(("Nazwa", "NIP"), *[(f"PL{n}", n) for n in valid]))
    assert table.rows == tuple((f"PL{n}", n) for n in valid)
    assert table.flaws == ()


def test_numbers_that_are_no_pesel_stay():
    others = [f"{PERSON[:-1]}{(int(PERSON[-1]) + 1) % 10}", f"1{PERSON}", f"{PERSON}1", PERSON[:9], "12345678512347"]
    table = read_upload("a.csv", text(("Nazwa", "Uwagi"), *[("A", n) for n in others]))
    assert [row[1] for row in table.rows] == others
    assert table.flaws == ()
