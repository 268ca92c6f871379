"""A founder brings a list: upload, columns, decisions with undo, keeping, and the cluster on every map."""

import io
import re

import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import expect

from support.browser import DESKTOP, Visit, Window, running_app
from support.dane import (
    ACCEPTED,
    DECIDE,
    LIST,
    REJECTED,
    answer,
    check,
    expect_counts,
    hand_over,
    name_cluster,
    pick_question,
    save,
    upload,
)
from support.hostile import HOSTILE
from support.keyboard import Keyboard

FILE = {"name": "lista.csv", "mimeType": "text/csv", "buffer": LIST.encode()}


@pytest.fixture(scope="module")
def own_window(browser):
    with running_app() as url:
        opened = Window(browser, url, **DESKTOP)
        yield opened
        opened.close()


@pytest.fixture
def own(own_window):
    """Return a page of an app whose store these tests may fill."""
    with own_window.visit(owner=True) as page:
        yield page


def second_tab(visit):
    return Visit(visit.page.context.new_page(), visit.base)


def two_editors(visit, name):
    """Keep a cluster and open it for editing in two tabs."""
    upload(visit)
    check(visit)
    name_cluster(visit, name)
    save(visit)
    tabs = visit, second_tab(visit)
    for tab in tabs:
        tab.open("my_cluster?widok=terytorium").settled()
        tab.pick("Klaster", name)
        tab.settled()
    return tabs


def edit(tab, field, words):
    """Change a field and keep the cluster."""
    box = tab.page.get_by_label(field)
    box.fill(words)
    box.press("Enter")
    tab.page.get_by_text("Masz niezapisane zmiany").wait_for()
    tab.settled()
    tab.page.get_by_role("button", name="Zapisz klaster").click()


def test_from_file_to_map(own):
    own.open("my_cluster?widok=wczytaj")
    own.page.get_by_text("możesz zapisywać klastry").wait_for()
    hand_over(own, "lista.csv", LIST)
    own.page.get_by_text("Wczytano 8 wierszy").wait_for()
    own.page.get_by_text("Rozpoznano 6 z 6 kolumn").wait_for()
    check(own)
    expect_counts(own, ACCEPTED, DECIDE, REJECTED)
    own.painted()
    assert own.script("klastry.state.memberCount") == 3

    pick_question(own, "Nowa Wieś")
    own.painted("review:12:4")
    own.page.get_by_role("button", name="Zapisz decyzję", exact=True).is_disabled()
    own.page.get_by_role("textbox", name="Szukaj innej miejscowości").fill("Nowa Wieś, gm. Michałowice, pow. krakowski")
    own.page.get_by_role("textbox", name="Szukaj innej miejscowości").press("Enter")
    own.settled()
    answer(own, "krakowski")
    expect_counts(own, ACCEPTED + 1, DECIDE - 1, REJECTED)
    own.page.wait_for_function("() => document.querySelector('iframe[src*=streamlit_folium]') !== null")
    own.page.get_by_role("button", name="Cofnij").click()
    expect_counts(own, ACCEPTED, DECIDE, REJECTED)

    pick_question(own, "Który to sektor")
    answer(own, "publiczny")
    expect_counts(own, ACCEPTED + 1, DECIDE - 1, REJECTED)
    pick_question(own, "powtarzają")
    answer(own, "To ta sama organizacja")
    expect_counts(own, ACCEPTED + 1, DECIDE - 2, REJECTED + 1)

    name_cluster(own, "Klaster Próbny")
    save(own)
    own.page.get_by_role("link", name="Zobacz gęstość").click()
    own.page.wait_for_url("**/cluster?klaster=klaster-probny*")
    own.page.get_by_role("heading", name="Lista organizacji").wait_for()
    own.settled().painted()
    assert own.script("klastry.state.memberCount") == 4
    # Back on the page the list is open with all its decisions, in the other language too.
    own.page.get_by_role("link", name="Mój klaster").click()
    own.tab("Wczytaj")
    own.page.get_by_text("Otwarta lista: „lista.csv” (2 decyzje)").wait_for()
    expect_counts(own, ACCEPTED + 1, DECIDE - 2, REJECTED + 1)
    own.page.get_by_text("English").click()
    own.page.get_by_text("is in exactly one group").wait_for()
    expect_counts(own, ACCEPTED + 1, DECIDE - 2, REJECTED + 1)
    own.page.get_by_text("Polski").click()
    own.open("cluster?karta=zasieg&klaster=klaster-probny").painted()
    own.open()
    own.page.get_by_text("Klaster Próbny", exact=True).first.wait_for()
    own.clean()


