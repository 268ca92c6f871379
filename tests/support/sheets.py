"""Write small workbooks for tests: XLSX with openpyxl, ODS as LibreOffice writes it."""

import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

import openpyxl

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:{0}:1.0"
_SPACES = " ".join(f'xmlns:{n}="{_SPACE.format(n)}"' for n in ("office", "table", "text"))


def xlsx(sheets, *, hidden=(), merged=()):
    """Return a workbook of sheets by name; rows are hidden and cells merged in all of them."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for number in hidden:
            sheet.row_dimensions[number].hidden = True
        for area in merged:
            sheet.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell(text="", more=""):
    """Return a cell of ODS; text that begins with = is a formula."""
    if text.startswith("="):
        more += f" table:formula={quoteattr(f'of:{text}')}"
    inside = f'office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
    return f"<table:table-cell {more} {inside}" if text else f"<table:table-cell {more}/>"


def merged(text, rows, columns=1):
    """Return a cell of ODS over so many rows and columns."""
    return cell(text, f'table:number-rows-spanned="{rows}" table:number-columns-spanned="{columns}"')


def covered(columns=1):
    """Return cells of ODS that lie below a merged one."""
    return f'<table:covered-table-cell table:number-columns-repeated="{columns}"/>'


def line(*cells, more=""):
    """Return a row of ODS."""
    return f"<table:table-row {more}>{''.join(c if c.startswith('<') else cell(c) for c in cells)}</table:table-row>"


def ods(sheets):
    """Return an ODS workbook of sheets by name, each with its rows."""
    tables = "".join(f'<table:table table:name="{n}">{"".join(rows)}</table:table>' for n, rows in sheets.items())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr(
            "content.xml",
            f"<office:document-content {_SPACES}><office:body><office:spreadsheet>{tables}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()
