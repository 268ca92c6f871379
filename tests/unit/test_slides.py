"""Slides open cleanly, say natively what the map says, and cut nothing off."""

import io
import itertools
import re
from dataclasses import replace

import pandas as pd
import pytest
from pptx import Presentation
from pptx.util import Emu

from geo.export.slide_fit import fit_table
from geo.export.slides import MapSlide, TextSlide, deck
from geo.model.coverage import CoverageQuery
from geo.model.picture import PAGES, Format, Kind, Look, PictureQuery
from geo.model.queries import DensityQuery
from geo.model.units import Level
from geo.render.text import Text, unbroken
from geo.services.coverage import coverage_view
from geo.services.density import density_view
from geo.services.pictures import map_file
from geo.services.powiat import powiat_report
from geo.services.reports import cluster_deck, powiat_deck
from support.hostile import HOSTILE
from support.office import covered, rendered, word_boxes
from support.slides import every_shape, words

PL = Text("pl")


@pytest.fixture(scope="module")
def coverage():
    return coverage_view(CoverageQuery("kluczewski"), PL).picture


@pytest.fixture(scope="module")
def surface():
    return density_view(DensityQuery("regionalne-klastry-seniora", surface=True), PL).picture


def opened(content):
    return Presentation(io.BytesIO(content))


def described(slide):
    return [s._element.xpath(".//p:cNvPr")[0].get("descr") for s in slide.shapes if s.shape_type == 13]


def table(slide):
    frames = [s for s in slide.shapes if s.has_table]
    return [[c.text for c in row.cells] for row in frames[0].table.rows] if frames else []


def test_a_slide_is_native(coverage):
    show = opened(map_file(coverage, PictureQuery(), Kind.PPTX))
    (slide,) = show.slides
    assert slide.shapes.title.text == "Kluczewski klaster"
    said = words(slide)
    assert unbroken(coverage.subtitle) in said
    for row in coverage.legend:
        assert unbroken(f"{row.label} ({row.units})") in said
    for mark in coverage.marks:
        assert unbroken(mark.label) in said
    assert unbroken(coverage.sources) in said
    assert described(slide) == [coverage.alt]
    rows = table(slide)
    assert rows[0] == [unbroken(str(c)) for c in coverage.tables.numbers.columns]
    assert rows[1] == [PL.cell(v) for v in coverage.tables.numbers.iloc[0]]
    notes = slide.notes_slide.notes_text_frame.text
    for row in coverage.tables.numbers.itertuples(index=False):
        assert f"{row[0]}: W zasięgu: {PL.cell(row[1])}" in notes
    assert coverage.sources in notes
    assert (show.slide_width, show.slide_height) == (Emu(12192000), Emu(6858000))


def test_the_legend_has_the_patterns_of_the_map(coverage):
    (slide,) = opened(map_file(coverage, PictureQuery(), Kind.PPTX)).slides
    fills = [s.fill for s in every_shape(slide.shapes) if s.shape_type == 1 and s.auto_shape_type == 1]
    striped = [row for row in coverage.legend if row.stripe]
    assert len([f for f in fills if f.type == 2]) == len(striped) > 0
    assert len(fills) == len(coverage.legend)


@pytest.mark.parametrize("page", Format)
@pytest.mark.parametrize("kind", ["coverage", "surface"])
def test_nothing_lies_beside_a_slide_or_on_the_map(page, kind, request):
    picture = request.getfixturevalue(kind)
    long = replace(
        picture,
        title="Zażółć gęślą jaźń " * 6,
        subtitle="Chrząszcz brzmi w trzcinie " * 8,
        notes=("Uwaga, to ważne. " * 8, HOSTILE),
    )
    show = opened(map_file(long, PictureQuery(page), Kind.PPTX))
    (slide,) = show.slides
    shown = next(s for s in slide.shapes if s.shape_type == 13)
    for shape in slide.shapes:
        assert shape.left >= 0
        assert shape.top >= 0
        assert shape.left + shape.width <= show.slide_width + 10
        assert shape.top + shape.height <= show.slide_height + 10, (
            page,
            shape.name,
            shape.has_text_frame and shape.text_frame.text,
        )
        if shape.shape_id != shown.shape_id:
            beside = shape.left >= shown.left + shown.width or shape.left + shape.width <= shown.left
            apart = shape.top >= shown.top + shown.height - 5 or shape.top + shape.height <= shown.top + 5
            assert beside or apart, (page, shape.name)


def test_hostile_words_are_words(coverage):
    evil = replace(coverage, title=HOSTILE + "\x00\x1b\ud800", alt=HOSTILE + "\x00", notes=("=1+1",))
    (slide,) = opened(map_file(evil, PictureQuery(), Kind.PPTX)).slides
    assert slide.shapes.title.text.startswith(HOSTILE.replace("\n", "\v")[:20])
    assert described(slide)[0]


