"""An atlas has the classes of its map on every page; it can be watched and stopped."""

import io
import threading
import zipfile
from collections import Counter

import pytest
from PIL import Image
from pptx import Presentation
from pypdf import PdfReader

from geo.__main__ import main
from geo.errors import QueryError, UnknownUnitError
from geo.io.boundaries import load_units
from geo.model.coverage import CoverageQuery
from geo.model.picture import Format, Kind, PictureQuery
from geo.model.queries import DensityQuery, Measure
from geo.model.units import Level
from geo.render.text import Text
from geo.services import atlas
from geo.services.atlas import AtlasJob, Chosen, State, atlas_areas, atlas_pages, units_of
from geo.services.coverage import coverage_view
from geo.services.density import density_view

PL = Text("pl")
SMALL = PictureQuery(Format.SQUARE)


def pages_of(query, area):
    return [page for batch in atlas_pages(query, area, PL) for page in batch]


def made(query, area, kind, look=SMALL):
    job = AtlasJob(query, area, look, kind, PL)
    job.start()
    assert job.wait() is State.DONE, job.problem
    assert job.done == job.total
    return job


def test_pages_are_the_units_of_the_area():
    assert len(units_of("")) == 380
    assert len(units_of("12")) == 22
    assert units_of("1212") == ("121201", "121203", "121204", "121205", "121206", "121207")
    for wrong in ("99", "9999", "121201", "x", "../.."):
        with pytest.raises(UnknownUnitError):
            units_of(wrong)
    assert len(atlas_areas(PL)) == 16 + 1 + 380


@pytest.mark.parametrize(
    "query", [CoverageQuery("kluczewski"), DensityQuery("lubelska-medycyna", measure=Measure.PER_10K_PEOPLE)]
)
def test_every_page_has_the_same_classes(query):
    area = "12" if isinstance(query, CoverageQuery) else "06"
    pages = pages_of(query, area)
    legends = {tuple((r.label, r.colour, r.stripe, r.angle) for r in p.picture.legend) for p in pages}
    assert len(legends) == 1
    # Painted alike: the strings of classes and the fills are those of one map.
    assert len({p.picture.payload["classes"] for p in pages}) == 1
    assert all(p.picture.payload["fills"] == pages[0].picture.payload["fills"] for p in pages)


def test_the_counts_of_the_pages_sum_to_the_map():
    pages = pages_of(CoverageQuery("kluczewski"), "12")
    whole = coverage_view(CoverageQuery("kluczewski", area="12"), PL)
    summed = Counter()
    for page in pages:
        for row in page.picture.legend:
            # A class that is not on a page has no number there: "(0 gmin)" would be read as one.
            summed[row.label] += int(row.units.split()[0]) if row.units else 0
            assert not row.units.startswith("0")
    wanted = Counter(PL(f"verdict.{v}") for v in whole.result.units["verdict"])
    assert +summed == wanted
    people = sum(int(p.picture.tables.numbers.iloc[0, 4]) for p in pages)
    assert people == whole.result.units["population"].sum()


def test_a_page_of_density_says_what_lies_in_it():
    page = next(p for p in pages_of(DensityQuery("lubelska-medycyna"), "06") if p.name.startswith("0663"))
    view = density_view(DensityQuery("lubelska-medycyna"), PL)
    lublin = view.shown("units")[view["units"].frame.index.str.startswith("0663")]
    count = PL.count("organisations", int(lublin["Organizacje"].sum()))
    assert page.picture.subtitle.replace("\xa0", " ") == f"Lublin: {count} w 1 z 1 gminy."
    assert page.picture.title.startswith("Lublin – ")
    assert page.picture.alt.startswith("Mapa: Lublin – Klaster Lubelska Medycyna.")


def test_a_country_is_every_powiat_with_one_legend():
    pages = pages_of(CoverageQuery("kluczewski"), "")
    assert [p.name[:4] for p in pages] == list(load_units(Level.POWIAT).index)
    assert len({tuple(r.label for r in p.picture.legend) for p in pages}) == 1


def test_names_of_files_sort_and_are_safe():
    job = made(CoverageQuery("kluczewski"), "1212", Kind.PNG)
    assert job.name == "1212-kluczewski-atlas.zip"
    with zipfile.ZipFile(io.BytesIO(job.content)) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert names[1] == "121203-boleslaw-pokrycie.png"
        for name in names:
            assert Image.open(io.BytesIO(archive.read(name))).size == (1080, 1080)
    assert next(p.name for p in pages_of(CoverageQuery("kluczewski"), "12") if p.name[:4] == "1212") == (
        "1212-olkuski-pokrycie"
    )


def test_an_atlas_as_pdf_has_a_described_page_each():
    reader = PdfReader(io.BytesIO(made(CoverageQuery("kluczewski"), "1212", Kind.PDF).content))
    # A map of the whole, a list of the maps, and a map a gmina.
    assert len(reader.pages) == 8
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "Bolesław" in reader.pages[3].extract_text()
    # 1080 pixels at 135 a inch.
    assert [float(v) for v in reader.pages[0].mediabox[2:]] == pytest.approx([576, 576], abs=1)
    assert reader.metadata.title == "Atlas: powiat olkuski – Kluczewski klaster"
    marks = [(m.title, reader.get_destination_page_number(m)) for m in reader.outline if not isinstance(m, list)]
    assert marks[0] == (reader.metadata.title, 0)
    assert [(title.split(" (")[0], page) for title, page in marks[1:]] == [
        (name, n) for n, name in enumerate(load_units(Level.GMINA).loc[list(units_of("1212")), "name"], start=2)
    ]
    listed = " ".join(reader.pages[1].extract_text().split())
    for n, page in enumerate(reader.pages, start=1):
        assert f"strona {n} z 8" in page.extract_text()
    assert all(title in listed for title, _ in marks)
    # The numbers on the first map are those of the pages.
    assert {str(n) for n in range(3, 9)} <= set(reader.pages[0].extract_text().split())


