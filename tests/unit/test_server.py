"""The address with the key is opened through a file that nobody else can read, and is printed once."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from geo.services.warmth import warm
from pages._ui import server

ADDRESS = "http://localhost:8501/?klucz=abc"


def test_the_browser_gets_the_key_through_a_file_of_the_owners_alone(monkeypatch, capsys):
    opened = []
    monkeypatch.setenv("KLASTRY_OPEN", "1")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(server.webbrowser, "open", opened.append)
    server._announce(ADDRESS)
    assert ADDRESS in capsys.readouterr().out
    (where,) = opened
    assert "abc" not in where
    file = server.data_dir() / "otworz.html"
    assert where == file.as_uri()
    assert file.stat().st_mode & 0o777 == 0o600
    assert f"url={ADDRESS}" in file.read_text()


def test_no_browser_is_opened_where_nobody_sees_it(monkeypatch):
    opened = []
    monkeypatch.setattr(server.webbrowser, "open", opened.append)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KLASTRY_OPEN", "1")
    server._announce(ADDRESS)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("KLASTRY_OPEN")
    server._announce(ADDRESS)
    assert opened == []


def test_only_files_with_a_hash_in_their_name_are_kept_for_ever():
    assert server._HASHED.search("/app/static/gminy-12-0123abcd.json")
    assert not server._HASHED.search("/app/static/gminy.json")


def test_caches_are_warm_before_the_server_answers(monkeypatch):
    done = []
    for name, stand_in in (("warm", lambda: done.append("warm")), ("keyed", lambda: False), ("quiet_logs", list)):
        monkeypatch.setattr(server, name, stand_in)

    async def begin():
        async with server.lifespan(None):
            return list(done)

    # In a thread of its own: where a browser test ran before in the same process, a loop runs in this one.
    with ThreadPoolExecutor(1) as aside:
        assert aside.submit(lambda: asyncio.run(begin())).result() == ["warm"]


def test_warming_up_does_all_it_tries(caplog):
    warm()
    assert "warming up failed" not in caplog.text
