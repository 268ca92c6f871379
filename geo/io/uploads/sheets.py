"""Read the cells of XLSX and ODS workbooks as text, row by row."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl.utils.cell import range_boundaries

from geo.errors import UploadError
from geo.io.uploads.grid import Grid, quoted_text, shown_name
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
_COVERED = f"{_TABLE}covered-table-cell"
Merged = dict[int, tuple[int, str, str]]


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
            rows = book[DEFINITION_SHEET].iter_rows(max_row=MAX_DEFINITION_ROWS, max_col=2)
            grid.define([_value(cell)[0] for cell in row] for row in rows)
        grid = choose_sheet(grid, sheet, lambda own, i: _fill(own, lists[i], _laid_out(archive, lists[i])))
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


@dataclass(frozen=True)
class _Layout:
    """
    What openpyxl does not tell of a sheet where it reads row by row.

    Attributes
    ----------
    merged
        For each cell below a merged one, by row and column from 1, the cell that holds its value.
    hidden
        Numbers of the rows that are hidden.
    """

    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)


def _laid_out(archive: zipfile.ZipFile, sheet: Any) -> _Layout:
    found = _Layout()
    path = getattr(sheet, "_worksheet_path", "").lstrip("/")
    if path not in archive.namelist():
        return found
    number = 0
    with archive.open(path) as file:
        for _, node in iterparse(file, forbid_dtd=True):
            if node.tag.endswith("}mergeCell"):
                left, top, right, bottom = range_boundaries(node.get("ref", "A1"))
                if left == right and len(found.merged) < MAX_ROWS:
                    rows = range(top + 1, min(bottom, top + MAX_ROWS) + 1)
                    found.merged.update({(row, left): (top, left) for row in rows})
            elif node.tag.endswith("}row"):
                number = int(node.get("r", number + 1))
                if node.get("hidden") in ("1", "true"):
                    found.hidden.add(number)
                node.clear()
    return found


def _fill(grid: Grid, sheet: Any, layout: _Layout) -> None:
    sheet.reset_dimensions()
    held: dict[tuple[int, int], tuple[Any, str]] = {}
    sources = set(layout.merged.values())
    # A row ends with its last cell, which may lie before those that are merged.
    width = min(max((column for _, column in layout.merged), default=0), MAX_COLUMNS)
    for number, row in enumerate(sheet.iter_rows(max_row=LAST_ROW + 1), start=1):
        if number > LAST_ROW:
            raise UploadError("rows", limit=MAX_ROWS)
        if all(cell.value is None for cell in row):
            continue
        cells: list[Any] = []
        for column, cell in enumerate((*row, *[None] * (width - len(row)))):
            value, flaw = _value(cell)
            place = (number, column + 1)
            if value is None and place in layout.merged:
                value, flaw = held.get(layout.merged[place], (None, ""))
            if place in sources:
                held[place] = (value, flaw)
            if flaw:
                grid.flaws.append((number, column, flaw))
            cells.append(value)
        grid.add(number, cells, hidden=number in layout.hidden)


def _value(cell: Any) -> tuple[Any, str]:
    """Return what a cell holds, and the kind of its flaw or ""."""
    kind, value = getattr(cell, "data_type", "n"), getattr(cell, "value", None)
    if kind == "f":
        text = quoted_text(value) if isinstance(value, str) else None
        return ("#", "formula") if text is None else (text, "")
    if kind == "e":
        return "#", "error"
    return (value.isoformat()[:10] if isinstance(value, datetime | date) else value), ""


def read_ods(content: bytes, sheet: str = "") -> Grid:
    """
    Read one sheet of an OpenDocument spreadsheet; by default the first that holds a list.

    The kept readers of this format build the whole document in memory and unroll repeated cells (a
    sheet may repeat one row a million times), and do not tell formulas from values; so the XML is
    read as a stream here, once: its sheets are chosen among while they pass.

    Raises
    ------
    UploadError
        If the file is damaged, dangerous or too large.
    """
    archive = check_archive(content)
    try:
        grid = _stream(archive, sheet)
        return grid if not sheet or sheet in grid.sheets else _stream(archive, "")
    except (DefusedXmlException, ParseError, KeyError, ValueError) as error:
        if isinstance(error, UploadError):
            raise
        raise UploadError("broken") from None


def _stream(archive: zipfile.ZipFile, sheet: str) -> Grid:
    """Return the rows of the sheet asked for; for "" of the first that is a list, else of the first with any."""
    names: list[str] = []
    definition: list[list[str]] = []
    grid, found = Grid(), False
    with archive.open("content.xml") as file:
        for name, rows in _tables(iterparse(file, events=("start", "end"), forbid_dtd=True)):
            names.append(name)
            if name == DEFINITION_SHEET:
                definition += [_cells(node, number)[0] for number, node in islice(rows, MAX_DEFINITION_ROWS)]
            elif not found and name not in OTHER_SHEETS and sheet in ("", shown_name(name)):
                own = Grid(sheet=shown_name(name))
                _fill_from_xml(own, rows)
                found = bool(own.rows and (sheet or is_list([cells for _, cells in own.rows])))
                grid = own if found or not grid.rows else grid
    grid.define(definition)
    grid.name_sheets(n for n in names if n not in OTHER_SHEETS)
    return grid


def _tables(events: Iterator[tuple[str, Element]]) -> Iterator[tuple[str, Iterator[tuple[int, Element]]]]:
    """Yield the name of each sheet and its rows; rows that nobody takes are passed over."""
    for event, node in events:
        if event == "start" and node.tag == f"{_TABLE}table":
            rows = _rows(events)
            yield node.get(f"{_TABLE}name", ""), rows
            for _ in rows:
                pass


def _rows(events: Iterator[tuple[str, Element]]) -> Iterator[tuple[int, Element]]:
    """Yield the number of each row of a sheet that has begun, and the row; it is emptied afterwards."""
    number, depth = 1, 1
    for event, node in events:
        if node.tag == f"{_TABLE}table":
            depth += 1 if event == "start" else -1
            if not depth:
                return
        elif event == "end" and node.tag == f"{_TABLE}table-row":
            yield number, node
            number += _repeat(node, "rows")
            node.clear()


def _fill_from_xml(grid: Grid, rows: Iterator[tuple[int, Element]]) -> None:
    merged: Merged = {}
    for number, node in rows:
        cells, flaws = _cells(node, number, merged)
        if not any(cells):
            continue
        hidden = node.get(f"{_TABLE}visibility") in ("collapse", "filter")
        for again in range(number, number + _repeat(node, "rows")):
            grid.add(again, cells, hidden=hidden)
            grid.flaws += [(again, column, kind) for column, kind in flaws]


def _repeat(node: Element, what: str) -> int:
    return max(1, int(node.get(f"{_TABLE}number-{what}-repeated", "1")[:8]))


def _cells(row: Element, number: int, merged: Merged | None = None) -> tuple[list[str], list[tuple[int, str]]]:
    """
    Return the cells of a row and the flaws among them.

    Parameters
    ----------
    row, number
        The row and its number. Blanks beyond the last column are not unrolled.
    merged
        Cells merged downwards so far, by column: the last row, what the first holds and the kind of its flaw. The cells
        below are filled from it, and those of this row are added.
    """
    merged = {} if merged is None else merged
    cells: list[str] = []
    flaws: list[tuple[int, str]] = []
    beyond = 0
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", _COVERED):
            continue
        (text, flaw), repeated = _text_and_flaw(cell), _repeat(cell, "columns")
        end = len(cells) + beyond + repeated
        if text and end > MAX_COLUMNS:
            raise UploadError("columns", found=end, limit=MAX_COLUMNS, row=number)
        room = range(len(cells), min(len(cells) + repeated, MAX_COLUMNS))
        flaws += [(column, flaw) for column in room if flaw]
        if (spanned := _span(cell, "rows")) > 1 and _span(cell, "columns") == 1:
            merged |= dict.fromkeys(room, (number + spanned - 1, text, flaw))
        cells += [text] * len(room)
        beyond += repeated - len(room)
    if any(cells):
        for column, (last, text, flaw) in merged.items():
            if column < len(cells) and not cells[column] and number <= last:
                cells[column] = text
                flaws += [(column, flaw)] if flaw else []
    return cells, flaws


def _span(cell: Element, what: str) -> int:
    return max(1, int(cell.get(f"{_TABLE}number-{what}-spanned", "1")[:8]))


def _text_and_flaw(cell: Element) -> tuple[str, str]:
    formula = cell.get(f"{_TABLE}formula")
    if formula is None:
        return _text(cell), ""
    # A prefix names the language of the formula.
    text = quoted_text(re.sub(r"^\w+:(?==)", "", formula))
    return ("#", "formula") if text is None else (text, "")


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
