"""Write tables that office spreadsheets open as they are."""

from __future__ import annotations

import io

import pandas as pd

# A cell that begins with one of these would be run as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> object:
    """Return text that a spreadsheet shows but does not execute; other values unchanged."""
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
    buffer = io.StringIO()
    _safe(table).to_csv(buffer, sep=";", decimal=",", index=False, lineterminator="\r\n")
    return buffer.getvalue().encode("utf-8-sig")


def to_xlsx(table: pd.DataFrame) -> bytes:
    """
    Write a table as an Excel workbook with one sheet.

    Parameters
    ----------
    table
        Headings as they should be read; the index is not written.
    """
    buffer = io.BytesIO()
    _safe(table).to_excel(buffer, index=False, engine="openpyxl", freeze_panes=(1, 0))
    return buffer.getvalue()
