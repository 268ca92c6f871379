"""The start page leads on, and the page about the data credits its sources."""

from support.browser import Visit, running_app


def test_start_lists_clusters_and_leads_to_a_map(visit):
    visit.open()
    visit.page.get_by_text("powiat olkuski · 7 członków · 2 deklarowane · 12 potencjalnych").wait_for()
    visit.page.get_by_role("link", name="Mapa: Klaster Lubelska Medycyna").click()
    visit.painted()
    assert "klaster=" in visit.page.url
    visit.clean()


def test_my_powiat_leads_on(visit):
    visit.open()
    visit.pick("Mój powiat", "powiat olkuski (małopolskie)")
    visit.page.get_by_text("leży na terenie: Kluczewski klaster, Małopolski Klaster Seniora").wait_for()
    visit.page.get_by_role("link", name="Pokaż na mapie: Kluczewski klaster").click()
    visit.painted("kluczewski:gmina")
    visit.clean()


def test_data_page_names_sources_and_limits(visit):
    visit.open("about")
    said = ("OpenStreetMap", "ODbL", "PRNG", "PRG", "GUGiK", "GUS", "GeoNames", "2 479", "31.12.2024", "WCAG 2.1 AA")
    for words in said:
        visit.page.get_by_text(words).first.wait_for()
    visit.clean()


def test_first_visit_of_a_fresh_server_may_be_any_page(browser):

    with running_app() as url:
        context = browser.new_context()
        visit = Visit(context.new_page(), url).open("density?klaster=skarzyski").painted("skarzyski:gmina")
        assert visit.page.get_by_text("Page not found").count() == 0
        visit.clean()
        context.close()