def test_an_atlas_has_the_pages_that_are_chosen():
    look = PictureQuery(Format.SQUARE)

    def names(chosen):
        job = AtlasJob(CoverageQuery("kluczewski"), "12", look, Kind.PNG, PL, chosen)
        job.start()
        assert job.wait() is State.DONE
        assert job.done == job.total
        with zipfile.ZipFile(io.BytesIO(job.content)) as archive:
            return [name[:4] for name in archive.namelist()]

    assert names(Chosen(("1212", "1201"))) == ["1201", "1212"]
    # Of the 22 powiaty the cluster has a member or somebody within reach in these.
    whole = coverage_view(CoverageQuery("kluczewski", area="12"), PL).result.units
    seated = {c[:4] for c in whole.index[(whole["members"] > 0) | (whole["covered_people"] > 0)]}
    assert names(Chosen(skip_empty=True)) == sorted(seated)
    assert 0 < len(seated) < 22
    with pytest.raises(UnknownUnitError):
        AtlasJob(CoverageQuery("kluczewski"), "12", look, Kind.PNG, PL, Chosen(("0601",)))
    job = AtlasJob(CoverageQuery("kluczewski"), "32", look, Kind.PNG, PL, Chosen(skip_empty=True))
    job.start()
    assert job.wait() is State.EMPTY


def test_a_page_tells_of_its_own_unit_only():
    for page in pages_of(CoverageQuery("kluczewski"), "12"):
        said = " ".join(page.picture.notes)
        assert "z 183" not in said
        own = load_units(Level.GMINA).index.str.startswith(page.code).sum()
        assert f"z {own}" in said.replace("\xa0", " ") or own == 1
        # Neighbours are neither hatched nor marked.
        assert all(c.blank for c in page.picture.painting.classes if c.fill.stripe)


def test_marks_in_the_legend_of_a_page_are_on_it():
    for page in pages_of(DensityQuery("lubelska-medycyna"), "06"):
        signs = {m.label for m in page.picture.marks if m.status == "member"}
        if not page.picture.painting.marks:
            assert not signs


def test_an_atlas_as_deck_has_a_slide_each():
    show = Presentation(io.BytesIO(made(CoverageQuery("kluczewski"), "1212", Kind.PPTX).content))
    first, *others = [s.shapes.title.text.split(" – ")[0] for s in show.slides]
    assert first == "Atlas: powiat olkuski"
    assert others == [
        f"{n} ({k})"
        for n, k in zip(
            load_units(Level.GMINA).loc[list(units_of("1212")), "name"],
            load_units(Level.GMINA).loc[list(units_of("1212")), "kind"],
            strict=True,
        )
    ]


def test_a_stopped_atlas_keeps_nothing():
    job = AtlasJob(CoverageQuery("kluczewski"), "12", PictureQuery(Format.A3), Kind.PNG, PL)
    job.start()
    job.cancel()
    assert job.wait() is State.CANCELLED
    assert job.content == b""
    # The next one has its turn.
    made(CoverageQuery("kluczewski"), "1212", Kind.PNG)


def test_one_atlas_waits_for_another_and_can_be_stopped_waiting(monkeypatch):
    monkeypatch.setattr(atlas, "_TURN", threading.Semaphore(0))
    job = AtlasJob(CoverageQuery("kluczewski"), "1212", SMALL, Kind.PNG, PL)
    job.start()
    assert job.state is State.WAITING
    assert job.running
    job.cancel()
    assert job.wait() is State.CANCELLED


def test_a_worker_that_dies_is_told(monkeypatch, caplog):
    monkeypatch.setattr(atlas.sys, "executable", "/bin/false")
    job = AtlasJob(CoverageQuery("kluczewski"), "1212", SMALL, Kind.PNG, PL)
    job.start()
    assert job.wait() is State.FAILED
    assert "atlas.failed (code: 1)" in job.problem
    assert "atlas failed" in caplog.text


def test_other_kinds_are_refused():
    with pytest.raises(QueryError):
        AtlasJob(CoverageQuery("kluczewski"), "1212", SMALL, Kind.SVG, PL)


@pytest.mark.parametrize("extension", ["zip", "pdf", "pptx"])
def test_the_shell_makes_an_atlas(tmp_path, extension):
    out = tmp_path / f"atlas.{extension}"
    command = ["atlas", "--cluster", "kluczewski", "--area", "1212", "--size", "1080x1080", "--out", str(out)]
    assert main(command) == 0
    assert out.read_bytes()[:2] in (b"PK", b"%P")


def test_the_shell_makes_decks_and_reports(tmp_path, capsys):
    for command in (
        ["deck", "--cluster", "kluczewski", "--powiat", "olkuski", "--out", str(tmp_path / "a.pptx")],
        ["deck", "--cluster", "kluczewski", "--out", str(tmp_path / "b.pptx")],
        ["report", "--cluster", "kluczewski", "--powiat", "1212", "--out", str(tmp_path / "c.pdf")],
        ["report", "--cluster", "kluczewski", "--powiat", "1212", "--out", str(tmp_path / "d.docx")],
    ):
        assert main(command) == 0
        assert (tmp_path / command[-1]).stat().st_size > 20_000
    assert main(["atlas", "--cluster", "kluczewski", "--area", "99", "--out", str(tmp_path / "e.zip")]) == 1
    assert main(["atlas", "--cluster", "kluczewski", "--area", "12", "--out", str(tmp_path / "e.exe")]) == 1
    assert "zakończona na" in capsys.readouterr().err
