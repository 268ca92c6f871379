"""Wrap the server of the pages: sign-out, protecting headers, a warm start, faults in the reader's language."""

from __future__ import annotations

import asyncio
import gzip
import os
import re
import sys
import webbrowser
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from html import escape
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from streamlit.auth_util import get_secrets_auth_section
from streamlit.starlette import App
from streamlit.web.server.server_util import is_url_from_allowed_origins
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from geo.errors import DataFileError
from geo.io.database import data_dir
from geo.io.outlines import packed_outlines, packs_folder
from geo.render.assets import OUTLINES_PATH
from geo.render.text import LANGUAGES, Text
from geo.services import logins, owner
from geo.services.access import LOOPBACK, Visit, is_local
from geo.services.logs import quiet_logs
from geo.services.warmth import warm, warm_search
from pages._ui.answers import keep_answers
from pages._ui.old_addresses import moved
from pages._ui.packed import kind_of, packed
from pages._ui.upload_bounds import has_room

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via")
# Ourselves, in the language of this header.
OWN = "'self'"
_KEY = owner.OneTimeKey()
_PLAIN_PATH = re.compile(r"/(?:[\w-]+/?)*")
# Files under these names carry a hash of their content in the name: ours, and those of a component.
_HASHED = re.compile(r"/(?:app/static|component)/.*[-.][0-9a-f]{8,}\.")
_OUTLINES = re.compile(rf"{OUTLINES_PATH}([0-9a-f]+)/([a-z0-9]+)\.json$")
_FOR_EVER = "public, max-age=31536000, immutable"
_KEPT = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding"}
_UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+$")
_DOOR_FILE = "otworz.html"


def visit_of(headers: Any, *, bound: str, **known: Any) -> Visit:
    """Return what headers say of a visitor."""
    return Visit(
        bound=bound,
        host=headers.get("Host") or "",
        origin=headers.get("Origin") or "",
        forwarded=any(headers.get(name) for name in FORWARDED),
        **known,
    )


def bound_address() -> str:
    """Return the address the server listens on, or "" for all."""
    return str(st.get_option("server.address") or "")


def keyed() -> bool:
    """Say whether a key gives the right to write: the server is local and knows no login."""
    return bound_address() in LOOPBACK and not get_secrets_auth_section()


class Door:
    """
    Guard every request: take a key out of the address, record logouts, refuse framing and foreign pages.

    Parameters
    ----------
    app
        What answers.
    """

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self.app = app
        ancestors = os.environ.get("KLASTRY_FRAME_ANCESTORS", "").strip()
        self.headers = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Content-Security-Policy": f"frame-ancestors {ancestors or OWN}",
        }
        if not ancestors:
            # For browsers that do not know the line above.
            self.headers["X-Frame-Options"] = "SAMEORIGIN"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have it answered."""
        if scope["type"] == "websocket" and _foreign(Headers(scope=scope)):
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                self._protect(scope, MutableHeaders(scope=message), found=message["status"] == 200)
            await send(message)

        path = scope["path"].rstrip("/")
        if answer := await _answer(scope, path):
            await answer(scope, receive, guarded)
            return
        if path.endswith("/auth/logout") and _logged_in(cookies := _cookies(scope)):
            await asyncio.to_thread(logins.end, cookies)
        await self.app(scope, receive, guarded)

    def _protect(self, scope: Scope, headers: MutableHeaders, *, found: bool) -> None:
        for name, value in self.headers.items():
            headers[name] = value
        # Streamlit says of a component's files only that anybody may keep them, not for how long.
        if found and _HASHED.search(scope["path"]) and headers.get("cache-control", "public") == "public":
            headers["Cache-Control"] = _FOR_EVER


MIDDLEWARE = [Middleware(Door)]


async def _answer(scope: Scope, path: str) -> Response | None:
    """Return what is answered here and goes no further, or None."""
    headers = Headers(scope=scope)
    if scope["method"] == "GET" and owner.PARAMETER in dict(_asked(scope)):
        return _redeemed(scope)
    if scope["method"] in ("GET", "HEAD"):
        if file := await _kept_file(scope, path, headers):
            return file
        if now := _moved(scope):
            return RedirectResponse(now, status_code=307)
    if path.endswith("/_stcore/metrics"):
        return PlainTextResponse("", 404)
    if (upload := _UPLOAD.search(path)) and scope["method"] in ("PUT", "POST"):
        size = headers.get("content-length", "0")
        if not has_room(upload.group(1), int(size) if size.isdecimal() else 0):
            return PlainTextResponse("", 413)
    return None


async def _kept_file(scope: Scope, path: str, headers: Headers) -> Response | None:
    """Return what is kept packed: outlines, and Streamlit's own scripts and styles."""
    if outlines := _OUTLINES.search(path):
        return await asyncio.to_thread(_outlines, outlines, headers)
    if _unpacks(headers) and (kind := kind_of(_below(scope))):
        body = await asyncio.to_thread(packed, _below(scope))
        return Response(body, media_type=kind, headers=_KEPT | {"Content-Encoding": "gzip"})
    return None


