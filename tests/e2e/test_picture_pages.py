"""A map becomes a file in two clicks, shows what the screen shows, and asks nobody else."""

import base64
import io
import json
import re
import zipfile
from time import monotonic

import numpy as np
import openpyxl
import pytest
from PIL import Image
from playwright.sync_api import expect
from pptx import Presentation
from pypdf import PdfReader
from streamlit.proto.BackMsg_pb2 import BackMsg

from support.browser import DESKTOP, Window

TRIES = 20
# Part of what the app says when a file can be fetched.
FILE_IS_MADE = b"/media/"
# Moves the map, and ends when the library, some time after, has looked what of it is to be told to the page.
MOVES_AND_TELLS = """new Promise((told) => {
  const given = window.__GLOBAL_DATA__, tags = given.selected_tags;
  Object.defineProperty(given, "selected_tags", { get: () => (told(), tags) });
  klastry.state.map.setView([50.33, 19.56], 12, { animate: false });
})"""
FORM = "Pobierz mapę: obraz, slajd, strona, dane"
STARTS = {
    "PNG": b"\x89PNG",
    "SVG": b"<?xml",
    "PDF": b"%PDF",
    "PPTX": b"PK",
    "HTML": b"<!DOCTYPE html>",
    "CSV": b"\xef\xbb\xbf",
    "XLSX": b"PK",
    "GeoJSON": b'{"type":"FeatureCollection"',
    "GeoPackage": b"SQLite format 3",
}


def opened(visit, address):
    visit.open(address).painted()
    visit.settled()
    visit.page.get_by_text(FORM).click()
    visit.page.get_by_role("button", name="Pobierz PNG").wait_for()
    return visit


def download(visit, name, timeout=30_000):
    with visit.page.expect_download(timeout=timeout) as made:
        visit.page.get_by_role("button", name=name, exact=True).click()
    return made.value.path().read_bytes(), made.value.suggested_filename


def payload(page):
    return json.loads(base64.b64decode(re.search(rb'klastry\.paint\("([^"]*)"\)', page)[1]))


@pytest.mark.parametrize(
    "address", ["cluster?klaster=kluczewski", "cluster?karta=zasieg&klaster=kluczewski", "powiat?powiat=1212"]
)
def test_two_clicks_give_a_png(visit, address):
    content, name = download(opened(visit, address), "Pobierz PNG")
    assert Image.open(io.BytesIO(content)).size == (1920, 1080)
    assert name.endswith("-1920x1080.png")
    visit.clean()


def test_every_kind_of_file_is_what_it_says(visit):
    opened(visit, "cluster?karta=zasieg&klaster=kluczewski")
    for kind, start in STARTS.items():
        content, name = download(visit, f"Pobierz {kind}")
        assert content.startswith(start), kind
        assert name.startswith("kluczewski-pokrycie"), name
        if kind == "XLSX":
            assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == ["Jednostki", "Organizacje", "Źródła"]
    content, name = download(visit, "Prezentacja: mapa, tabele, źródła (PPTX)")
    assert name == "kluczewski-prezentacja.pptx"
    titles = [slide.shapes.title.text for slide in Presentation(io.BytesIO(content)).slides]
    assert titles[0] == "Kluczewski klaster"
    assert titles[-1].replace("\xa0", " ") == "Następny krok"
    assert len(titles) == 6
    visit.clean()


def test_words_and_format_are_the_users(visit):
    opened(visit, "cluster?karta=zasieg&klaster=kluczewski")
    visit.pick("Format", "A4 poziomo, 300 dpi")
    visit.page.get_by_text("A4 poziomo, 300 dpi, zakres").wait_for()
    box = visit.page.get_by_role("textbox", name="Tytuł", exact=True)
    box.fill("Nasz powiat <b>ąę</b>")
    box.press("Enter")
    visit.page.get_by_text("Na obrazie: „Nasz powiat <b>ąę</b>”, A4 poziomo, 300 dpi").wait_for()
    visit.settled()
    content, name = download(visit, "Pobierz SVG")
    assert "Nasz powiat &lt;b&gt;ąę&lt;/b&gt;" in content.decode()
    assert name.endswith("-a4.svg")
    visit.clean()


