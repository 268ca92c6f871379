"""Read the cells of XLSX and ODS workbooks as text, row by row."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from geo.errors import UploadError
from geo.io.uploads.grid import Grid, clean
from geo.io.uploads.limits import MAX_COLUMNS, MAX_ENTRIES, MAX_RATIO, MAX_UNPACKED_BYTES, RATIO_FROM_BYTES

# The sheet that holds the definition of a cluster in our own exports.
DEFINITION_SHEET = "Klaster"
# Sheets of our own files that hold no list.
OTHER_SHEETS = (DEFINITION_SHEET, "Objaśnienia")
CHUNK = 1_000_000
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def check_archive(content: bytes) -> zipfile.ZipFile:
    """
    Open a ZIP archive whose entries are of a sane size and whose XML defines no entities.

    Raises
    ------
    UploadError
        If it is broken, unpacks to too much, or has an XML file with a document type.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise UploadError("broken") from None
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(e.file_size for e in entries) > MAX_UNPACKED_BYTES:
        raise UploadError("bomb")
    for entry in entries:
        if entry.file_size > RATIO_FROM_BYTES and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            raise UploadError("bomb")
        if entry.flag_bits & 1:
            raise UploadError("password")
        if entry.filename.endswith((".xml", ".rels")):
            _refuse_entities(archive, entry)
    return archive


def _refuse_entities(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    tail, found = b"", False
    try:
        with archive.open(entry) as file:
            while not found and (chunk := file.read(CHUNK)):
                window = tail + chunk.replace(b"\0", b"")
                found = b"<!DOCTYPE" in window or b"<!ENTITY" in window
                tail = window[-16:]
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, EOFError):
        raise UploadError("broken") from None
    if found:
        raise UploadError("entities")


def read_xlsx(content: bytes, sheet: str = "") -> Grid:
    """
    Read one sheet of an XLSX workbook; by default the first that holds a list.

    Raises
    ------
    UploadError
        If the workbook is damaged, dangerous or too large.
    """
    check_archive(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        names = [s.title for s in book.worksheets]
        grid = Grid(sheets=[n for n in names if n not in OTHER_SHEETS])
        grid.sheet = sheet if sheet in names else next(iter(grid.sheets), "")
        if DEFINITION_SHEET in names:
            grid.definition = [[clean(c) for c in row] for row in _values(book[DEFINITION_SHEET], 50)]
        if grid.sheet:
            _fill(grid, book[grid.sheet])
    except UploadError:
        raise
    except Exception:  # noqa: BLE001 - openpyxl raises whatever its parsers raise
        raise UploadError("broken") from None
    return grid


def _values(sheet: Any, rows: int) -> Iterator[tuple[Any, ...]]:
    return sheet.iter_rows(max_row=rows, max_col=2, values_only=True)  # type: ignore[no-any-return]


def _fill(grid: Grid, sheet: Any) -> None:
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
        cells: list[Any] = []
        for cell in row:
            kind = getattr(cell, "data_type", "n")
            value = cell.value
            if kind in ("f", "e"):
                grid.flaws.append((number, len(cells), "formula" if kind == "f" else "error"))
                value = "#"
            elif isinstance(value, datetime | date):
                value = value.isoformat()[:10]
            cells.append(value)
        grid.add(number, cells)


def read_ods(content: bytes, sheet: str = "") -> Grid:
    """
    Read one sheet of an OpenDocument spreadsheet.

    The kept readers of this format build the whole document in memory and unroll repeated cells (a
    sheet may repeat one row a million times), and do not tell formulas from values; so the XML is
    read as a stream here.

    Raises
    ------
    UploadError
        If the file is damaged, dangerous or too large.
    """
    archive = check_archive(content)
    grid = Grid()
    try:
        with archive.open("content.xml") as file:
            _stream(file, grid, sheet)
    except (DefusedXmlException, ParseError, KeyError, ValueError) as error:
        if isinstance(error, UploadError):
            raise
        raise UploadError("broken") from None
    grid.sheets = [n for n in grid.sheets if n not in OTHER_SHEETS]
    return grid


def _stream(file: Any, grid: Grid, sheet: str) -> None:
    name, number = "", 0
    for event, node in iterparse(file, events=("start", "end"), forbid_dtd=True):
        if event == "start" and node.tag == f"{_TABLE}table":
            name, number = node.get(f"{_TABLE}name", ""), 0
            grid.sheets.append(name)
            if not grid.sheet and name not in OTHER_SHEETS and sheet in ("", name):
                grid.sheet = name
        elif event == "end" and node.tag == f"{_TABLE}table-row":
            repeated = _repeat(node, "rows")
            if name == grid.sheet:
                cells, flaws = _cells(node)
                if any(cells):
                    for again in range(repeated):
                        grid.add(number + again + 1, cells)
                        grid.flaws += [(number + again + 1, column, kind) for column, kind in flaws]
            elif name == DEFINITION_SHEET:
                grid.definition.append([clean(c) for c in _cells(node)[0][:2]])
            number += repeated
            node.clear()


def _repeat(node: Element, what: str) -> int:
    return max(1, int(node.get(f"{_TABLE}number-{what}-repeated", "1")[:8]))


def _cells(row: Element) -> tuple[list[str], list[tuple[int, str]]]:
    cells: list[str] = []
    flaws: list[tuple[int, str]] = []
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        text = _text(cell)
        if cell.get(f"{_TABLE}formula") is not None:
            flaws.append((len(cells), "formula"))
            text = "#"
        repeated = min(_repeat(cell, "columns"), MAX_COLUMNS + 1 - len(cells))
        cells += [text] * max(repeated, 0)
    return cells, flaws


def _text(cell: Element) -> str:
    kind = cell.get(f"{_OFFICE}value-type", "")
    if kind in ("float", "currency", "percentage"):
        value = float(cell.get(f"{_OFFICE}value", "nan"))
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value", "")[:10]
    if kind == "boolean":
        return "tak" if cell.get(f"{_OFFICE}boolean-value") == "true" else "nie"
    return "\n".join("".join(p.itertext()) for p in cell.iter(f"{_TEXT}p"))
