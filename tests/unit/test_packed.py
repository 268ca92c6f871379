"""Streamlit's own scripts come packed and are kept by the browser; nothing else is taken for one."""

import gzip
import re
from pathlib import Path

import pytest
import streamlit as st
from starlette.responses import PlainTextResponse
from streamlit.file_util import get_static_dir

from pages._ui.packed import packed
from support.door import ask

FOLDER = Path(get_static_dir())
# What the page of Streamlit itself names.
NAMED = re.findall(r'"\./(static/(?:js|css)/[^"]+)"', (FOLDER / "index.html").read_text(encoding="utf-8"))
FOR_EVER = "public, max-age=31536000, immutable"
BROWSER = {"accept-encoding": "gzip, deflate, br"}


def test_scripts_and_styles_are_packed_whole_and_small():
    assert {name.rsplit(".", 1)[1] for name in NAMED} == {"js", "css"}
    sent = {name: packed(f"/{name}") for name in NAMED}
    for name, raw in sent.items():
        assert gzip.decompress(raw) == (FOLDER / name).read_bytes()
    assert sum(map(len, sent.values())) < 0.3 * sum((FOLDER / name).stat().st_size for name in NAMED)


@pytest.mark.parametrize(("ending", "kind"), [("js", "text/javascript"), ("css", "text/css")])
def test_they_are_kept_for_ever_and_named_rightly(ending, kind):
    name = next(name for name in NAMED if name.endswith(ending))
    answer, raw = ask(f"/{name}", **BROWSER)
    assert (answer.status_code, raw) == (200, packed(f"/{name}"))
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].split(";")[0] == kind
    assert answer.headers["cache-control"] == FOR_EVER
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "takes"),
    [
        (f"/{NAMED[0]}", "identity"),
        ("/static/js/nie-ma.js", "gzip"),
        ("/static/media/../js/index.js", "gzip"),
        ("/static/..%2Findex.html", "gzip"),
        ("/static/", "gzip"),
        ("/index.html", "gzip"),
        ("/obcy/" + NAMED[0], "gzip"),
    ],
)
def test_all_else_is_left_to_streamlit(path, takes):
    answer, _ = ask(path, **{"accept-encoding": takes})
    assert answer.status_code == 418


def test_the_base_of_the_server_stands_before_the_address(monkeypatch):
    asked = st.get_option
    monkeypatch.setattr(st, "get_option", lambda key: "mapa/" if key == "server.baseUrlPath" else asked(key))
    assert ask(f"/mapa/{NAMED[0]}", **BROWSER)[0].status_code == 200


def answering(status, **headers):
    async def app(scope, receive, send):
        await PlainTextResponse("", status, {k.replace("_", "-"): v for k, v in headers.items()})(scope, receive, send)

    return app


@pytest.mark.parametrize(
    ("path", "app", "kept"),
    [
        (
            "/component/streamlit_folium.st_folium/static/js/main.521860b0.js",
            answering(200, cache_control="public"),
            FOR_EVER,
        ),
        ("/component/streamlit_folium.st_folium/index.html", answering(200, cache_control="no-cache"), "no-cache"),
        ("/component/a/main.521860b0.js", answering(404), None),
        ("/app/static/map-542a71fdc3.js", answering(200), FOR_EVER),
        ("/app/static/map-542a71fdc3.js", answering(404), None),
        ("/app/static/map.js", answering(200), None),
    ],
)
def test_what_carries_a_hash_in_its_name_is_kept_where_it_was_found(path, app, kept):
    assert ask(path, app)[0].headers.get("cache-control") == kept
