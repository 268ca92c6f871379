"""Write slides for PowerPoint and LibreOffice: native titles, legends, tables and notes beside the map."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from geo.export.image import to_png
from geo.export.leftovers import tidy_slides
from geo.export.slide_fit import LEAST_PT, fit_table, fitting, height_of
from geo.model.names import one_line, printable
from geo.model.picture import Look, Page, PictureQuery
from geo.render.figure import compose
from geo.render.legend import LegendRow
from geo.render.legend_box import INK, QUIET
from geo.render.links import linked
from geo.render.painting import PROPOSAL
from geo.render.palette import OUTLINE, Fill, looked, on_white, surface_ramp, toned
from geo.render.picture import LegendMark, Picture, SurfaceBar
from geo.render.table import rows_in_words
from geo.render.text import Text, unbroken
from geo.settings import VERSION

# The place of the layout "Title Only" in the template of python-pptx.
TITLE_ONLY = 5
MARGIN = 0.4
TINY_PT = 4.0
# The dark ground of headings.
BAND = "#1f4e5f"
# Any identifier will do for a field.
FIELD = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"
# The stripes of the map, as patterns of the office suites.
PATTERNS = {
    0: MSO_PATTERN.NARROW_VERTICAL,
    45: MSO_PATTERN.WIDE_UPWARD_DIAGONAL,
    90: MSO_PATTERN.NARROW_HORIZONTAL,
    135: MSO_PATTERN.WIDE_DOWNWARD_DIAGONAL,
}


@dataclass(frozen=True)
class MapSlide:
    """
    A slide with a map.

    Attributes
    ----------
    picture
        What it says.
    png
        The map alone, of the size that `map_box` gives.
    logo
        PNG of the office's mark, or nothing.
    look
        Colours of the legend.
    title
        What the map finds, in place of the picture's title.
    number, caption
        The one number to remember and what it counts, in place of a table.
    spoken
        What the notes say besides the map in words.
    """

    picture: Picture
    png: bytes
    logo: bytes = b""
    look: Look = Look.COLOUR
    title: str = ""
    number: str = ""
    caption: str = ""
    spoken: str = ""


@dataclass(frozen=True)
class TitleSlide:
    """
    The first slide.

    Attributes
    ----------
    title, subtitle
        What it is about, and the finding in a sentence.
    lines
        Place, date and state of the data, one line each.
    logo
        PNG of the office's mark, or nothing.
    notes, language
        For the speaker; "pl" or "en".
    """

    title: str
    subtitle: str
    lines: tuple[str, ...]
    logo: bytes
    notes: str
    language: str


@dataclass(frozen=True)
class TextSlide:
    """
    A slide with words and perhaps a table.

    Attributes
    ----------
    title, paragraphs
        Words.
    table
        Headings included, or None; what does not fit is counted on the slide.
    notes
        For the speaker.
    language
        "pl" or "en".
    footer
        Sources, small.
    """

    title: str
    paragraphs: tuple[str, ...]
    table: pd.DataFrame | None
    notes: str
    language: str
    footer: str = ""


def map_box(page: Page) -> tuple[float, float, float, float]:
    """Return left, top, width and height of the map on a slide, inches."""
    top = 1.55 if not page.tall else 1.6
    bottom = page.height_in - 0.5
    if page.tall:
        return MARGIN, top, page.width_in - 2 * MARGIN, 0.52 * (bottom - top)
    return MARGIN, top, 0.64 * (page.width_in - 2 * MARGIN), bottom - top


def slide_png(picture: Picture, query: PictureQuery, *, dpi: int) -> bytes:
    """Draw the map of a slide, without the words that the slide has natively."""
    _, _, width, height = map_box(query.sheet)
    figure = compose(picture, query, page=Page(width, height, dpi, projected=True), words=False)
    return to_png(figure, title=picture.title, alt=picture.alt)


def deck(slides: Iterable[TitleSlide | MapSlide | TextSlide], page: Page, *, title: str) -> bytes:
    """
    Write a presentation.

    Parameters
    ----------
    slides
        In their order.
    page
        Size of a slide.
    title
        Title of the file.
    """
    show = Presentation()
    _resize(show, page)
    properties = show.core_properties
    properties.title = printable(title)[:255]  # the format allows no more
    properties.author = properties.last_modified_by = "Mapa klastrów"
    properties.comments, properties.version = "", VERSION
    properties.created = properties.modified = datetime.now(UTC)
    tag = ""
    for number, slide in enumerate(slides, start=1):
        language = slide.picture.language if isinstance(slide, MapSlide) else slide.language
        tag = Text(language).tag
        writer = _Writer(show, page, language)
        if isinstance(slide, TitleSlide):
            writer.first(slide)
            continue
        if isinstance(slide, MapSlide):
            writer.map(slide)
        else:
            writer.words(slide)
        writer.number(number)
    tidy_slides(show, page, tag)
    buffer = io.BytesIO()
    show.save(buffer)
    return buffer.getvalue()


def _resize(show: Any, page: Page) -> None:
    """Set the size, and move what the template has for 10 by 7.5 inches."""
    across, down = Inches(page.width_in) / show.slide_width, Inches(page.height_in) / show.slide_height
    show.slide_width, show.slide_height = Inches(page.width_in), Inches(page.height_in)
    # The template is one of 4:3, and says so.
    show.element.sldSz.attrib.pop("type", None)
    master = show.slide_master
    for holder in (master, *master.slide_layouts):
        for shape in holder.placeholders:
            if shape.element.spPr.xfrm is not None:
                shape.left, shape.width = round(shape.left * across), round(shape.width * across)
                shape.top, shape.height = round(shape.top * down), round(shape.height * down)


class _Writer:
    """Writes one slide."""

    def __init__(self, show: Any, page: Page, language: str) -> None:
        self.page = page
        self.text = Text(language)
        self.slide = show.slides.add_slide(show.slide_layouts[TITLE_ONLY])
        # Where shapes are put: on the slide, or in a group of it.
        self.shapes = self.slide.shapes
        self.width = page.width_in - 2 * MARGIN

    def first(self, what: TitleSlide) -> None:
        """Write the first slide: a band with the title, below it the finding, at the foot place and date."""
        page = self.page
        band = 0.44 * page.height_in
        ground = self.shapes.add_shape(MSO_SHAPE.RECTANGLE, *map(Inches, (0, 0, page.width_in, band)))
        _describe(ground, self.text("slides.band"), "")
        ground.fill.solid()
        ground.fill.fore_color.rgb = _rgb(BAND)
        ground.line.fill.background()
        ground.shadow.inherit = False
        # The title lies on the band, and is read first.
        self.slide.shapes._spTree.remove(ground._element)  # noqa: SLF001 - python-pptx has no other way
        self.slide.shapes._spTree.insert(2, ground._element)  # noqa: SLF001
        self._title(what.title, 0.0, box=(MARGIN, 0.35, self.width, band - 0.6), points=44.0, colour="#ffffff")
        taken = self._logo(what.logo, top=page.height_in - 1.1) if what.logo else 0.0
        self._box((MARGIN, band + 0.3, self.width, 0.5 * (page.height_in - band)), [what.subtitle], 26.0, INK)
        foot = 0.34 * len(what.lines)
        box = (MARGIN, page.height_in - foot - 0.4, self.width - taken, foot + 0.1)
        self._box(box, what.lines, 14.0, QUIET)
        self._notes(what.notes)

    def number(self, number: int) -> None:
        """Write the number of the slide, which follows when slides are moved."""
        box = (self.page.width_in - MARGIN - 0.5, self.page.height_in - 0.42, 0.5, 0.3)
        shape = self.slide.shapes.add_textbox(*map(Inches, box))
        _describe(shape, self.text("slides.number"), "")
        frame = shape.text_frame
        _flat(frame)
        paragraph = frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT
        field = etree.SubElement(paragraph._p, qn("a:fld"), id=FIELD, type="slidenum")  # noqa: SLF001
        run = etree.SubElement(field, qn("a:rPr"), lang=self.text.tag, sz="1000")
        fill = etree.SubElement(etree.SubElement(run, qn("a:solidFill")), qn("a:srgbClr"))
        fill.set("val", QUIET.removeprefix("#").upper())
        etree.SubElement(field, qn("a:t")).text = str(number)

    def map(self, what: MapSlide) -> None:
        """Write title, sentence, map, legend, numbers, sources and notes."""
        picture, page = what.picture, self.page
        taken = self._logo(what.logo) if what.logo else 0.0
        self._title(what.title or picture.title or picture.subtitle, taken)
        # A finding as title says what stands there else.
        beneath = picture.title if what.title else picture.subtitle
        self._box((MARGIN, 0.95, self.width - taken, 0.55), [beneath], 16.0, QUIET)
        left, top, width, height = map_box(page)
        shown = self.slide.shapes.add_picture(
            io.BytesIO(what.png), Inches(left), Inches(top), Inches(width), Inches(height)
        )
        _describe(shown, self.text("slides.map"), picture.alt)
        if page.tall:
            half = self.width / 2 - 0.1
            box = (MARGIN, top + height + 0.1, half, page.height_in - top - height - 0.65)
            self._legend(picture, what.look, box, box[3])
            box = (MARGIN + half + 0.2, box[1], half, box[3])
        else:
            left += width + 0.2
            box = (left, top, page.width_in - MARGIN - left, height)
            used = self._large(what, box) if what.number else 0.0
            if used:
                picture = replace(picture, notes=())
            box = (left, top + used, box[2], height - used)
            # Without a table the legend has all the room.
            used += self._legend(picture, what.look, (*box[:3], box[3] if what.number else 0.62 * box[3]), box[3])
            box = (box[0], top + used + 0.15, box[2], height - used - 0.15)
        if not what.number or page.tall:
            self._table(picture.tables.numbers, box)
        self._foot(picture.sources)
        self._notes("\n".join(part for part in (what.spoken, spoken(what.picture, self.text)) if part))

    def _large(self, what: MapSlide, box: tuple[float, float, float, float]) -> float:
        """Write the one number and what it counts; return the height they take, inches."""
        left, top, width, _ = box
        used = self._box((left, top, width, 1.15), [what.number], 54.0, BAND, bold=True)
        used += self._box((left, top + used, width, 1.6), [what.caption], 16.0, INK)
        return used + 0.15

    def _foot(self, words: str) -> None:
        self._box((MARGIN, self.page.height_in - 0.42, self.width - 0.6, 0.36), [words], 10.0, QUIET)

    def words(self, what: TextSlide) -> None:
        """Write title, paragraphs, table and notes."""
        self._title(what.title, 0.0)
        tall = self.page.height_in - 1.5
        alone = what.table is None or what.table.empty
        room = tall if alone else 0.42 * tall
        used = self._box((MARGIN, 1.1, self.width, room), what.paragraphs, 28.0 if alone else 20.0, INK)
        if what.table is not None and not what.table.empty:
            box = (MARGIN, 1.3 + used, self.width, self.page.height_in - 1.7 - used)
            self._table(what.table, box, points=16.0)
        if what.footer:
            self._foot(what.footer)
        self._notes(what.notes)

    def _title(
        self,
        words: str,
        taken: float,
        *,
        box: tuple[float, float, float, float] | None = None,
        points: float = 28.0,
        colour: str = INK,
    ) -> None:
        shape = self.slide.shapes.title
        box = box or (MARGIN, 0.25, self.width - taken, 0.7)
        shape.left, shape.top, shape.width, shape.height = map(Inches, box)
        frame = shape.text_frame
        frame.word_wrap = True
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        _flat(frame)
        points = fitting([words], points, box[2], box[3], bold=True)
        self._run(frame.paragraphs[0], words, points, colour, bold=True)

    def _box(
        self,
        box: tuple[float, float, float, float],
        words: Iterable[str],
        points: float,
        colour: str,
        *,
        bold: bool = False,
    ) -> float:
        """Write paragraphs that shrink until they fit; return the height they take, inches."""
        said = [w for w in words if w]
        shape = self.shapes.add_textbox(*map(Inches, box))
        frame = shape.text_frame
        frame.word_wrap = True
        _flat(frame)
        points = fitting(said, points, box[2], box[3], bold=bold)
        for n, line in enumerate(said):
            paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(0.35 * points)
            self._run(paragraph, line, points, colour, bold=bold)
        used = height_of(said, points, box[2], bold=bold)
        shape.height = Inches(min(used, box[3]))
        return used

    def _run(self, paragraph: Any, words: str, points: float, colour: str, *, bold: bool = False) -> None:
        paragraph.alignment = PP_ALIGN.LEFT
        # Without words the paragraph keeps its size all the same.
        for part, address in linked(unbroken(printable(words))) or [("", "")]:
            run = paragraph.add_run()
            run.text = part
            run.font.size, run.font.bold = Pt(points), bold
            run.font.color.rgb = _rgb(colour)
            run.font._element.set("lang", self.text.tag)  # noqa: SLF001 - python-pptx has no other way
            if address:
                run.hyperlink.address = address

    def _legend(self, picture: Picture, look: Look, box: tuple[float, float, float, float], most: float) -> float:
        """Write the legend row by row, all of it, in at most so much height; return the height it takes, inches."""
        left, top, width, height = box
        labels = [f"{r.label} ({r.units})" if r.units else r.label for r in picture.rows]
        rows: list[tuple[str, LegendRow | LegendMark | SurfaceBar | None]] = []
        rows.append((picture.surface.words, picture.surface) if picture.surface else (picture.heading, None))
        rows += zip(labels, picture.rows, strict=True)
        rows += [(mark.label, mark) for mark in picture.marks]
        rows += [(note, None) for note in picture.notes]
        indent = 0.42
        points = 14.0
        # One thing that is moved as a whole and read as one.
        group = self.slide.shapes.add_group_shape()
        _describe(group, self.text("slides.swatch"), "; ".join(words for words, _ in rows))
        self.shapes = group.shapes
        while True:
            tall = [height_of([w], points, width - (indent if fill else 0.0)) + 0.05 for w, fill in rows]
            # A long legend takes the place of the table first, whose numbers are in the notes too.
            if sum(tall) <= (height if points > LEAST_PT else most) or points <= TINY_PT:
                break
            points -= 0.5
        opacity = picture.painting.opacity
        y = top
        for n, ((words, fill), room) in enumerate(zip(rows, tall, strict=True)):
            shift = indent if fill else 0.0
            if isinstance(fill, LegendRow):
                shown = on_white(looked(fill.fill, look), opacity)
                self._swatch(shown, (left, y + 0.02, 0.3, min(0.2, room)))
            elif isinstance(fill, SurfaceBar):
                ramp = surface_ramp()
                for n_colour, colour in enumerate(ramp):
                    step = 0.3 / len(ramp)
                    at = (left + n_colour * step, y + 0.02, step, min(0.2, room))
                    self._swatch(Fill(toned(colour, look)), at, framed=False)
            elif isinstance(fill, LegendMark):
                self._circle(fill, look, (left + 0.04, y, 0.22, 0.22))
            shape = self.shapes.add_textbox(*map(Inches, (left + shift, y, width - shift, room)))
            frame = shape.text_frame
            frame.word_wrap = True
            _flat(frame)
            self._run(frame.paragraphs[0], words, points, INK if fill or not n else QUIET, bold=not n)
            y += room
        self.shapes = self.slide.shapes
        return y - top

    def _swatch(self, fill: Fill, box: tuple[float, float, float, float], *, framed: bool = True) -> None:
        shape = self.shapes.add_shape(MSO_SHAPE.RECTANGLE, *map(Inches, box))
        _describe(shape, self.text("slides.swatch"), "")
        if fill.stripe:
            shape.fill.patterned()
            shape.fill.pattern = PATTERNS[fill.angle]
            shape.fill.fore_color.rgb = _rgb(fill.stripe)
            shape.fill.back_color.rgb = _rgb(fill.colour)
        else:
            shape.fill.solid()
            shape.fill.fore_color.rgb = _rgb(fill.colour)
        if framed:
            shape.line.color.rgb = _rgb(OUTLINE)
            shape.line.width = Pt(0.75)
        else:
            shape.line.fill.background()
        shape.shadow.inherit = False

    def _line(self, mark: LegendMark, look: Look, box: tuple[float, float, float, float]) -> None:
        left, top, width, height = box
        ends = (left, top + height / 2, left + width, top + height / 2)
        line = self.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *map(Inches, ends))
        _describe(line, self.text("slides.swatch"), "")
        line.line.color.rgb = _rgb(toned(mark.colour, look))
        line.line.width = Pt(2.0)
        # Patterns are told by their number of strokes and gaps; a short stroke is a dot.
        style = {2: MSO_LINE.DASH, 4: MSO_LINE.DASH_DOT}.get(len(mark.dash.split()), MSO_LINE.SOLID)
        line.line.dash_style = MSO_LINE.ROUND_DOT if mark.dash.startswith("2 ") else style

    def _circle(self, mark: LegendMark, look: Look, box: tuple[float, float, float, float]) -> None:
        if mark.status == "line":
            self._line(mark, look, box)
            return
        if mark.status == "dot":
            left, top, width, height = box
            box = (left + width / 4, top + height / 4, width / 2, height / 2)
        form = MSO_SHAPE.RECTANGLE if mark.status == PROPOSAL else MSO_SHAPE.OVAL
        shape = self.shapes.add_shape(form, *map(Inches, box))
        _describe(shape, self.text("slides.swatch"), "")
        colour = _rgb(toned(mark.colour, look))
        full = mark.status in ("member", "dot")
        shape.fill.solid()
        shape.fill.fore_color.rgb = colour if full else _rgb("#ffffff")
        shape.line.color.rgb = _rgb("#ffffff") if full else colour
        shape.line.width = Pt(0.75 if full or mark.status == "reach" else 1.5)
        if mark.status in ("potential", "undated"):
            shape.line.dash_style = MSO_LINE.DASH if mark.status == "potential" else MSO_LINE.ROUND_DOT
        shape.shadow.inherit = False
        frame = shape.text_frame
        _flat(frame)
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        self._run(frame.paragraphs[0], mark.letter, 10.0, "#ffffff" if full else INK, bold=True)
        frame.paragraphs[0].alignment = PP_ALIGN.CENTER

    def _table(self, table: pd.DataFrame, box: tuple[float, float, float, float], *, points: float = 12.0) -> None:
        """Write as many rows as fit; how many more there are is said below."""
        if table.empty:
            return
        left, top, width, height = box
        cells = [[one_line(c) for c in row] for row in rows_in_words(table, self.text)]
        heads = [one_line(str(c)) for c in table.columns]
        fit = fit_table(heads, cells, (width, height), points)
        if not fit.shown:
            # No room for a table: its numbers are in the notes.
            return
        frame = self.slide.shapes.add_table(fit.shown + 1, len(heads), *map(Inches, (left, top, width, 0.2)))
        _describe(frame, self.text("slides.table"), ", ".join(heads))
        for column, share in zip(frame.table.columns, fit.widths, strict=True):
            column.width = Inches(share)
        numeric = [table.dtypes.iloc[n].kind in "if" for n in range(len(heads))]
        for r, row in enumerate([heads, *cells[: fit.shown]]):
            frame.table.rows[r].height = Inches(fit.heights[r])
            for c, words in enumerate(row):
                cell = frame.table.cell(r, c)
                cell.margin_left = cell.margin_right = Inches(0.05)
                cell.margin_top = cell.margin_bottom = Inches(0.02)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                cell.fill.solid()
                cell.fill.fore_color.rgb = _rgb(BAND if r == 0 else "#f4f6f8" if r % 2 else "#ffffff")
                self._run(cell.text_frame.paragraphs[0], words, fit.points, "#ffffff" if r == 0 else INK, bold=r == 0)
                if numeric[c]:
                    cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
        if fit.shown < len(cells):
            rest = self.text("slides.more", n=self.text.number(len(cells) - fit.shown))
            self._box((left, top + sum(fit.heights) + 0.04, width, 0.25), [rest], 10.0, QUIET)

    def _logo(self, logo: bytes, *, top: float = 0.2) -> float:
        shape = self.slide.shapes.add_picture(io.BytesIO(logo), 0, 0, height=Inches(0.65))
        if shape.width > Inches(2.4):
            shape.height, shape.width = round(shape.height * Inches(2.4) / shape.width), Inches(2.4)
        shape.left, shape.top = Inches(self.page.width_in - MARGIN) - shape.width, Inches(top)
        _describe(shape, "Logo", self.text("slides.logo"))
        return float(shape.width.inches) + 0.15

    def _notes(self, words: str) -> None:
        frame = self.slide.notes_slide.notes_text_frame
        frame.text = printable(words)
        for paragraph in frame.paragraphs:
            for run in paragraph.runs:
                run.font._element.set("lang", self.text.tag)  # noqa: SLF001 - python-pptx has no other way


def spoken(picture: Picture, text: Text) -> str:
    """Return a map in words, for the notes of a slide: legend, numbers, caveats and sources."""
    numbers = picture.tables.numbers
    heads = [str(c) for c in numbers.columns]
    lines = [picture.subtitle, ""]
    if picture.surface:
        lines.append(picture.surface.words)
    else:
        lines += [f"{picture.heading}:", *(f"– {row.label}: {row.units}" for row in picture.rows)]
    if len(numbers):
        lines.append("")
    for cells in rows_in_words(numbers, text):
        rest = ", ".join(f"{h}: {c}" for h, c in zip(heads[1:], cells[1:], strict=True))
        lines.append(f"– {cells[0]}: {rest}")
    return "\n".join([*lines, "", *picture.notes, picture.sources])


def _rgb(colour: str) -> RGBColor:
    made: RGBColor = RGBColor.from_string(colour.removeprefix("#").upper())  # type: ignore[no-untyped-call]
    return made


def _flat(frame: Any) -> None:
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0


def _describe(shape: Any, name: str, alt: str) -> None:
    """Name a shape, and describe it for screen readers."""
    properties = shape._element.xpath(".//p:cNvPr")[0]  # noqa: SLF001 - python-pptx has no other way
    properties.set("name", printable(name))
    properties.set("descr", printable(alt))
