"""The start page leads on, and the page about the data credits its sources."""

import re

from support.browser import DESKTOP, Visit, Window, running_app


def test_start_shows_poland_and_leads_to_a_cluster(visit):
    visit.open().painted("polska:powiat")
    said = visit.page.get_by_text("Z 380 powiatów").first.inner_text()
    # What the legend counts adds up to all of them.
    counted = [int(n) for n in re.findall(r"(\d+) powiat", visit.page.locator(".klastry-legend").inner_text())]
    assert sum(counted) == 380
    assert all(str(n) in said for n in counted)
    visit.page.get_by_role("link", name="Klaster Lubelska Medycyna").click()
    visit.painted("lubelska-medycyna:gmina")
    assert "klaster=lubelska-medycyna" in visit.page.url
    visit.clean()


def test_data_page_names_sources_and_limits(visit):
    visit.open("about")
    said = (
        "OpenStreetMap",
        "ODbL",
        "PRNG",
        "PRG",
        "GUGiK",
        "GUS",
        "GeoNames",
        "2479",
        "31 grudnia 2024",
        "Słownik",
        "WCAG 2.1 AA",
    )
    for words in (*said, "Słownik"):
        visit.page.get_by_text(words).first.wait_for()
    visit.clean()


def test_first_visit_of_a_fresh_server_may_be_any_page(browser):

    with running_app() as url:
        context = browser.new_context()
        visit = Visit(context.new_page(), url).open("cluster?klaster=skarzyski").painted("skarzyski:gmina")
        assert visit.page.get_by_text("Page not found").count() == 0
        visit.clean()
        context.close()


def test_numbers_follow_the_language_of_the_page_not_of_the_browser(browser, app):
    american = Window(browser, app, **{**DESKTOP, "locale": "en-US"})
    says = "(number) => new Intl.NumberFormat(navigator.languages).format(12345.6) === number"
    with american.visit() as visit:
        visit.open("cluster?klaster=kluczewski").settled()
        visit.page.wait_for_function(says, arg="12\xa0345,6")
        visit.page.get_by_role("radio", name="English").click()
        visit.page.get_by_role("heading", name="Cluster").wait_for()
        visit.page.wait_for_function(says, arg="12,345.6")
        visit.clean()
    american.close()


def test_a_powiat_that_no_cluster_covers_is_told_so(visit):
    visit.open("powiat?powiat=1405").settled()
    visit.page.get_by_text("Żaden z 11 klastrów na naszej liście (stan na 22 listopada 2026)").first.wait_for()
    visit.page.get_by_text("Dodaj klaster").click()
    visit.page.get_by_role("heading", name="Mój klaster").first.wait_for()
    visit.clean()


def test_how_a_report_depends_on_the_reach_is_shown_when_asked_for(visit):
    visit.open("powiat?powiat=1212&klaster=kluczewski").painted()
    visit.settled()
    visit.page.get_by_text("Jak wynik zależy od zasięgu").click()
    visit.page.get_by_role("img", name="Wykres: odsetek mieszkańców na pewno w zasięgu przy 5 km: 28%").wait_for()
    visit.clean()
