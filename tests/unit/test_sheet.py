"""One page for a desk: whole, on one page, true, for powiaty as different as can be."""

import io
import re
import subprocess
from dataclasses import replace
from functools import cache

import docx
import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from geo.analysis.best_of_clusters import Answer
from geo.errors import UnknownUnitError
from geo.export.sheet import sheet_file
from geo.io.clusters import load_clusters, load_members
from geo.model.cluster import Status
from geo.model.coverage import CoverageQuery
from geo.model.selection import Subject
from geo.render.text import Text
from geo.services import library
from geo.services.coverage import compute
from geo.services.library import Library
from geo.services.next_step import best_reach, next_step
from geo.services.sheet import sheet_docx, sheet_of, sheet_pdf
from geo.services.standing import standing

PL, EN = Text("pl"), Text("en")
# Of a list, planned, unlisted, and with members of unknown place.
SHOWN = ("kluczewski", "skarzyski", "senior-malopolski", "lubelska-medycyna")
MM = 72 / 25.4
# Partly covered; a city of which nothing is known; planned; 19 gminy; covered city; longest names; Warsaw; the sea; an
# island; within reach; no cluster.
CODES = (
    "1212", "1261", "2610", "0608", "0663", "3002", "1465", "3263",
)  # fmt: skip


def seen(ids=SHOWN, **changes):
    """Return a library of some shipped clusters, perhaps changed."""
    members = load_members()
    clusters = tuple(replace(c, **changes) for c in load_clusters() if c.cluster_id in ids)
    members = members[members["cluster_id"].isin(ids)].reset_index(drop=True)
    return Library(clusters, (), members, frozenset(), frozenset())


@cache
def four():
    """Return a library whose answers are found once."""
    return seen()


@cache
def made(code):
    """Return how a powiat stands, what its page says, and the page: each made once."""
    library.show(four())
    found = standing(code, PL)
    sheet = sheet_of(found, PL)
    return found, sheet, sheet_file(sheet)


def flat(words):
    # A line may end after a hyphen of a name, which Polish repeats on the next line.
    return " ".join(words.replace("\xa0", " ").replace("\u00ad", "").split()).replace("- -", "-").replace("- ", "-")


def boxes(content, folder):
    """Return what poppler reads on the first page: its size, and the corners of every word in points."""
    file = folder / "sheet.pdf"
    file.write_bytes(content)
    told = subprocess.run(["pdftotext", "-bbox", str(file), "-"], check=True, capture_output=True, timeout=60)
    page = re.search(r'<page width="([\d.]+)" height="([\d.]+)"', told.stdout.decode())
    words = re.findall(
        r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)"', told.stdout.decode()
    )
    return tuple(map(float, page.groups())), np.array(words, dtype=float)


def ink(content, folder):
    """Return which points of a small picture of the page are not white."""
    file = folder / "sheet.pdf"
    file.write_bytes(content)
    subprocess.run(["pdftoppm", "-r", "50", "-png", "-singlefile", str(file), str(folder / "sheet")], check=True)
    return np.asarray(Image.open(folder / "sheet.png").convert("L")) < 250


def check_whole(content, tmp_path):
    """Check that there is one page and that nothing on it, words or map, leaves its margins."""
    reader = PdfReader(io.BytesIO(content))
    assert len(reader.pages) == 1
    (width, height), words = boxes(content, tmp_path)
    assert (round(width), round(height)) == (595, 842)
    assert len(words) > 60
    assert words[:, :2].min(axis=0) == pytest.approx([15 * MM, 13 * MM], abs=9.0)
    assert (words[:, 0] > 14 * MM).all()
    assert (words[:, 1] > 12 * MM).all()
    assert (words[:, 2] < width - 14 * MM).all()
    assert (words[:, 3] < height - 12 * MM).all()
    drawn = ink(content, tmp_path)
    # Accents of the title rise into the margin.
    edge = int(10 * 50 / 25.4)
    assert not np.delete(drawn, np.s_[edge:-edge], axis=0).any()
    assert not np.delete(drawn, np.s_[edge:-edge], axis=1).any()
    return flat(reader.pages[0].extract_text())


@pytest.mark.parametrize("code", CODES)
def test_every_powiat_has_one_whole_page_that_says_the_answer(code, tmp_path):
    found, sheet, content = made(code)
    said = check_whole(content, tmp_path)
    for words in (found.sentence, found.empty_sentence, found.sectors_sentence, sheet.step, sheet.numbers_title):
        assert flat(words) in said
    library.show(four())
    reach = best_reach(code)
    if reach.unknown < reach.covered + reach.residual + reach.unknown:
        for people in (reach.covered, reach.residual, reach.unknown):
            assert flat(PL.number(people)) in said
    for name in found.around.table["cluster"].head(2):
        assert flat(name) in said