# Presses the button at the moment when the page begins to be drawn anew for the choice.
# What the page says takes so long to reach the app, as over a bad line; the page's own script comes after this one.
SLOW_LINE = """(() => {
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...data) { setTimeout(() => send.apply(this, data), 600); };
})()"""
# Before the app can have answered the choice.
PRESSES_WHEN_CHOSEN = """() => document.addEventListener("click", (event) => {
  if (!event.target.closest('[role="option"]')) return;
  setTimeout(() => document.querySelector(".st-key-obraz-gestosc-png button").click());
}, true)"""


@pytest.mark.parametrize("address", ["cluster?karta=zasieg&klaster=kluczewski", "cluster?klaster=kluczewski"])
def test_what_was_just_typed_is_in_the_file(visit, address):
    opened(visit, address)
    # Typed and pressed: no Enter, no pause.
    visit.page.get_by_label("Tytuł", exact=True).fill("Mapa na sesję rady")
    content, _ = download(visit, "Pobierz SVG")
    assert "Mapa na sesję rady" in content.decode()
    visit.page.get_by_label("Podtytuł", exact=True).fill("Stan na dziś")
    content, _ = download(visit, "Pobierz HTML")
    assert "Stan na dziś" in content.decode()
    visit.clean()


def test_what_was_just_typed_is_in_the_file_over_a_slow_line_too(visit):
    visit.page.add_init_script(SLOW_LINE)
    opened(visit, "cluster?klaster=kluczewski")
    visit.page.get_by_label("Tytuł", exact=True).fill("Mapa na sesję rady")
    content, _ = download(visit, "Pobierz SVG")
    assert "Mapa na sesję rady" in content.decode()
    visit.clean()


def test_a_file_outlives_what_others_do_until_it_is_fetched(visit, browser, app):
    held = []

    def hold(line):
        server = line.connect_to_server()
        line.on_message(server.send)

        def pass_on(message):
            made = isinstance(message, bytes) and FILE_IS_MADE in message
            held.append((line, message)) if made else line.send(message)

        server.on_message(pass_on)

    visit.page.route_web_socket("**/_stcore/stream", hold)
    opened(visit, "cluster?klaster=kluczewski")
    others = Window(browser, app, **DESKTOP)
    with visit.page.expect_download() as made:
        visit.page.get_by_role("button", name="Pobierz SVG", exact=True).click()
        until = monotonic() + 30
        while not held and monotonic() < until:
            visit.page.wait_for_function("() => true")
        with others.visit() as other:
            for _ in range(3):
                other.open("about").settled()
        for line, message in held:
            line.send(message)
    assert made.value.path().read_bytes().startswith(STARTS["SVG"])
    others.close()
    visit.clean()


def test_a_file_of_a_form_that_was_drawn_anew_meanwhile_is_asked_for_again(visit):
    held = []

    def hold(line):
        server = line.connect_to_server()
        server.on_message(line.send)

        def pass_on(message):
            said = BackMsg()
            said.ParseFromString(message)
            late = said.WhichOneof("type") == "backend_operation_request" and not held
            held.append((server, message)) if late else server.send(message)

        line.on_message(pass_on)

    visit.page.route_web_socket("**/_stcore/stream", hold)
    opened(visit, "cluster?klaster=kluczewski")
    with visit.page.expect_download() as made:
        visit.page.get_by_role("button", name="Pobierz PNG", exact=True).click()
        until = monotonic() + 30
        while not held and monotonic() < until:
            visit.page.wait_for_function("() => true")
        visit.pick("Format", "kwadrat (1080×1080)")
        visit.page.get_by_text("kwadrat (1080×1080)").last.wait_for()
        visit.settled()
        for server, message in held:
            server.send(message)
    assert made.value.suggested_filename == "kluczewski-gestosc-1080x1080.png"
    assert visit.page.evaluate("klastryPress.again") == 1


@pytest.mark.parametrize("soon", [False, True])
def test_a_press_right_after_a_choice_gives_the_chosen_file(visit, soon):
    opened(visit, "cluster?klaster=kluczewski")
    if soon:
        visit.page.evaluate(PRESSES_WHEN_CHOSEN)
    with visit.page.expect_download() as made:
        visit.page.get_by_role("combobox", name="Format").click()
        visit.page.get_by_role("option", name="kwadrat (1080×1080)").click()
        if not soon:
            visit.page.get_by_role("button", name="Pobierz PNG").click()
    content, name = made.value.path().read_bytes(), made.value.suggested_filename
    assert Image.open(io.BytesIO(content)).size == (1080, 1080)
    assert name.endswith("-1080x1080.png")
    assert visit.page.evaluate("klastryPress.held") >= 1
    visit.clean()


