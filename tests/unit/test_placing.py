"""Nothing on a sheet lies on anything else: boxes are measured as they are drawn."""

import io
import itertools
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.collections import PathCollection
from matplotlib.text import Text as Words
from matplotlib.transforms import Bbox
from PIL import Image
from pypdf import PdfReader

from geo.errors import QueryError
from geo.io.boundaries import load_units
from geo.model.compare import CompareQuery
from geo.model.concentration import ConcentrationQuery
from geo.model.coverage import CoverageQuery
from geo.model.picture import MAX_TITLE, Format, Kind, PictureQuery
from geo.model.queries import DensityQuery
from geo.model.units import Level
from geo.render.figure import compose
from geo.render.furniture import HIDDEN_SHARE, INSET, SCALE
from geo.render.painting import MAX_LETTERS
from geo.render.palette import surface_ramp
from geo.render.placing import Room, around
from geo.render.static_map import HALO, LABEL, MARKS
from geo.render.text import Text
from geo.render.typeface import drawable, text_width, undrawn
from geo.services.compare import compare_view
from geo.services.concentration.view import MapKind, concentration_view
from geo.services.coverage import coverage_view
from geo.services.density import density_view
from geo.services.pictures import map_file, marks_of, worded
from geo.services.reports import REPORT_MAP
from geo.services.sheet import SHEET_MAP

PL = Text("pl")
ZOOMS = {"half": (22.0, 50.9, 23.6, 51.9), "corner": (22.6, 50.2, 23.4, 50.7)}
PICTURES = {
    "lubelska": lambda: coverage_view(CoverageQuery("lubelska-medycyna", area="06"), PL).picture,
    "kluczewski": lambda: coverage_view(CoverageQuery("kluczewski", area="1212"), PL, circles=True).picture,
    "network": lambda: coverage_view(CoverageQuery("regionalne-klastry-seniora"), PL).picture,
    "compared": lambda: compare_view(CompareQuery("kluczewski,skarzyski,lubelska-medycyna"), PL).picture,
    "centres": lambda: concentration_view(ConcentrationQuery("lubelska-medycyna"), MapKind.QUOTIENT, PL).picture,
}


@pytest.fixture(scope="module", params=PICTURES)
def picture(request):
    return PICTURES[request.param]()


def drawn(figure):
    """Return the boxes of what is drawn on the map, in pixels: names, labels, scale bar, inset and circles."""
    renderer = figure.canvas.get_renderer()
    boxes = {"name": [], "label": [], "scale": [], "inset": [], "mark": []}
    ax = figure.axes[0]
    for words in ax.texts:
        box = words.get_window_extent(renderer)
        if words.get_label() == LABEL:
            words.update_bbox_position_size(renderer)
            boxes["label"].append((words.get_text(), words.get_bbox_patch().get_window_extent(renderer)))
        elif words.get_label() == "words" and words.get_text() != "N":
            boxes["name"].append((words.get_text(), box))
    for artist in (*ax.artists, *ax.patches, *figure.artists, *figure.patches):
        for kind in (SCALE, INSET):
            if artist.get_label() == kind:
                boxes[kind].append((kind, artist.get_window_extent(renderer)))
    for circles in ax.collections:
        if isinstance(circles, PathCollection) and circles.get_label() == MARKS:
            at = ax.transData.transform(np.ma.getdata(circles.get_offsets()))
            sizes = np.broadcast_to(np.sqrt(circles.get_sizes()), len(at)) * figure.dpi / 72 / 2
            boxes["mark"] += [
                ("mark", Bbox.from_extents(x - r, y - r, x + r, y + r)) for (x, y), r in zip(at, sizes, strict=True)
            ]
    return boxes, ax.get_window_extent()


def shared(one, other):
    """Return how many pixels two boxes share, less what the edges of letters may."""
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    return width > 1.0 and height > 1.0


@pytest.mark.parametrize(
    ("page", "zoom"),
    [
        (Format.WIDE, None),
        (Format.WIDE, "half"),
        (Format.SQUARE, None),
        (Format.SQUARE, "corner"),
        (Format.A4_TALL, None),
    ],
)
def test_names_labels_marks_scale_and_inset_keep_clear_of_each_other(picture, page, zoom):
    figure = compose(picture, PictureQuery(page, extent=ZOOMS.get(zoom)))
    boxes, frame = drawn(figure)
    for (one, first), (other, second) in itertools.combinations([*boxes["name"], *boxes["label"], *boxes["scale"]], 2):
        assert not shared(first, second), (one, other)
    for name, box in (*boxes["name"], *boxes["label"]):
        assert frame.x0 <= box.x0 and box.x1 <= frame.x1, name  # noqa: PT018 - one claim
        assert frame.y0 <= box.y0 and box.y1 <= frame.y1, name  # noqa: PT018
        for what, other in (*boxes["inset"], *boxes["mark"]):
            assert not shared(box, other), (name, what)
    assert len(boxes["scale"]) == 1
    # Beside the map, or where it hides next to nothing of what the map is about.
    for _, inset in boxes["inset"]:
        assert hidden(figure, picture, inset) <= HIDDEN_SHARE + 1e-9