def test_the_chosen_powiaty_have_every_answer():
    answers = {made(code)[0].answer for code in CODES}
    assert answers >= {Answer.COVERED, Answer.PARTIAL, Answer.REACHED, Answer.TERRITORY, Answer.UNKNOWN, Answer.NONE}


def test_the_numbers_are_those_of_the_report():
    library.show(four())
    for code, cluster, km in (("1212", "kluczewski", 10.0), ("0608", "lubelska-medycyna", 30.0)):
        reach = best_reach(code)
        assert reach.cluster.cluster_id == cluster
        units = compute(CoverageQuery(Subject((cluster,)), area=code, radius_km=km)).units
        assert [reach.covered, reach.residual, reach.unknown] == [
            units[f"{k}_people"].sum() for k in ("covered", "residual", "unknown")
        ]
        outside = units["residual_people"][units["residual_people"] > 0].sort_values(ascending=False, kind="stable")
        assert reach.gminy.to_dict() == outside.to_dict()


def test_the_next_step_follows_the_answer():
    def step(code):
        return made(code)[1].step

    assert step("1212").startswith("Zaprosić do klastra (Kluczewski klaster): ")
    assert step("2610").startswith("Zaprosić do klastra (Skarżyski klaster społeczny – planowany): ")
    assert step("1261") == "Poprosić klaster o listę członków (Małopolski Klaster Seniora)."
    assert step("0608").startswith("Poprosić klaster o adresy członków, których miejsca nie znamy (Klaster Lubelska")
    assert step("3263").startswith("Zapytać najbliższy klaster (")
    assert step("3263").endswith("km), czy wskaże ten teren jako swój.")


def test_where_little_is_known_the_cluster_that_may_be_anywhere_is_meant():
    """The Silesian cluster of no list may reach a few people at its border; another may be in the whole powiat."""
    library.show(seen(("senior-slaski", "uwierz-w-siebie")))
    found, reach = standing("2604", PL), best_reach("2604")
    assert found.answer is Answer.UNKNOWN
    assert reach.cluster.cluster_id == "uwierz-w-siebie"
    assert (reach.covered, reach.residual) == (0, 0)
    assert next_step(found, PL) == "Poprosić klaster o listę członków (Klaster Społeczny Uwierz w siebie)."


def test_where_everybody_is_reached_a_missing_sector_or_the_list_is_next():
    members = load_members()
    members = members[(members["cluster_id"] == "kluczewski") & (members["status"] == str(Status.MEMBER))]
    members = members[members.geometry.notna()].reset_index(drop=True)
    library.show(replace(seen(("kluczewski",), default_radius_km=5.0), members=members))
    assert next_step(standing("1212", PL), PL).startswith("Poszukać członka klastra (Kluczewski klaster) w miejsc")
    for sectors, begin in ((("business",), "Poszukać w powiecie nowego członka"), ((), "Raz w roku sprawdzić")):
        wide = seen(("kluczewski",), default_radius_km=60.0, required_sectors=sectors)
        library.show(replace(wide, members=members))
        assert next_step(standing("1212", PL), PL).startswith(begin)


def test_without_any_cluster_there_is_a_page_too(tmp_path):
    library.show(seen(()))
    said = check_whole(sheet_pdf("1430", PL), tmp_path)
    assert "Dodać do listy klaster, który tu działa, jeśli jest taki." in said
    reach = best_reach("1430")
    assert reach.cluster is None
    assert (reach.covered, reach.unknown) == (0, 0)
    assert flat(PL.number(reach.residual)) in said


def test_long_and_hostile_names_leave_one_page(tmp_path):
    name = "#set page(width: 3cm) $x$ <b>_*{0}\x07 " + "Stowarzyszenie na Rzecz Zrównoważonego Rozwoju " * 4
    library.show(seen(("kluczewski",), name=name[:200]))
    logo = io.BytesIO()
    Image.new("RGB", (900, 300), "#a01010").save(logo, "png")
    said = check_whole(sheet_pdf("1212", PL, logo=logo.getvalue()), tmp_path)
    assert "#set page(width: 3cm) $x$ <b>_*{0}" in said


def test_the_page_is_tagged_and_english_where_asked():
    library.show(four())
    reader = PdfReader(io.BytesIO(sheet_pdf("1212", EN)))
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    said = flat(reader.pages[0].extract_text())
    assert "The next step Invite to the cluster (Kluczewski klaster):" in said
    assert "Najbli" not in said


def test_the_document_says_the_same():
    library.show(four())
    paper = docx.Document(io.BytesIO(sheet_docx("1212", PL)))
    said = flat(" ".join(p.text for p in paper.paragraphs))
    found, sheet, _ = made("1212")
    assert flat(found.sentence) in said
    assert flat(sheet.step) in said
    assert [c.text for c in paper.tables[0].rows[0].cells][2] == "nie wiadomo"
    assert len(paper.inline_shapes) == 1


def test_an_unknown_powiat_is_refused():
    with pytest.raises(UnknownUnitError):
        sheet_pdf("9999", PL)
