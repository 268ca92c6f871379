"""
What officials, founders and coordinators come for is reached in so many clicks.

A name that is typed and accepted counts as one. Seconds from the first page on are printed (`-s`), never asserted.
"""

import io
import sys
import time

import openpyxl
import pytest

from support.dane import check, name_cluster

# Task, clicks measured before the five places, clicks that it may take now.
TASKS = {
    "covered, by whom": (2, 1),
    "empty gminy, people": (3, 1),
    "neighbours": (3, 2),
    "whom to invite, effect": (3, 2),
    "one page": (4, 3),
    "another powiat, nobody there": (2, 1),
    "a city without its diacritics": (2, 1),
    "from a map": (None, 2),
    "a list of 42 rows brought in": (3, 2),
    "shared with the board": (4, 1),
    "voivodeships that have none": (2, 1),
    "strength of each": (3, 1),
    "pairs at a border": (2, 1),
}


class Walk:
    """Counts what a visitor does for a task, from the start page on."""

    def __init__(self, visit):
        self.visit, self.page = visit, visit.page
        self.done = {}

    def begin(self):
        """Open the start page."""
        self.visit.open().settled()
        self.clicks, self.since = 0, time.monotonic()

    def find(self, words):
        """Type words into the search and take the first answer."""
        box = self.page.get_by_role("combobox", name="Szukaj powiatu, gminy")
        box.fill(words)
        self.page.get_by_role("option").first.wait_for()
        box.press("Enter")
        self.clicks += 1

    def click(self, target):
        """Click something."""
        target.click()
        self.clicks += 1

    def said(self, task, *words):
        """Wait for what answers a task, and note what it took."""
        for each in words:
            self.page.get_by_text(each).first.wait_for()
        self.done[task] = (self.clicks, time.monotonic() - self.since)

    def told(self):
        """Print the tasks, and assert that each took no more clicks than it may."""
        for task, (clicks, seconds) in self.done.items():
            before, most = TASKS[task]
            sys.stdout.write(f"{task}: {clicks} clicks ({before} before), {seconds:.1f} s\n")
            assert clicks <= most, task


@pytest.fixture
def walk(visit):
    walking = Walk(visit)
    yield walking
    walking.told()
    visit.clean()


def test_a_county_official(walk):
    walk.begin()
    walk.find("olkusz")
    walk.said(
        "covered, by whom", "Powiat olkuski jest objęty częściowo: członków ma w 2 z 6 gmin", "Kluczewski klaster"
    )
    # How many gminy, how many people, and which.
    walk.said("empty gminy, people", "4 z 6 (83 150 mieszkańców): Bukowno, Olkusz, Trzyciąż, Wolbrom")
    walk.click(walk.page.get_by_role("radio", name="Sąsiedzi"))
    walk.said("neighbours", "Sąsiedzi i powiaty podobne")
    # Each task is counted from the start page: the search, then its own way.
    walk.clicks = 1
    walk.click(walk.page.get_by_role("radio", name="Kogo zaprosić"))
    walk.said("whom to invite, effect", "Najpierw warto zaprosić:", "Nowi mieszkańcy w zasięgu: ")
    walk.clicks = 1
    walk.click(walk.page.get_by_role("radio", name="Pismo i pliki"))
    walk.visit.settled()
    with walk.page.expect_download() as sheet:
        walk.click(walk.page.get_by_role("button", name="Kartka dla starosty"))
    assert sheet.value.path().read_bytes().startswith(b"%PDF")
    walk.said("one page")


def test_a_county_official_elsewhere(walk):
    walk.begin()
    walk.find("wadowicki")
    walk.said("another powiat, nobody there", "powiat wadowicki jest objęty", "Klastry w tym powiecie")
    walk.begin()
    walk.find("krakow")
    walk.page.wait_for_url("**/powiat?powiat=1261*")
    walk.said("a city without its diacritics", "miasto Kraków")
    walk.begin()
    walk.visit.painted("polska:powiat")
    frame = walk.page.locator('iframe[src*="streamlit_folium"]')
    x, y = walk.visit.script(
        "(() => { const p = klastry.state.map.latLngToContainerPoint([50.28, 19.6]); return [p.x, p.y]; })()"
    )
    frame.click(position={"x": x, "y": y})
    walk.clicks += 1
    walk.click(walk.visit.map.get_by_role("button", name="Raport powiatu"))
    walk.page.wait_for_url("**/powiat?powiat=1212*")
    walk.said("from a map", "Powiat olkuski jest objęty częściowo")


def test_a_cluster_founder(walk):
    book = openpyxl.Workbook()
    for row in (
        ["Członkowie klastra"],
        [],
        ["Nazwa", "Forma prawna", "Miejscowość", "Gmina", "Powiat"],
        *([f"Fundacja Zadaniowa {n}", "fundacja", "Klucze", "Klucze", "olkuski"] for n in range(42)),
    ):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    walk.begin()
    walk.click(walk.page.get_by_role("link", name="Mój klaster"))
    walk.visit.tab("Wczytaj")
    walk.clicks += 1
    walk.page.locator("input[type=file]").set_input_files(
        {"name": "lista.xlsx", "mimeType": "application/octet-stream", "buffer": content.getvalue()}
    )
    walk.said("a list of 42 rows brought in", "Wczytano 42 wiersze", "Rozpoznano 5 z 5 kolumn")
    check(walk.visit)
    name_cluster(walk.visit, "Zadaniowy")
    walk.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=str(walk.visit.base))
    walk.visit.open("cluster?klaster=kluczewski").painted().settled()
    walk.clicks, walk.since = 0, time.monotonic()
    walk.click(walk.page.get_by_role("button", name="Kopiuj link"))
    walk.said("shared with the board", "Skopiowano link")
    assert walk.page.evaluate("navigator.clipboard.readText()") == walk.page.url


def test_a_network_coordinator(walk):
    walk.begin()
    walk.click(walk.page.get_by_role("link", name="Sieć i województwa"))
    walk.said("voivodeships that have none", "bez żadnego z tych klastrów: 8 województw")
    walk.said("strength of each", "Jak silny jest każdy klaster")
    walk.said("pairs at a border", "Zasięg przez granicę: kandydaci do współpracy")