def hidden(figure, picture, box):
    """Return the share of the territory below a box, by another way than the program's."""
    corners = figure.axes[0].transData.inverted().transform([(box.x0, box.y0), (box.x1, box.y1)])
    codes = picture.painting.scope or tuple(load_units(Level.VOIVODESHIP).index)
    units = [load_units(level).geometry[c] for c in codes for level in Level if c in load_units(level).index]
    whole = shapely.union_all(units)
    over = figure.axes[0].get_window_extent()
    if box.x0 >= over.x1 or box.y1 <= over.y0:
        return 0.0
    return whole.intersection(shapely.box(*corners.ravel())).area / whole.area


def names_of(figure):
    return [
        words.get_text() for words in figure.axes[0].texts if words.get_label() == "words" and words.get_text() != "N"
    ]


@pytest.mark.parametrize("page", [REPORT_MAP, SHEET_MAP])
@pytest.mark.parametrize("code", ["1212", "1201", "0663", "2403", "3002", "1434"])
def test_reports_and_sheets_name_every_gmina(page, code):
    picture = coverage_view(CoverageQuery("kluczewski", area=code), PL).picture
    plain = replace(picture, title="", subtitle="", sources="")
    gminy = load_units(Level.GMINA)
    wanted = gminy["name"][gminy.index.str.startswith(code)]
    written = names_of(compose(plain, PictureQuery(), page=page))
    assert sorted(n.removesuffix(" (m.)").removesuffix(" (w.)") for n in written) == sorted(wanted)


def test_large_towns_come_before_small_places_and_namesakes_are_told_apart():
    picture = PICTURES["lubelska"]()
    written = names_of(compose(picture, PictureQuery(Format.A4_TALL)))
    assert {"Lublin", "Zamość (m.)", "Chełm (m.)", "Biała Podlaska (m.)", "Kraśnik (m.)"} <= set(written)
    assert "Zamość" not in written
    assert len(written) == len(set(written))
    few = names_of(compose(picture, PictureQuery(Format.SQUARE)))
    people = load_units(Level.GMINA)["population"]
    assert "Zamość (m.)" in few or people["066401"] < 50_000


def test_a_larger_sheet_has_more_names_not_larger_ones():
    picture = PICTURES["network"]()
    counts, sizes = [], []
    for page in (Format.A4, Format.A3):
        figure = compose(picture, PictureQuery(page))
        counts.append(len(names_of(figure)))
        sizes.append({w.get_size() for w in figure.axes[0].texts if w.get_label() == "words" and w.get_text() != "N"})
    assert counts[1] > 1.5 * counts[0]
    assert sizes[0] == sizes[1] == {9.0}


def test_a_slide_is_read_from_the_back_of_a_room():
    figure = compose(PICTURES["kluczewski"](), PictureQuery(Format.WIDE))
    names = {w.get_size() for w in figure.axes[0].texts if w.get_label() == "words" and w.get_text() != "N"}
    assert min(names) >= 12
    sizes = {words.get_text(): words.get_size() for words in figure.texts}
    assert sizes["Werdykt"] >= 12
    assert min(sizes.values()) >= 10 * 0.84, sizes
    (sources,) = [size for text, size in sizes.items() if text.startswith("Granice: PRG")]
    assert sources == pytest.approx(10)
    longest = compose(density_view(DensityQuery("kluczewski"), PL).picture, PictureQuery(Format.WIDE))
    assert next(w.get_size() for w in longest.texts if w.get_text() == "Liczba organizacji") >= 13.9


def test_a_long_title_is_never_smaller_than_what_stands_below_it():
    picture = PICTURES["kluczewski"]()
    for page in Format:
        figure = compose(replace(picture, title=("Zażółć gęślą jaźń " * 20)[:MAX_TITLE]), PictureQuery(page))
        size = {words.get_text(): words.get_size() for words in figure.texts}
        title = next(s for t, s in size.items() if t.startswith("Zażółć"))
        below = next(s for t, s in size.items() if t.startswith("Co najmniej"))
        assert title > below


def test_signs_without_a_letter_are_left_out_and_said():
    assert undrawn("Łódź ❤ שלום 🏥 漢字 🏥") == "🏥漢字"
    assert drawable("Klaster 🏥 zdrowia 漢字") == "Klaster zdrowia"
    assert drawable("zwykłe – słowa") == "zwykłe – słowa"
    picture = PICTURES["kluczewski"]()
    query = PictureQuery(title="Klaster ❤ zdrowia 🏥 漢字 Łódź")
    pdf = PdfReader(io.BytesIO(map_file(picture, query, Kind.PDF))).pages[0].extract_text()
    assert "Klaster ❤ zdrowia Łódź" in " ".join(pdf.split())
    assert "3 znaki pominięto" in pdf
    # The slide and the page of the web keep them.
    assert "🏥 漢字" in map_file(picture, query, Kind.HTML).decode()


