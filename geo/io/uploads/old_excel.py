"""Read the cells of XLS workbooks, as Excel wrote them until 2003, as text, row by row."""

from __future__ import annotations

from typing import Any

import xlrd

from geo.errors import UploadError
from geo.io.uploads.grid import Grid
from geo.io.uploads.sheets import OTHER_SHEETS, choose_sheet


def read_xls(content: bytes, sheet: str = "") -> Grid:
    """
    Read one sheet of an XLS workbook; by default the first that holds a list.

    The values are those that Excel computed last: this format does not part formulas from them.

    Raises
    ------
    UploadError
        If the workbook is damaged, has a password or is too large.
    """
    grid = Grid()
    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True)
        lists = [s for s in book.sheets() if s.name not in OTHER_SHEETS]
        grid.name_sheets(s.name for s in lists)
        return choose_sheet(grid, sheet, lambda own, i: _fill(own, lists[i], book.datemode))
    except (UploadError, MemoryError):
        raise
    except xlrd.XLRDError as error:
        raise UploadError("password" if "encrypted" in str(error).lower() else "broken") from None
    except Exception:  # noqa: BLE001 - xlrd raises whatever its parsers raise
        raise UploadError("broken") from None


def _fill(grid: Grid, sheet: Any, datemode: int) -> None:
    # Cells below a merged one hold its value.
    merged = {
        (row, left): (top, left)
        for top, bottom, left, right in sheet.merged_cells
        if right - left == 1
        for row in range(top + 1, bottom)
    }
    for number in range(sheet.nrows):
        cells: list[Any] = []
        if all(cell.value == "" for cell in sheet.row(number)):
            continue
        for column in range(sheet.row_len(number)):
            cell = sheet.cell(*merged.get((number, column), (number, column)))
            if cell.ctype == xlrd.XL_CELL_ERROR:
                grid.flaws.append((number + 1, column, "error"))
                cells.append("#")
            elif cell.ctype == xlrd.XL_CELL_DATE:
                cells.append(xlrd.xldate_as_datetime(cell.value, datemode).isoformat()[:10])
            elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                cells.append(bool(cell.value))
            else:
                cells.append(cell.value)
        shown = sheet.rowinfo_map.get(number)
        grid.add(number + 1, cells, hidden=bool(getattr(shown, "hidden", 0)))
