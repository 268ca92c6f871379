"""One field finds everything: answers come while somebody types, and lead to their page."""

import pytest
from playwright.sync_api import expect


def box(visit):
    return visit.page.get_by_role("combobox", name="Szukaj powiatu, gminy")


def asked(visit, words):
    """Type some words and wait for their answers."""
    box(visit).fill(words)
    visit.page.get_by_role("option").first.wait_for()
    return visit.page.get_by_role("option").all_text_contents()


def test_answers_come_by_kind_with_the_voivodeship_and_the_keyboard_takes_one(visit):
    visit.open("about").settled()
    found = asked(visit, "bilgoraj")
    assert "(lubelskie)" in found[0]
    assert any("gmina wiejska" in answer for answer in found[:5])
    assert visit.page.get_by_role("group", name="Gminy").count() == 1
    field = box(visit)
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("ArrowUp")
    first = visit.page.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", first.get_attribute("id"))
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press("ArrowDown")
    field.press("Enter")
    visit.page.wait_for_url("**/powiat?powiat=0602*")
    visit.page.get_by_role("heading", name="Powiat biłgorajski", exact=False).first.wait_for()
    visit.clean()


def test_enter_is_not_lost_when_it_comes_before_the_answers(visit):
    visit.open().settled()
    field = box(visit)
    field.fill("32-310")
    field.press("Enter")
    visit.page.wait_for_url("**/powiat?powiat=1212*")
    visit.clean()


@pytest.mark.parametrize(
    ("words", "choose", "address"),
    [
        ("klaster kluczewski", "Kluczewski klaster", "**/cluster?klaster=kluczewski*"),
        ("medicos", "Centrum Medyczne Medicos", "**/cluster?klaster=lubelska-medycyna*"),
        ("województwo świętokrzyskie", "województwo świętokrzyskie", "**/?obszar=26*"),
        ("krakow", "Kraków", "**/powiat?powiat=1261*"),
    ],
)
def test_an_answer_leads_to_its_page(visit, words, choose, address):
    visit.open("about").settled()
    asked(visit, words)
    visit.page.get_by_role("option").filter(has_text=choose).first.click()
    visit.page.wait_for_url(address)
    visit.settled()
    # On the next page the field is empty again.
    expect(box(visit)).to_have_value("")
    visit.clean()


def test_another_powiat_opens_from_the_report_of_one(visit):
    visit.open("powiat?powiat=1212").settled()
    asked(visit, "wadowicki")
    visit.page.get_by_role("option").first.click()
    expect(visit.page.get_by_role("combobox", name="Mój powiat")).to_have_value("powiat wadowicki (małopolskie)")
    visit.clean()


def test_nothing_found_is_said_and_a_guess_is_no_answer(visit):
    visit.open("about").settled()
    box(visit).fill("asdfgh")
    visit.page.get_by_text("Nic nie znaleziono").first.wait_for()
    assert visit.page.get_by_role("option").count() == 0
    box(visit).press("Enter")
    visit.settled()
    assert visit.page.url.endswith("/about")
    visit.clean()


def test_in_english(visit):
    visit.open("about?lang=en").settled()
    visit.page.get_by_role("combobox", name="Search for a powiat").fill("olkuski")
    visit.page.get_by_role("option").first.click()
    visit.page.wait_for_url("**/powiat?*lang=en*")
    visit.clean()