def test_a_list_that_a_moving_page_closes_is_opened_again(visit):
    opened(visit, "cluster?klaster=kluczewski")
    box = visit.page.get_by_role("combobox", name="Format")
    for option in ("kwadrat (1080×1080)", "A4 poziomo, 300 dpi"):
        box.click()
        box.fill(option[:2])
        visit.page.get_by_role("option", name=option).wait_for()
        before = visit.page.evaluate("klastryPress.reopened")
        visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollBy(0, 40)")
        visit.page.wait_for_function("before => klastryPress.reopened > before", arg=before)
        # With what was typed.
        visit.page.get_by_role("option", name="slajd 16:9 (1920×1080)").wait_for(state="detached")
        visit.page.get_by_role("option", name=option).click()
        expect(box).to_have_value(option)
    box.click()
    visit.page.get_by_role("option", name="kwadrat (1080×1080)").wait_for()
    visit.page.keyboard.press("Escape")
    visit.page.get_by_role("option", name="kwadrat (1080×1080)").wait_for(state="detached")
    before = visit.page.evaluate("klastryPress.reopened")
    content, _ = download(visit, "Pobierz PNG")
    box.click()
    visit.page.get_by_role("option", name="kwadrat (1080×1080)").wait_for()
    visit.map.locator("body").click()
    visit.page.get_by_role("option", name="kwadrat (1080×1080)").wait_for(state="detached")
    visit.page.get_by_role("button", name="Pobierz PNG").hover()
    # A list that the visitor has closed or left for the map stays closed.
    assert visit.page.evaluate("klastryPress.reopened") == before
    assert Image.open(io.BytesIO(content)).size == (3508, 2480)
    visit.clean()


def test_files_show_the_part_that_the_screen_shows(visit):
    opened(visit, "cluster?karta=zasieg&klaster=kluczewski")
    whole, _ = download(visit, "Pobierz HTML")
    visit.script("void klastry.state.map.setView([50.33, 19.56], 12, {animate: false})")
    bounds = visit.script(
        "(b => [[b.getSouth(), b.getWest()], [b.getNorth(), b.getEast()]])(klastry.state.map.getBounds())"
    )
    # The browser tells the page a moment later; until then files show the part before. No press is lost meanwhile.
    for _ in range(TRIES):
        part, _ = download(visit, "Pobierz HTML")
        if np.allclose(payload(part)["fit"]["bounds"], bounds, atol=1e-6):
            break
    np.testing.assert_allclose(payload(part)["fit"]["bounds"], bounds, atol=1e-6)
    assert payload(whole)["fit"]["bounds"] != payload(part)["fit"]["bounds"]
    assert payload(whole)["classes"] == payload(part)["classes"]
    # The user may ask for all of it.
    visit.pick("Zakres", "cały teren")
    visit.page.get_by_text("zakres: cały teren").wait_for()
    visit.settled()
    everything, _ = download(visit, "Pobierz HTML")
    (south, west), (north, east) = payload(everything)["fit"]["bounds"]
    assert south < bounds[0][0] < bounds[1][0] < north
    assert west < bounds[0][1] < bounds[1][1] < east
    visit.clean()


def test_a_closed_form_costs_nothing(visit):
    visit.open("cluster?karta=zasieg&klaster=kluczewski").painted()
    visit.settled()
    painted = visit.script("klastry.state.painted")
    visit.script(MOVES_AND_TELLS)
    visit.script("new Promise(done => requestIdleCallback(() => requestIdleCallback(done)))")
    visit.settled()
    assert visit.script("klastry.state.painted") == painted
    assert visit.script("JSON.stringify(window.__GLOBAL_DATA__.returned_objects)") == "[]"


