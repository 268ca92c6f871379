"""Read the cells of XLSX and ODS workbooks as text, row by row."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl.utils.cell import range_boundaries

from geo.errors import UploadError
from geo.io.uploads.grid import Grid, shown_name
from geo.io.uploads.headings import is_list
from geo.io.uploads.limits import (
    MAX_COLUMNS,
    MAX_DEFINITION_ROWS,
    MAX_ENTRIES,
    MAX_RATIO,
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    RATIO_FROM_BYTES,
)

# The sheet that holds the definition of a cluster in our own exports.
DEFINITION_SHEET = "Klaster"
# Sheets of our own files that hold no list.
OTHER_SHEETS = (DEFINITION_SHEET, "Objaśnienia")
CHUNK = 1_000_000
# What a damaged archive may raise when it is opened or unpacked.
ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, EOFError)
# Of a spreadsheet; a file may claim more.
LAST_ROW = 1_048_576
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
    except ZIP_ERRORS:
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
    except ZIP_ERRORS:
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
    archive = check_archive(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        grid = Grid()
        lists = [s for s in book.worksheets if s.title not in OTHER_SHEETS]
        grid.name_sheets(s.title for s in lists)
        if DEFINITION_SHEET in book.sheetnames:
            rows = book[DEFINITION_SHEET].iter_rows(max_row=MAX_DEFINITION_ROWS, max_col=2, values_only=True)
            grid.define(rows)
        grid = choose_sheet(grid, sheet, lambda own, i: _fill(own, lists[i], _merged(archive, lists[i])))
    except (UploadError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - openpyxl raises whatever its parsers raise
        raise UploadError("broken") from None
    return grid


def choose_sheet(grid: Grid, sheet: str, fill: Callable[[Grid, int], None]) -> Grid:
    """
    Read the sheet asked for, else the first that is a list, else the first that holds anything.

    Parameters
    ----------
    grid
        With the names of the sheets; returned if all of them are empty.
    sheet
        The name asked for; "" or an unknown one if none.
    fill
        Adds the rows of the sheet with a number, from 0, to a grid.
    """
    asked = [i for i, n in enumerate(grid.sheets) if n == sheet]
    first = grid
    for i in asked or range(len(grid.sheets)):
        own = Grid(sheets=grid.sheets, sheet=grid.sheets[i], definition=grid.definition)
        fill(own, i)
        if own.rows and (asked or is_list([cells for _, cells in own.rows])):
            return own
        first = own if own.rows and not first.rows else first
    return first


def _merged(archive: zipfile.ZipFile, sheet: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """Return for each cell below a merged one, by row and column from 1, the cell that holds its value."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    # openpyxl does not tell of merged cells where it reads row by row.
    path = getattr(sheet, "_worksheet_path", "").lstrip("/")
    if path not in archive.namelist():
        return found
    with archive.open(path) as file:
        for _, node in iterparse(file, forbid_dtd=True):
            if node.tag.endswith("}mergeCell"):
                left, top, right, bottom = range_boundaries(node.get("ref", "A1"))
                if left == right and len(found) < MAX_ROWS:
                    found |= {(row, left): (top, left) for row in range(top + 1, min(bottom, top + MAX_ROWS) + 1)}
            elif node.tag.endswith("}row"):
                node.clear()
    return found


def _fill(grid: Grid, sheet: Any, merged: dict[tuple[int, int], tuple[int, int]]) -> None:
    sheet.reset_dimensions()
    held: dict[tuple[int, int], Any] = {}
    sources = set(merged.values())
    for number, row in enumerate(sheet.iter_rows(max_row=LAST_ROW + 1), start=1):
        if number > LAST_ROW:
            raise UploadError("rows", limit=MAX_ROWS)
        if all(cell.value is None for cell in row):
            continue
        cells: list[Any] = []
        for cell in row:
            kind = getattr(cell, "data_type", "n")
            value = cell.value
            if kind in ("f", "e"):
                grid.flaws.append((number, len(cells), "formula" if kind == "f" else "error"))
                value = "#"
            elif isinstance(value, datetime | date):
                value = value.isoformat()[:10]
            place = (number, len(cells) + 1)
            if value is None and place in merged:
                value = held.get(merged[place])
            if place in sources:
                held[place] = value
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
    return grid


def _stream(file: Any, grid: Grid, sheet: str) -> None:
    names: list[str] = []
    definition: list[list[str]] = []
    current, number = "", 0
    for event, node in iterparse(file, events=("start", "end"), forbid_dtd=True):
        if event == "start" and node.tag == f"{_TABLE}table":
            current, number = node.get(f"{_TABLE}name", ""), 0
            names.append(current)
            # The sheet asked for, else the first that holds anything.
            if not grid.rows and sheet in ("", shown_name(current)) and current not in OTHER_SHEETS:
                grid.sheet = shown_name(current)
        elif event == "end" and node.tag == f"{_TABLE}table-row":
            repeated = _repeat(node, "rows")
            if shown_name(current) == grid.sheet and current not in OTHER_SHEETS:
                cells, flaws = _cells(node, number + 1)
                for again in range(repeated if any(cells) else 0):
                    grid.add(number + again + 1, cells)
                    grid.flaws += [(number + again + 1, column, kind) for column, kind in flaws]
            elif current == DEFINITION_SHEET and len(definition) < MAX_DEFINITION_ROWS:
                definition.append(_cells(node, number + 1)[0])
            number += repeated
            node.clear()
    grid.define(definition)
    grid.name_sheets(n for n in names if n not in OTHER_SHEETS)


def _repeat(node: Element, what: str) -> int:
    return max(1, int(node.get(f"{_TABLE}number-{what}-repeated", "1")[:8]))


def _cells(row: Element, number: int) -> tuple[list[str], list[tuple[int, str]]]:
    """Return the cells of a row and the flaws among them; blanks beyond the last column are not unrolled."""
    cells: list[str] = []
    flaws: list[tuple[int, str]] = []
    beyond = 0
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        text, repeated = _text(cell), _repeat(cell, "columns")
        formula = cell.get(f"{_TABLE}formula") is not None
        if formula:
            text = "#"
        end = len(cells) + beyond + repeated
        if text and end > MAX_COLUMNS:
            raise UploadError("columns", found=end, limit=MAX_COLUMNS, row=number)
        if formula:
            flaws += [(len(cells) + i, "formula") for i in range(repeated)]
        room = max(0, min(repeated, MAX_COLUMNS - len(cells)))
        cells += [text] * room
        beyond += repeated - room
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
    # Only the cell's own paragraphs: a note has some of its own.
    return "\n".join(_words(p) for p in cell.findall(f"{_TEXT}p"))


def _words(node: Element) -> str:
    parts = [node.text or ""]
    for child in node:
        if child.tag in (f"{_TEXT}line-break", f"{_TEXT}tab", f"{_TEXT}s"):
            parts.append(" ")
        elif child.tag != f"{_OFFICE}annotation":
            parts.append(_words(child))
        parts.append(child.tail or "")
    return "".join(parts)