def test_a_deck_of_a_powiat_opens_in_libreoffice(tmp_path):
    report = powiat_report(CoverageQuery("kluczewski"), "1212", PL)
    content = powiat_deck(report, PictureQuery(), PL)
    slides = opened(content).slides
    assert len(slides) == 6
    texts, pages = rendered(content, "deck.pptx", tmp_path)
    assert len(texts) == len(pages) == 6
    headings = (
        "Powiat olkuski", "objęty częściowo", "7 organizacji w 2 z 6 gmin", "Poza zasięgiem najwięcej mieszkańców ma",
        "Kogo zaprosić?", "Następny krok",
    )  # fmt: skip
    for heading, text in zip(headings, texts, strict=True):
        assert heading in " ".join(text.split())
    # This machine has not our typeface: with a wider one nothing lies on anything else, or leaves its slide.
    for (width, height), placed in word_boxes(tmp_path, "deck.pptx"):
        for (one, (x0, y0, x1, y1)), (other, (u0, v0, u1, v1)) in itertools.combinations(placed, 2):
            assert min(x1, u1) - max(x0, u0) <= 1.5 or min(y1, v1) - max(y0, v0) <= 0.35 * (y1 - y0), (one, other)
        for word, (x0, y0, x1, y1) in placed:
            assert x0 >= 0 and x1 <= width and y0 >= 0 and y1 <= height, word  # noqa: PT018 - one claim
    said = " ".join(" ".join(texts).split())
    assert report.sentences[0] in said
    assert "teren klastra, bez członków (1 gmina)" in said
    # A starosta is not told how it was reckoned.
    assert not re.search("programowanie|całkowitoliczb|czas obliczeń|dowód", said)
    # One number to remember, and what it counts.
    assert [next(w for w in words(s) if w in ("72%", "7", "9260")) for s in list(slides)[1:4]] == ["72%", "7", "9260"]
    # The maps cover most of their slides.
    assert all(covered(p) > 0.3 for p in pages[1:4])
    # Sources are said, and stand in the notes of the first slide in full.
    notes = slides[0].notes_slide.notes_text_frame.text
    assert all(words in notes for pair in report.view.picture.tables.credits for words in pair)
    for number, slide in enumerate(slides, start=1):
        fields = slide._element.xpath(".//a:fld[@type='slidenum']")
        assert len(fields) == (number > 1)


def test_a_deck_of_a_cluster_proposes_places_where_nobody_is_known():
    view = coverage_view(CoverageQuery("lubelska-medycyna"), PL)
    slides = opened(cluster_deck(view, None, PictureQuery(Format.CLASSIC, Look.GREY), PL)).slides
    assert len(slides) == 5
    assert len(table(slides[3])) > 1
    # The map of density looks at the same powiaty and gminy as on its own page.
    shown = density_view(DensityQuery("lubelska-medycyna", level=Level.GMINA), PL).picture
    for row in shown.legend:
        assert f"{row.label} ({row.units})" in words(slides[2])


def test_a_deck_of_a_cluster_without_places_says_so():
    view = coverage_view(CoverageQuery("uwierz-w-siebie"), PL)
    slides = opened(cluster_deck(view, None, PictureQuery(), PL)).slides
    # No dead maps, and no advice where nobody knows a member.
    assert [s.shapes.title.text for s in slides] == [
        unbroken("Klaster Społeczny Uwierz w siebie"),
        unbroken("Następny krok"),
    ]
    assert not any(s.shape_type == 13 or s.has_table for slide in slides for s in slide.shapes)
    assert "Wczytaj ją" in words(slides[1])[1]


@pytest.mark.parametrize("rows", [0, 1, 12, 13, 400])
def test_a_table_says_what_it_leaves_out(rows):
    shown = TextSlide("T", ("a",), pd.DataFrame({"Nazwa": ["x" * 30] * rows, "n": range(rows)}), "", "pl")
    (slide,) = opened(deck([shown], PAGES[Format.WIDE], title="T")).slides
    listed = table(slide)
    assert len(listed) == (min(rows, 12) + 1 if rows else 0)
    assert (f"dalszych wierszy: {rows - 12}" in words(slide)) == (rows > 12)


def test_words_of_a_table_are_not_broken():
    fit = fit_table(["Miara", "Razem"], [["mieszkańcy", "2\xa0117\xa0619"]], (2.4, 3.0), 16.0)
    assert fit.shown == 1
    assert sum(fit.widths) == pytest.approx(2.4, rel=0.01)
    # One line a row.
    assert fit.heights[1] < 2 * 1.22 * fit.points / 72


def test_a_map_slide_keeps_a_logo(coverage):
    logo = map_file(coverage, PictureQuery(framed=False), Kind.PNG)
    (slide,) = opened(map_file(coverage, PictureQuery(logo=logo), Kind.PPTX)).slides
    assert sorted(described(slide)) == sorted([coverage.alt, "Logo urzędu"])
    assert isinstance(MapSlide(coverage, logo).logo, bytes)