def test_nothing_of_a_natural_person_is_shown_or_exported(own):
    upload(own)
    check(own)
    assert own.page.get_by_text("W tym osoby fizyczne: 1").count() == 1
    name_cluster(own, "Z osobą")
    save(own)
    own.open("cluster?klaster=z-osoba").painted()
    with own.page.expect_download() as download:
        own.page.get_by_role("button", name="Pobierz listę (CSV)").click()
    table = pd.read_csv(download.value.path(), sep=";")
    assert "Osoba fizyczna" in set(table["Nazwa"])
    assert "Ukryty" not in table.to_csv()
    assert not any("Ukryty" in m["n"] for m in own.script("klastry.state.payload.members"))


def test_rejected_rows_come_with_reasons_and_the_template_can_be_filled_in(own):
    upload(own)
    check(own)
    with own.page.expect_download() as download:
        own.page.get_by_role("button", name="Pobierz odrzucone z powodami (CSV)").click()
    table = pd.read_csv(download.value.path(), sep=";", dtype=str)
    assert table["Wiersz"].tolist() == ["7"]
    assert "Nazwa: brak; oczekiwano: nazwa organizacji" in table["Powód"][0]
    with own.page.expect_download() as download:
        own.page.get_by_role("button", name="Pobierz pusty wzór").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    sheet = book.worksheets[0]
    row = {"Nazwa": "Fundacja", "Forma prawna": "fundacja", "Miejscowość": "Klucze", "Gmina": "Klucze"}
    for cell in sheet[1]:
        sheet.cell(2, cell.column, row.get(cell.value))
    content = io.BytesIO()
    book.save(content)
    upload(own, "wzor.xlsx", content.getvalue())
    check(own)
    expect_counts(own, 1, 0, 0)


def test_a_list_may_stay_in_the_session(own):
    upload(own)
    check(own)
    name_cluster(own, "Tajny")
    own.page.get_by_role("button", name="Użyj tylko w tej sesji", exact=True).click()
    own.page.get_by_role("link", name="Zobacz gęstość").click()
    own.page.get_by_role("heading", name="Lista organizacji").wait_for()
    own.settled()
    assert own.page.get_by_role("combobox", name="Klaster").input_value() == "Tajny (tylko ta sesja)"
    # Another visitor neither sees it nor reaches it by its address.
    stranger = own.page.context.browser.new_context(**DESKTOP)
    other = Visit(stranger.new_page(), own.base)
    other.open("cluster?klaster=sesja-tajny").settled()
    other.page.get_by_text("listy użytej tylko w jednej sesji").wait_for()
    assert other.page.get_by_text("Tajny").count() == 0
    assert other.page.get_by_role("combobox", name="Klaster lub sieć").count() == 0
    stranger.close()
    own.page.get_by_role("link", name="Mój klaster").click()
    own.tab("Wczytaj")
    own.page.get_by_text("Listy w tej sesji").click()
    own.page.get_by_role("button", name="Usuń z sesji").click()
    own.page.get_by_text("Listy w tej sesji").wait_for(state="detached")