def _below(scope: Scope) -> str:
    """Return the path of a request below the base of the server."""
    prefix = str(st.get_option("server.baseUrlPath") or "").strip("/")
    path: str = scope["path"]
    return path.removeprefix(f"/{prefix}") if prefix else path


def _moved(scope: Scope) -> str | None:
    return moved(_below(scope), scope.get("query_string", b"").decode("latin-1"))


def _unpacks(headers: Headers) -> bool:
    """Say whether who asks takes what is packed."""
    return "gzip" in headers.get("accept-encoding", "")


def _outlines(asked: re.Match[str], headers: Headers) -> Response:
    """Answer with packed outlines as they are kept; they are unpacked only for those who cannot."""
    key, name = asked.groups()
    try:
        folder = packs_folder(key)
        pack = packed_outlines(name, folder) if folder else None
    except DataFileError:
        return PlainTextResponse("", 500)
    if pack is None:
        return PlainTextResponse("", 404)
    if _unpacks(headers):
        return Response(pack, media_type="application/json", headers=_KEPT | {"Content-Encoding": "gzip"})
    return Response(gzip.decompress(pack), media_type="application/json", headers=_KEPT)


def _asked(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)


def _cookies(scope: Scope) -> dict[str, str]:
    return cookie_parser("; ".join(Headers(scope=scope).getlist("cookie")))


def _logged_in(cookies: dict[str, str]) -> bool:
    """Say whether cookies carry a login that this server has signed."""
    return bool(get_secrets_auth_section()) and _get_signed_cookie_with_chunks(cookies, USER_COOKIE_NAME) is not None


def _foreign(headers: Headers) -> bool:
    """Say whether a page of another host opens the connection; asked first, Streamlit would look for its address."""
    origin = headers.get("Origin")
    return bool(origin) and urlsplit(origin).netloc != headers.get("Host") and not _allowed(str(origin))


def _allowed(origin: str) -> bool:
    """Say whether an origin is on the server's own list."""
    name = urlsplit(origin).hostname
    listed = {urlsplit(o).hostname for o in st.get_option("server.corsAllowedOrigins") or ()}
    named = {*LOOPBACK, bound_address(), st.get_option("browser.serverAddress")}
    return name in named | listed and is_url_from_allowed_origins(origin)


def _redeemed(scope: Scope) -> RedirectResponse:
    """Take the key out of the address; give the cookie for it, once, and only where nothing speaks against it."""
    asked = _asked(scope)
    rest = urlencode([(name, value) for name, value in asked if name != owner.PARAMETER])
    path = scope["path"] if _PLAIN_PATH.fullmatch(scope["path"]) else "/"
    answer = RedirectResponse(path + (f"?{rest}" if rest else ""), status_code=303)
    answer.headers["Cache-Control"] = "no-store"
    here = keyed() and is_local(visit_of(Headers(scope=scope), bound=bound_address(), login=False))
    if here and _KEY.redeem(dict(asked)[owner.PARAMETER]):
        answer.set_cookie(
            owner.cookie_name(),
            owner.made_cookie(),
            max_age=owner.COOKIE_DAYS * 86_400,
            httponly=True,
            samesite="strict",
            secure=scope["scheme"] == "https",
        )
        (data_dir() / _DOOR_FILE).unlink(missing_ok=True)
    return answer


@asynccontextmanager
async def lifespan(_: App) -> AsyncGenerator[dict[str, Any]]:
    """Warm the caches before the server answers, then say where the owner enters."""
    quiet_logs()
    keep_answers()
    await asyncio.to_thread(warm)
    Thread(target=warm_search, daemon=True).start()
    if keyed():
        secured = st.get_option("server.sslCertFile")
        prefix = str(st.get_option("server.baseUrlPath") or "").strip("/")
        where = f"{'https' if secured else 'http'}://localhost:{st.get_option('server.port')}/"
        where += f"{prefix}/" if prefix else ""
        _announce(f"{where}?{owner.PARAMETER}={_KEY.value}")
    yield {}
    (data_dir() / _DOOR_FILE).unlink(missing_ok=True)


def _announce(address: str) -> None:
    """Print the address with the key, and open it where a browser can be."""
    words = Text(LANGUAGES[0])("access.key.printed")
    sys.stdout.write(f"\n  {words}\n  {address}\n\n")
    sys.stdout.flush()
    screen = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if os.environ.get("KLASTRY_OPEN") == "1" and screen:
        # Through a file of the owner's own: what is typed on a command line can be read by every user of the machine.
        webbrowser.open(_door_file(address).as_uri())


def _door_file(address: str) -> Path:
    file = data_dir() / _DOOR_FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    page = f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url={escape(address)}">'
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(page)
    return file


def explain_fault(_: Exception) -> bool:
    """Say in the language of the page that something failed; the log has where, without anybody's data."""
    language = st.session_state.get("lang")
    text = Text(language if language in LANGUAGES else LANGUAGES[0])
    st.error(f"**{text('error.title')}**\n\n{text('error.unexpected')}")
    return True
