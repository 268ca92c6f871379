"""Take the pictures of the help from the running app, each in both languages, cropped to what they are about."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from geo.render.text import LANGUAGES, Text  # noqa: E402
from geo.services.help import HELP_DIR, picture_file  # noqa: E402
from support.browser import Visit, running_app  # noqa: E402

MAX_BYTES, MIN_WIDTH, MAX_WIDTH = 45_000, 600, 1200
# Narrow, so that words can be read where the picture is small; high, so that nothing has to be scrolled.
VIEWPORT = {"width": 1000, "height": 3200}
SCALE, MARGIN_PX = 1.3, 12
# Of others the pictures would show their clusters.
FOREIGN = ("KLASTRY_CLUSTERS_DIR", "KLASTRY_DATABASE_URL", "KLASTRY_EDITORS", "KLASTRY_OPEN")
# What explains a number or a table would be cut in the middle, or take the room of what a picture is about.
NO_NOTES = '[data-testid="stCaptionContainer"] { display: none; }'
# Made up. One place has a name that occurs three times in Poland; one row repeats another.
LIST = """Nazwa;Forma prawna;NIP;Miejscowość;Gmina;Powiat
Fundacja Dobry Sąsiad;fundacja;8567346215;Klucze;Klucze;olkuski
Gmina Olkusz;jednostka samorządu terytorialnego;;Olkusz;;olkuski
Spółdzielnia Socjalna Razem;spółdzielnia socjalna;;Bukowno;;olkuski
Koło Gospodyń;stowarzyszenie;;Hutki;;
Fundacja Dobry Sąsiad;fundacja;8567346215;Klucze;Klucze;olkuski
"""


def map_of(visit: Visit) -> Locator:
    """Return the frame of the map."""
    return visit.page.locator('iframe[src*="streamlit_folium"]').first


def legend_of(visit: Visit) -> Locator:
    """Return the legend."""
    return visit.page.locator(".klastry-legend").first


def answer(visit: Visit, text: Text) -> list[Locator]:
    """Show the answer for a powiat."""
    visit.open(f"powiat?powiat=1212&lang={text.language}").settled().painted()
    visit.page.add_style_tag(content=NO_NOTES)
    return [visit.page.get_by_test_id("stSelectbox").first, map_of(visit), legend_of(visit)]


def invite(visit: Visit, text: Text) -> list[Locator]:
    """Show whom to invite in a powiat."""
    visit.open(f"powiat?powiat=1212&karta=zaprosic&lang={text.language}").settled().painted()
    tabs = visit.page.get_by_text(text("place.powiat.tab"), exact=True)
    visit.page.add_style_tag(content=NO_NOTES)
    return [tabs, visit.page.locator('.klastry-table, [data-testid="stDataFrame"]').first]


def members(visit: Visit, text: Text) -> list[Locator]:
    """Show the review of a list."""
    visit.open(f"my_cluster?widok=wczytaj&lang={text.language}").settled()
    file = {"name": "lista.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    visit.page.locator("input[type=file]").set_input_files(file)
    visit.page.get_by_role("button", name=text("intake.check")).click()
    decide = visit.page.get_by_role("button", name=text("intake.decide"), exact=True)
    decide.wait_for(timeout=60_000)
    visit.settled().pick(text("intake.question"), "Hutki", exact=False)
    visit.settled().painted()
    return [visit.page.get_by_test_id("stMetric").first, visit.page.get_by_test_id("stMetric").nth(2), decide]


def gaps(visit: Visit, text: Text) -> list[Locator]:
    """Show gaps of a cluster and whom it may invite."""
    visit.open(f"cluster?klaster=kluczewski&karta=zaprosic&lang={text.language}").settled()
    visit.page.get_by_text(text("siting.show"), exact=True).click()
    visit.page.get_by_text(text("siting.col.gain")).first.wait_for(state="attached", timeout=60_000)
    visit.settled().painted()
    visit.page.add_style_tag(content=NO_NOTES)
    return [map_of(visit), legend_of(visit)]


def files(visit: Visit, text: Text) -> list[Locator]:
    """Show the form that makes files of a map."""
    visit.open(f"network?lang={text.language}").settled().painted()
    form = visit.page.get_by_test_id("stExpander").filter(has_text=text("picture.export")).first
    form.locator("summary").click()
    visit.page.get_by_role("button", name=text("picture.deck")).wait_for()
    visit.settled().painted()
    return [form.locator("summary"), form.get_by_test_id("stSelectbox").nth(2)]


def network(visit: Visit, text: Text) -> list[Locator]:
    """Show all clusters on the map of voivodeships, and the buttons that share it."""
    visit.open(f"network?lang={text.language}").settled().painted()
    view = visit.page.get_by_text(text("compare.view"), exact=True)
    share = visit.page.get_by_role("button", name=text("share.embed"), exact=True)
    visit.page.add_style_tag(content=NO_NOTES)
    return [view, map_of(visit), legend_of(visit), share]


# What is shown for each part of the help.
SHOTS: dict[str, Callable[[Visit, Text], list[Locator]]] = {
    "answer": answer,
    "invite": invite,
    "list": members,
    "gaps": gaps,
    "files": files,
    "network": network,
}


def taken(visit: Visit, shown: list[Locator]) -> Image.Image:
    """Return a picture of what is shown, as high as it needs, as wide as the page."""
    visit.page.mouse.move(0, 0)
    visit.page.evaluate("document.activeElement?.blur()")
    visit.page.evaluate("document.fonts.ready.then(() => null)")
    boxes = [box for one in shown if (box := one.bounding_box())]
    left, top = (min(box[side] for box in boxes) - MARGIN_PX for side in "xy")
    right = max(box["x"] + box["width"] for box in boxes) + MARGIN_PX
    bottom = max(box["y"] + box["height"] for box in boxes) + MARGIN_PX
    clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    return Image.open(io.BytesIO(visit.page.screenshot(clip=clip, animations="disabled"))).convert("RGB")


def packed(image: Image.Image) -> bytes:
    """Return a picture as WebP, as large and then as good as its bytes allow."""
    for width in range(min(image.width, MAX_WIDTH), MIN_WIDTH, -60):
        smaller = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
        for quality in (90, 80, 70, 60, 50):
            content = io.BytesIO()
            smaller.save(content, "WEBP", quality=quality, method=6)
            if content.tell() <= MAX_BYTES:
                return content.getvalue()
    msg = f"a picture of {image.size} does not fit into {MAX_BYTES} bytes"
    raise ValueError(msg)


def take(browser: Browser, url: str, name: str, language: str) -> None:
    """Take one picture and keep it."""
    text = Text(language)
    context = browser.new_context(viewport=VIEWPORT, device_scale_factor=SCALE, locale=text.tag)
    visit = Visit(context.new_page(), url)
    content = packed(taken(visit, SHOTS[name](visit, text)))
    picture_file(name, text).write_bytes(content)
    print(f"{picture_file(name, text).name}: {len(content)} B")
    context.close()


def main(names: list[str]) -> None:
    """Take the pictures of these names."""
    for name in FOREIGN:
        os.environ.pop(name, None)
    HELP_DIR.mkdir(exist_ok=True)
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with running_app() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for name in names:
            for language in LANGUAGES:
                take(browser, url, name, language)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:] or list(SHOTS))
