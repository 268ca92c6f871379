"""A visitor looks at the density of clusters in a real browser."""

import csv
import io

from geo.io.clusters import load_clusters, load_members, load_networks
from geo.render.text import Text
from geo.services.subjects import subject_names

# One that states no territory and whose members nobody lists has a test of its own.
SUBJECTS = [c.cluster_id for c in load_clusters() if c.territory] + [n.network_id for n in load_networks()]


def test_every_cluster_paints_in_the_same_map_without_a_foreign_request(visit):
    members, names = load_members(), subject_names(Text("pl"))
    visit.open(f"cluster?klaster={SUBJECTS[0]}")
    for subject in SUBJECTS:
        clusters = {c.cluster_id for c in load_clusters() if subject in (c.cluster_id, c.network)}
        # Of one whose members nobody lists voivodeships say all there is.
        level = "gmina" if members["cluster_id"].isin(clusters).any() else "voivodeship"
        if subject != SUBJECTS[0]:
            visit.pick("Klaster lub sieć", names[subject])
        visit.painted(f"{subject}:{level}")
        if subject == SUBJECTS[0]:
            visit.script("window.marked = true")
        counted = members[members["cluster_id"].isin(clusters) & (members["status"] != "potential")]
        assert visit.script("klastry.state.memberCount") == counted.geometry.notna().sum()
        painted = visit.script("klastry.state.shown.polygons.filter(p => p.options.fillOpacity > 0).length")
        assert painted > 0
        # A change of the cluster never rebuilds the map.
        assert visit.script("window.marked") is True
    visit.clean()


def test_level_repaints_without_a_remount_and_keeps_zoom(visit):
    visit.open("cluster").painted("kluczewski:gmina")
    visit.script("window.marked = true; klastry.state.moved = true; void klastry.state.map.setView([50.3, 19.6], 9.5)")
    visit.pick("Jednostki", "Powiaty")
    visit.painted("kluczewski:powiat")
    assert visit.script("window.marked") is True
    assert visit.script("klastry.state.map.getZoom()") == 9.5
    assert visit.script("klastry.state.classes.length") == 380
    visit.pick("Jednostki", "Gminy")
    visit.painted("kluczewski:gmina")
    assert visit.script("window.marked") is True
    # The outlines of gminy were fetched once.
    assert visit.static.count("gminy.json") == visit.static.count("granice.json") == 1
    visit.clean()


def test_a_link_reopens_the_view(visit):
    link = "cluster?klaster=lubelska-medycyna&poziom=powiat&miara=per_10k_people&statusy=member&klasy=3&podzial=equal"
    visit.open(link).painted("lubelska-medycyna:powiat")
    visit.page.get_by_text("Więcej ustawień").click()
    assert visit.page.get_by_role("combobox", name="Podział na klasy").input_value() == "Równe przedziały"
    assert visit.page.get_by_role("slider", name="Liczba klas").input_value() == "3"
    for part in link.split("?")[1].split("&"):
        assert part in visit.page.url
    visit.pick("Miara", "Organizacje na 100 km²")
    visit.page.wait_for_url("**miara=per_100_km2**")
    assert "klasy=3" in visit.page.url


def test_nonsense_in_the_address_is_ignored(visit):
    visit.open("cluster?klaster=nie-ma&poziom=%3Cscript%3E&klasy=99&sektory=x").painted("kluczewski:gmina")
    visit.clean()


def test_surface_shows_and_says_what_it_is(visit):
    visit.open("cluster?powierzchnia=1").painted()
    visit.map.locator("img.leaflet-image-layer").wait_for()
    visit.page.get_by_text("organizacji na 100 km² (jądro: czwartego stopnia").wait_for()
    visit.page.get_by_text("Więcej ustawień").click()
    visit.page.get_by_role("slider", name="Promień wygładzania").press("ArrowRight")
    visit.page.wait_for_url("**promien=**")
    visit.clean()


def test_members_are_read_by_keyboard(visit):
    visit.open("cluster").painted()
    mark = visit.map.get_by_role("button", name="Bolesław").first
    mark.focus()
    mark.press("Enter")
    popup = visit.map.locator(".leaflet-popup")
    popup.get_by_text("Gmina Bolesław", exact=True).wait_for()
    popup.get_by_text("publiczny · członek").wait_for()
    popup.get_by_text("Źródło: Gmina Klucze").wait_for()


