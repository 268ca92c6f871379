"""A list comes each month: what changed is exactly what changed, and a person can be erased without a trace."""

import io

import openpyxl
import pytest
from playwright.sync_api import expect

from support.browser import DESKTOP, Window, running_app
from support.dane import answer, check, expect_counts, hand_over, name_cluster, pick_question, rows_of, save, upload

PLACES = (
    ("Klucze", "Klucze"),
    ("Olkusz", "Olkusz"),
    ("Wolbrom", "Wolbrom"),
    ("Bukowno", "Bukowno"),
    ("Rodaki", "Klucze"),
)
PERSON = "Zdzisława Kręcichwost"
HEADINGS = ("L.p.", "Nazwa podmiotu", "Forma prawna", "Miejscowość", "Gmina", "Powiat", "Telefon")


def row(number, name=None, place=None, phone=""):
    locality, gmina = place or PLACES[number % len(PLACES)]
    return (name or f"Fundacja Przyjaciół nr {number}", "fundacja", locality, gmina, "olkuski", phone)


def rows():
    """Return 40 organisations: one called as a person, one of which no place is known, one place that is not clear."""
    found = [row(n) for n in range(1, 38)]
    found.append((PERSON, "", "Klucze", "Klucze", "olkuski", "698 765 431"))
    found.append(("Fundacja bez miejsca", "fundacja", "", "", "", ""))
    found.append(("Koło z Nowej Wsi", "stowarzyszenie", "Nowa Wieś", "", "", ""))
    return found


def workbook(lines):
    """Return a workbook with a title in row 1 and the headings in row 3."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"] = "Wykaz członków klastra"
    for column, heading in enumerate(HEADINGS, start=1):
        sheet.cell(3, column, heading)
    for number, line in enumerate(lines, start=1):
        sheet.append((number, *line))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.fixture(scope="module")
def app_of_own():
    with running_app() as url:
        yield url


@pytest.fixture
def own(app_of_own, browser):
    window = Window(browser, app_of_own, **DESKTOP)
    with window.visit(owner=True) as page:
        yield page
    window.close()


def answer_all(own):
    """Answer the three questions of the list: who is a person, of which sector, and where Nowa Wieś is."""
    pick_question(own, "Czy to osoba fizyczna?")
    answer(own, "Organizacja: zachowaj nazwę")
    pick_question(own, "Który to sektor")
    answer(own, "biznes")
    pick_question(own, "Nowa Wieś")
    search = own.page.get_by_role("textbox", name="Szukaj innej miejscowości")
    search.fill("Nowa Wieś, gm. Michałowice, pow. krakowski")
    search.press("Enter")
    own.settled()
    answer(own, "krakowski")


def place_by_click(own):
    """Place the organisation of which nothing is known by a click on the map."""
    pick_question(own, "Gdzie jest ta organizacja?")
    own.painted()
    frame = own.page.locator('iframe[src*="streamlit_folium"]')
    area = frame.bounding_box()
    frame.click(position={"x": area["width"] / 2, "y": area["height"] / 2})
    own.page.get_by_text("punkt wskazany na mapie").wait_for()
    own.settled()
    own.page.get_by_role("button", name="Zapisz decyzję", exact=True).click()
    own.page.get_by_role("combobox", name="Pytanie").wait_for(state="detached")
    own.settled()


def open_cluster(own):
    own.open("my_cluster?widok=terytorium").settled()
    own.pick("Klaster", "Miesięczny")
    own.settled()


def kept_files(app):
    """Return all bytes that the app keeps on disk: the database, its log, and whatever lies beside them."""
    return b"".join(p.read_bytes() for p in (app.log.parent / "dane").rglob("*") if p.is_file())


def erase_person(own, app):
    """Erase the organisation that is called as a person; nothing that the app keeps holds the name afterwards."""
    assert PERSON.encode() in kept_files(app)
    own.tab("Usuń")
    own.pick("Kogo usunąć", PERSON)
    own.page.get_by_text("Jest w 2 wersjach tego klastra.").wait_for()
    own.settled()
    erase = own.page.get_by_role("button", name="Usuń na zawsze", exact=True)
    assert erase.is_disabled()
    own.page.get_by_text("Rozumiem: tego nie da się cofnąć").first.click()
    own.settled()
    erase.click()
    own.page.get_by_text("Usunięto na zawsze ze wszystkich wersji").wait_for()
    own.settled()
    assert PERSON.encode() not in kept_files(app)
    assert b"698 765 431" not in kept_files(app)
    expect(own.page.get_by_text(PERSON)).to_have_count(0)


def test_next_month_and_a_person_erased(own, app_of_own):
    upload(own, "czlonkowie-11.xlsx", workbook(rows()))
    own.page.get_by_text("Wczytano 40 wierszy").wait_for()
    own.page.get_by_text("Pierwsze wiersze").click()
    check(own)
    expect_counts(own, 38, 2, 0)
    answer_all(own)
    expect_counts(own, 40, 0, 0)
    place_by_click(own)
    name_cluster(own, "Miesięczny")
    save(own)

    lines = rows()
    gone = [lines.pop(4)[0], lines.pop(9)[0]]
    lines[0] = (*lines[0][:5], "32 642 00 00")
    lines = [*(row(n, f"Fundacja Nowa {n}") for n in (101, 102, 103)), *reversed(lines)]
    hand_over(own, "czlonkowie-12.xlsx", workbook(lines))
    own.page.get_by_text("Wczytano 41 wierszy").wait_for()
    check(own)
    expect_counts(own, 39, 2, 0)
    own.page.get_by_text("Zastąp listę klastra").click()
    own.settled()
    own.pick("Klaster", "Miesięczny")
    own.settled()
    # What was decided last month need not be decided again.
    own.page.get_by_role("button", name="Odpowiedz tak, jak jest już w klastrze (3 wiersze)").click()
    expect_counts(own, 41, 0, 0)
    own.page.get_by_text("Po zapisaniu: 3 nowe organizacje, 2 odeszły, 1 zmieniona. Bez zmian: 37.").wait_for()
    own.page.get_by_role("button", name="Zapisz:").click()
    own.page.get_by_text("Zapisano wersję 2").wait_for()
    own.settled()

    open_cluster(own)
    own.tab("Wersje")
    own.page.get_by_text("Porównaj wersje").click()
    own.settled()
    said = [tuple(row) for row in rows_of(own, "Porównaj wersje")]
    added = [("dodany członek", f"Fundacja Nowa {n}", "–", "jest") for n in (101, 102, 103)]
    left = [("usunięty członek", name, "jest", "–") for name in gone]
    corrected = ("zmieniony członek", "Fundacja Przyjaciół nr 1", "Telefon: –", "Telefon: 32 642 00 00")
    assert sorted(said) == sorted([*added, *left, corrected])
    erase_person(own, app_of_own)
    own.clean()
