"""Pages in colours of contrast, enlarged, with more room in the text, on paper, without motion, and by name."""

import io
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from pypdf import PdfReader

from support.browser import DESKTOP, Window

REACH = "cluster?klaster=kluczewski&karta=zasieg"
# What is cut, by its words: text that goes on behind the edge of its box, and controls behind that of the window.
CUT = """() => {
  const found = [];
  for (const node of document.querySelectorAll("button, label, a, h1, h2, h3, p, .klastry-legend li")) {
    if (!node.checkVisibility() || node.closest(".klastry-unseen, .klastry-table, [role=listbox]")) continue;
    const box = node.getBoundingClientRect(), style = getComputedStyle(node);
    const apart = "[data-testid=stTopNavLink], [data-testid=stHeader], [data-testid=stSkipToContent]";
    if (!box.width || node.closest(apart)) continue;
    const hides = style.overflowX !== "visible" && node.scrollWidth > node.clientWidth + 1;
    if (hides || box.right > innerWidth + 1) found.push(`${node.tagName} ${node.textContent.trim().slice(0, 40)}`);
  }
  return found;
}"""
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""


def window(browser, app, **options):
    return Window(browser, app, **(DESKTOP | options))


@pytest.fixture(scope="module")
def contrast(browser, app):
    opened = window(browser, app, forced_colors="active", reduced_motion="reduce")
    yield opened
    opened.close()


def shades(locator):
    """Return the colours that stand out in a picture of something."""
    picture = Image.open(io.BytesIO(locator.screenshot())).convert("RGB")
    return {tuple(c) for n, c in picture.getcolors(1 << 20) if n > 20}


def test_colours_of_contrast_leave_legend_switches_and_map(contrast):
    with contrast.visit() as visit:
        visit.open(REACH).painted().settled()
        assert visit.page.evaluate("matchMedia('(forced-colors: active)').matches")
        swatches = visit.page.locator(".klastry-legend li img")
        # The first row is a plain colour, others are striped: each differs from the page around it.
        looks = [frozenset(shades(swatches.nth(n))) for n in range(3)]
        assert len(set(looks)) == 3
        assert all(max(max(c) - min(c) for c in look) > 20 for look in looks)
        switch = visit.page.get_by_test_id("stCheckbox").locator("label > span + div").first
        seen = np.asarray(Image.open(io.BytesIO(switch.screenshot())).convert("L"), dtype=int)
        assert seen.max() - seen.min() > 100
        chosen = visit.page.get_by_role("radio", name="Zasięg i luki")
        other = visit.page.get_by_role("radio", name="Rozwój")
        assert shades(chosen) != shades(other)
        # The map keeps its own colours on a light ground.
        ground = visit.map.locator("#map_div").evaluate("node => getComputedStyle(node).backgroundColor")
        assert ground == "rgb(244, 246, 248)"
        assert visit.script("klastry.state.map.options.zoomAnimation") is False
        assert visit.script("klastry.state.map.options.inertia") is False
        visit.clean()


@pytest.mark.parametrize("path", [REACH, "powiat?powiat=1212", "my_cluster?widok=wczytaj", "about?widok=deklaracja"])
def test_enlarged_nothing_is_cut(visit, path):
    visit.open(path).settled()
    # 1440 pixels enlarged to 200 % are 720, and 1280 enlarged to 400 % are 320.
    for width in (720, 320):
        visit.page.set_viewport_size({"width": width, "height": 450})
        visit.page.wait_for_function("width => document.documentElement.clientWidth <= width", arg=width)
        assert visit.settled().page.evaluate(CUT) == []
        assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        expect(visit.page.get_by_role("radio", name="English")).to_be_visible()


def test_more_room_in_the_text_cuts_nothing(visit):
    visit.open(REACH).settled()
    visit.page.add_style_tag(content=SPACED)
    assert visit.page.evaluate(CUT) == []


def test_two_fingers_may_enlarge_the_map(visit):
    visit.open(REACH).painted().settled()
    for meta in visit.map.locator("meta[name=viewport]").all():
        assert "user-scalable=no" not in meta.get_attribute("content")
        assert "maximum-scale" not in meta.get_attribute("content")


def test_on_paper_the_legend_is_beside_the_map_and_small_tables_are_whole(visit):
    visit.open("powiat?powiat=1212").painted().settled()
    names = visit.page.locator(".klastry-table").first.locator("tbody th").all_inner_texts()
    visit.page.emulate_media(media="print")
    frame = visit.page.locator('iframe[src*="streamlit_folium"]').first.bounding_box()
    legend = visit.page.locator(".klastry-legend").first.bounding_box()
    assert legend["y"] >= frame["y"] + frame["height"] - 1
    expect(visit.page.get_by_role("button", name="Kopiuj link")).to_be_hidden()
    expect(visit.page.get_by_role("button", name="Gminy (CSV)")).to_be_hidden()
    paper = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(visit.page.pdf(format="A4"))).pages)
    assert len(names) == 6
    assert all(name in paper for name in names)
    assert "Deklaracja dostępności" in paper


def test_controls_of_the_library_have_polish_names(visit):
    visit.open("my_cluster?widok=wczytaj").settled()
    expect(visit.page.get_by_role("button", name="Wybierz plik")).to_be_visible()
    expect(visit.page.get_by_text("do 20MB •")).to_be_visible()
    expect(visit.page.get_by_role("link", name="Przejdź do treści")).to_be_attached()
    expect(visit.page.get_by_role("navigation", name="Strony aplikacji")).to_be_visible()
    visit.page.get_by_text("English", exact=True).click()
    expect(visit.page.get_by_role("button", name="Upload", exact=True)).to_be_visible()
    expect(visit.page.get_by_role("link", name="Skip to main content")).to_be_attached()


def test_every_page_leads_to_the_declaration(visit):
    visit.open("network").settled()
    visit.page.get_by_role("link", name="Deklaracja dostępności").click()
    visit.page.wait_for_url("**/about?widok=deklaracja")
    for identifier in ("a11y-wstep", "a11y-status", "a11y-procedura", "a11y-architektura"):
        expect(visit.page.locator(f"#{identifier}")).to_be_attached()
    expect(visit.page.get_by_text("Ta deklaracja nie jest jeszcze kompletna")).to_be_visible()
    visit.page.goto(f"{visit.base}/deklaracja-dostepnosci")
    visit.page.wait_for_url("**/about?widok=deklaracja")


def test_tables_are_read_as_tables(visit):
    visit.open("powiat?powiat=1212").painted().settled()
    table = visit.page.get_by_role("region", name="Gmina po gminie").get_by_role("table")
    expect(table.get_by_role("columnheader").first).to_have_text("Nazwa")
    expect(table.get_by_role("rowheader", name="Klucze", exact=True)).to_be_visible()
    headings = visit.page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].filter((n) => n.checkVisibility()).map((n) => +n.tagName[1])"
    )
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))
