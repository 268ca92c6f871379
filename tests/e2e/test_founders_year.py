"""A founder keeps a cluster true for a year on the page; nothing of it is lost, and nobody else reads a draft."""

import sqlite3
import time
from contextlib import closing

import pytest
from playwright.sync_api import expect

from geo.io.drafts import Drafts
from support.browser import DESKTOP, Visit
from support.dane import answer, check, expect_counts, name_cluster, pick_question, rows_of, save, upload

LIST = """Nazwa;Forma prawna;Miejscowość;Gmina;Powiat
Fundacja Pierwsza;fundacja;Klucze;Klucze;olkuski
Gmina Próbna;jednostka samorządu terytorialnego;Olkusz;;olkuski
Spółka Trzecia;sp. z o.o.;Bukowno;;olkuski
Koło Czwarte;stowarzyszenie;Wolbrom;;olkuski
"""
UNCLEAR = LIST + "Koło z Nowej Wsi;stowarzyszenie;Nowa Wieś;;\nPiąta bez sektora;;Wolbrom;;olkuski\n"
NAME = "Klaster Roczny"


@pytest.fixture
def own(browser, server):
    server.start()
    context = browser.new_context(**DESKTOP)
    context.add_cookies(server.app.owner())
    yield Visit(context.new_page(), str(server.app))
    context.close()


def change(visit, kind, member=None):
    """Choose a change of the list, and whose."""
    visit.page.get_by_test_id("stRadio").locator("label").filter(has_text=kind).click()
    visit.settled()
    if member:
        visit.pick("Członek", member)
    visit.settled()


def fill(visit, label, words):
    box = visit.page.get_by_role("textbox", name=label)
    # A form that is drawn anew is there twice for a moment.
    expect(box).to_have_count(1)
    box.fill(words)
    visit.page.keyboard.press("Tab")
    visit.settled()


def add(visit, name, sector, locality):
    change(visit, "Dodaj członka")
    fill(visit, "Nazwa", name)
    visit.pick("Sektor", sector)
    visit.settled()
    fill(visit, "Miejscowość", locality)
    fill(visit, "Powiat", "olkuski")
    visit.page.get_by_role("button", name="Dodaj do listy").click()
    visit.page.get_by_text(f"Dodano: {name}").wait_for()
    visit.settled()


def move_by_click(visit, member):
    change(visit, "Przenieś na mapie", member)
    visit.painted()
    frame = visit.page.locator('iframe[src*="streamlit_folium"]')
    area = frame.bounding_box()
    frame.click(position={"x": area["width"] / 2 + 12, "y": area["height"] / 2 + 12})
    save_place = visit.page.get_by_role("button", name="Zapisz to miejsce", disabled=False)
    save_place.wait_for()
    visit.settled()
    save_place.click()
    visit.page.get_by_text(f"Przeniesiono: {member}").wait_for()
    visit.settled()


def months_later(server, months):
    """Let everything that is kept be so much older: the clock of the computer is not ours to turn."""
    with closing(sqlite3.connect(server.folder / "klastry.sqlite")) as store, store:
        store.execute("UPDATE version SET made_at = datetime(made_at, ?) || '+00:00'", (f"-{months} months",))


def changes_since(visit, day):
    """Return the rows of what has changed since a day."""
    visit.open("my_cluster?widok=wersje").settled()
    visit.pick("Klaster", NAME)
    visit.settled()
    if day:
        fill(visit, "Od dnia", day)
    return rows_of(visit, "Co się zmieniło")


def open_list(visit):
    visit.open("my_cluster?widok=lista").settled()
    visit.pick("Klaster", NAME)
    visit.settled()


def test_a_year_of_a_founder(own, server):
    upload(own, "lista.csv", LIST)
    check(own)
    name_cluster(own, NAME)
    save(own)
    months_later(server, 7)
    # What is looked after is the cluster just kept.
    own.page.get_by_role("link", name="Edytuj klaster").click()
    own.page.get_by_text("Minęło pół roku").wait_for()
    own.settled()
    assert own.page.get_by_text("Zapisano wersję").count() == 0
    for name, sector, place in (
        ("Szkoła Nowa", "publiczny", "Olkusz"),
        ("Firma Nowa", "biznes", "Wolbrom"),
        ("Związek Nowy", "NGO", "Bukowno"),
    ):
        add(own, name, sector, place)
    change(own, "Popraw dane", "Spółka Trzecia")
    fill(own, "Nazwa", "Spółka Trzecia i Wspólnicy")
    own.page.get_by_role("button", name="Zapisz poprawki").click()
    own.page.get_by_text("Poprawiono: Spółka Trzecia i Wspólnicy").wait_for()
    own.settled()
    move_by_click(own, "Fundacja Pierwsza")
    # A change that was a mistake is taken back.
    change(own, "Zdejmij z listy", "Gmina Próbna")
    own.page.get_by_role("button", name="Zdejmij z listy").click()
    own.page.get_by_text("Zdjęto z listy: Gmina Próbna").wait_for()
    own.settled()
    own.page.get_by_role("button", name="Cofnij").click()
    own.page.get_by_text("Cofnięto ostatnią zmianę").wait_for()
    own.settled()
    change(own, "Odszedł", "Koło Czwarte")
    fill(own, "Dzień odejścia", "01.11.2026")
    own.page.get_by_role("button", name="Zapisz odejście").click()
    own.page.get_by_text("Zapisano odejście: Koło Czwarte").wait_for()
    own.settled()
    own.page.get_by_role("button", name="Potwierdź listę").click()
    own.page.get_by_text(f"Potwierdzono listę klastra „{NAME}”").wait_for()
    own.settled()
    rows = changes_since(own, "")
    assert sorted((row[0], row[1]) for row in rows) == [
        ("dodany członek", "Firma Nowa"),
        ("dodany członek", "Szkoła Nowa"),
        ("dodany członek", "Związek Nowy"),
        ("zmieniony członek", "Fundacja Pierwsza"),
        ("zmieniony członek", "Koło Czwarte"),
        ("zmieniony członek", "Spółka Trzecia"),
    ]
    # Whoever has left is on no map of today, and the map says of when the list is.
    own.open("cluster?klaster=klaster-roczny").painted()
    own.settled()
    assert own.script("klastry.state.memberCount") == 6
    own.page.get_by_text("Lista członków z:").first.wait_for()
    own.clean()


