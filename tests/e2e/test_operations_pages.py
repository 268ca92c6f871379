"""The operations centre in a browser: clusters side by side, concentration, links, growth."""

import csv
import io

import pytest

from geo.io.boundaries import load_units
from geo.model.units import Level
from geo.services.subjects import subjects_of_all
from support.browser import DESKTOP, Window, running_app
from support.concentrated import gminy_of_planted, write_clusters
from support.hostile import HOSTILE

EVERY = ",".join(subjects_of_all())


@pytest.fixture(scope="module")
def planted_window(browser, tmp_path_factory):
    folder = write_clusters(tmp_path_factory.mktemp("clusters"))
    rows = (folder / "members.csv").read_text(encoding="utf-8").splitlines()
    members = list(csv.DictReader(rows, delimiter=";"))
    members[0]["name"] = HOSTILE
    with (folder / "members.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, members[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(members)
    with running_app(KLASTRY_CLUSTERS_DIR=str(folder)) as url:
        opened = Window(browser, url, **DESKTOP)
        yield opened
        opened.close()


@pytest.fixture
def planted(planted_window):
    with planted_window.visit() as page:
        yield page


def saved(visit, name):
    with visit.page.expect_download() as made:
        visit.page.get_by_role("button", name=name, exact=True).click()
    return made.value.path().read_text(encoding="utf-8-sig")


def test_all_clusters_on_one_map_with_overlaps_hatched(visit):
    visit.open("network?widok=mapa&zasieg_km=10").painted("porownanie:" + EVERY + ":powiat")
    fills = visit.script("[...new Set(klastry.state.shown.polygons.map(p => p.options.fillColor))]")
    # Stripes aslant are overlaps; upright ones belong to the fills of the seventh cluster and those after it.
    assert sum(f.endswith(("-45)", "-135)")) for f in fills) == 2
    assert sum(f.endswith("-0)") for f in fills) == 3
    assert visit.map.locator(".klastry-label").count() == 10
    visit.page.get_by_text("Tereny nakładają się na obszarze: 219 gmin").wait_for()
    rows = list(csv.DictReader(io.StringIO(saved(visit, "Tabela (CSV)")), delimiter=";"))
    assert len(rows) == 11
    assert rows[0]["Mieszkańcy w zasięgu"] == "75119"
    # Fewer clusters, chosen by link: one territory, no overlap.
    visit.open("network?widok=mapa&klastry=kluczewski").painted("porownanie:kluczewski:powiat")
    visit.page.get_by_text("Tereny się nie nakładają.").wait_for()
    visit.clean()


def test_two_maps_move_together(visit):
    visit.open("network?widok=para&pierwszy=lubelska-medycyna&drugi=senior-lubelski")
    for n in range(2):
        frame = visit.page.frame_locator('iframe[src*="streamlit_folium"]').nth(n)
        frame.locator("body[data-painted]").wait_for(state="attached", timeout=60_000)
    visit.settled()
    first, second = (f for f in visit.page.frames if "streamlit_folium" in f.url)
    first.evaluate("klastry.state.moved = true; void klastry.state.map.setView([51.2, 22.5], 10, {animate: false})")
    second.wait_for_function("klastry.state.map.getZoom() === 10")
    centre = second.evaluate("[klastry.state.map.getCenter().lat, klastry.state.map.getCenter().lng]")
    assert centre == pytest.approx([51.2, 22.5], abs=1e-3)
    # And back, without an echo.
    second.evaluate("klastry.state.moved = true; void klastry.state.map.setView([51.0, 22.0], 9, {animate: false})")
    first.wait_for_function("klastry.state.map.getZoom() === 9")
    assert first.evaluate("klastry.state.map.getCenter().lat") == pytest.approx(51.0, abs=1e-3)
    assert first.evaluate("JSON.stringify(klastry.state.payload.fills)") == second.evaluate(
        "JSON.stringify(klastry.state.payload.fills)"
    )
    visit.clean()


def test_sixteen_voivodeships_and_the_network(visit):
    visit.open("network?widok=wojewodztwa")
    visit.page.get_by_role("img", name="Szesnaście map województw").wait_for()
    visit.page.get_by_role("radio", name="Sieć i granice").click()
    visit.painted("siec:" + EVERY + ":voivodeship")
    visit.page.get_by_text("bez żadnego z tych klastrów: 8 województw").first.wait_for()
    text = saved(visit, "Pary (CSV)")
    row = next(r for r in csv.DictReader(io.StringIO(text), delimiter=";") if r["Klaster A"] == "Kluczewski klaster")
    # Nobody knows where the members of the second are.
    assert row["Klaster B"] == "Śląski Klaster Seniora"
    assert int(row["B na terenie A: nie wiadomo"]) == 105_000
    assert "widok=" not in visit.page.url
    visit.clean()


def test_too_few_members_are_said_not_measured(visit):
    visit.open("cluster?karta=koncentracja&klaster=kluczewski&mapa=gi").painted("koncentracja:kluczewski:gmina")
    visit.page.get_by_text("Za mało gmin: 6 gmin, a ta miara wymaga co najmniej 30.").first.wait_for()
    visit.page.get_by_text("Za mało danych: 3 członków").first.wait_for()
    assert visit.script("[...new Set(klastry.state.classes)].sort().join('')") == "-x"
    visit.clean()


def test_the_planted_hot_spot_is_on_the_map(planted):
    planted.open("cluster?karta=koncentracja&klaster=posadzony&mapa=gi").painted("koncentracja:posadzony:gmina")
    planted.page.get_by_text("Skupienia: 15 gmin; obszary chłodne: 0 gmin").wait_for(timeout=60_000)
    rows = list(csv.DictReader(io.StringIO(saved(planted, "Tabela (CSV)")), delimiter=";"))
    hot = {r["TERYT"] for r in rows if r["Ocena"].startswith("skupienie")}
    assert gminy_of_planted() <= hot
    planted.page.get_by_text("Członkowie skupiają się bardziej niż ludność, najwyraźniej").wait_for()
    planted.page.get_by_role("img", name="Członkowie skupiają się bardziej niż ludność").wait_for()
    planted.pick("Co pokazuje mapa", "Skupienia i wyjątki (lokalne I Morana)")
    planted.page.get_by_text("Skupienia: 5 gmin").wait_for(timeout=60_000)
    assert "mapa=moran" in planted.page.url
    planted.clean()


def test_members_compared_with_a_table_of_entities(planted):
    planted.open("cluster?karta=koncentracja&klaster=zachodni&poziom=powiat").painted("koncentracja:zachodni:powiat")
    planted.page.get_by_text("gdyby rozkładali się tak jak ludność").first.wait_for()
    planted.page.get_by_text("Porównaj z podmiotami zamiast z ludnością").click()
    upload = planted.page.locator("input[type=file]")
    upload.set_input_files([{"name": "bdl.csv", "mimeType": "text/csv", "buffer": b"Nazwa;x\na;1\n"}])
    planted.page.get_by_text("Brak kolumny z kodami jednostek").wait_for()
    codes = [c for c in load_units(Level.POWIAT).index if c.startswith("02")]
    table = "Kod;Nazwa;podmioty 2023\n" + "\n".join(f"{c}000;x;100" for c in codes)
    upload.set_input_files([{"name": "bdl.csv", "mimeType": "text/csv", "buffer": table.encode()}])
    planted.page.get_by_text("gdyby rozkładali się tak jak podmioty 2023").first.wait_for()
    planted.page.get_by_text("Odczytano: 30 powiatów; bez liczby: 0.").wait_for()
    planted.clean()


def test_links_are_drawn_measured_and_can_be_removed(planted):
    planted.open("cluster?karta=powiazania&klaster=zachodni")
    planted.page.get_by_text("Nie ma jeszcze powiązań").wait_for()
    upload = planted.page.locator("input[type=file]")
    wrong = "od;do;rodzaj\nCzłonek 1;Nikt;współpraca\n"
    upload.set_input_files([{"name": "p.csv", "mimeType": "text/csv", "buffer": wrong.encode()}])
    planted.page.get_by_text("wiersz 2: „Nikt” nie jest na liście").wait_for()
    rows = [f"zachodni-{n};zachodni-{n + 1};{kind}" for n, kind in enumerate(("współpraca", "dostawa", "skierowanie"))]
    right = "\n".join(["od;do;rodzaj", *rows])
    upload.set_input_files([{"name": "p.csv", "mimeType": "text/csv", "buffer": right.encode()}])
    planted.painted("powiazania:zachodni:gmina")
    planted.page.get_by_text("3 powiązane pary wśród 30 organizacji").first.wait_for()
    # Three arcs, and the head of an arrow for each of the two that have a direction.
    assert planted.script("klastry.state.payload.arcs.map(a => Boolean(a.n)).sort().join()") == ",".join(
        ["false"] * 2 + ["true"] * 3
    )
    samples = planted.page.locator(".klastry-legend ul").nth(1).locator("img[src^='data:image/svg+xml']")
    # Every sign on the map: sectors, several at one place, the border, and a line for each kind of link.
    assert samples.count() == 9
    assert samples.evaluate_all("images => images.every(i => i.complete && i.naturalWidth > 0)")
    assert planted.map.locator("path.leaflet-interactive[stroke='#0072b2'], path[stroke='#00805d']").count() >= 1
    planted.page.get_by_text("Tabela powiązań").click()
    planted.press("Usuń powiązania", "Usunięto powiązania.")
    planted.page.get_by_role("button", name="Cofnij", exact=True).click()
    planted.page.get_by_text("3 powiązane pary wśród 30 organizacji").first.wait_for()
    planted.clean()


def test_a_slider_shows_the_cluster_at_a_date(planted):
    planted.open("cluster?karta=rozwoj&klaster=posadzony&miesiac=2018-05").painted("rozwoj:posadzony:gmina")
    planted.page.get_by_text(
        "31 maja 2018: należy 130 członków o znanej dacie przystąpienia; nie wiadomo o 68 członkach"
    ).wait_for()
    shown = planted.script("klastry.state.memberCount")
    assert shown == 198
    planted.page.get_by_role("slider", name="Stan na koniec miesiąca").press("ArrowLeft")
    planted.page.wait_for_url("**miesiac=2018-04**")
    planted.page.get_by_text("30 kwietnia 2018:").wait_for()
    planted.page.get_by_role("img", name="Wykres słupkowy").wait_for()
    # A hostile name among the members is text.
    assert planted.page.locator("img[src*='example.invalid'], img[src='x']").count() == 0
    planted.clean()


@pytest.mark.parametrize(
    "page", ["network?widok=mapa", "cluster?karta=koncentracja&klaster=posadzony", "cluster?karta=rozwoj"]
)
def test_a_narrow_screen_does_not_scroll_sideways(planted, page):
    planted.page.set_viewport_size({"width": 390, "height": 844})
    planted.open(page).painted()
    assert planted.page.evaluate("document.documentElement.scrollWidth") <= 390
    planted.clean()
