"""Whatever is uploaded, it is refused by name or read without losing a row."""

import csv
import io
import json
import unicodedata
import zipfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo.errors import UploadError
from geo.io.uploads import reader, sandboxed
from geo.io.uploads.reader import read_upload
from geo.model.intake import RawTable

SEPARATORS = (";", ",", "\t", "|")
# "ść" makes the encoding plain: in none of the one-byte encodings is it UTF-8 as well.
HEADINGS = ("Miejscowość", "Nazwa", "NIP", "Ulica", "KRS", "REGON")
MEMBERS = [(f"Gęś {n}", f"Źdźbło {n}", f"{n:010d}", "ul. Długa", "x", "Łódź") for n in range(30)]
LETTERS = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻabcXYZ0123456789 .-+=@'\"/;,|"


def here(kind, content, sheet, _waiting=None):
    """Read in this process, as the sandbox does."""
    try:
        return json.loads(json.dumps(sandboxed.read(kind, content, sheet).as_dict()))
    except (MemoryError, RecursionError):
        raise UploadError("bomb") from None


def read_here(name, content):
    """Return the table, or None if it is refused; any other exception is a failure."""
    with mock.patch.object(reader, "_in_sandbox", here):
        try:
            return read_upload(name, content)
        except UploadError:
            return None


def _shown(character):
    if character.isprintable():
        return character
    # Soft hyphens and marks of direction part no words.
    return "" if unicodedata.category(character) == "Cf" else " "


def plain(row):
    """Return a row as it should come out, without the blank cells at its end."""
    cells = [" ".join("".join(_shown(c) for c in cell).split()) for cell in row]
    cells = [c[1:] if c[:1] == "'" and c.lstrip("'")[:1] in tuple("=+-@") else c for c in cells]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def lines(table):
    return [plain(r) for r in (*table.preamble, table.headings, *table.rows)]


def written(rows, separator, newline):
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=newline).writerows(rows)
    return out.getvalue()


encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1250", "iso8859-2"])
newlines = st.sampled_from(["\n", "\r\n", "\r"])
cells = st.text(LETTERS, max_size=12)
tables = st.integers(2, 6).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=12))


@given(tables, st.sampled_from(SEPARATORS), encodings, newlines, st.integers(0, 2), st.integers(0, 2))
def test_every_row_of_a_table_comes_out_unchanged(rows, separator, encoding, newline, titles, blanks):
    width = len(rows[0]) if rows else 2
    above = [["Lista członków"]] * titles + [[]] * blanks
    whole = [*above, HEADINGS[:width], *rows]
    table = read_here("a.csv", written(whole, separator, newline).encode(encoding))
    assert table is not None
    assert (table.separator, table.encoding) == (separator, encoding)
    expected = [(number, plain(row)) for number, row in enumerate(whole, start=1)]
    expected = [(number, row) for number, row in expected if row]
    assert lines(table) == [row for _, row in expected]
    assert list(table.numbers) == [number for number, _ in expected][titles + 1 :]
    assert table.flaws == ()


long_cells = st.text(LETTERS + "\n", max_size=30)


@given(st.lists(st.tuples(long_cells, long_cells, long_cells), max_size=8), st.sampled_from(SEPARATORS))
def test_a_table_with_lines_in_its_cells_is_never_read_wrong(rows, separator):
    whole = [HEADINGS[:3], *rows]
    table = read_here("a.csv", written(whole, separator, "\n").encode())
    if table is not None:
        assert lines(table) == [row for row in map(plain, whole) if row]


texts = st.text(st.sampled_from("ab1;,\t|\"\n\r '=\x0b\x0c\x85\u2028\x00\ufeffąś") | st.characters(codec="utf-8"))
contents = st.one_of(
    st.binary(),
    texts.map(lambda t: t.encode()),
    texts.map(lambda t: t.encode("utf-16")),
    st.tuples(texts, st.binary(max_size=3)).map(lambda p: b"Nazwa;NIP\n" + p[0].encode() + p[1] + b"\nA;1\n"),
)


@settings(max_examples=300)
@given(contents, st.sampled_from(["a.csv", "a.txt", "a.tsv"]))
def test_any_bytes_are_refused_or_read_whole(content, name):
    table = read_here(name, content)
    if table is None:
        return
    encoding = {"utf-8-sig": "utf-8-sig", "utf-16": "utf-16"}.get(table.encoding, table.encoding)
    text = content.decode(encoding, "replace").replace("\r\n", "\n").replace("\r", "\n")
    records = enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=table.separator), start=1)
    expected = [(number, row) for number, row in ((n, plain(r)) for n, r in records) if row]
    start = len(table.preamble)
    assert len(table.rows) + start + 1 == len(expected)
    assert list(table.numbers) == [number for number, _ in expected[start + 1 :]]
    width = len(table.headings)
    extra = {f.row for f in table.flaws if f.kind == "extra"}
    masked = {f.row for f in table.flaws if f.kind == "pesel"}
    for row, (number, cells) in zip(table.rows, expected[start + 1 :], strict=True):
        assert len(row) == width
        assert number in masked or plain(row) == plain(cells[:width])
        assert (number in extra) == (len(cells) > width)


# Mutations of good files --------------------------------------------------------------------------


@cache
def good(kind):
    frame = pd.DataFrame(MEMBERS, columns=list(HEADINGS))
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in (HEADINGS, *MEMBERS):
            book.active.append(row)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()
    if kind == "ods":
        out = io.BytesIO()
        frame.to_excel(out, engine="odf", index=False)
        return out.getvalue()
    points = gpd.GeoDataFrame(frame, geometry=[shapely.Point(20 + n / 100, 50) for n in range(len(frame))], crs=4326)
    driver = {"gpkg": "GPKG", "kml": "LIBKML", "geojson": "GeoJSON"}[kind]
    with TemporaryDirectory() as folder:
        points.to_file(Path(folder) / f"lista.{kind}", driver=driver, engine="pyogrio")
        return (Path(folder) / f"lista.{kind}").read_bytes()


