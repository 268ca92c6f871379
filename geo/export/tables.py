"""Write tables that office spreadsheets open as they are."""

from __future__ import annotations

import datetime as dt
import io
import json
import math
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from geo.model.names import printable, sound
from geo.render.links import linked
from geo.render.table import Table, decimals, worded
from geo.render.text import Text
from geo.settings import PROGRAM

# Columns are as wide as the longest text of so many rows asks, at most so wide.
WIDTH_ROWS, WIDEST = 200, 60
# Points that a line of a cell takes.
LINE_HEIGHT = 15
# Signs that a line of A4 on its side holds at 6 points or more.
PRINTED_WIDTH = 260
# What XML may not hold.
_ILLEGAL = re.compile(f"{ILLEGAL_CHARACTERS_RE.pattern}|[\ufffe\uffff]")
# Excel allows so many signs in the name of a sheet.
SHEET_NAME = 31
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# A cell that begins with one of these would be run as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> object:
    """Return text that a spreadsheet shows but does not execute; other values unchanged."""
    value = sound(value)
    # An apostrophe that stands before such a character is doubled, so that reading is exact.
    if isinstance(value, str) and value.lstrip("'").startswith(FORMULA_STARTS):
        return "'" + value
    return value


def heading_cell(value: object) -> object:
    """Return a heading that no program takes for several columns: without the signs that may part them."""
    whole = re.sub(r"(?<=\d),(?=\d{3})", " ", str(sound(value)))
    return safe_cell(re.sub(r"\s*[,;]\s*", " – ", whole))


def _safe(table: pd.DataFrame) -> pd.DataFrame:
    return table.map(safe_cell).rename(columns=heading_cell)


def to_csv(table: pd.DataFrame, *, digits: Mapping[int, int] | None = None) -> bytes:
    """
    Write a table as CSV for a Polish spreadsheet: UTF-8 with BOM, semicolons, decimal commas.

    Parameters
    ----------
    table
        Headings as they should be read; the index is not written.
    digits
        Decimals of columns by their position, where they are not those of the values.
    """
    buffer, places = io.StringIO(), [decimals(table.iloc[:, n]) for n in range(table.shape[1])]
    written = _safe(table)
    for n, found in enumerate(places):
        if kept := (digits or {}).get(n, found):
            numbers = [("" if pd.isna(v) else f"{v:.{kept}f}".replace(".", ",")) for v in table.iloc[:, n]]
            written.isetitem(n, pd.Series(numbers, written.index, dtype="str"))
    written.to_csv(buffer, sep=";", decimal=",", index=False, lineterminator="\r\n")
    return buffer.getvalue().encode("utf-8-sig")


def table_file(table: Table, kind: str, text: Text, sources: Sequence[tuple[str, str]] = ()) -> bytes:
    """
    Write a table as a file.

    Parameters
    ----------
    table
        The table.
    kind
        "csv" or "xlsx" in words, "json" by identifiers.
    text
        Language of the words.
    sources
        Pairs of what is said of the data and its words, for a sheet of their own.
    """
    if kind == "json":
        return f"{json.dumps(table.records(), ensure_ascii=False, indent=1)}\n".encode()
    shown, digits = table.shown(text, filed=True), table.digits()
    if kind == "csv":
        return to_csv(shown, digits=digits)
    name = worded(table.title, text) or text("data.sheet.table")
    said = {text("data.sheet.sources"): credits_table(sources, text)} if sources else {}
    return workbook({name: shown} | said, digits={name: digits})


def credits_table(pairs: Sequence[tuple[str, str]], text: Text) -> pd.DataFrame:
    """Return what is said of data, licences and sources among it, as a table."""
    return pd.DataFrame([[sound(v) for v in pair] for pair in pairs], columns=[text("data.what"), text("data.value")])


def to_xlsx(table: pd.DataFrame, name: str) -> bytes:
    """
    Write a table as an Excel workbook with one sheet.

    Parameters
    ----------
    table
        Headings as they should be read; the index is not written.
    name
        What the sheet is called.
    """
    return workbook({name: table})


