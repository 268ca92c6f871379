"""Write tables that office spreadsheets open as they are."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from geo.model.names import sound
from geo.render.table import Table, decimals
from geo.render.text import Text
from geo.settings import PROGRAM

# Columns are as wide as the longest text of so many rows asks, at most so wide.
WIDTH_ROWS, WIDEST = 200, 60
# What XML may not hold.
_ILLEGAL = re.compile(f"{ILLEGAL_CHARACTERS_RE.pattern}|[\ufffe\uffff]")
# A cell that begins with one of these would be run as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> object:
    """Return text that a spreadsheet shows but does not execute; other values unchanged."""
    value = sound(value)
    # An apostrophe that stands before such a character is doubled, so that reading is exact.
    if isinstance(value, str) and value.lstrip("'").startswith(FORMULA_STARTS):
        return "'" + value
    return value


def _safe(table: pd.DataFrame) -> pd.DataFrame:
    return table.map(safe_cell).rename(columns=safe_cell)


def to_csv(table: pd.DataFrame) -> bytes:
    """
    Write a table as CSV for a Polish spreadsheet: UTF-8 with BOM, semicolons, decimal commas.

    Parameters
    ----------
    table
        Headings as they should be read; the index is not written.
    """
    buffer, places = io.StringIO(), [decimals(table.iloc[:, n]) for n in range(table.shape[1])]
    written = _safe(table)
    for n, digits in enumerate(places):
        if digits:
            numbers = [("" if pd.isna(v) else f"{v:.{digits}f}".replace(".", ",")) for v in table.iloc[:, n]]
            written.isetitem(n, pd.Series(numbers, written.index, dtype="str"))
    written.to_csv(buffer, sep=";", decimal=",", index=False, lineterminator="\r\n")
    return buffer.getvalue().encode("utf-8-sig")


def to_xlsx(table: pd.DataFrame) -> bytes:
    """
    Write a table as an Excel workbook with one sheet.

    Parameters
    ----------
    table
        Headings as they should be read; the index is not written.
    """
    return workbook({"Sheet1": table})


def table_file(table: Table, kind: str, text: Text) -> bytes:
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
    """
    if kind == "json":
        return f"{json.dumps(table.records(), ensure_ascii=False, indent=1)}\n".encode()
    return {"csv": to_csv, "xlsx": to_xlsx}[kind](table.shown(text))


def workbook(sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """
    Write tables as the sheets of a workbook; numbers stay numbers and text stays text.

    Parameters
    ----------
    sheets
        Tables by the name of their sheet; the index is not written.
    """
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        fill_sheet(sheet, [str(c) for c in table.columns], table.itertuples(index=False))
        for n in range(table.shape[1]):
            if digits := decimals(table.iloc[:, n]):
                for (cell,) in sheet.iter_rows(min_row=2, max_row=len(table) + 1, min_col=n + 1, max_col=n + 1):
                    cell.number_format = f"0.{'0' * digits}"
    return saved(book)


def fill_sheet(sheet: Worksheet, headings: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    """Write headings that stay in view and rows; text is never taken for a formula."""
    sheet.append([_plain(h) for h in headings])
    for row in rows:
        sheet.append([_plain(v) for v in row])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                # Text, whatever it looks like.
                cell.data_type = "s"
    for column in sheet.iter_cols(max_row=WIDTH_ROWS):
        column[0].font = Font(bold=True)
        longest = max(len(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[column[0].column_letter].width = max(10, min(WIDEST, longest + 3))
    sheet.freeze_panes = "A2"


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
    return safe_cell(_ILLEGAL.sub("", value)) if isinstance(value, str) else value
