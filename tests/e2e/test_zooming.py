"""Outlines get finer as one zooms in, nothing blanks meanwhile, and little goes over the wire."""

import re

import pytest

from support.browser import DESKTOP, Visit

DETAIL = 'body[data-detail="{}"]'
# Corners of the drawn polygon of a gmina, and the pixels of its path.
CORNERS = """(() => {
  const i = klastry.state.shown.units.findIndex(u => u.code === '%s');
  return klastry.state.shown.polygons[i].getLatLngs().flat(Infinity).length;
})()"""
PATH = """(() => {
  const i = klastry.state.shown.units.findIndex(u => u.code === '%s');
  return klastry.state.shown.polygons[i].getElement().getAttribute('d');
})()"""


def zoomed(visit, lat, lng, zoom, detail):
    visit.script(f"klastry.state.moved = true; klastry.state.map.setView([{lat}, {lng}], {zoom}, {{animate: false}})")
    visit.map.locator(DETAIL.format(detail)).wait_for(state="attached")


@pytest.fixture
def counted(app, browser):
    """Keep the requests of a visit for outlines; the browser has been nowhere before."""
    context = browser.new_context(**DESKTOP)
    visit = Visit(context.new_page(), app)
    visit.outlines = []
    visit.page.on("requestfinished", lambda r: "/app/outlines/" in r.url and visit.outlines.append(r))
    yield visit
    context.close()


def sizes(visit, pattern):
    """Return the bytes on the wire of the outlines whose names fit."""
    found = {r.url.rsplit("/", 1)[1]: r.sizes()["responseBodySize"] for r in visit.outlines}
    return {name: size for name, size in found.items() if re.fullmatch(pattern, name)}


def test_the_finer_borders_are_loaded_when_one_zooms_in(counted):
    visit = counted
    visit.open("cluster?klaster=regionalne-klastry-seniora").painted()
    visit.map.locator(DETAIL.format(0)).wait_for(state="attached")
    country = sizes(visit, r".*")
    assert set(country) == {"granice.json", "gminy.json"}
    assert 100_000 < sum(country.values()) <= 450_000
    coarse = visit.script(CORNERS % "121206")
    zoomed(visit, 50.33, 19.56, 9.5, 1)
    middle = visit.script(CORNERS % "121206")
    assert 0 < max(sizes(visit, r"\d\d\.json").values()) <= 200_000
    zoomed(visit, 50.33, 19.56, 12, 2)
    fine = visit.script(CORNERS % "121206")
    assert 0 < max(sizes(visit, r"\d{4}\.json").values()) <= 40_000
    assert coarse < middle < fine
    # Back to the country: as coarse as before, and nothing is fetched a second time.
    asked = len(visit.static)
    zoomed(visit, 52.1, 19.3, 6, 0)
    assert visit.script(CORNERS % "121206") == coarse
    zoomed(visit, 50.33, 19.56, 12, 2)
    assert len(visit.static) == asked
    visit.clean()


def test_nothing_blanks_while_finer_borders_are_on_their_way(visit):
    held = []

    def hold(route):
        held.append(route)

    visit.page.route(re.compile(r"/app/outlines/.*/\d+\.json$"), hold)
    visit.open("cluster?klaster=regionalne-klastry-seniora").painted()
    visit.script("klastry.state.moved = true; klastry.state.map.setView([50.33, 19.56], 12, {animate: false})")
    before = visit.script(PATH % "121204")
    assert before.startswith("M")
    assert held
    for route in held:
        route.continue_()
    visit.map.locator(DETAIL.format(2)).wait_for(state="attached")
    assert len(visit.script(PATH % "121204")) > len(before)
    visit.clean()


def test_finer_borders_that_cannot_be_had_leave_the_coarser(visit):
    visit.page.route(re.compile(r"/app/outlines/.*/\d+\.json$"), lambda route: route.abort())
    visit.open("cluster?klaster=regionalne-klastry-seniora").painted()
    visit.script("klastry.state.moved = true; klastry.state.map.setView([50.33, 19.56], 12, {animate: false})")
    visit.map.locator(DETAIL.format("failed")).wait_for(state="attached")
    assert visit.script(PATH % "121204").startswith("M")
    # When they can be had again, the next move brings them.
    visit.page.unroute(re.compile(r"/app/outlines/.*/\d+\.json$"))
    zoomed(visit, 50.34, 19.56, 12.5, 2)


def test_members_are_compared_with_business_entities_by_powiat(visit):
    visit.open("cluster?karta=koncentracja&klaster=lubelska-medycyna&poziom=powiat&statusy=member,declared").settled()
    visit.pick("Odniesienie", "Podmioty gospodarki (REGON, 31 grudnia 2022)")
    visit.page.wait_for_url("**odniesienie=entities**")
    visit.settled()
    visit.page.get_by_text("podmioty gospodarki, REGON 2022").first.wait_for()
    visit.pick("Jednostki", "Gminy")
    visit.page.get_by_text("Tej tabeli nie ma dla jednostek tego poziomu").wait_for()
    visit.clean()


def test_the_report_of_a_powiat_says_where_its_map_is_older_than_the_borders(visit):
    visit.open("powiat?powiat=1001&klaster=kluczewski").settled()
    visit.page.get_by_text("Kleszczów (gmina wiejska): granica zmieniła się po 2019 r.").wait_for()
