"""A connection that is lost is said quietly; after a restart of the server what the open page shows wins."""

from contextlib import suppress

import pytest
from playwright.sync_api import TimeoutError  # noqa: A004 - its own

from support.browser import DESKTOP, Visit
from support.dane import check, name_cluster, upload

QUIET, LONG = "Brak połączenia, próbujemy…", "Od dłuższej chwili nie ma połączenia"
CUT = "document.querySelector('[data-testid=\"stApp\"]').dataset.testConnectionState !== 'CONNECTED'"
LOST = "Wczytaj plik jeszcze raz"
AGAIN = "jeśli przed chwilą naciśnięto przycisk, naciśnij go jeszcze raz"
# The state in which Streamlit shows its own dialog.
PINGING = "document.querySelector('[data-testid=\"stApp\"]').dataset.testConnectionState === 'PINGING_SERVER'"


@pytest.fixture
def visit(browser, server):
    """Open a page of an app that runs."""
    server.start()
    context = browser.new_context(**DESKTOP)
    yield Visit(context.new_page(), str(server.app))
    context.close()


def cut(visit, server):
    server.end()
    visit.page.wait_for_function(CUT)


def back(visit):
    visit.page.locator('[data-testid="stApp"][data-test-connection-state="CONNECTED"]').wait_for(timeout=90_000)
    visit.page.get_by_text(QUIET).wait_for(state="hidden")
    visit.settled()


def press_anew(visit, button, answer):
    """Press a button until it is answered, again at once where the page says that its session began anew."""
    said, again = visit.page.get_by_text(answer), visit.page.get_by_text(AGAIN)
    if not again.is_visible():
        visit.page.get_by_role("button", name=button).click()
        said.or_(again).first.wait_for()
        visit.settled()
    if not said.is_visible():
        visit.press(button, answer)


def no_words_of_the_library(visit):
    said = visit.page.inner_text("body").lower()
    for words in ("streamlit", "connection error", "connecting", "yourscript"):
        assert words not in said
    assert visit.page.get_by_role("dialog").filter(visible=True).count() == 0


def test_a_cut_is_said_quietly_and_choices_made_after_a_restart_win(visit, server):
    visit.open("cluster?klaster=kluczewski").settled()
    visit.page.evaluate("window.klastryLink.later = 6000")
    cut(visit, server)
    visit.page.get_by_text(QUIET).wait_for()
    no_words_of_the_library(visit)
    visit.page.wait_for_function(PINGING)
    # Long enough for the library to have shown its dialog: it shows it after two pings.
    visit.page.get_by_text(LONG).wait_for()
    no_words_of_the_library(visit)
    server.start()
    back(visit)
    visit.pick("Jednostki", "Powiaty")
    visit.page.wait_for_url("**poziom=powiat**")
    visit.settled()
    assert visit.page.get_by_role("combobox", name="Jednostki").input_value() == "Powiaty"
    visit.page.get_by_text("Połączenie z serwerem nawiązano ponownie").wait_for()
    visit.page.get_by_text("2 z 6 gmin").wait_for(state="detached")
    assert "klaster=kluczewski" in visit.page.url or "klaster" not in visit.page.url


FIRST_CHOICES = (
    (
        "cluster?karta=zasieg&klaster=skarzyski",
        lambda v: v.page.get_by_role("slider").first.press("ArrowRight"),
        "zasieg=",
    ),
    ("powiat?powiat=1212&klaster=kluczewski", lambda v: v.pick("Klaster", "Klaster Lubelska Medycyna"), "lubelska"),
    ("cluster?karta=koncentracja&klaster=kluczewski", lambda v: v.page.get_by_text("English").click(), "lang=en"),
)


def test_the_first_choice_after_a_restart_is_kept_and_what_was_typed_too(visit, server):
    visit.page.context.add_cookies(server.app.owner())
    tabs = [Visit(visit.page.context.new_page(), visit.base) for _ in FIRST_CHOICES]
    for tab, (address, _, _) in zip(tabs, FIRST_CHOICES, strict=True):
        tab.open(address).settled()
    visit.open("my_cluster?widok=terytorium").settled()
    visit.page.get_by_label("Nazwa klastra").fill("Klaster wpisany")
    visit.page.get_by_label("Nazwa klastra").press("Enter")
    visit.settled()
    cut(visit, server)
    server.start()
    for tab, (_, choose, wanted) in zip(tabs, FIRST_CHOICES, strict=True):
        back(tab)
        choose(tab)
        # What is chosen while the page draws itself anew is chosen again, as the page asks for.
        with suppress(TimeoutError):
            tab.page.wait_for_url(f"**{wanted}**", timeout=10_000)
        if wanted not in tab.page.url:
            tab.settled()
            choose(tab)
        tab.page.wait_for_url(f"**{wanted}**")
        tab.settled()
        assert wanted in tab.page.url
    back(visit)
    press_anew(visit, "Utwórz klaster", "Zapisano wersję 1")
    assert "Klaster wpisany" in visit.page.inner_text("body")


def test_a_review_that_is_lost_is_said_and_never_pretended_to_be_saved(visit, server):
    visit.page.context.add_cookies(server.app.owner())
    upload(visit)
    check(visit)
    name_cluster(visit, "Klaster utracony")
    cut(visit, server)
    server.start()
    back(visit)
    # The page may have run again by itself when it connected; then there is nothing to press any more.
    button, lost = visit.page.get_by_role("button", name="Zapisz:"), visit.page.get_by_text(LOST)
    button.or_(lost).first.wait_for()
    with suppress(TimeoutError):
        button.click(timeout=5_000)
    lost.wait_for()
    assert visit.page.get_by_text("Zapisano wersję").count() == 0


def test_an_address_of_a_list_of_another_session_says_so(visit):
    for page in ("cluster", "cluster?karta=zasieg", "cluster?karta=koncentracja"):
        visit.open(f"{page}{'&' if '?' in page else '?'}klaster=sesja-klaster-probny").settled()
        visit.page.get_by_text("listy użytej tylko w jednej sesji").wait_for()
