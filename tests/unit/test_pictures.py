"""An image says what the screen says: classes, colours, extent; nothing is clipped, text is text."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.patches import PathPatch
from matplotlib.text import Text as Words
from PIL import Image
from pypdf import PdfReader

from geo.__main__ import main
from geo.io.boundaries import load_units
from geo.model.coverage import CoverageQuery
from geo.model.picture import PAGES, Format, Kind, Look, PictureQuery
from geo.model.queries import DensityQuery
from geo.model.units import Level
from geo.render.figure import compose
from geo.render.legend import LegendRow
from geo.render.legend_box import wrapped
from geo.render.palette import Fill
from geo.render.static_map import FAINT, view_of
from geo.render.text import Text
from geo.services.coverage import coverage_view
from geo.services.density import density_view
from geo.services.pictures import map_file, map_name
from support.hostile import HOSTILE

PL = Text("pl")


@pytest.fixture(scope="module")
def density():
    return density_view(DensityQuery("lubelska-medycyna", level=Level.POWIAT), PL).picture


@pytest.fixture(scope="module")
def coverage():
    return coverage_view(CoverageQuery("kluczewski"), PL, circles=True).picture


@pytest.mark.parametrize("page", Format)
def test_a_png_has_the_pixels_of_its_format(density, page):
    wanted = {
        Format.A4: (3508, 2480),
        Format.A4_TALL: (2480, 3508),
        Format.A3: (4961, 3508),
        Format.A3_TALL: (3508, 4961),
    }
    size = wanted.get(page) or tuple(map(int, page.split("x")))
    assert Image.open(io.BytesIO(map_file(density, PictureQuery(page), Kind.PNG))).size == size


@pytest.mark.parametrize("name", ["density", "coverage"])
def test_the_classes_of_the_image_are_those_of_the_screen(name, request):
    picture = request.getfixturevalue(name)
    payload = picture.payload
    level, scope = Level(payload["level"]), payload["scope"]
    codes = load_units(level).index
    figure = compose(picture, PictureQuery())
    drawn = {p.get_gid(): p for p in figure.axes[0].patches if isinstance(p, PathPatch) and p.get_gid()}
    view = view_of(tuple(scope))
    bounds = load_units(level).geometry.bounds
    for i, (code, key) in enumerate(zip(codes, payload["classes"], strict=True)):
        x, y = (bounds.iloc[i, 0] + bounds.iloc[i, 2]) / 2, (bounds.iloc[i, 1] + bounds.iloc[i, 3]) / 2
        if not (view.west < x < view.east and view.south < y < view.north):
            continue
        inside = any(code.startswith(s) or s.startswith(code) for s in scope)
        if not inside and key in "0-x":
            # Left blank, so nothing is drawn.
            assert f"class{key}o" not in drawn
            continue
        patch = drawn[f"class{key}{'' if inside else 'o'}"]
        opacity = payload["opacity"] if inside else payload["opacity"] * FAINT
        assert patch.get_facecolor() == to_rgba(payload["fills"][key]["color"], opacity)
        # The point lies in the shape of its class.
        point = load_units(level).geometry[code].representative_point()
        assert patch.get_path().contains_point((point.x, point.y)) or patch.get_path().contains_point((x, y))


def test_a_powiat_as_vectors_stays_small():
    density = density_view(DensityQuery("kluczewski"), PL).picture
    coverage = coverage_view(CoverageQuery("kluczewski"), PL).picture
    for picture in (density, coverage):
        for page in (Format.WIDE, Format.A4):
            assert len(map_file(picture, PictureQuery(page), Kind.SVG)) <= 600_000


LONGEST = tuple(
    LegendRow(
        "teren klastra, bez członków, a przy tym w zasięgu i bez żadnego członka " + "ŻŹĆĄ" * n,
        Fill("#123456", "#ffffff"),
        "2479 gmin",
    )
    for n in range(6)
)


@pytest.mark.parametrize("page", Format)
def test_nothing_is_clipped_with_the_longest_words(coverage, page):
    longest = replace(
        coverage,
        title="Zażółć gęślą jaźń " * 12,
        subtitle="Chrząszcz brzmi w trzcinie " * 8,
        legend=LONGEST,
        notes=("Uwaga. " * 20, HOSTILE),
    )
    figure = compose(longest, PictureQuery(page))
    renderer = figure.canvas.get_renderer()
    whole = figure.bbox
    for words in figure.findobj(Words):
        if words.get_text() and words.figure is figure and words.axes is None:
            box = words.get_window_extent(renderer)
            assert whole.x0 - 1 <= box.x0 and box.x1 <= whole.x1 + 1, words  # noqa: PT018
            assert whole.y0 - 1 <= box.y0 and box.y1 <= whole.y1 + 1, words  # noqa: PT018
    shown = " ".join(w.get_text() for w in figure.findobj(Words))
    for row in LONGEST:
        assert row.units.split()[0] in shown


def test_the_legend_does_not_lie_on_the_map(coverage):
    for page in Format:
        figure = compose(replace(coverage, legend=LONGEST), PictureQuery(page))
        box = figure.axes[0].get_window_extent()
        for words in figure.findobj(Words):
            if words.get_text() and words.axes is None:
                assert not box.overlaps(words.get_window_extent()), (page, words)


def test_the_scale_bar_is_true(coverage):
    figure = compose(coverage, PictureQuery())
    ax = figure.axes[0]
    said = next(int(t.get_text().split()[0]) for t in ax.texts if re.fullmatch(r"\d+ km", t.get_text()))
    halves = [p for p in ax.patches if p.get_zorder() == 9]
    assert sum(p.get_width() for p in halves) == pytest.approx(1000.0 * said)
    west, east = ax.get_xlim()
    south, north = ax.get_ylim()
    size = ax.get_window_extent()
    # The same metres a pixel both ways, so that a kilometre is a kilometre.
    assert (east - west) / size.width == pytest.approx((north - south) / size.height, rel=1e-6)


def test_text_stays_text_and_fonts_are_inside(coverage):
    svg = map_file(coverage, PictureQuery(), Kind.SVG).decode()
    for words in ("Kluczewski klaster", "objęty (2 gminy)", "Bolesław"):
        assert words in svg.replace("\xa0", " ")
    assert svg.count("@font-face") == 2
    assert "http" not in re.sub(r'xmlns[:\w]*="[^"]*"|<!DOCTYPE[^>]*>|rdf:resource="[^"]*"', "", svg)
    assert "<title>Kluczewski klaster</title>" in svg
    pdf = map_file(coverage, PictureQuery(), Kind.PDF)
    reader = PdfReader(io.BytesIO(pdf))
    assert "Bolesław" in reader.pages[0].extract_text()
    fonts = [
        f.get_object()["/DescendantFonts"][0]["/FontDescriptor"]
        for f in reader.pages[0]["/Resources"]["/Font"].values()
    ]
    assert fonts
    assert all("/FontFile2" in f or "/FontFile3" in f for f in fonts)


def test_the_same_question_gives_the_same_file(coverage):
    for kind in (Kind.PNG, Kind.SVG, Kind.PDF, Kind.HTML, Kind.CSV, Kind.GEOJSON):
        assert map_file(coverage, PictureQuery(), kind) == map_file(coverage, PictureQuery(), kind)


def test_a_clear_ground_and_a_map_alone(coverage):
    alone = map_file(coverage, PictureQuery(framed=False, transparent=True), Kind.PNG)
    pixels = np.asarray(Image.open(io.BytesIO(alone)))
    assert pixels[0, 0, 3] == 0
    assert (pixels[..., 3] == 255).any()
    assert compose(coverage, PictureQuery(framed=False)).texts == []


@pytest.mark.parametrize("look", [Look.GREY, Look.CONTRAST])
def test_looks_keep_the_order_of_lightness(density, look):
    figure = compose(density, PictureQuery(look=look))
    fills = [p.get_facecolor()[:3] for p in figure.axes[0].patches if p.get_gid() in ("class1", "class2")]
    assert len(set(fills)) == len(fills)
    if look is Look.GREY:
        assert all(r == g == b for r, g, b in fills)


def test_hostile_words_are_text(coverage):
    for kind in Kind:
        content = map_file(replace(coverage, title=HOSTILE + "$x^2$", notes=(HOSTILE,)), PictureQuery(), kind)
        assert content
    svg = map_file(replace(coverage, title=HOSTILE), PictureQuery(), Kind.SVG).decode()
    assert "<img" not in svg
    assert "&lt;img src=x onerror=alert(1)&gt;" in svg


@pytest.mark.parametrize("name", ["../../etc/passwd", "=cmd()|x", HOSTILE, "", "ŻÓŁĆ"])
def test_file_names_are_safe(name):
    made = map_name(name, "pokrycie", PictureQuery(), Kind.PNG)
    assert re.fullmatch(r"[a-z0-9-]+-1920x1080\.png", made)
    assert not made.startswith("-")


def test_eight_at_once_are_all_right(coverage, density):
    asked = [(p, PictureQuery(look=look)) for look in (Look.COLOUR, Look.GREY) for p in (coverage, density)] * 2
    one = [map_file(p, q, Kind.PNG) for p, q in asked[:4]] * 2
    before = dict(mpl.rcParams)
    with ThreadPoolExecutor(8) as pool:
        many = list(pool.map(lambda a: map_file(*a, Kind.PNG), asked))
    assert many == one
    assert dict(mpl.rcParams) == before


def test_words_are_broken_to_their_width():
    assert wrapped("a b", 10, 1000) == ["a b"]
    assert "".join(wrapped("x" * 200, 10, 50)) == "x" * 200
    assert wrapped("", 10, 50) == []


@pytest.mark.parametrize("kind", ["density", "coverage"])
@pytest.mark.parametrize("extension", ["png", "svg", "pdf"])
def test_the_shell_draws_the_same(tmp_path, kind, extension):
    out = tmp_path / f"mapa.{extension}"
    assert main(["map", "--cluster", "kluczewski", "--kind", kind, "--out", str(out)]) == 0
    assert out.read_bytes()[:4] in (b"\x89PNG", b"<?xm", b"%PDF")


@pytest.mark.parametrize("kind", list(Kind))
def test_the_shell_writes_every_kind(tmp_path, kind):
    out = tmp_path / f"mapa.{kind}"
    command = ["map", "--cluster", "kluczewski", "--area", "1212", "--kind", "density", "--out", str(out)]
    assert main(command) == 0
    assert out.stat().st_size > 500


def test_the_shell_names_the_area_it_shows(tmp_path, capsys):
    out = tmp_path / "mapa.svg"
    command = ["map", "--cluster", "kluczewski", "--kind", "density", "--out", str(out)]
    assert main([*command, "--area", "1212"]) == 0
    assert "Powiat olkuski – Kluczewski klaster" in out.read_text()
    assert main([*command, "--area", "9999"]) == 1
    assert main([*command, "--area", "121204", "--level", "powiat"]) == 1
    assert "lub większa" in capsys.readouterr().err


def test_the_shell_refuses_other_files(tmp_path, capsys):
    assert main(["map", "--cluster", "kluczewski", "--out", str(tmp_path / "mapa.exe")]) == 1
    assert "zakończona na" in capsys.readouterr().err


def test_pages_have_the_size_of_paper():
    for page, millimetres in ((Format.A4, (297, 210)), (Format.A3, (420, 297))):
        found = PAGES[page]
        assert (25.4 * found.width_in, 25.4 * found.height_in) == pytest.approx(millimetres, abs=0.2)
