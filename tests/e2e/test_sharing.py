"""What a map shows is handed on: as a link, a code, a picture, and alone in a frame of another page."""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import segno
from playwright.sync_api import expect

PAGE = "powiat?powiat=1212&klaster=kluczewski"
CLIPBOARD = """async () => {
  const [item] = await navigator.clipboard.read();
  const bytes = new Uint8Array(await (await item.getType("image/png")).arrayBuffer());
  return [item.types.join(), [...bytes.slice(1, 4)].map((b) => String.fromCharCode(b)).join(""), bytes.length];
}"""
# Black or white in the middle of every module of a drawn code.
MODULES = """(image, size) => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = image.naturalWidth;
  const pen = canvas.getContext("2d"), step = image.naturalWidth / size;
  pen.drawImage(image, 0, 0);
  const dark = (r, c) => Number(pen.getImageData((c + 0.5) * step, (r + 0.5) * step, 1, 1).data[0] < 128);
  return [...Array(size).keys()].map((r) => [...Array(size).keys()].map((c) => dark(r, c)));
}"""
PLAIN_HTTP = "Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })"


class Frame(HTMLParser):
    """Reads the attributes of one frame."""

    def handle_starttag(self, tag, attrs):
        """Keep them."""
        assert tag == "iframe"
        self.attributes = dict(attrs)


def button(visit, name):
    return visit.page.get_by_role("button", name=name, exact=True)


def test_link_code_and_picture_of_a_map(visit):
    page = visit.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=str(visit.base))
    visit.open(PAGE).painted().settled()
    # As the map writes where it was moved to.
    page.evaluate("history.replaceState(history.state, '', location.href + '&mapa=50.3,19.6,10')")
    address = page.url
    assert "mapa=50.3,19.6,10" in address

    status = page.get_by_role("status").filter(has_text=re.compile("\\S"))
    button(visit, "Kopiuj link").click()
    expect(status).to_have_text("Skopiowano link.")
    assert page.evaluate("navigator.clipboard.readText()") == address

    button(visit, "Kod QR").click()
    code = page.get_by_role("img", name="Kod QR z adresem tego widoku")
    code.wait_for()
    wanted = [list(row) for row in segno.make_qr(address, error="m").matrix_iter(border=4)]
    assert code.evaluate(MODULES, len(wanted)) == wanted
    with page.expect_download() as saved:
        page.get_by_role("link", name="Pobierz kod (PNG)").click()
    assert saved.value.suggested_filename == "kod-qr.png"

    button(visit, "Kopiuj obraz").click()
    expect(status).to_have_text("Skopiowano obraz mapy.", timeout=60_000)
    kind, magic, size = page.evaluate(CLIPBOARD)
    assert (kind, magic) == ("image/png", "PNG")
    assert size > 20_000

    page.evaluate(PLAIN_HTTP)
    button(visit, "Kopiuj link").click()
    field = page.get_by_role("textbox", name="Kopiuj link")
    expect(field).to_have_value(address)
    assert field.evaluate("e => e.selectionEnd - e.selectionStart") == len(address)
    expect(status).to_contain_text("Ctrl+C")
    with page.expect_download(timeout=60_000) as saved:
        button(visit, "Kopiuj obraz").click()
    assert re.fullmatch(r"1212-kluczewski-pokrycie-\w+\.png", saved.value.suggested_filename)
    expect(status).to_contain_text("pobierany jako plik")

    # Who else opens a link to a list of this session would see nothing of it.
    page.evaluate("history.replaceState(history.state, '', location.href + '&z=kluczewski,sesja-1')")
    button(visit, "Kopiuj link").click()
    expect(status).to_contain_text("tylko w tej sesji")
    visit.clean()


def test_a_frame_shows_the_map_alone(visit):
    page = visit.page
    visit.open(PAGE)
    button(visit, "Osadź na stronie").click()
    snippet, frame = page.get_by_role("textbox", name="Kod do wklejenia").input_value(), Frame()
    frame.feed(snippet)
    source = urlsplit(frame.attributes["src"])
    asked = {"powiat": ["1212"], "klaster": ["kluczewski"], "lang": ["pl"], "embed": ["true"]}
    assert parse_qs(source.query).items() >= asked.items()
    assert frame.attributes["loading"] == "lazy"
    assert frame.attributes["title"]
    expect(page.get_by_text("KLASTRY_FRAME_ANCESTORS")).to_be_visible()

    # The server's own pages may frame it.
    page.goto(f"{visit.base}/_stcore/health")
    page.set_content(snippet)
    alone = page.frame_locator("iframe").first
    link = alone.get_by_role("link", name="Otwórz w Mapie klastrów")
    link.wait_for(timeout=60_000)
    alone.frame_locator('iframe[src*="streamlit_folium"]').locator("body[data-painted]").wait_for(timeout=60_000)
    expect(alone.get_by_role("heading")).to_have_count(1)
    expect(alone.get_by_text("Werdykt", exact=True)).to_be_visible()
    expect(alone.get_by_text("Granice: PRG (GUGiK)").filter(visible=True)).to_have_count(1)
    for role in ("navigation", "combobox", "button", "table", "textbox"):
        assert alone.get_by_role(role).count() == 0, role
    assert link.get_attribute("target") == "_blank"
    with page.context.expect_page() as opened:
        link.click()
    assert "embed" not in opened.value.url
    assert "powiat=1212" in opened.value.url
    visit.clean()
