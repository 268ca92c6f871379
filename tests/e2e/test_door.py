"""Without a login only the owner writes, who opened the address with the key; no header makes an owner."""

import sys

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from support.browser import Visit, free_port, running_app
from support.nginx import running_nginx
from support.protocol import buttons, connected, fields, words

READ_ONLY = "adres jest w oknie, w którym uruchomiono aplikację"
MAY_WRITE = "możesz zapisywać klastry"
KEPT_HOST = "proxy_set_header Host $host;"


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """Start the app by make itself, as `make run` does."""
    port, folder = free_port(), tmp_path_factory.mktemp("dane")
    command = ["make", "run", f"PORT={port}", f"VENV={sys.prefix}"]
    with running_app(port=port, command=command, KLASTRY_DATA_DIR=str(folder), DISPLAY="", WAYLAND_DISPLAY="") as url:
        yield url, folder


def tries_to_write(url, **forged):
    """Open the form, type a name and press every button there is; return what the page says."""
    with connected(url, **forged) as page:
        form = page.run("my_cluster", "widok=terytorium")
        typed = dict.fromkeys(fields(form).values(), "Klaster obcego")
        pressed = page.run("my_cluster", "widok=terytorium", buttons(form).values(), typed)
    return words(form) + words(pressed)


@pytest.mark.parametrize(
    "forged",
    [
        {"host": "localhost"},
        {"host": "localhost", "origin": "http://localhost"},
        {"origin": "http://localhost"},
        {"host": "localhost", "cookies": {"klastry-000000000000": "x.y.z", "_streamlit_user": "x"}},
        {},
    ],
)
@pytest.mark.parametrize("lines", ["", KEPT_HOST], ids=["plain", "host kept"])
def test_behind_nginx_no_header_makes_an_owner(started, lines, forged):
    url, folder = started
    with running_nginx(url, lines) as proxy:
        said = tries_to_write(proxy, **forged)
    assert READ_ONLY in said or "nie włączono logowania" in said
    assert MAY_WRITE not in said
    assert url.key.partition("klucz=")[2] not in said
    assert not (folder / "klastry.sqlite").exists()


def test_the_key_is_not_taken_through_a_proxy_that_names_itself_and_stays_good(started):
    url, _ = started
    with running_nginx(url, f"{KEPT_HOST} proxy_set_header X-Forwarded-For $remote_addr;") as proxy:
        answer = httpx.get(url.key.replace(url, proxy))
    assert answer.status_code == 303
    assert not answer.cookies
    assert "klucz" not in answer.headers["Location"]


@pytest.mark.parametrize("given", ["", "x", "ą", "a" * 5000])
def test_another_key_opens_nothing(started, given):
    url, _ = started
    answer = httpx.get(url, params={"klucz": given})
    assert (answer.status_code, dict(answer.cookies)) == (303, {})


def test_the_key_leads_nowhere_else(started):
    url, _ = started
    for path in ("//example.com/", "/\\example.com/", "/%2f%2fexample.com"):
        assert httpx.get(f"{url}{path}?klucz=x").headers["Location"] == "/"
    assert httpx.get(f"{url}/my_cluster?klucz=x&widok=usun").headers["Location"] == "/my_cluster?widok=usun"


def test_the_owner_edits_and_the_key_works_once(browser, started):
    url, folder = started
    owner = Visit(browser.new_context().new_page(), url)
    owner.page.goto(url.key.replace("/?", "/my_cluster?"))
    owner.page.get_by_text(MAY_WRITE).wait_for()
    assert "klucz" not in owner.page.url
    (cookie,) = (c for c in owner.page.context.cookies() if c["name"].startswith("klastry-"))
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert (folder / "klucz.secret").stat().st_mode & 0o777 == 0o600
    owner.open("my_cluster?widok=terytorium").settled()
    owner.page.get_by_label("Nazwa klastra").fill("Klaster właściciela")
    owner.page.get_by_label("Nazwa klastra").press("Enter")
    owner.settled()
    owner.page.get_by_role("button", name="Utwórz klaster").click()
    owner.page.get_by_text("Zapisano wersję 1").wait_for()
    assert (folder / "klastry.sqlite").stat().st_mode & 0o777 == 0o600
    second = Visit(browser.new_context().new_page(), url)
    second.page.goto(url.key.replace("/?", "/my_cluster?"))
    second.page.get_by_text(READ_ONLY).wait_for()
    second.page.context.close()
    # The cookie is no use to a page of another port of this machine, nor through a proxy.
    held = {cookie["name"]: cookie["value"]}
    assert "Zapisano wersję 1 klastra „Klaster obcego”" in tries_to_write(url, cookies=held, origin=url)
    assert MAY_WRITE not in tries_to_write(url, cookies=held, origin="http://localhost:1")
    with running_nginx(url, "proxy_set_header X-Real-Ip $remote_addr;") as proxy:
        assert MAY_WRITE not in tries_to_write(proxy, cookies=held)
    owner.page.context.close()
    # A restart keeps the cookie and makes a new key.
    with running_app(KLASTRY_DATA_DIR=str(folder)) as again:
        assert again.key.partition("?")[2] != url.key.partition("?")[2]
        assert MAY_WRITE in tries_to_write(again, cookies=held)
        assert MAY_WRITE not in tries_to_write(again, cookies={cookie["name"]: cookie["value"][:-1]})


def test_pages_of_others_may_not_frame_it_nor_guess_types(started):
    url, _ = started
    for path in ("/", "/my_cluster", "/_stcore/health", "/nie-ma"):
        headers = httpx.get(url + path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert headers["Content-Security-Policy"] == "frame-ancestors 'self'"
    assert httpx.get(f"{url}/_stcore/metrics").status_code == 404


def test_a_page_of_another_host_gets_no_connection(started):
    url, _ = started
    with pytest.raises(InvalidStatus), connected(url, origin="https://obcy.example"):
        pass
