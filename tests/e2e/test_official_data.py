"""An editor takes in newer official data, uses them and goes back; whom we count is chosen, kept and said."""

import pytest

from support import official_files as made
from support.browser import DESKTOP, Visit
from support.restarted import Server


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Return an app of our own: what it shows changes for everybody."""
    server = Server(tmp_path_factory.mktemp("urzedowe"))
    server.start()
    yield server
    server.end()


@pytest.fixture
def editor(browser, own):
    context = browser.new_context(**DESKTOP)
    context.add_cookies(own.app.owner())
    yield Visit(context.new_page(), str(own.app))
    context.close()


def chosen(visit, name, content):
    visit.page.get_by_text("Wczytaj plik urzędowy").first.click()
    mime = "text/csv" if name.endswith("csv") else "application/zip"
    visit.page.locator('input[type="file"]').set_input_files({"name": name, "mimeType": mime, "buffer": content})
    visit.page.get_by_text(name).wait_for()
    visit.settled()
    visit.page.get_by_role("button", name="Wczytaj plik urzędowy", exact=True).click()


def test_a_newer_year_is_one_file_one_press_and_one_press_back(editor, browser, own):
    editor.open("about?widok=urzedowe").settled()
    editor.page.get_by_text("Dane starsze niż rok").wait_for()
    chosen(editor, "LUDN_2137.csv", made.ctab({"ogółem": made.people_of(2025)}, year=2025))
    editor.page.get_by_text("Wczytano: ludność gmin, stan na 31 grudnia 2025").wait_for(timeout=60_000)
    # Nothing has changed yet.
    assert "Ludność: GUS, 31 grudnia 2024" in editor.page.inner_text("body")
    editor.settled()
    editor.page.get_by_role("button", name="Użyj zestawu").click()
    editor.page.get_by_text("Mapy pokazują teraz: ludność gmin, stan na 31 grudnia 2025").wait_for(timeout=60_000)
    editor.page.get_by_text("Ludność: GUS, 31 grudnia 2025").wait_for()
    stranger = browser.new_context(**DESKTOP)
    visitor = Visit(stranger.new_page(), str(own.app))
    visitor.open("cluster?klaster=kluczewski&karta=zasieg").painted()
    visitor.settled()
    own_people = made.people_of(2025)
    total = own_people[own_people.index.str.startswith("1212")].sum()
    text = visitor.page.inner_text("body").replace("\xa0", " ")
    assert f"z {total // 1000} {total % 1000:03d})" in text
    assert "Ludność (2025)" in text
    visitor.open("about?widok=urzedowe").settled()
    assert visitor.page.get_by_role("button", name="Użyj zestawu").count() == 0
    visitor.clean()
    stranger.close()
    editor.settled()
    editor.page.get_by_role("button", name="Wróć do danych wbudowanych").click()
    editor.page.get_by_text("Mapy znów pokazują dane wbudowane").wait_for()
    editor.page.get_by_text("Ludność: GUS, 31 grudnia 2024").wait_for()
    editor.settled()
    editor.page.get_by_role("button", name="Usuń zestaw").click()
    editor.page.get_by_text("Usunięto zestaw people-2025-12-31").wait_for()
    editor.clean()


def test_a_file_with_a_fault_says_what_is_wrong_and_changes_nothing(editor):
    editor.open("about?widok=urzedowe").settled()
    rows = b"WOJ;POW;GMI;RODZ;NAZWA;NAZWA_DOD;STAN_NA\r\n12;12;04;2;Klucze\r\n"
    chosen(editor, "TERC_Urzedowy.csv", rows)
    editor.page.get_by_text("Wiersz 2 ma 5 pól, a nagłówek 7").wait_for(timeout=60_000)
    assert editor.page.get_by_role("button", name="Użyj zestawu").count() == 0
    editor.clean()


def test_seniors_are_counted_on_the_page_of_their_cluster_and_a_choice_is_kept(visit):
    visit.open("cluster?klaster=senior-lubelski&karta=zasieg").painted()
    visit.settled()
    page = visit.page
    assert page.get_by_role("combobox", name="Kogo liczymy").input_value() == "60 lat i więcej (2020)"
    page.get_by_text("mieszkańców w wieku 60 lat i więcej w 2020 r.").first.wait_for()
    assert "ludzie" not in page.url
    visit.pick("Kogo liczymy", "do 14 lat (2020)")
    page.wait_for_url("**ludzie=age_under_15**")
    visit.settled()
    page.get_by_text("w wieku do 14 lat w 2020 r.").first.wait_for()
    # Another cluster keeps what was chosen; without a choice it opens as its own.
    visit.open("cluster?klaster=kluczewski&karta=zasieg").painted()
    visit.settled()
    assert page.get_by_role("combobox", name="Kogo liczymy").input_value() == "wszystkich (2024)"
    visit.clean()


def test_a_powiat_and_the_network_count_whom_the_address_asks_for(visit):
    visit.open("powiat?powiat=1212&ludzie=age_60_plus").painted()
    visit.settled()
    visit.page.get_by_text("24 671 mieszkańców w wieku 60 lat i więcej w 2020 r.").wait_for()
    visit.open("network?ludzie=age_65_plus").painted()
    visit.settled()
    visit.page.get_by_text("Liczymy mieszkańców w wieku 65 lat i więcej").wait_for()
    visit.clean()


def test_need_stands_beside_reach_and_the_share_alone_is_a_map_too(visit):
    visit.open("cluster?klaster=senior-lubelski&karta=potrzeby").painted()
    visit.settled()
    visit.page.get_by_text("Dużo osób w wieku 60 lat i więcej w 2020 r. i żadnego członka w zasięgu").first.wait_for()
    visit.page.get_by_text("dużo (od 25,4%), bez członka w zasięgu").wait_for()
    visit.page.get_by_text("Tylko udział grupy").click()
    visit.page.wait_for_url("**potrzeby=udzial**")
    visit.settled()
    visit.page.get_by_text("60 lat i więcej: udział w ludności (%)").wait_for()
    visit.clean()


def test_reach_of_two_months_is_compared(visit):
    visit.open("cluster?klaster=lubelska-medycyna&karta=rozwoj").painted()
    visit.settled()
    visit.page.get_by_text("Zmiana zasięgu między dwoma miesiącami").click()
    visit.page.get_by_text("Obie daty liczymy z tą samą ludnością").wait_for()
    visit.clean()