def test_a_page_works_without_a_network(visit, browser, tmp_path):
    content, name = download(opened(visit, "cluster?karta=zasieg&klaster=kluczewski"), "Pobierz HTML")
    (tmp_path / name).write_bytes(content)
    context = browser.new_context(offline=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    asked, errors = [], []
    page.on("request", lambda r: asked.append(r.url))
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.on("console", lambda m: errors.append(m.text))
    page.goto((tmp_path / name).as_uri())
    page.locator("body[data-painted]").wait_for(state="attached")
    page.get_by_role("button", name="Jaroszowiec").first.click()
    page.locator(".leaflet-popup").get_by_text("Stowarzyszenie „NIKIFOR”").wait_for()
    assert page.get_by_role("heading", level=1).inner_text() == "Kluczewski klaster"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert [a for a in asked if not a.startswith(("data:", "file:"))] == []
    assert errors == []
    context.close()
    visit.clean()


def test_a_logo_goes_on_the_image_and_a_bad_one_is_explained(visit, tmp_path):
    opened(visit, "cluster?karta=zasieg&klaster=kluczewski")
    bad = tmp_path / "logo.svg"
    bad.write_text('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>')
    upload = visit.page.locator('.st-key-logo-pokrycie input[type="file"]')
    upload.set_input_files(bad)
    visit.page.get_by_text("To SVG odwołuje się do innych plików").wait_for()
    good = tmp_path / "urzad.png"
    Image.new("RGB", (300, 100), "#ff00ff").save(good)
    upload.set_input_files(good)
    visit.page.get_by_role("button", name="Usuń logo").wait_for()
    visit.settled()
    content, _ = download(visit, "Pobierz PNG")
    colours = Image.open(io.BytesIO(content)).convert("RGB").crop((1500, 0, 1920, 150)).getcolors(100_000)
    assert sum(count for count, colour in colours if colour == (255, 0, 255)) > 5_000
    visit.clean()


def test_an_atlas_can_be_watched_stopped_and_taken(visit):
    visit.open("cluster?karta=zasieg&klaster=kluczewski").painted()
    visit.settled()
    visit.page.get_by_text("Atlas: osobna mapa").click()
    visit.pick("Obszar atlasu", "Cała Polska", exact=False)
    visit.settled()
    visit.page.get_by_role("button", name="Zrób atlas").click()
    visit.page.get_by_text("Gotowe mapy: 0 z 380").wait_for()
    visit.page.get_by_role("button", name="Przerwij").click()
    visit.page.get_by_text("Nic nie zostało zapisane").wait_for()
    visit.pick("Obszar atlasu", "powiat olkuski", exact=False)
    visit.settled()
    visit.page.get_by_role("button", name="Zrób atlas").click()
    visit.page.get_by_text("Atlas gotowy: 6 map").wait_for(timeout=60_000)
    visit.settled()
    with visit.page.expect_download() as made:
        visit.page.get_by_role("button", name="Pobierz atlas").click()
    with zipfile.ZipFile(made.value.path()) as archive:
        assert len(archive.namelist()) == 6
    visit.clean()


def test_the_report_is_a_click_away(visit):
    visit.open("powiat?powiat=1212&klaster=kluczewski").painted()
    visit.settled()
    # Files of the page outlive a new run of the part with the map.
    visit.page.get_by_text(FORM).click()
    visit.page.get_by_role("button", name="Pobierz PNG", disabled=False).wait_for()
    visit.page.get_by_text("Pismo i pliki", exact=True).click()
    content, name = download(visit, "Raport PDF (2 strony)")
    assert name == "1212-kluczewski-raport.pdf"
    reader = PdfReader(io.BytesIO(content))
    assert len(reader.pages) == 2
    assert "Kluczewski klaster" in " ".join(reader.pages[0].extract_text().split())
    content, name = download(visit, "Raport DOCX")
    assert name == "1212-kluczewski-raport.docx"
    assert content.startswith(b"PK")
    visit.clean()


def test_the_buttons_stand_after_the_fields_and_most_wanted_come_first(visit):
    opened(visit, "cluster?klaster=kluczewski")
    page = visit.page
    visit.settled()
    # In the order of the page, which is that of the keyboard and of a phone too.
    place = page.wait_for_function(
        """names => {
          const order = [...document.querySelectorAll('input[aria-label="Tytuł"], button')]
            .map((one) => one.getAttribute("aria-label") || one.textContent.trim());
          const place = names.map((name) => order.findIndex((said) => said.endsWith(name)));
          return place.includes(-1) ? null : place;
        }""",
        arg=["Tytuł", "Pobierz PNG", "Pobierz PPTX", "Pobierz SVG", "Pobierz CSV"],
    ).json_value()
    assert place == sorted(place)
    # Before it is saved the image is seen as it will be.
    page.get_by_role("textbox", name="Tytuł", exact=True).fill("Opieka 🏥 w powiecie")
    page.get_by_role("button", name="Pokaż podgląd obrazu").click()
    seen = page.get_by_role("img", name=re.compile("^Podgląd. Mapa: Kluczewski klaster"))
    seen.wait_for()
    page.wait_for_function("image => image.complete && image.naturalWidth", arg=seen.element_handle())
    assert seen.evaluate("image => image.naturalWidth / image.naturalHeight") == pytest.approx(16 / 9, rel=0.01)
    page.get_by_text("Tych znaków nie ma w kroju pisma").wait_for()
    visit.clean()


def test_an_image_of_a_size_of_ones_own(visit):
    opened(visit, "cluster?klaster=kluczewski")
    visit.pick("Format", "własny rozmiar (piksele)")
    width = visit.page.get_by_role("spinbutton", name="Szerokość (piksele)")
    width.fill("3000")
    width.press("Enter")
    visit.settled()
    content, name = download(visit, "Pobierz PNG")
    assert name == "kluczewski-gestosc-3000x1080.png"
    assert Image.open(io.BytesIO(content)).size == (3000, 1080)
    width.fill("90000")
    width.press("Enter")
    visit.page.get_by_text("razem co najwyżej 40 mln pikseli").wait_for()
    visit.clean()


def test_a_page_of_the_web_is_whole_on_paper(visit, tmp_path):
    content, _ = download(opened(visit, "cluster?karta=zasieg&klaster=kluczewski"), "Pobierz HTML")
    file = tmp_path / "mapa.html"
    file.write_bytes(content)
    paper = visit.page.context.new_page()
    paper.goto(file.as_uri())
    paper.locator(".klastry-name").first.wait_for(state="attached")
    made = PdfReader(io.BytesIO(paper.pdf(prefer_css_page_size=True)))
    first = made.pages[0]
    # A4 lying, with every gmina named on the map, and the tables within the page.
    assert [round(float(v)) for v in first.mediabox[2:]] == [842, 595]
    for name in ("Wolbrom", "Trzyciąż", "Bukowno", "Olkusz", "Klucze", "Bolesław"):
        assert name in first.extract_text()
    assert len(made.pages) <= 3
    said = " ".join(page.extract_text() for page in made.pages)
    assert "Na wydruku jest 9 z " in " ".join(said.split())
    # While it is printed the whole territory is within the frame of the map, which is within the page.
    paper.emulate_media(media="print")
    paper.evaluate("dispatchEvent(new Event('beforeprint'))")
    fit = payload(content)["fit"]["bounds"]
    assert paper.evaluate("fit => map.getBounds().contains(L.latLngBounds(fit))", fit)
    assert paper.locator("#map").bounding_box()["width"] <= 190 / 25.4 * 96 + 3
    paper.evaluate("dispatchEvent(new Event('afterprint'))")
    paper.emulate_media(media="screen")
    assert paper.locator("#map").evaluate("box => box.style.width") == ""
    paper.close()


def test_two_clusters_beside_each_other_are_a_file(visit):
    visit.open("network?widok=para&pierwszy=kluczewski&drugi=skarzyski").settled()
    folded = visit.page.locator("summary").filter(has_text="Pobierz obie mapy: obraz, slajd")
    folded.hover()
    visit.page.mouse.down()
    # Something appears above it before it is let go, as when a map takes its height just then.
    folded.evaluate("""(folded) => {
      const more = document.createElement("div");
      more.style.height = "300px";
      folded.closest('[data-testid="stExpander"]').before(more);
    }""")
    visit.page.mouse.up()
    visit.page.wait_for_function("klastryPress.given === 1")
    content, name = download(visit, "Pobierz PDF")
    assert name == "obok-siebie-kluczewski-skarzyski-1920x1080.pdf"
    said = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert "Kluczewski klaster" in said
    assert "Skarżyski klaster społeczny" in said
    visit.clean()
