"""Write a report with a map and tables as tagged PDF and as DOCX."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import docx
import pandas as pd
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Mm, Pt, RGBColor

from geo.export.leftovers import tidy_document
from geo.export.slide_fit import fit_table
from geo.export.typeset import typeset
from geo.model.names import printable
from geo.render.links import linked
from geo.render.table import rows_in_words
from geo.render.text import Text, unbroken
from geo.render.typeface import FONT
from geo.settings import VERSION

# Sizes of type that are tried, points, until the report fits its pages.
SIZES = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
PAGES = 2
WIDTH_MM = 174
# Of tables in DOCX.
TABLE_PT = 9.0


@dataclass(frozen=True)
class Section:
    """
    A part of a report.

    Attributes
    ----------
    heading
        Words above.
    table
        Headings included, or None.
    paragraphs
        Words below the table.
    new_page
        Whether it begins a page.
    """

    heading: str
    table: pd.DataFrame | None
    paragraphs: tuple[str, ...] = ()
    new_page: bool = False


@dataclass(frozen=True)
class Report:
    """
    A report.

    Attributes
    ----------
    title, lead, paragraphs
        Words above the map; the lead is the answer.
    svg, png, alt, caption
        The map for PDF and for DOCX, its description, and what stands below it.
    sections
        What follows.
    footer
        On every page.
    language
        "pl" or "en".
    """

    title: str
    lead: str
    paragraphs: tuple[str, ...]
    svg: bytes
    png: bytes
    alt: str
    caption: str
    sections: tuple[Section, ...]
    footer: str
    language: str


def _sound(words: str) -> str:
    return unbroken(printable(words))


def report_pdf(report: Report) -> bytes:
    """
    Write a report of two A4 pages as PDF/UA-1.

    Headings, paragraphs, tables with heads and the picture with its description are tagged, in the
    order of reading; the language is set. The type shrinks to 7 pt at least to keep to two pages;
    a report that is longer still goes on.
    """
    text = Text(report.language)
    data: dict[str, Any] = {
        "title": printable(report.title),
        "language": report.language,
        "lead": _sound(report.lead),
        "paragraphs": [_sound(p) for p in report.paragraphs],
        "alt": printable(report.alt),
        "footer": _sound(report.footer),
        "sections": [
            {
                "heading": _sound(s.heading),
                "break": s.new_page,
                "paragraphs": [_sound(p) for p in s.paragraphs if p],
                "table": _grid(s.table, text) if s.table is not None and len(s.table) else None,
            }
            for s in report.sections
        ],
    }
    made = b""
    for size in SIZES:
        made, pages = typeset("report", data | {"size": size}, {"map.svg": report.svg}, label="pages")
        if pages <= PAGES:
            break
    return made


def _grid(table: pd.DataFrame, text: Text) -> dict[str, Any]:
    heads = [_sound(str(c)) for c in table.columns]
    rows = [[_sound(c) for c in row] for row in rows_in_words(table, text)]
    return {
        "head": heads,
        "rows": rows,
        "numeric": [kind.kind in "if" for kind in table.dtypes],
        "widths": _widths([heads, *rows]),
    }


def _widths(rows: list[list[str]]) -> list[float]:
    """Return shares of the width: long texts ask for less than their length, longest words are whole."""
    columns = list(zip(*rows, strict=True))
    words = [max(len(w) for c in column for w in c.split()) + 1.5 for column in columns]
    texts = [max(len(c) for c in column) for column in columns]
    return [max(3.0, w, t**0.75) for w, t in zip(words, texts, strict=True)]


def report_docx(report: Report) -> bytes:
    """Write a report as DOCX for pasting: headings by style, tables with repeated heads, a described picture."""
    text = Text(report.language)
    paper = docx.Document()
    paper.core_properties.title = printable(report.title)
    paper.core_properties.author = paper.core_properties.last_modified_by = "Mapa klastrów"
    paper.core_properties.comments, paper.core_properties.version = "", VERSION
    paper.core_properties.created = paper.core_properties.modified = datetime.now(UTC)
    paper.core_properties.language = text.tag
    page = paper.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(18)
    page.top_margin = page.bottom_margin = Mm(16)
    _style(paper, text.tag)
    paper.add_heading(_sound(report.title), level=1)
    paper.add_paragraph().add_run(_sound(report.lead)).bold = True
    for words in report.paragraphs:
        paper.add_paragraph(_sound(words))
    shown = paper.add_picture(io.BytesIO(report.png), width=Mm(WIDTH_MM))
    shown._inline.docPr.set("descr", printable(report.alt))  # noqa: SLF001 - python-docx has no other way
    paper.add_paragraph(_sound(report.caption), style="Caption")
    for section in report.sections:
        heading = paper.add_heading(_sound(section.heading), level=2)
        heading.paragraph_format.page_break_before = section.new_page
        if section.table is not None and len(section.table):
            _table(paper, section.table, text, section.heading)
        for words in section.paragraphs:
            if words:
                _linked(paper.add_paragraph(), _sound(words))
    page.footer.paragraphs[0].text = _sound(report.footer)
    _page_number(page.footer.paragraphs[0])
    tidy_document(paper, text.tag)
    buffer = io.BytesIO()
    paper.save(buffer)
    return buffer.getvalue()


def _linked(paragraph: Any, words: str) -> None:
    """Write words into a paragraph; addresses of the web are links."""
    for part, address in linked(words):
        if not address:
            paragraph.add_run(part)
            continue
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), paragraph.part.relate_to(address, RELATION.HYPERLINK, is_external=True))
        run = paragraph.add_run(part)
        run.font.color.rgb, run.font.underline = RGBColor(0x0B, 0x57, 0xD0), True
        link.append(run._r)  # noqa: SLF001 - python-docx has no other way
        paragraph._p.append(link)  # noqa: SLF001


def _style(paper: Any, tag: str) -> None:
    """Set the language of all text, and quiet colours of headings."""
    for name in ("Normal", "Heading 1", "Heading 2", "Caption"):
        style = paper.styles[name]
        style.font.name = "Calibri"
        style.font.color.rgb = RGBColor(0x1B, 0x27, 0x33)
        mark = OxmlElement("w:lang")
        mark.set(qn("w:val"), tag)
        style.element.get_or_add_rPr().append(mark)
    paper.styles["Normal"].font.size = Pt(10)
    paper.styles["Normal"].paragraph_format.space_after = Pt(4)


def _table(paper: Any, table: pd.DataFrame, text: Text, caption: str) -> None:
    made = paper.add_table(rows=1, cols=table.shape[1])
    made.style = "Table Grid"
    made.autofit = False
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    numeric = [kind.kind in "if" for kind in table.dtypes]
    heads = [str(c) for c in table.columns]
    rows = rows_in_words(table, text)
    fit = fit_table(heads, rows, (WIDTH_MM / 25.4, 1000.0), TABLE_PT, least=TABLE_PT, family=FONT)
    for column, width in zip(made.columns, fit.widths, strict=True):
        column.width = Inches(width)
    for n, row in enumerate([heads, *rows]):
        cells = made.rows[0].cells if n == 0 else made.add_row().cells
        for cell, words, number, width in zip(cells, row, numeric, fit.widths, strict=True):
            cell.width = Inches(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(_sound(words))
            run.font.size = Pt(fit.points)
            if n == 0:
                run.bold, run.font.color.rgb = True, RGBColor(0xFF, 0xFF, 0xFF)
                _shade(cell, "1F4E5F")
            if number:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    # The head is read and printed again on each page.
    properties = made.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no other way
    properties.append(OxmlElement("w:tblHeader"))
    for row in made.rows:
        # No row is torn between two pages.
        row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))  # noqa: SLF001
    # No column of it names the rows, as the style would have it.
    look = made._tbl.tblPr.find(qn("w:tblLook"))  # noqa: SLF001
    if look is not None:
        look.set(qn("w:firstColumn"), "0")
    named = OxmlElement("w:tblCaption")
    named.set(qn("w:val"), _sound(caption))
    made._tbl.tblPr.append(named)  # noqa: SLF001
    paper.add_paragraph().paragraph_format.space_after = Pt(0)


def _shade(cell: Any, colour: str) -> None:
    mark = OxmlElement("w:shd")
    mark.set(qn("w:val"), "clear")
    mark.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(mark)  # noqa: SLF001 - python-docx has no other way


def _page_number(paragraph: Any) -> None:
    run = paragraph.add_run("\t")
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        mark.text = words
        run._r.append(mark)  # noqa: SLF001 - python-docx has no other way