def test_unit_says_its_name_and_count_on_hover(visit):
    visit.open("cluster").painted()
    tip = visit.script(
        "(() => { const p = klastry.state.shown.polygons.find(p => p.getTooltip()._content().textContent"
        ".startsWith('Klucze')); return p.getTooltip()._content().textContent; })()"
    )
    assert tip == "Kluczegmina wiejska7 organizacji"


def test_table_downloads_as_csv(visit):
    visit.open("cluster").painted()
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Pobierz tabelę (CSV)").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [r["Nazwa"] for r in rows[:3]] == ["Klucze", "Bolesław", "Olkusz"]
    assert rows[0]["TERYT"] == "121204"
    assert len(rows) == 6


def test_choosing_no_sector_says_what_to_do(visit):
    visit.open("cluster?sektory=-").page.get_by_text("Wybierz co najmniej jeden sektor i jeden status.").wait_for()


def test_a_tab_without_data_says_in_one_line_what_it_needs(visit):
    visit.open("cluster?klaster=uwierz-w-siebie").settled()
    visit.page.get_by_text("Teren klastra: nie podano").wait_for()
    visit.page.get_by_text("Ta zakładka wymaga listy członków").wait_for()
    assert visit.page.locator("iframe[src*=streamlit_folium]").count() == 0
    visit.page.get_by_role("link", name="Wczytaj listę członków").click()
    visit.page.wait_for_url("**/my_cluster?widok=wczytaj")
    visit.clean()


def test_several_clusters_are_taken_together_on_a_switch(visit):
    visit.open("cluster?klaster=kluczewski,skarzyski").painted("kluczewski,skarzyski:gmina")
    visit.page.get_by_text("Kilka razem").click()
    visit.painted("kluczewski:gmina")
    visit.page.wait_for_url("**klaster=kluczewski&**")
    assert visit.page.get_by_role("combobox", name="Klaster lub sieć").input_value() == "Kluczewski klaster"


def test_english_on_a_switch(visit):
    visit.open("cluster").painted()
    visit.page.get_by_role("radio", name="English").click()
    visit.page.get_by_role("heading", name="Cluster").wait_for()
    visit.page.wait_for_url("**lang=en**")
    assert visit.page.locator("html").get_attribute("lang") == "en"


def test_basemap_is_off_until_asked_for(visit):
    visit.page.route("https://tile.openstreetmap.org/**", lambda route: route.abort())
    visit.open("cluster").painted().settled()
    assert visit.foreign == []
    visit.page.get_by_text("Więcej ustawień").click()
    with visit.page.expect_request("https://tile.openstreetmap.org/**"):
        visit.page.get_by_text("Podkład OpenStreetMap").click()
    visit.page.wait_for_url("**podklad=1**")


PLACES = (
    "",
    "powiat?powiat=1212",
    "powiat?powiat=1212&karta=zaprosic",
    "cluster?klaster=kluczewski",
    "cluster?karta=zasieg",
    "network",
    "about",
    "my_cluster?widok=wczytaj",
)


def test_no_place_scrolls_sideways_at_320_pixels(visit):
    visit.page.set_viewport_size({"width": 320, "height": 640})
    for path in PLACES:
        visit.open(path).settled()
        wide = visit.page.evaluate(
            """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
              .some((node) => node.scrollWidth > node.clientWidth)"""
        )
        assert not wide, path


def test_a_switch_is_not_lost_when_the_page_moves_under_the_pointer(visit):
    visit.open("cluster?karta=zasieg&klaster=kluczewski").painted().settled()
    switch = visit.page.get_by_test_id("stCheckbox").filter(has_text="deklarowane").locator("label")
    switch.hover()
    visit.page.mouse.down()
    switch.evaluate("""(label) => {
      const more = document.createElement("div");
      more.style.height = "300px";
      label.closest('[data-testid="stHorizontalBlock"]').before(more);
    }""")
    visit.page.mouse.up()
    visit.page.wait_for_url("**deklarowane=1**")
    assert visit.page.evaluate("klastryPress.given") == 1
