"""Web maps load only our own files and carry text so that nothing runs it."""

import base64
import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pyproj import Transformer
from streamlit_folium import generate_leaflet_string

from geo.io.boundaries import load_units
from geo.model.cluster import Sector
from geo.model.coverage import CoverageQuery
from geo.model.queries import DensityQuery
from geo.model.results import DensitySurface
from geo.model.units import Level
from geo.render.assets import ensure_assets
from geo.render.palette import SECTOR_FILL, contrast, sequential
from geo.render.surface_image import surface_overlay
from geo.render.text import Text
from geo.render.web_map import base_map, encode_payload, paint
from geo.services import library
from geo.services.coverage import coverage_view
from geo.services.density import density_view
from geo.services.web import NAMED_TERRITORIES, frame, with_names
from support.hostile import HOSTILE


@pytest.fixture(scope="module")
def assets(tmp_path_factory):
    return ensure_assets(tmp_path_factory.mktemp("static"))


def test_base_map_asks_no_other_server(assets):
    page = base_map(assets).get_root().render()
    assert "klastry.start" in page
    links = re.findall(r"""(?:src|href)=["']([^"']+)""", page)
    assert links
    assert all(link.startswith("../../app/static/") for link in links)
    assert "//" not in "".join(links)


def test_base_map_script_is_always_the_same(assets):
    def script():
        return re.sub(r"_[0-9a-f]{32}", "", base_map(assets).get_root().script.render() or "")

    assert script() == script()


@given(st.text(max_size=200))
def test_any_text_survives_the_way_to_the_browser(name):
    printable = name.encode("utf-8", "replace").decode()
    assert json.loads(base64.b64decode(encode_payload({"n": name})))["n"] == printable


def test_hostile_text_never_reaches_a_template(assets):
    page = base_map(assets)
    group = paint({"members": [{"n": HOSTILE}]})
    group.add_to(page)
    text = generate_leaflet_string(group) + page.get_root().render()
    for trace in ("cycler", "onerror", "example.invalid", "{%", "environ("):
        assert trace not in text
    encoded = re.search(r'klastry\.paint\("([A-Za-z0-9+/=]+)"\)', text)
    assert encoded
    assert json.loads(base64.b64decode(encoded[1]))["members"][0]["n"] == HOSTILE


def test_payload_paints_every_unit_once():
    view = density_view(DensityQuery("kluczewski"), Text("pl"))
    assert len(view.payload["classes"]) == 2479
    assert set(view.payload["classes"]) <= set(view.payload["fills"])
    codes = load_units(Level.GMINA).index
    painted = {c for c, k in zip(codes, view.payload["classes"], strict=True) if k not in "0-"}
    assert painted == {"121203", "121204", "121205"}


def test_the_names_of_clusters_stand_on_their_territories():
    one = density_view(DensityQuery("kluczewski"), Text("pl")).payload["territories"]
    assert one == [{"n": "Kluczewski klaster", "codes": ["1212"]}]
    several = coverage_view(CoverageQuery("regionalne-klastry-seniora", level=Level.POWIAT), Text("pl"))
    assert {c for t in several.payload["territories"] for c in t["codes"]} == {"02", "06", "10", "12", "18", "24"}


def test_of_very_many_clusters_the_names_are_left_out():
    shown = library.library().clusters[0]
    many = [replace(shown, name=f"K{n}", territory=("1212",)) for n in range(NAMED_TERRITORIES + 1)]
    plain = frame("k", Level.GMINA, (), Text("pl"), title="t")
    assert len(with_names(plain, many[1:]).territories) == NAMED_TERRITORIES
    assert with_names(plain, many).territories == ()
    # One that declares no territory has nowhere to be named.
    assert with_names(plain, [replace(shown, territory=())]).territories == ()


def test_payload_of_a_change_is_small():
    view = density_view(DensityQuery("regionalne-klastry-seniora", surface=True), Text("pl"))
    assert len(encode_payload(view.payload)) < 100_000


def test_surface_sits_where_it_should():
    values = np.zeros((80, 60))
    values[20, 40] = 1.0
    surface = DensitySurface(values, 500_000.0, 300_000.0, 1000.0, "quartic", 5000.0, 1, 0)
    overlay = surface_overlay(surface)
    (south, west), (north, east) = overlay.bounds
    raw = base64.b64decode(overlay.png.split(",")[1])

    alpha = np.array(Image.open(io.BytesIO(raw)).convert("RGBA"))[..., 3]
    row, column = np.unravel_index(alpha.argmax(), alpha.shape)
    mercator = Transformer.from_crs(4326, 3857, always_xy=True)
    left, bottom = mercator.transform(west, south)
    right, top = mercator.transform(east, north)
    x = left + (column + 0.5) / alpha.shape[1] * (right - left)
    y = top - (row + 0.5) / alpha.shape[0] * (top - bottom)
    easting, northing = Transformer.from_crs(3857, 2180, always_xy=True).transform(x, y)
    assert abs(easting - 540_500) < 1000
    assert abs(northing - 320_500) < 1000


def test_marks_can_be_told_from_white():
    assert all(contrast(SECTOR_FILL[s], "#ffffff") >= 3 for s in Sector)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("count", range(2, 8))
def test_classes_get_darker(count):
    against_white = [contrast(c, "#ffffff") for c in sequential(count)]
    assert against_white == sorted(against_white)
    assert len(set(sequential(count))) == count