@cache
def parts(kind):
    with zipfile.ZipFile(io.BytesIO(good(kind))) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


places = st.floats(0, 1, exclude_max=True)
changes = st.lists(
    st.one_of(
        st.tuples(st.just("flip"), places, st.integers(0, 7)),
        st.tuples(st.just("cut"), places, places),
        st.tuples(st.just("copy"), places, places),
        st.tuples(st.just("put"), places, st.binary(min_size=1, max_size=20)),
    ),
    min_size=1,
    max_size=4,
)


def mutated(content, steps):
    for kind, place, value in steps:
        at = int(place * len(content))
        if kind == "flip":
            content = content[:at] + bytes([content[at] ^ (1 << value)]) + content[at + 1 :] if content else content
        elif kind == "cut":
            start, end = sorted((at, int(value * len(content))))
            content = content[:start] + content[end:]
        elif kind == "copy":
            start = int(value * len(content))
            content = content[:at] + content[start : start + 500] + content[at:]
        else:
            content = content[:at] + value + content[at:]
    return content


def refused_or_read(name, content):
    """Return the table, or None if it is refused; any other exception is a failure."""
    try:
        table = read_upload(name, content)
    except UploadError:
        return None
    assert isinstance(table, RawTable)
    assert len(table.rows) == len(table.numbers)
    assert all(len(row) == len(table.headings) for row in table.rows)
    assert list(table.numbers) == sorted(set(table.numbers))
    return table


@pytest.mark.parametrize("kind", ["xlsx", "ods", "gpkg", "kml", "geojson"])
def test_the_good_files_are_good(kind):
    table = read_upload(f"a.{kind}", good(kind))
    at = [table.headings.index(h) for h in HEADINGS]
    assert [tuple(row[i] for i in at) for row in table.rows] == MEMBERS


@pytest.mark.parametrize("kind", ["xlsx", "ods", "gpkg", "kml", "geojson"])
@settings(max_examples=6)
@given(changes)
def test_a_damaged_file_is_refused_or_read(kind, steps):
    refused_or_read(f"a.{kind}", mutated(good(kind), steps))


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
@settings(max_examples=6)
@given(st.integers(0, 20), changes)
def test_an_archive_with_a_damaged_part_is_refused_or_read(kind, which, steps):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, (name, data) in enumerate(parts(kind)):
            hit = number == which % len(parts(kind)) and name != "mimetype"
            archive.writestr(name, mutated(data, steps) if hit else data)
    refused_or_read(f"a.{kind}", out.getvalue())


@pytest.mark.parametrize("kind", ["xlsx", "ods", "gpkg", "kml", "geojson"])
@settings(max_examples=4)
@given(st.floats(0, 0.999))
def test_a_truncated_file_never_passes_for_a_shorter_one(kind, share):
    content = good(kind)[: int(len(good(kind)) * share)]
    table = refused_or_read(f"a.{kind}", content)
    # The end of a file may be padding; what is read is then all of it.
    assert table is None or len(table.rows) == len(MEMBERS)


# JSON ---------------------------------------------------------------------------------------------


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
values = st.recursive(
    scalars, lambda v: st.lists(v, max_size=4) | st.dictionaries(st.text(max_size=8), v, max_size=4), max_leaves=12
)
numbers = st.integers(-(10**15), 10**15) | st.floats() | st.floats(-180, 180)
geometries = st.one_of(
    values,
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["Point", "Polygon", "MultiPoint"]) | values,
            "coordinates": st.lists(numbers, max_size=4) | values,
        }
    ),
)
features = st.one_of(
    values,
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.just("Feature"),
            "properties": values | st.dictionaries(st.sampled_from(["", " ", "Nazwa", "NIP", "a"]), scalars),
            "geometry": geometries,
        },
    ),
)
systems = st.sampled_from(["", "EPSG:2180", "EPSG:4326", "urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:2176", "EPSG:x", "+p"])
collections = st.fixed_dictionaries(
    {"features": st.lists(features, max_size=5)},
    optional={
        "type": st.just("FeatureCollection"),
        "crs": values | st.fixed_dictionaries({"properties": st.fixed_dictionaries({"name": systems | values})}),
        "klaster": values,
    },
)


@given(values | collections)
def test_any_json_is_refused_or_read(value):
    content = json.dumps(value).encode()
    assume(content[:1] in b"[{")
    table = read_here("a.geojson", content)
    if table is not None:
        assert all(len(row) == len(table.headings) for row in table.rows)
        assert list(table.numbers) == sorted(set(table.numbers))
        assert len(table.rows) + table.shapes <= 2 * len(value["features"])
        # Whatever came, it can be shown and kept.
        repr(table).encode()
        "".join(cell for row in (*table.definition, table.headings, *table.rows) for cell in row).encode()


properties = st.dictionaries(st.sampled_from(["Nazwa", "NIP", "Łódź"]), st.text("aąś1 ", max_size=5), max_size=3)


@given(st.lists(properties, max_size=8))
def test_every_feature_with_a_value_is_a_row(items):
    content = json.dumps({"type": "FeatureCollection", "features": [{"properties": p} for p in items]}).encode()
    table = read_here("a.geojson", content)
    expected = [number for number, p in enumerate(items, start=2) if any(v.strip() for v in p.values())]
    assert (list(table.numbers) if table else []) == expected
