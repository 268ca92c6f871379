"""What the screen draws is the official outline as closely as its pixels show, and small on the wire."""

import gzip
import json
import re
from importlib import resources

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.analysis.topology import Topology
from geo.io.boundaries import load_units
from geo.io.outlines import BORDERS, GMINY, outlines_of, packed_outlines, packs_key
from geo.model.units import Level
from geo.render.assets import OUTLINES_PATH
from geo.services.official import packs
from support.door import ask

# Metres a pixel of EPSG:3857 at zoom 0 on the equator, for tiles of 256 pixels.
EQUATOR_M = 40_075_016.686 / 256
NORTH = 54.84
PIXELS = 1.5


@pytest.fixture(scope="module")
def topology():
    return Topology.build({level: load_units(level) for level in Level})


def script_numbers():
    """Return from the scripts: the zooms at which finer borders are loaded, and Leaflet's own simplification."""
    folder = resources.files("geo.render")
    zooms = re.search(r"COARSE_TO = ([\d.]+), MIDDLE_TO = ([\d.]+)", (folder / "outlines.js").read_text())
    smooth = re.search(r"SMOOTH = ([\d.]+)", (folder / "map.js").read_text())[1]
    return float(zooms[1]), float(zooms[2]), float(smooth)


def lines_of(content):
    """Read packed steps as lines in EPSG:2180, the way the script does."""
    parts = [np.reshape(steps, (-1, 2)).cumsum(axis=0)[:, ::-1] / content["scale"] for steps in content["arcs"]]
    # A border shorter than a step is one point; a line needs two.
    lines = [shapely.LineString(p if len(p) > 1 else np.repeat(p, 2, axis=0)) for p in parts]
    return gpd.GeoSeries(lines, crs=4326).to_crs(2180).to_numpy()


@pytest.fixture(scope="module")
def drawn(topology):
    """Borders of each tier, in the order of the topology's arcs."""
    coarse = np.concatenate([lines_of(outlines_of(name)) for name in (BORDERS, GMINY)])
    tiers = [coarse]
    for level in (Level.VOIVODESHIP, Level.POWIAT):
        lines = np.full(len(topology.arcs), None, dtype=object)
        for code in load_units(level).index:
            content = outlines_of(code)
            lines[content["ids"]] = lines_of(content)
        assert not shapely.is_missing(lines).any()
        tiers.append(lines)
    return tiers


def furthest(arcs, lines):
    """Hausdorff distance of each arc and its line: from the vertices of one to the whole of the other."""
    both = []
    for one, other in ((arcs, lines), (lines, arcs)):
        xy, owner = shapely.get_coordinates(one, return_index=True)
        away = shapely.distance(shapely.points(xy), other[owner])
        both.append(np.maximum.reduceat(away, np.searchsorted(owner, np.arange(len(one)))))
    return np.maximum(*both)


@pytest.fixture(scope="module")
def away(topology, drawn):
    """Metres between the official border and each tier, at most."""
    return [furthest(topology.arcs, lines).max() for lines in drawn]


@pytest.mark.parametrize("zoom", range(5, 14))
def test_what_is_drawn_is_within_a_pixel_and_a_half_of_the_official_outline(away, zoom):
    coarse, middle, smooth = script_numbers()
    tier = 0 if zoom <= coarse else 1 if zoom <= middle else 2
    # A pixel of the web map is smallest on the ground in the north.
    pixel_m = EQUATOR_M * np.cos(np.radians(NORTH)) / 2**zoom
    assert away[tier] / pixel_m + smooth <= PIXELS


def test_no_tier_is_used_beyond_its_pixels(away):
    coarse, middle, smooth = script_numbers()
    for tier, zoom in ((0, coarse), (1, middle)):
        pixel_m = EQUATOR_M * np.cos(np.radians(NORTH)) / 2**zoom
        assert away[tier] / pixel_m + smooth <= PIXELS


def test_sizes_on_the_wire():
    assert len(packed_outlines(BORDERS)) + len(packed_outlines(GMINY)) <= 450_000
    assert max(len(packed_outlines(code)) for code in load_units(Level.VOIVODESHIP).index) <= 200_000
    assert max(len(packed_outlines(code)) for code in load_units(Level.POWIAT).index) <= 40_000


def test_packs_are_made_of_the_embedded_outlines(topology):
    levels = {level: load_units(level) for level in Level}
    made = packs.packs(levels, topology)
    assert made["kraj"] == {name: packed_outlines(name) for name in (BORDERS, GMINY)}
    for code in ("12", "1212"):
        assert made["12"][code] == packed_outlines(code)


@pytest.mark.parametrize("level", list(Level))
def test_units_stand_in_the_order_of_the_payload(level):
    content = outlines_of(GMINY if level is Level.GMINA else BORDERS)[str(level)]
    units = load_units(level)
    assert content["codes"] == list(units.index)
    assert content["names"] == list(units["name"])
    assert [content["kinds"][k] for k in content["kind"]] == list(units["kind"])
    assert len(content["rings"]) == len(units)


def test_rings_close_where_the_script_joins_them(drawn):
    content = outlines_of(GMINY)[str(Level.GMINA)]
    ends = (
        shapely.get_coordinates(shapely.get_point(drawn[0], 0)),
        shapely.get_coordinates(shapely.get_point(drawn[0], -1)),
    )
    for rings in (ring for unit in content["rings"] for polygon in unit for ring in polygon):
        start = np.array([ends[0][r] if r >= 0 else ends[1][~r] for r in rings])
        stop = np.array([ends[1][r] if r >= 0 else ends[0][~r] for r in rings])
        np.testing.assert_allclose(stop, np.roll(start, -1, axis=0), atol=1e-6)


def test_packs_are_served_as_they_are_kept_and_for_ever():
    answer, raw = ask(f"{OUTLINES_PATH}{packs_key()}/{BORDERS}.json", **{"accept-encoding": "gzip, br"})
    assert answer.status_code == 200
    assert raw == packed_outlines(BORDERS)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_who_cannot_unpack_gets_plain_json():
    answer, raw = ask(f"/pod/adresem{OUTLINES_PATH}{packs_key()}/1212.json", **{"accept-encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert json.loads(raw) == json.loads(gzip.decompress(packed_outlines("1212")))


@pytest.mark.parametrize("path", ["0123456789abcdef/granice.json", "{key}/9999.json", "{key}/kraj.json"])
def test_other_names_are_not_found(path):
    answer, _ = ask(OUTLINES_PATH + path.replace("{key}", packs_key()), **{"accept-encoding": "gzip"})
    assert answer.status_code == 404


def test_names_cannot_leave_the_packs():
    answer, _ = ask(f"{OUTLINES_PATH}{packs_key()}/..%2Fmanifest.json", **{"accept-encoding": "gzip"})
    assert answer.status_code == 418
