"""Write a letter of an office as DOCX, with gaps to fill in that nobody overlooks."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from geo.export.leftovers import tidy_document
from geo.model.names import one_line
from geo.render.text import Text, unbroken
from geo.settings import VERSION

# Where the words for whom the letter is begin, from the left margin.
INDENT_MM = 85


@dataclass(frozen=True)
class Gap:
    """Words in place of what the office must fill in."""

    words: str


# What stands in a paragraph: words, and gaps between them.
Line = tuple[str | Gap, ...]


@dataclass(frozen=True)
class Letter:
    """
    A letter.

    Attributes
    ----------
    title
        Title of the file.
    sender, place_and_date, reference
        Who writes, line by line; where and when; the number of the matter.
    addressee
        To whom, line by line.
    subject, greeting, paragraphs, closing, signature
        The letter itself.
    note
        In small type below: where its figures come from; "" for none.
    language
        "pl" or "en".
    """

    title: str
    sender: tuple[Line, ...]
    place_and_date: Line
    reference: Line
    addressee: tuple[str, ...]
    subject: str
    greeting: str
    paragraphs: tuple[Line, ...]
    closing: str
    signature: Line
    note: str
    language: str


def letter_file(letter: Letter) -> bytes:
    """Write a letter on A4; gaps stand on a yellow ground."""
    text = Text(letter.language)
    paper = docx.Document()
    properties = paper.core_properties
    # The format allows no more.
    properties.title = one_line(letter.title)[:255]
    properties.author = properties.last_modified_by = "Mapa klastrów"
    properties.comments, properties.version = "", VERSION
    properties.created = properties.modified = datetime.now(UTC)
    properties.language = text.tag
    page = paper.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(25)
    page.top_margin = page.bottom_margin = Mm(20)
    _style(paper, text.tag)
    for line in letter.sender:
        _line(paper, line, after=0)
    _line(paper, letter.place_and_date, after=14).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _line(paper, letter.reference, after=14)
    for n, words in enumerate(letter.addressee):
        shown = _line(paper, (words,), bold=n == 0, after=18 if n == len(letter.addressee) - 1 else 0)
        shown.paragraph_format.left_indent = Mm(INDENT_MM)
    _line(paper, (letter.subject,), bold=True, after=12)
    _line(paper, (letter.greeting,), after=8)
    for line in letter.paragraphs:
        _line(paper, line, after=8).alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    for line, after in (((letter.closing,), 36.0), (letter.signature, 20.0)):
        _line(paper, line, after=after).paragraph_format.left_indent = Mm(INDENT_MM)
    if letter.note:
        _line(paper, (letter.note,), after=0, points=8.0)
    tidy_document(paper, text.tag)
    buffer = io.BytesIO()
    paper.save(buffer)
    return buffer.getvalue()


def _line(paper: Any, line: Line, *, after: float, bold: bool = False, points: float = 0.0) -> Any:
    """Write a paragraph with so many points of room after it."""
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(after)
    for piece in line:
        run = paragraph.add_run(unbroken(one_line(piece.words if isinstance(piece, Gap) else piece)))
        run.bold = bold
        if points:
            run.font.size = Pt(points)
        if isinstance(piece, Gap):
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    return paragraph


def _style(paper: Any, tag: str) -> None:
    style = paper.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(11)
    style.font.color.rgb = RGBColor(0x1B, 0x27, 0x33)
    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), tag)
    style.element.get_or_add_rPr().append(mark)
