"""A founder asks whether the powiat is covered; an official looks for gaps."""

import csv
import io

from geo.render.text import Text
from geo.services.subjects import subject_names


def test_coverage_paints_without_a_foreign_request(visit):
    visit.open("cluster?karta=zasieg&klaster=kluczewski&poziom=powiat")
    subjects = ["kluczewski", "lubelska-medycyna", "skarzyski", "senior-slaski", "regionalne-klastry-seniora"]
    names, said = subject_names(Text("pl")), visit.page.get_by_text("Nie znamy listy członków").first
    for subject in subjects:
        if subject != subjects[0]:
            visit.pick("Klaster lub sieć", names[subject])
        visit.page.wait_for_url(f"**klaster={subject}&**")
        visit.settled().painted()
        assert visit.script("klastry.state.payload.key").startswith(f"{subject}:")
        visit.page.get_by_role("heading", name="Luki: najwięcej mieszkańców na górze").or_(said).first.wait_for()
    visit.clean()


def test_verdicts_carry_patterns_and_reasons(visit):
    visit.open("cluster?karta=zasieg").painted()
    fills = visit.script("[...new Set(klastry.state.shown.polygons.map(p => p.options.fillColor))]")
    assert any(f.startswith("url(#klastry-") for f in fills)
    tip = visit.script(
        "klastry.state.shown.polygons.find(p => p.getTooltip()._content().textContent.startsWith('Wolbrom'))"
        ".getTooltip()._content().textContent"
    )
    # Its town is within 10 km of the gmina in which four more members are, somewhere.
    assert "brak danych: bez członka; w zasięgu 10 km może być członek, którego miejsca nie znamy" in tip


def test_reach_changes_the_map_in_place(visit):
    visit.open("cluster?karta=zasieg").painted()
    visit.script("window.marked = true")
    visit.page.get_by_role("slider", name="Zasięg w linii prostej").press("ArrowRight")
    visit.page.wait_for_url("**zasieg=11**")
    visit.page.get_by_text("nie więcej niż 11 km w linii prostej").wait_for()
    assert visit.script("window.marked") is True


def test_gaps_download(visit):
    visit.open("cluster?karta=zasieg").painted()
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Pobierz luki (CSV)").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert [r["Nazwa"] for r in csv.DictReader(io.StringIO(text), delimiter=";")] == ["Trzyciąż"]
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Pobierz luki (XLSX)").click()
    assert download.value.path().read_bytes()[:2] == b"PK"


def test_whom_to_invite_is_shown_on_the_map(visit):
    visit.open("cluster?karta=zaprosic").painted()
    visit.page.get_by_text("Pokaż propozycje").click()
    visit.page.get_by_text("Lepszego wyboru nie ma").wait_for()
    visit.map.locator(".klastry-member.proposal").first.wait_for()
    visit.clean()


def test_report_by_keyboard_and_by_seat(visit):
    visit.open("powiat")
    box = visit.page.get_by_role("combobox", name="Mój powiat")
    box.focus()
    box.press_sequentially("Skarżysko-Kamienna")
    box.press("Enter")
    visit.page.get_by_role("heading", name="Powiat skarżyski").first.wait_for()
    visit.painted()
    assert "powiat=2610" in visit.page.url
    visit.clean()


def test_powiat_name_that_occurs_twice_asks_which(visit):
    visit.open("powiat?powiat=1601").painted()
    assert visit.page.get_by_role("combobox", name="Mój powiat").input_value() == "powiat brzeski (opolskie)"


def test_a_powiat_by_the_address_that_people_write_and_a_letter(visit):
    page = visit.open("powiat/1212").painted().page
    assert page.url.startswith(f"{visit.base}/powiat?powiat=1212")
    page.get_by_role("heading", name="Powiat olkuski jest objęty częściowo: członków ma w 2 z 6 gmin").wait_for()
    page.get_by_role("radio", name="Kogo zaprosić").click()
    page.get_by_text("Najpierw warto zaprosić:").wait_for()
    visit.settled()
    with page.expect_download() as letter:
        page.get_by_role("button", name="Pobierz pismo (DOCX)").click()
    assert letter.value.path().read_bytes()[:2] == b"PK"
    visit.clean()


def test_what_if_a_gmina_joins_is_kept_and_compared(visit):
    visit.open("cluster?karta=zaprosic").painted()
    visit.script("window.marked = true")
    visit.pick("Gminy, które miałyby dołączyć", "Wolbrom")
    visit.map.locator(".klastry-member.proposal").first.wait_for()
    assert visit.script("window.marked") is True
    visit.page.keyboard.press("Escape")
    visit.page.get_by_role("button", name="Zapamiętaj scenariusz").click()
    visit.page.get_by_role("button", name="Usuń scenariusze").and_(visit.page.locator(":enabled")).wait_for()
    visit.clean()


def test_coverage_page_by_keyboard_only(visit):
    visit.open("cluster?karta=zasieg").painted().settled()
    box = visit.page.get_by_role("combobox", name="Co ma być w zasięgu")
    box.focus()
    box.press_sequentially("NGO")
    box.press("Enter")
    visit.page.wait_for_url("**potrzeba=sector**ngo**")
    visit.settled()
    circles = visit.page.get_by_label("Pokaż okręgi zasięgu")
    circles.focus()
    circles.press("Space")
    visit.page.wait_for_url("**okregi=1**")
    visit.settled()
    visit.page.get_by_role("button", name="Pobierz luki (CSV)").focus()
    with visit.page.expect_download():
        visit.page.keyboard.press("Enter")
    visit.clean()


def test_travel_times_are_taken_for_the_session(visit):
    visit.open("cluster?karta=zasieg").painted()
    visit.page.get_by_text("Czasy dojazdu zamiast linii prostej").click()
    file = "teryt;miejscowosc;czlonek;minuty\n121205;Olkusz;Gmina Bolesław;12\n"
    upload = visit.page.locator("input[type=file]")
    upload.set_input_files({"name": "zle.csv", "mimeType": "text/csv", "buffer": file.replace("12\n", "x\n").encode()})
    visit.page.get_by_text("Pliku z czasami nie da się użyć").wait_for()
    upload.set_input_files({"name": "czasy.csv", "mimeType": "text/csv", "buffer": file.encode()})
    visit.page.get_by_text("nie więcej niż 30 min dojazdu").first.wait_for()
    visit.clean()


def test_several_clusters_together_but_never_of_two_levels(visit):
    visit.open("cluster?karta=zasieg&klaster=kluczewski,skarzyski").painted("kluczewski,skarzyski:1212.2610:gmina")
    assert len(set(visit.script("klastry.state.payload.scope"))) == 2
    visit.open("cluster?karta=zasieg&klaster=kluczewski,senior-malopolski")
    visit.page.get_by_text("Nie liczymy dla nich wspólnego odsetka").wait_for()
    visit.clean()
