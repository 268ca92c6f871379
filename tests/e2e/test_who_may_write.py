"""Published, the app is read only, unless an editor logs in; there is no way round."""

import httpx
import pytest

from geo.io.database import open_engine
from geo.io.store import Store
from geo.services.logins import mark_of
from support.browser import Visit, free_port, running_app
from support.dane import check, name_cluster, save, upload
from support.oidc import running_provider, secrets_toml

EVERYWHERE = ("--server.address", "0.0.0.0")  # noqa: S104 - what the test is about
ADDRESSES = (
    "my_cluster?widok=wczytaj",
    "my_cluster?widok=terytorium",
    "my_cluster?widok=wczytaj&access=editor&may_write=1&email=anna@urzad.example",
)


def fresh(browser, url, **options):
    return Visit(browser.new_context(viewport={"width": 1440, "height": 900}, **options).new_page(), url)


def cannot_write(visit, words):
    """No way to keep anything is open, in any view, though a list can be used in the session."""
    for address in ADDRESSES:
        visit.open(address).settled()
        visit.page.get_by_text(words).first.wait_for()
        visit.page.get_by_text("możesz zapisywać").wait_for(state="detached")
    upload(visit)
    check(visit)
    name_cluster(visit, "Próba zapisu")
    visit.settled()
    assert visit.page.get_by_role("button", name="Zapisz:").is_disabled()
    visit.page.get_by_role("button", name="Użyj tylko w tej sesji", exact=True).click()
    visit.page.get_by_text("jest na mapach w tej sesji").wait_for()
    visit.open("my_cluster?widok=terytorium").settled()
    for name in ("Utwórz klaster", "Zapisz klaster"):
        for button in visit.page.get_by_role("button", name=name).all():
            assert button.is_disabled()


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dane")
    with running_app(*EVERYWHERE, KLASTRY_DATA_DIR=str(folder)) as url:
        yield url, folder


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("dane"), free_port()
    with running_provider() as provider:
        secrets = folder / "secrets.toml"
        secrets.write_text(secrets_toml(provider, port), encoding="utf-8")
        options = (*EVERYWHERE, "--secrets.files", str(secrets))
        environment = {"KLASTRY_DATA_DIR": str(folder), "KLASTRY_EDITORS": "anna@urzad.example,niepewny@urzad.example"}
        with running_app(*options, port=port, **environment) as url:
            yield url, folder


def test_published_without_a_login_it_is_read_only(browser, published):
    url, folder = published
    visit = fresh(browser, url)
    cannot_write(visit, "nie włączono logowania")
    # Nothing is kept but the visitor's own draft, which nobody else can read.
    assert {path.name for path in folder.iterdir()} <= {"szkice"}
    visit.page.context.close()


def test_behind_a_proxy_it_is_read_only(browser, app):
    visit = fresh(browser, app, extra_http_headers={"X-Forwarded-For": "203.0.113.5"})
    visit.open("my_cluster?widok=wczytaj").settled()
    visit.page.get_by_text("nie włączono logowania").wait_for()
    visit.page.context.close()


def log_in(visit, email):
    visit.open("my_cluster?widok=wczytaj").settled()
    visit.page.get_by_role("button", name="Zaloguj się").click()
    visit.page.get_by_role("link", name=email).click()
    visit.page.wait_for_url(f"{visit.base}/**")
    visit.open("my_cluster?widok=wczytaj").settled()


def test_an_editor_logs_in_keeps_a_cluster_and_logs_out(browser, guarded):
    url, folder = guarded
    visit = fresh(browser, url)
    cannot_write(visit, "zaloguj się")
    assert not (folder / "klastry.sqlite").exists()
    log_in(visit, "anna@urzad.example")
    visit.page.get_by_text("Zalogowano jako anna@urzad.example").wait_for()
    upload(visit)
    check(visit)
    name_cluster(visit, "Urzędowy")
    save(visit)
    assert (folder / "klastry.sqlite").exists()
    # A second tab of the same browser is logged in; another browser is not, even by the same address.
    tab = Visit(visit.page.context.new_page(), url)
    tab.open("my_cluster?widok=terytorium").settled()
    tab.page.get_by_text("Zalogowano jako").wait_for()
    stranger = fresh(browser, url)
    stranger.open("my_cluster?widok=terytorium").settled()
    stranger.pick("Klaster", "Urzędowy")
    stranger.settled()
    assert stranger.page.get_by_role("button", name="Zapisz klaster").is_disabled()
    assert stranger.page.get_by_role("button", name="Przenieś do archiwum").is_disabled()
    stranger.page.context.close()
    # The other tab stays open, with the cookie it was opened with, when this one logs out.
    tab.page.get_by_label("Nazwa klastra").fill("Po wylogowaniu")
    tab.page.get_by_label("Nazwa klastra").press("Enter")
    tab.settled()
    visit.page.get_by_role("button", name="Wyloguj się").click()
    visit.page.wait_for_url(f"{url}/")
    tab.page.get_by_role("button", name="Utwórz klaster").click()
    tab.page.get_by_text("aby zapisywać klastry, zaloguj się").wait_for()
    tab.settled()
    assert tab.page.get_by_label("Nazwa klastra").input_value() == "Po wylogowaniu"
    assert tab.page.get_by_role("button", name="Utwórz klaster").is_disabled()
    store = Store(open_engine(f"sqlite:///{folder / 'klastry.sqlite'}"))
    assert [c.cluster.name for c in store.clusters()] == ["Urzędowy"]
    store.engine.dispose()
    visit.open("my_cluster?widok=wczytaj").settled()
    visit.page.get_by_role("button", name="Zaloguj się").wait_for()
    visit.page.context.close()


@pytest.mark.parametrize(
    ("email", "words"),
    [("ktos@obcy.example", "nie jest na liście redaktorów"), ("niepewny@urzad.example", "nie potwierdził")],
)
def test_a_login_that_is_no_editor_is_read_only(browser, guarded, email, words):
    url, _ = guarded
    visit = fresh(browser, url)
    log_in(visit, email)
    cannot_write(visit, words)
    visit.page.context.close()


def test_a_forged_cookie_is_no_login(browser, guarded):
    url, folder = guarded
    visit = fresh(browser, url)
    forged = "2|1:0|10:1700000000|15:_streamlit_user|40:eyJlbWFpbCI6ImFubmFAdXJ6YWQuZXhhbXBsZSJ9|0000"
    visit.page.context.add_cookies([{"name": "_streamlit_user", "value": forged, "url": url}])
    visit.open("my_cluster?widok=wczytaj").settled()
    visit.page.get_by_role("button", name="Zaloguj się").wait_for()
    visit.page.context.close()
    # Nor can it be logged out: that would fill the store with logins that never were.
    assert httpx.get(f"{url}/auth/logout", cookies={"_streamlit_user": forged}).status_code == 302
    store = Store(open_engine(f"sqlite:///{folder / 'klastry.sqlite'}"))
    assert not store.login_has_ended(mark_of({"_streamlit_user": forged}))
    store.engine.dispose()
