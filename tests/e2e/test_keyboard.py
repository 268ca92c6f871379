"""The whole way by keyboard alone: where the focus is, that it is seen, and what is said."""

import pytest
from playwright.sync_api import expect

from support.keyboard import Keyboard

# Counted on the pages as they are now; 24 to a PDF and 113 through a report before.
TABS_TO_A_PDF, TABS_THROUGH_A_REPORT = 24, 60


@pytest.fixture
def keyboard(visit):
    return Keyboard(visit)


def test_from_the_start_to_a_paper_of_my_powiat(keyboard):
    visit, page = keyboard.visit, keyboard.page
    visit.open().painted().settled()
    keyboard.listen()
    keyboard.tab_to("Szukaj powiatu")
    page.keyboard.type("powiat olkuski")
    page.get_by_role("option").first.wait_for()
    keyboard.press("Enter")
    visit.painted().settled()
    # Another page: the focus is at its beginning, and its name is said.
    keyboard.at("h1 Powiat")
    keyboard.heard("Powiat – Mapa klastrów")
    keyboard.tab_to("Kartka dla starosty")
    with page.expect_download() as download:
        keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".pdf")
    keyboard.heard("Przygotowujemy plik")
    keyboard.heard("Plik jest gotowy.")
    # The button that made it has the focus again.
    keyboard.at("Kartka dla starosty")
    assert keyboard.tabs <= TABS_TO_A_PDF, (keyboard.tabs, keyboard.trail)
    visit.clean()


def test_through_a_report(keyboard):
    visit, page = keyboard.visit, keyboard.page
    visit.open("powiat?powiat=1212&klaster=kluczewski").painted().settled()
    page.locator("h1").evaluate("node => { node.tabIndex = -1; node.focus(); }")
    keyboard.tab_to("Deklaracja dostępności", most=TABS_THROUGH_A_REPORT)


def test_tabs_of_a_place_are_one_stop(keyboard):
    visit = keyboard.visit
    visit.open("powiat?powiat=1212").painted().settled()
    keyboard.tab_to("button Gminy")
    keyboard.press("ArrowRight", "ArrowRight", "ArrowRight")
    keyboard.at("Pismo i pliki")
    keyboard.press("Enter")
    visit.page.get_by_role("heading", name="Akapit do pisma").wait_for()
    keyboard.at("Pismo i pliki")
    keyboard.tab_to("Kartka dla starosty", most=3)


def test_a_choice_says_its_result_and_keeps_the_focus(keyboard):
    visit, page = keyboard.visit, keyboard.page
    visit.open("cluster?klaster=kluczewski&karta=zasieg").painted().settled()
    keyboard.listen()
    keyboard.tab_to("Zasięg w linii prostej")
    keyboard.press("ArrowRight", "ArrowRight")
    visit.settled()
    keyboard.heard("nie więcej niż 12 km w linii prostej")
    keyboard.at("Zasięg w linii prostej (km)")
    # Only where it came to, not every step.
    assert not any("11 km" in said for said in page.evaluate("window.spoken"))


def test_marks_of_a_map_are_one_stop_and_say_what_they_are(keyboard):
    visit, page = keyboard.visit, keyboard.page
    visit.open("cluster?klaster=kluczewski&karta=gestosc").painted().settled()
    keyboard.tab_to("Czytaj jednostki")
    keyboard.press("Tab")
    first = keyboard.place
    keyboard.at("div ")
    assert ": " in first
    keyboard.press("ArrowDown")
    assert keyboard.place != first
    keyboard.press("ArrowUp")
    assert keyboard.place == first
    keyboard.press("End")
    last = keyboard.place
    keyboard.press("ArrowRight")
    assert keyboard.place == last, "there is none behind the last"
    group = visit.map.get_by_role("button", name="organizacje, ").first
    name = group.get_attribute("aria-label")
    assert name.startswith(f"{group.inner_text()} organizacje, ")
    assert "NGO, członek" in name
    group.focus()
    keyboard.press("Enter")
    dialog = visit.map.get_by_role("dialog")
    expect(dialog.locator(".leaflet-popup-content")).to_be_focused()
    keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(group).to_be_focused()
    # The next Tab leaves the marks.
    keyboard.press("Tab")
    assert "data-members" not in (page.evaluate("document.activeElement.outerHTML") or "")
    assert "organiz" not in keyboard.place


def test_what_hovers_can_be_pointed_at_and_goes_away_with_escape(visit):
    visit.open("cluster?klaster=kluczewski&karta=gestosc").painted().settled()
    mark = visit.map.locator("[data-members]").first
    mark.scroll_into_view_if_needed()
    mark.hover()
    tip = visit.map.locator(".klastry-tip:has(ul)")
    expect(tip).to_be_visible()
    tip.hover()
    expect(tip).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(tip).to_have_count(0)