def test_a_corrected_column_is_remembered(own):
    content = "Kto;Gdzie;Uwagi *x*\nFundacja A;Olkusz;x\n"
    upload(own, "dziwna.csv", content)
    own.page.get_by_text("Wskaż kolumnę z nazwą organizacji").wait_for()
    assert own.page.get_by_role("button", name="Sprawdź listę").is_disabled()
    own.pick("Kolumna 1: Kto", "Nazwa")
    # Until the page is drawn anew, the boxes of before stand beside the new ones.
    own.settled()
    own.pick("Kolumna 2: Gdzie", "Miejscowość")
    check(own)
    expect_counts(own, 1, 0, 0)
    name_cluster(own, "Z zapamiętaną")
    save(own)
    other = second_tab(own)
    upload(other, "inna.csv", content.replace("Fundacja A", "Fundacja B"))
    other.page.get_by_text("zapamiętane z poprzedniego wczytania").wait_for()
    check(other)
    expect_counts(other, 1, 0, 0)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"PK\x03\x04 nothing", "uszkodzony"),
        ("a.csv", bytes(range(256)) * 20, "binarne"),
        ("a.csv", b"PK\x03\x04", "rozszerzenie"),
        ("a.kml", b'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a "b">]><kml>&a;</kml>', "DOCTYPE"),
        ("a.csv", b"   ", "pusty"),
    ],
)
def test_a_bad_file_is_explained_and_the_page_goes_on(visit, name, content, words):
    upload(visit, name, content)
    visit.page.get_by_role("alert").filter(has_text=words).wait_for()
    hand_over(visit, "lista.csv", LIST)
    visit.page.get_by_text("Wczytano 8 wierszy").wait_for()
    visit.clean()


def test_a_hostile_list_is_text(own):
    upload(
        own,
        f"{'x' * 20}<img src=x onerror=alert(1)>.csv",
        "Nazwa;Forma prawna;Miejscowość;Powiat\n"
        f'"{HOSTILE}";fundacja;Olkusz;olkuski\n"{HOSTILE} 2";"{HOSTILE}";Olkusz;olkuski\n',
    )
    check(own)
    expect_counts(own, 1, 1, 0)
    own.painted()
    name_cluster(own, HOSTILE)
    save(own)
    own.open("my_cluster?widok=terytorium").settled()
    assert own.page.locator("img[src*='example.invalid'], img[src='x']").count() == 0
    own.clean()


def test_two_editors_cannot_overwrite_each_other_unseen(own):
    tabs = two_editors(own, "Wspólny")
    for tab, coordinator in zip(tabs, ("Pierwszy", "Drugi"), strict=True):
        edit(tab, "Koordynator", coordinator)
    tabs[0].page.get_by_text("Zapisano wersję 2").wait_for()
    tabs[1].page.get_by_text("Ktoś inny zmienił tymczasem ten klaster").wait_for()
    tabs[1].page.get_by_text("Otwarto wersję 1, a teraz jest wersja 2").wait_for()
    assert tabs[1].page.get_by_role("button", name="Połącz obie zmiany").count() == 0
    tabs[1].page.get_by_role("button", name="Zapisz moją wersję jako następną").click()
    tabs[1].page.get_by_text("Ktoś inny zmienił tymczasem ten klaster").wait_for(state="detached")
    tabs[1].settled()
    assert tabs[1].page.get_by_label("Koordynator").input_value() == "Drugi"
    # In a fresh tab: the one with the conflict is still putting its new version on the page.
    again = second_tab(own)
    again.open("my_cluster?widok=terytorium").settled()
    again.pick("Klaster", "Wspólny")
    again.settled()
    again.tab("Wersje")
    again.page.get_by_text("Porównaj wersje").click()
    again.press("Przywróć wersję 2", "Przywrócono treść wersji 2")
    again.settled().tab("Terytorium i sektory")
    again.page.locator('input[aria-label="Koordynator"][value="Pierwszy"]').first.wait_for()


