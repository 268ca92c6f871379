"""A unit that is clicked says what it is and leads to the report of its powiat."""

import pytest
from playwright.sync_api import expect

AT = """(code) => {
  const state = klastry.state, unit = state.shown.units.findIndex((u) => u.code === code);
  const at = state.map.latLngToContainerPoint(state.shown.polygons[unit].getCenter());
  return [at.x, at.y];
}"""


def click(visit, code):
    """Click a unit in its middle."""
    visit.map.locator("body[data-names]").wait_for(state="attached")
    frame = next(f for f in visit.page.frames if "streamlit_folium" in f.url)
    x, y = frame.evaluate(AT, code)
    there = visit.page.locator('iframe[src*="streamlit_folium"]').first
    # All of it is seen at once, so that nothing scrolls under the pointer.
    there.evaluate("node => node.scrollIntoView({ block: 'center', behavior: 'instant' })")
    box = there.bounding_box()
    visit.page.mouse.click(box["x"] + x, box["y"] + y)


@pytest.mark.parametrize(
    ("path", "code", "said", "powiat", "shown"),
    [
        ("cluster?klaster=kluczewski", "121207", "Wolbrom", "1212", "powiat olkuski (małopolskie)"),
        (
            "coverage?klaster=lubelska-medycyna&poziom=powiat",
            "0602",
            "biłgorajski",
            "0602",
            "powiat biłgorajski (lubelskie)",
        ),
        ("powiat?powiat=1212&klaster=kluczewski", "120802", "Gołcza", "1208", "powiat miechowski (małopolskie)"),
    ],
)
def test_a_card_leads_to_the_report(visit, path, code, said, powiat, shown):
    visit.open(path).painted()
    visit.settled()
    click(visit, code)
    card = visit.map.locator(".klastry-card")
    card.get_by_text(said, exact=False).first.wait_for()
    card.get_by_role("button", name="Raport powiatu").click()
    visit.page.wait_for_url(f"**/powiat?*powiat={powiat}*")
    visit.page.get_by_role("heading", name="Powiat", exact=True).wait_for()
    expect(visit.page.get_by_role("combobox", name="Mój powiat")).to_have_value(shown)
    visit.clean()


def test_where_a_click_is_an_answer_no_card_opens(visit):
    visit.open("my_cluster?widok=terytorium").settled()
    visit.page.get_by_text("Wybierz na mapie").click()
    visit.painted()
    click(visit, "1212")
    visit.page.get_by_test_id("stMultiSelect").filter(has_text="powiat olkuski").wait_for()
    assert visit.map.locator(".klastry-card").count() == 0
    visit.clean()