def test_two_editors_change_different_members_at_once(own):
    second = Visit(own.page.context.new_page(), own.base)
    for tab in (own, second):
        open_list(tab)
    for tab, member, name in ((own, "Szkoła Nowa", "Szkoła Pierwsza"), (second, "Firma Nowa", "Firma Druga")):
        change(tab, "Popraw dane", member)
        fill(tab, "Nazwa", name)
        # What is typed while the form is drawn anew is typed again.
        if tab.page.get_by_role("button", name="Zapisz poprawki").is_disabled():
            fill(tab, "Nazwa", f"{name} znowu")
            fill(tab, "Nazwa", name)
    for tab, name in ((own, "Szkoła Pierwsza"), (second, "Firma Druga")):
        tab.page.get_by_role("button", name="Zapisz poprawki").click()
        tab.page.get_by_text(f"Poprawiono: {name}").wait_for()
        tab.settled()
    second.page.get_by_text("ktoś inny zmienił na liście coś innego").wait_for()
    # Both changed the same: both are shown, and the editor chooses.
    for tab, name in ((own, "Szkoła A"), (second, "Szkoła B")):
        if tab is own:
            open_list(own)
        change(tab, "Popraw dane", "Szkoła Pierwsza")
        fill(tab, "Nazwa", name)
    own.page.get_by_role("button", name="Zapisz poprawki").click()
    own.page.get_by_text("Poprawiono: Szkoła A").wait_for()
    second.page.get_by_role("button", name="Zapisz poprawki").click()
    second.page.get_by_role("button", name="Zapisz moją wersję").wait_for()
    open_list(own)
    expect(own.page.get_by_text("Szkoła A").first).to_be_attached()
    own.clean()


def kept_with(visit, server, key, monkeypatch, name):
    """Wait until the draft holds a name; whoever has the key can read it."""
    monkeypatch.setenv("KLASTRY_DATA_DIR", str(server.folder))
    deadline = time.monotonic() + 30
    while name not in [s["fields"].get("nazwa-klastra") for s in Drafts(key).states().values()]:
        assert time.monotonic() < deadline, "the draft was not kept"
        visit.page.wait_for_timeout(50)


def test_a_review_goes_on_after_a_restart_for_its_owner_alone(own, server, browser, monkeypatch):
    upload(own, "szkic.csv", UNCLEAR)
    check(own)
    pick_question(own, "Nowa Wieś")
    search = own.page.get_by_role("textbox", name="Szukaj innej miejscowości")
    search.fill("Nowa Wieś, gm. Michałowice, pow. krakowski")
    search.press("Enter")
    own.settled()
    answer(own, "krakowski")
    expect_counts(own, 5, 1, 0)
    name_cluster(own, "Klaster ze szkicu")
    own.page.get_by_text("Szkic zapisany").wait_for()
    key = own.page.evaluate("localStorage.getItem('klastry-szkice')")
    assert key not in own.page.url
    kept_with(own, server, key, monkeypatch, "Klaster ze szkicu")
    server.end()
    kept = list((server.folder / "szkice").iterdir())
    assert kept
    assert not any(word in b"".join(f.read_bytes() for f in kept) for word in (b"Nowej Wsi", key.encode()))
    server.start()
    # Whoever leaves an unsaved list is asked once.
    own.open("my_cluster?widok=wczytaj").settled()
    own.page.get_by_text("szkic.csv").first.wait_for()
    own.page.get_by_role("button", name="Wróć do listy").click()
    own.page.get_by_text("Otwarta lista: „szkic.csv” (1 decyzja)").wait_for(timeout=60_000)
    expect_counts(own, 5, 1, 0)
    expect(own.page.get_by_label("Nazwa nowego klastra")).to_have_value("Klaster ze szkicu")
    stranger = browser.new_context(**DESKTOP)
    other = Visit(stranger.new_page(), own.base)
    other.open("my_cluster?widok=wczytaj").settled()
    other.page.evaluate("localStorage.getItem('klastry-szkice')")
    assert other.page.get_by_text("szkic.csv").count() == 0
    stranger.close()
    # Kept on the server, it is no draft any more.
    save(own)
    assert not list((server.folder / "szkice").glob("*.state"))


def test_a_list_of_one_session_is_offered_again_and_its_address_stays(own):
    upload(own, "sesja.csv", LIST)
    check(own)
    name_cluster(own, "Klaster chwilowy")
    own.page.get_by_role("button", name="Użyj tylko w tej sesji").click()
    own.page.get_by_text("jest na mapach w tej sesji").wait_for()
    own.settled()
    # Whoever leaves a list that is not saved is asked once.
    assert own.asked == []
    own.open("cluster?klaster=sesja-klaster-chwilowy").settled()
    own.page.get_by_text("sesja.csv").wait_for()
    assert len(own.asked) == 1
    assert "klaster=sesja-klaster-chwilowy" in own.page.url
    own.page.get_by_role("button", name="Wczytaj ją ponownie").click()
    own.painted()
    own.settled()
    assert own.script("klastry.state.memberCount") == 4
    assert "klaster=sesja-klaster-chwilowy" in own.page.url
    own.clean()