def test_a_cluster_is_created_with_a_territory_from_the_map_and_archived(own):
    own.open("my_cluster?widok=terytorium").settled()
    box = own.page.get_by_label("Nazwa klastra")
    box.fill("Z mapy")
    box.press("Enter")
    own.page.get_by_text("Wybierz na mapie").click()
    own.painted()
    frame = own.page.locator('iframe[src*="streamlit_folium"]')
    area = frame.bounding_box()
    frame.click(position={"x": area["width"] / 2, "y": area["height"] / 2})
    own.page.get_by_test_id("stMultiSelect").filter(has_text="Teren klastra").filter(has_text="powiat ").wait_for()
    own.settled()
    own.press("Utwórz klaster", "Zapisano wersję 1")
    own.settled().tab("Lista")
    with own.page.expect_download() as download:
        own.page.get_by_role("button", name="Pobierz GeoJSON").click()
    assert b"Z mapy" in download.value.path().read_bytes()
    own.tab("Terytorium i sektory")
    own.page.get_by_role("button", name="Przenieś do archiwum", exact=True).click()
    own.page.get_by_text("Przeniesiono do archiwum: „Z mapy”").wait_for()
    own.open()
    assert own.page.get_by_text("Z mapy", exact=True).count() == 0
    own.clean()


def test_changes_of_two_editors_to_different_fields_are_merged(own):
    tabs = two_editors(own, "Do połączenia")
    for tab, field in zip(tabs, ("Koordynator", "Źródła"), strict=True):
        edit(tab, field, f"Nowe: {field}")
    tabs[1].page.get_by_role("button", name="Połącz obie zmiany").click()
    tabs[1].page.get_by_text("Ktoś inny zmienił tymczasem ten klaster").wait_for(state="detached")
    tabs[1].settled()
    for field in ("Koordynator", "Źródła"):
        assert tabs[1].page.get_by_label(field).input_value() == f"Nowe: {field}"


def test_a_name_is_given_once_and_the_territory_follows_the_members(own):
    upload(own)
    check(own)
    own.page.get_by_role("button", name="Zapisz:").click()
    own.page.get_by_role("alert").filter(has_text="Podaj nazwę klastra").wait_for()
    name_cluster(own, "Kluczewski klaster")
    own.page.get_by_role("button", name="Zapisz:").click()
    own.page.get_by_role("alert").filter(has_text="już istnieje").wait_for()
    name_cluster(own, "Powiatowy")
    save(own)
    assert own.page.get_by_role("button", name="Zapisz:").count() == 0
    own.page.get_by_role("link", name="Zobacz pokrycie i luki").click()
    own.page.wait_for_url("**/cluster?klaster=powiatowy*")
    own.page.get_by_text("powiat olkuski").first.wait_for()


def test_a_press_is_not_lost_when_the_page_moves_under_the_pointer(own):
    upload(own)
    button = own.page.get_by_role("button", name="Sprawdź listę")
    button.hover()
    own.page.mouse.down()
    # Something appears above the button before it is let go, as when an answer arrives just then.
    button.evaluate("""(button) => {
      const place = button.closest('[class*="st-key-"]') ?? button.closest('[data-testid="stButton"]');
      const more = document.createElement("div");
      more.style.height = "300px";
      place.before(more);
    }""")
    own.page.mouse.up()
    own.page.get_by_text("jest w dokładnie jednej grupie").wait_for(timeout=60_000)
    assert own.page.evaluate("klastryPress.given") == 1
    own.clean()


def test_a_file_chosen_at_the_moment_of_another_change_arrives(own):
    upload(own)
    check(own)
    own.page.get_by_label("Nazwa nowego klastra").fill("Chwila")
    # The question where to send the file and a change leave in one go, as from a busy machine they do.
    own.page.evaluate(
        """(rows) => {
          const held = [], send = WebSocket.prototype.send;
          WebSocket.prototype.send = function (data) {
            held.push([this, data]);
            if (held.length < 2) return;
            WebSocket.prototype.send = send;
            held.forEach(([socket, kept]) => send.call(socket, kept));
          };
          const files = new DataTransfer(), field = document.querySelector('input[type="file"]');
          files.items.add(new File([rows], "druga.csv"));
          field.files = files.files;
          field.dispatchEvent(new Event("change", { bubbles: true }));
          const asked = setInterval(() => {
            if (!held.length) return;
            clearInterval(asked);
            document.activeElement.blur();
          }, 1);
        }""",
        LIST,
    )
    own.page.get_by_text("Wczytano 8 wierszy z pliku „druga.csv”").wait_for()
    own.clean()


