"""A map as one HTML file: everything is inside, nothing in it runs that is not ours."""

import base64
import hashlib
import html
import json
import re
from dataclasses import replace

import pytest

from geo.model.coverage import CoverageQuery
from geo.model.picture import Kind, Look, PictureQuery
from geo.model.queries import DensityQuery
from geo.render.painting import Tiles
from geo.render.text import Text, unbroken
from geo.services.coverage import coverage_view
from geo.services.density import density_view
from geo.services.pictures import map_file
from support.hostile import HOSTILE

PL = Text("pl")
BREAKER = "</script><script>alert(1)</script><!--\"'`&\u2028"


@pytest.fixture(scope="module")
def coverage():
    return coverage_view(CoverageQuery("kluczewski"), PL).picture


def page(picture, query=None):
    return map_file(picture, query or PictureQuery(), Kind.HTML).decode()


def payload(content):
    return json.loads(base64.b64decode(re.search(r'klastry\.paint\("([^"]*)"\)', content)[1]))


def test_only_our_scripts_may_run(coverage):
    content = page(coverage)
    scripts = re.findall(r"<script>(.*?)</script>", content, re.DOTALL)
    wanted = {f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts}
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', content)[1]
    assert set(re.search(r"script-src ([^;]*);", policy)[1].split()) == wanted
    assert len(scripts) == 4
    assert "default-src 'none'" in policy
    assert not re.search(r"<(script|link|img|iframe)[^>]*(src|href)=", content)
    assert not re.search(r"""\bon\w+\s*=\s*["']""", re.sub(r"<script>.*?</script>", "", content, flags=re.DOTALL))


def test_a_powiat_is_under_three_megabytes(coverage):
    assert len(page(coverage).encode()) < 3_000_000
    surface = density_view(DensityQuery("regionalne-klastry-seniora", surface=True), PL)
    assert len(page(surface.picture).encode()) < 3_000_000


def test_hostile_words_are_words(coverage):
    for evil in (HOSTILE, BREAKER):
        marks = tuple(replace(m, name=evil, place=evil) for m in coverage.painting.marks)
        organisations = coverage.tables.organisations
        table = replace(organisations, frame=organisations.frame.assign(name=evil))
        made = replace(
            coverage,
            title=evil,
            notes=(evil,),
            painting=replace(coverage.painting, marks=marks),
            tables=replace(coverage.tables, organisations=table),
        )
        content = page(made)
        assert content.count("<script>") == content.count("</script>") == 4
        assert "<img" not in content
        assert f"<h1>{html.escape(evil)}</h1>" in content
        assert payload(content)["members"][0]["n"] == evil


def test_the_page_is_the_map_of_the_screen(coverage):
    extent = (19.2, 50.1, 19.9, 50.5)
    inside = payload(page(coverage, PictureQuery(extent=extent)))
    for key in ("classes", "fills", "members", "scope", "dots", "tips"):
        assert inside[key] == coverage.payload[key]
    assert inside["fit"]["bounds"] == [[50.1, 19.2], [50.5, 19.9]]
    assert payload(page(coverage))["fit"] == coverage.payload["fit"]


def test_a_basemap_stays_out(coverage):
    frame = replace(coverage.painting.frame, tiles=Tiles("https://tile.example/{z}", "x"))
    content = page(replace(coverage, painting=replace(coverage.painting, frame=frame)))
    assert payload(content)["basemap"] is None
    assert "tile.example" not in content


def test_grey_is_grey_everywhere(coverage):
    inside = payload(page(coverage, PictureQuery(look=Look.GREY)))
    colours = [m["c"] for m in inside["members"]] + [f["color"] for f in inside["fills"].values()]
    assert colours
    assert all(c[1:3] == c[3:5] == c[5:7] for c in colours)


def test_tables_and_legend_can_be_read(coverage):
    content = page(coverage)
    assert '<html lang="pl">' in content
    assert 'id="map" aria-describedby="map-words"' in content
    assert f'<p id="map-words" class="unseen">{html.escape(unbroken(coverage.alt))}</p>' in content
    for row in coverage.legend:
        assert f"<span>{unbroken(row.label)}</span><small>{row.units}</small>" in content
    units, organisations = (t.shown(PL) for t in (coverage.tables.units, coverage.tables.organisations))
    for name in units.iloc[:, 0]:
        assert f"<th scope='row'>{name}</th>" in content
    assert content.count("<th scope='col'") == units.shape[1] + organisations.shape[1]
