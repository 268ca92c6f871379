"""Let axe-core look at every page, language, size and named state, and print what it finds."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from geo.render.text import LANGUAGES  # noqa: E402
from support import dane  # noqa: E402
from support.axe import found, theirs  # noqa: E402
from support.browser import Address, Visit, running_app  # noqa: E402

SIZES = {"1440": {"width": 1440, "height": 900}, "390": {"width": 390, "height": 844}}
PAGES = (
    "map",
    "map?obszar=12",
    "powiat?powiat=1212",
    "powiat?powiat=1212&klaster=kluczewski",
    "powiat?powiat=1212&karta=sasiedzi",
    "powiat?powiat=1212&karta=zaprosic",
    "powiat?powiat=1212&karta=pliki",
    "powiat?powiat=1405",
    *(
        f"cluster?klaster=kluczewski&karta={tab}"
        for tab in ("gestosc", "zasieg", "potrzeby", "zaprosic", "rozwoj", "powiazania", "koncentracja")
    ),
    "cluster?klaster=uwierz-w-siebie",
    "network",
    "network?widok=mapa",
    "network?widok=para",
    "network?widok=wojewodztwa",
    "about",
    "about?widok=urzedowe",
    "about?widok=deklaracja",
    "my_cluster?klaster=kluczewski",
    "my_cluster?widok=wczytaj",
    "my_cluster?widok=terytorium",
    "my_cluster?widok=wersje",
    "my_cluster?widok=zgloszenia",
    "powiat?powiat=1212&embed=true",
)


def list_open(visit: Visit) -> None:
    """Open a list of options."""
    visit.open("powiat?powiat=1212").painted().settled()
    visit.page.get_by_role("combobox", name="Mój powiat").click()
    visit.page.get_by_role("option").first.wait_for()


def search_open(visit: Visit) -> None:
    """Search for something."""
    visit.open("about").settled()
    visit.page.get_by_role("combobox", name="Szukaj powiatu").fill("olkusz")
    visit.page.get_by_role("option").first.wait_for()


def card_open(visit: Visit) -> None:
    """Open the card of a unit."""
    visit.open("cluster?klaster=kluczewski&karta=zasieg").painted().settled()
    stop = visit.map.get_by_role("application")
    stop.focus()
    stop.press("ArrowLeft")
    stop.press("Enter")
    visit.map.get_by_role("dialog").wait_for()


def mark_open(visit: Visit) -> None:
    """Open what is known of an organisation."""
    visit.open("cluster?klaster=kluczewski&karta=gestosc").painted().settled()
    visit.map.locator("[data-members]").first.press("Enter")
    visit.map.get_by_role("dialog").wait_for()


def files_open(visit: Visit) -> None:
    """Open the form of files and that of the atlas."""
    visit.open("cluster?klaster=kluczewski&karta=zasieg").painted().settled()
    visit.page.get_by_text("Pobierz mapę").click()
    visit.page.get_by_role("button", name="SVG").wait_for()
    visit.settled()


def error(visit: Visit) -> None:
    """Hand over a file that cannot be read."""
    dane.upload(visit, "lista.xlsx", b"PK\x03\x04 to nie arkusz")
    visit.page.get_by_test_id("stAlert").first.wait_for()


def misread(visit: Visit) -> None:
    """Ask for what is not there."""
    visit.open("cluster?klaster=nie-ma-takiego").settled()


def empty(visit: Visit) -> None:
    """Open a tab that has nothing to show."""
    visit.open("cluster?klaster=uwierz-w-siebie&karta=rozwoj").settled()


def mapping(visit: Visit) -> None:
    """Match the columns of a list."""
    dane.upload(visit)
    visit.page.get_by_text("Popraw dopasowanie kolumn").click()
    visit.settled()


def review(visit: Visit) -> None:
    """Decide on rows."""
    dane.upload(visit)
    dane.check(visit)


def kept(visit: Visit) -> None:
    """Keep a cluster."""
    dane.upload(visit, content="Nazwa;Sektor;Miejscowość;Gmina\nGmina Klucze;publiczny;Klucze;Klucze\n")
    dane.check(visit)
    dane.name_cluster(visit, "Klaster próbny")
    dane.save(visit)


def editing(visit: Visit) -> None:
    """Correct a member of the cluster that was kept."""
    visit.open("my_cluster?widok=lista").settled()
    visit.pick("Klaster", "Klaster próbny")
    visit.settled()
    visit.page.locator("label").filter(has_text="Popraw").first.click()
    visit.settled()


def conflict(visit: Visit) -> None:
    """Keep what somebody else has changed meanwhile."""
    other = Visit(visit.page.context.new_page(), visit.base)
    for one in (visit, other):
        one.open("my_cluster?widok=terytorium").settled()
        one.pick("Klaster", "Klaster próbny")
        one.settled()
    for n, one in enumerate((other, visit)):
        box = one.page.get_by_label("Nazwa klastra")
        box.fill(f"Klaster próbny {n}")
        box.press("Enter")
        one.settled()
        one.page.get_by_role("button", name="Zapisz klaster").click()
        one.settled()
    visit.page.get_by_text("Ktoś inny zmienił").wait_for()
    other.page.close()


def offline(visit: Visit) -> None:
    """Lose the connection."""
    visit.open("powiat?powiat=1212").painted().settled()
    visit.page.context.set_offline(True)
    visit.page.evaluate("() => document.body.classList.add('klastry-offline')")


STATES: dict[str, Callable[[Visit], None]] = {
    "list open": list_open,
    "search open": search_open,
    "card open": card_open,
    "mark open": mark_open,
    "files open": files_open,
    "error": error,
    "misread address": misread,
    "empty": empty,
    "mapping": mapping,
    "review": review,
    "kept": kept,
    "editing": editing,
    "conflict": conflict,
    "connection lost": offline,
}


def look(visit: Visit, name: str, tally: Counter[str]) -> int:
    """Print what axe finds in a state of a page; return how much of it is ours."""
    mine = 0
    for rule, impact, html in found(visit.page):
        if theirs(rule, html):
            tally[f"Streamlit: {rule} ({impact})"] += 1
        else:
            mine += 1
            print(f"  {name}: {rule} ({impact}) {html[:160]}", flush=True)
    return mine


def pages(browser: Browser, app: Address, tally: Counter[str]) -> tuple[int, int]:
    """Look at every page in both languages and sizes; return how many were looked at, and what is ours."""
    looked = mine = 0
    for size, viewport in SIZES.items():
        with browser.new_context(viewport=viewport, locale="pl-PL") as context:
            context.add_cookies(app.owner())
            for language in LANGUAGES:
                for path in PAGES:
                    visit = Visit(context.new_page(), app)
                    joint = "&" if "?" in path else "?"
                    visit.page.goto(f"{app}/{path}{joint}lang={language}")
                    visit.settled()
                    visit.page.wait_for_timeout(800)
                    visit.settled()
                    mine += look(visit, f"{path} {language} {size}", tally)
                    looked += 1
                    visit.page.close()
                print(f"{len(PAGES)} pages, {language}, {size}: {mine} so far", flush=True)
    return looked, mine


def states(browser: Browser, app: Address, tally: Counter[str]) -> tuple[int, int]:
    """Look at every named state; return how many were looked at, and what is ours."""
    mine = 0
    for name, lead in STATES.items():
        with browser.new_context(viewport=SIZES["1440"], locale="pl-PL") as context:
            context.add_cookies(app.owner())
            visit = Visit(context.new_page(), app)
            lead(visit)
            mine += look(visit, name, tally)
        print(f"{name}: {mine} so far", flush=True)
    return len(STATES), mine


def main() -> int:
    """Print the figures; the answer is 1 if anything of ours was found."""
    executable, tally = os.environ.get("CHROMIUM") or shutil.which("chromium"), Counter[str]()
    with running_app() as app, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        counts = [count(browser, app, tally) for count in (pages, states)]
        browser.close()
    for what, (looked, mine) in zip(("pages", "states"), counts, strict=True):
        print(f"axe-core: {looked} {what} looked at, {mine} violations of ours")
    for name, number in sorted(tally.items()):
        print(f"  {number:>4} {name}")
    return int(any(mine for _, mine in counts))


if __name__ == "__main__":
    sys.exit(main())