def test_an_answer_chosen_while_a_search_is_on_its_way_stays_chosen(own):
    upload(own)
    own.press("Sprawdź listę", "jest w dokładnie jednej grupie")
    pick_question(own, "Nowa Wieś")
    answers = own.page.get_by_test_id("stRadio").filter(has_text="Odpowiedź")
    # Until the question is drawn, the answers of the one before stand there.
    answers.locator("label").filter(has_text=re.compile(r"^2\. Nowa Wieś")).wait_for()
    own.settled()
    first = answers.locator("label").filter(has_text=re.compile(r"^2\. "))
    words = first.inner_text()
    search = own.page.get_by_role("textbox", name="Szukaj innej miejscowości")
    search.fill("Nowa Wieś, gm. Michałowice, pow. krakowski")
    search.press("Enter")
    first.click()
    answers.locator("label").filter(has_text=re.compile(r"^14\. ")).wait_for()
    own.settled()
    expect(first).to_have_text(words.replace("\n", ""))
    expect(first.get_by_role("radio")).to_be_checked()
    # The answer is drawn anew between the press and the moment it is let go.
    other = answers.locator("label").filter(has_text=re.compile(r"^1\. "))
    other.hover()
    own.page.mouse.down()
    other.evaluate("""(label) => {
      const copy = document.createElement("div");
      copy.style.height = "300px";
      label.closest('[data-testid="stRadio"]').before(copy);
    }""")
    own.page.mouse.up()
    expect(other.get_by_role("radio")).to_be_checked()
    own.clean()


def test_from_a_list_to_a_kept_cluster_by_keyboard_alone(own):
    keyboard, visit, page = Keyboard(own), own, own.page
    # Asked for beforehand: the browser may open its own box before it is told to ask.
    page.on("filechooser", lambda chooser: chooser.set_files(FILE))
    visit.open("my_cluster?widok=wczytaj").settled()
    keyboard.listen()
    keyboard.tab_to("Wybierz plik")
    keyboard.press("Enter")
    page.get_by_role("button", name="Sprawdź listę").wait_for()
    visit.settled()
    page.wait_for_function("() => document.activeElement !== document.body")
    keyboard.tab_to("Sprawdź listę")
    keyboard.press("Enter")
    expect_counts(visit, 4, 3, 1)
    # There is something to decide: the focus is there.
    keyboard.at("Pytanie")
    for left in (2, 1, 0):
        question = page.get_by_role("combobox", name="Pytanie").input_value()
        # The answers are one stop: that which is chosen, or the first.
        keyboard.tab_to(r"^input (\d\. |Odrzuć)")
        keyboard.press("Space")
        visit.settled()
        keyboard.tab_to("Zapisz decyzję")
        keyboard.press("Enter")
        visit.settled()
        keyboard.at("Pytanie" if left else "Nie ma już nic do decyzji.")
        if left:
            assert page.get_by_role("combobox", name="Pytanie").input_value() != question
        keyboard.heard(f"Do decyzji zostało: {left}.")
    keyboard.tab_to("Nazwa nowego klastra")
    page.keyboard.type("Klaster z klawiatury")
    keyboard.press("Tab")
    visit.settled()
    keyboard.tab_to("Zapisz:")
    keyboard.press("Enter")
    page.get_by_text("Zapisano wersję").wait_for()
    keyboard.at("Zobacz gęstość")
    visit.clean()