def workbook(sheets: Mapping[str, pd.DataFrame], *, digits: Mapping[str, Mapping[int, int]] | None = None) -> bytes:
    """
    Write tables as the sheets of a workbook; numbers stay numbers, text stays text, whole dates are dates.

    Parameters
    ----------
    sheets
        Tables by the name of their sheet; the index is not written.
    digits
        For a sheet the decimals of columns by their position, where they are not those of the values.
    """
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in sheets.items():
        sheet = book.create_sheet(_sheet_name(name))
        fill_sheet(sheet, [str(c) for c in table.columns], table.itertuples(index=False))
        for n in range(table.shape[1]):
            places = (digits or {}).get(name, {}).get(n, decimals(table.iloc[:, n]))
            if places is None:
                continue
            for (cell,) in sheet.iter_rows(min_row=2, max_row=len(table) + 1, min_col=n + 1, max_col=n + 1):
                cell.number_format = f"#,##0.{'0' * places}" if places else "#,##0"
    return saved(book)


def _sheet_name(name: str) -> str:
    """Return a name that a sheet may have."""
    return re.sub(r"[\\/*?:\[\]]", " ", printable(name)).strip("' ")[:SHEET_NAME] or "1"


def fill_sheet(sheet: Worksheet, headings: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    """
    Write headings that stay in view and rows, ready to be filtered and printed.

    Text is never taken for a formula, and carries no sign that says so.
    """
    sheet.append([_plain(h) for h in headings])
    for row in rows:
        sheet.append([_plain(v) for v in row])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                _hold(cell)
    for column in sheet.iter_cols(max_row=min(WIDTH_ROWS, sheet.max_row)):
        head = column[0]
        if isinstance(head.value, str):
            _hold(head, dates=False)
        head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        longest = max((_width(cell.value) for cell in column[1:]), default=0)
        words = max((len(w) for w in str(head.value or "").split()), default=0)
        sheet.column_dimensions[head.column_letter].width = max(10, words + 3, min(WIDEST, longest + 3))
    _fit_rows(sheet)
    sheet.freeze_panes = "A2"
    if sheet.max_column and headings:
        sheet.auto_filter.ref = sheet.dimensions
    # All columns of a row stand on one page while they can be read, else on several, each with the names of the rows.
    wide = sum(column.width for column in sheet.column_dimensions.values())
    pages = max(1, math.ceil(wide / PRINTED_WIDTH))
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages, 0
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    if pages > 1:
        sheet.print_title_cols = "A:A"


def _fit_rows(sheet: Worksheet) -> None:
    """Make rows as high as their wrapped words ask, for programs that do not do it when they open a file."""
    widths = {letter: int(column.width) - 1 for letter, column in sheet.column_dimensions.items()}
    for row in sheet.iter_rows():
        lines = max(
            (_lines(cell.value, widths[cell.column_letter]) for cell in row if cell.alignment.wrap_text), default=1
        )
        if lines == 1:
            continue
        sheet.row_dimensions[row[0].row].height = LINE_HEIGHT * lines
        for cell in row:
            cell.alignment = Alignment(wrap_text=cell.alignment.wrap_text, vertical="top")


def _lines(words: object, width: int) -> int:
    return sum(max(1, len(textwrap.wrap(line, width))) for line in str(words).splitlines())


def _hold(cell: Any, *, dates: bool = True) -> None:
    """Keep a text as text whatever it looks like; a whole date becomes a date."""
    words = cell.value
    if dates and _DAY.fullmatch(words):
        with suppress(ValueError):
            cell.value = dt.date.fromisoformat(words)
            cell.number_format = "yyyy-mm-dd"
            return
    cell.data_type = "s"
    if linked(words) == [(words, words)]:
        cell.hyperlink, cell.style = words, "Hyperlink"
    cell.quotePrefix = words.startswith(FORMULA_STARTS)
    if len(words) > WIDEST or "\n" in words:
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _width(value: object) -> int:
    return max((len(line) for line in str("" if value is None else value).splitlines()), default=0)


def saved(book: openpyxl.Workbook) -> bytes:
    """Return a workbook as a file."""
    book.properties.creator = PROGRAM
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _plain(value: object) -> object:
    """Return a value that a cell can hold."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if not isinstance(value, str):
        return value
    words = _ILLEGAL.sub("", str(sound(value)))
    # A reader takes such an apostrophe for the one of old files: another is put before it.
    return f"'{words}" if words.startswith("'") and words.lstrip("'").startswith(FORMULA_STARTS) else words