def test_letters_are_as_wide_as_they_are_measured():
    figure = compose(PICTURES["lubelska"](), PictureQuery(Format.A4))
    renderer = figure.canvas.get_renderer()
    for words in figure.findobj(Words):
        if words.get_label() == "words":
            bold = words.get_weight() == "bold"
            wanted = text_width(words.get_text(), words.get_size(), bold=bold) * figure.dpi / 72
            assert words.get_window_extent(renderer).width == pytest.approx(wanted, rel=0.03, abs=3)


def test_figures_have_one_width():
    for bold in (False, True):
        assert len({round(text_width(d, 100, bold=bold), 1) for d in ("11", "00", "88", "47")}) == 1


def crowd(count):
    picture = density_view(DensityQuery("lubelska-medycyna"), PL).picture
    rng = np.random.default_rng(7)
    mark = picture.painting.marks[0]
    marks = tuple(replace(mark, x=float(x), y=float(y)) for x, y in rng.uniform((21.7, 50.4), (23.9, 52.2), (count, 2)))
    painting = replace(picture.painting, marks=marks)
    return replace(picture, painting=painting, marks=marks_of(painting, PL))


@pytest.mark.parametrize("count", [MAX_LETTERS, MAX_LETTERS + 1, 5000])
def test_many_places_are_dots_that_hide_nothing(count):
    picture = crowd(count)
    figure = compose(picture, PictureQuery())
    points = [c for c in figure.axes[0].collections if isinstance(c, PathCollection)]
    assert sum(len(c.get_offsets()) for c in points) > 0.6 * count
    signs = {mark.status for mark in picture.marks if mark.letter}
    if count <= MAX_LETTERS:
        assert signs == {"member"}
        return
    assert signs == {"dot"}
    assert all(np.sqrt(c.get_sizes()).max() < 4 for c in points)
    assert all(c.get_alpha() <= 0.6 for c in points)
    assert not any(words.get_text() == picture.painting.marks[0].letter for words in figure.axes[0].texts)


def test_a_surface_has_one_legend_and_it_has_the_colours_of_the_map():
    picture = density_view(DensityQuery("kluczewski", surface=True), PL).picture
    # Units are white but where nothing is known, which the legend says.
    assert {c.fill.colour for c in picture.painting.classes if c.key != "-"} == {"#ffffff"}
    assert [r.key for r in picture.rows] == [r.key for r in picture.legend if r.key == "-"]
    figure = compose(picture, PictureQuery())
    assert not any("znanych organizacji" in words.get_text() for words in figure.texts)
    pixels = np.asarray(Image.open(io.BytesIO(map_file(picture, PictureQuery(labels=False), Kind.PNG)))).reshape(-1, 3)
    found = set(map(tuple, pixels))
    for colour in surface_ramp()[2:-1]:
        rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
        near = [c for c in found if np.abs(np.array(c, dtype=int) - rgb).max() <= 12]
        assert near, colour
    # Nobody is counted beyond the border: there the ground is plain.
    assert picture.alt.endswith(f"{picture.surface.words}.")


@pytest.mark.parametrize("size", [(800, 600), (3000, 1000), (300, 1200), (7000, 5700)])
def test_an_image_has_the_size_that_is_asked_for(size):
    picture = PICTURES["kluczewski"]()
    assert Image.open(io.BytesIO(map_file(picture, PictureQuery(size=size), Kind.PNG))).size == size


@pytest.mark.parametrize("size", [(299, 600), (100, 100), (8000, 5001), (4001, 1000), (0, 5), (-5, -5)])
def test_other_sizes_are_refused(size):
    with pytest.raises(QueryError):
        PictureQuery(size=size)


def test_a_part_of_the_area_is_said_to_be_one():
    picture = PICTURES["lubelska"]()
    note = PL("picture.zoomed")
    assert note in worded(picture, PictureQuery(extent=ZOOMS["half"])).notes
    assert note not in worded(picture, PictureQuery()).notes
    assert note not in worded(picture, PictureQuery(extent=(20.0, 49.0, 25.0, 53.0))).notes


BOXES = st.lists(st.tuples(*[st.floats(-50, 550)] * 2, *[st.floats(1, 200)] * 2), max_size=40)


@settings(max_examples=200, deadline=None)
@given(BOXES)
def test_whatever_is_placed_is_in_the_frame_and_alone(asked):
    room = Room(Bbox.from_extents(0, 0, 500, 400))
    placed = []
    for x, y, width, height in asked:
        box = room.place(around(x, y, (width, height), 3.0, rounds=2))
        if box is not None:
            placed.append(box)
    for box in placed:
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= 500 and box.y1 <= 400  # noqa: PT018 - one claim
    for one, other in itertools.combinations(placed, 2):
        assert not (one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1)


def test_a_halo_lies_below_its_words():
    figure = compose(PICTURES["kluczewski"](), PictureQuery())
    texts = list(figure.axes[0].texts)
    halos = [n for n, words in enumerate(texts) if words.get_label() == HALO]
    assert len(halos) >= 6
    assert all(texts[n + 1].get_text() == texts[n].get_text() for n in halos)
