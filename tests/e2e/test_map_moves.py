"""A map moves as one expects within a page: by wheel, fingers, buttons, keys, address and the browser's Back."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import TimeoutError, expect  # noqa: A004 - its own

from support.browser import Visit

ZOOM = "klastry.state.map.getZoom()"
LOOKS = "[klastry.state.map.getCenter().lat, klastry.state.map.getCenter().lng, klastry.state.map.getZoom()]"
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "pl-PL"}
OWN, DENSE = 10.75, "cluster?klaster=kluczewski&karta=gestosc"


@pytest.fixture(scope="module")
def one(window):
    """Return a page that the tests of this file move on from, each where the one before has left it."""
    with window.visit(owner=True) as page:
        page.open(DENSE).painted().settled()
        page.map.locator("body[data-names]").wait_for(state="attached")
        yield page


def frame(visit):
    return next(f for f in visit.page.frames if "streamlit_folium" in f.url)


def over(visit):
    """Put the pointer in the middle of the map, seen as a whole, and return where that is."""
    there = visit.page.locator('iframe[src*="streamlit_folium"]').first
    there.evaluate("node => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
    box = there.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    visit.page.mouse.move(x, y)
    return x, y


def test_the_wheel_is_the_pages_and_with_ctrl_the_maps(one):
    assert one.script(ZOOM) == OWN
    over(one)
    before = one.page.evaluate(SCROLLED)
    one.page.mouse.wheel(0, 150)
    expect(one.map.locator(".klastry-hint.shown")).to_have_text("Ctrl + kółko przybliża mapę")
    one.page.wait_for_function(f"{SCROLLED} >= {before + 100}")
    assert one.script(ZOOM) == OWN
    over(one)
    one.page.keyboard.down("Control")
    one.page.mouse.wheel(0, -150)
    one.page.keyboard.up("Control")
    frame(one).wait_for_function(f"{ZOOM} > {OWN}")
    one.page.wait_for_url("**#mapa=*")


def test_buttons_lead_to_the_country_and_back(one):
    one.map.get_by_role("button", name="Cała Polska").click()
    frame(one).wait_for_function("klastry.state.map.getZoom() === klastry.state.map.getMinZoom()")
    assert one.script("klastry.state.map.getBounds().contains([[49.01, 14.13], [54.83, 24.14]])")
    # No farther out, and not to the sea.
    one.script("void klastry.state.map.setView([48, 5], 3, { animate: false })")
    lat, lng, zoom = one.script(LOOKS)
    assert zoom == one.script("klastry.state.map.getMinZoom()")
    assert 49 < lat < 55
    assert 14 < lng < 24
    back = one.map.get_by_role("button", name="Wróć do terenu")
    back.click()
    frame(one).wait_for_function(f"{ZOOM} === {OWN}")
    expect(back).to_be_hidden()
    one.page.wait_for_url(re.compile(r"/cluster\?[^#]*$"))


def test_units_are_read_with_arrows(one):
    stop, said = one.map.get_by_role("application"), one.map.locator("[aria-live=polite]")
    stop.focus()
    looks = one.script(LOOKS)
    for key, unit in {"ArrowLeft": "Olkusz", "ArrowUp": "Klucze", "ArrowRight": "Wolbrom"}.items():
        stop.press(key)
        expect(said).to_contain_text(f"{unit}, gmina")
    # Arrows are the units' here, not the map's.
    assert one.script(LOOKS) == looks
    stop.press("Enter")
    report = one.map.get_by_role("button", name="Raport powiatu")
    expect(report).to_be_focused()
    report.press("Escape")
    expect(stop).to_be_focused()
    expect(report).to_be_hidden()


def test_the_address_says_where_the_map_looks_and_leads_there(one):
    x, y = over(one)
    one.page.mouse.down()
    one.page.mouse.move(x - 90, y - 60, steps=4)
    one.page.mouse.up()
    one.page.wait_for_url("**#mapa=*")
    lat, lng, zoom = one.script(LOOKS)
    one.page.reload()
    one.painted()
    frame(one).wait_for_function(f"{ZOOM} === {zoom}")
    assert one.script(LOOKS) == pytest.approx([lat, lng, zoom], abs=2e-3)
    one.settled()
    # What makes no sense is left alone.
    one.page.evaluate("location.hash = 'mapa=wszystko,nic,3'")
    assert one.script(LOOKS) == pytest.approx([lat, lng, zoom], abs=2e-3)
    one.page.evaluate("location.hash = 'mapa=51,20,8'")
    frame(one).wait_for_function(f"{ZOOM} === 8")


def test_back_leaves_a_place_in_one_press(one):
    one.open(DENSE.replace("gestosc", "zasieg") + "#mapa=51,20,8").painted().settled()
    begun = one.page.evaluate("history.length")
    slider = one.page.get_by_role("slider").first
    for _ in range(10):
        slider.press("ArrowRight")
    one.page.wait_for_url("**&zasieg=*#mapa=51,20,8")
    one.settled()
    assert one.page.evaluate("history.length") == begun
    # Another subject is an entry of its own, looks at itself, and leads back to the one before as it was.
    one.pick("Klaster lub sieć", "Skarżyski klaster", exact=False)
    one.page.wait_for_url("**klaster=skarz*")
    frame(one).wait_for_function(f"{ZOOM} > 8")
    one.settled()
    assert "mapa" not in one.page.url
    one.page.go_back()
    one.page.wait_for_url("**klaster=kluczewski*zasieg=*#mapa=51,20,8")
    expect(one.page.get_by_role("combobox", name="Klaster lub sieć")).to_have_value("Kluczewski klaster")
    frame(one).wait_for_function(f"{ZOOM} === 8")
    one.settled()
    one.page.go_back(wait_until="commit")
    one.page.wait_for_url("**karta=gestosc*", wait_until="commit")
    one.clean()


def test_a_frame_that_is_a_line_for_a_moment_harms_nothing(visit):
    visit.open("cluster?klaster=kluczewski").painted()
    visit.settled()
    looks, box = visit.script(LOOKS), visit.page.locator('iframe[src*="streamlit_folium"]').first
    box.evaluate("frame => { frame.dataset.was = frame.style.height; frame.style.height = '8px'; }")
    frame(visit).wait_for_function("klastry.state.map.getSize().y < 60")
    box.evaluate("frame => { frame.style.height = frame.dataset.was; }")
    frame(visit).wait_for_function("klastry.state.map.getSize().y > 60")
    frame(visit).wait_for_function(f"({LOOKS}).every((v, i) => Math.abs(v - {looks}[i]) < 1e-3)")
    visit.clean()


def test_on_a_phone_one_finger_is_the_pages_and_two_the_maps(app, browser):
    context = browser.new_context(**PHONE)
    try:
        visit = Visit(context.new_page(), app)
        visit.open(DENSE).painted().settled()
        x, y = over(visit)
        high = visit.page.locator('iframe[src*="streamlit_folium"]').first.bounding_box()["height"]
        assert visit.script("klastry.state.map.getSize().y") == pytest.approx(high, abs=1)
        assert high <= 0.6 * PHONE["viewport"]["height"] + 1
        hand = context.new_cdp_session(visit.page)

        def touch(kind, *fingers):
            points = [{"x": px, "y": py, "id": n} for n, (px, py) in enumerate(fingers)]
            hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        looks = visit.script(LOOKS)
        for _ in range(2):
            # After a tap too.
            touch("touchStart", (x, y))
            for step in range(1, 6):
                touch("touchMove", (x, y - 20 * step))
            touch("touchEnd")
            assert visit.script(LOOKS) == looks
            visit.page.touchscreen.tap(x, y)
        expect(visit.map.locator(".klastry-hint")).to_have_text("Użyj dwóch palców, aby przesunąć mapę")
        # A card that a tap has opened would take the fingers.
        visit.script("void klastry.state.map.closePopup()")
        # So would a map that a tap has made the page draw anew.
        visit.settled().painted()
        for _ in range(3):
            x, y = over(visit)
            touch("touchStart", (x - 30, y), (x + 30, y))
            for step in range(1, 6):
                touch("touchMove", (x - 30 - 10 * step, y), (x + 30 + 10 * step, y))
            touch("touchEnd")
            # A page that still rolls takes the first fingers to stop, as phones do.
            with suppress(TimeoutError):
                frame(visit).wait_for_function(f"{ZOOM} > {looks[2]}", timeout=5000)
                break
        assert visit.script(ZOOM) > looks[2]
        visit.clean()
    finally:
        context.close()
