"""Share a map: its address as a link, a QR code or a frame for another site, and its picture by the clipboard."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import streamlit as st
from streamlit import runtime

from geo.errors import KlastryError
from geo.export.qr import qr_png, qr_svg
from geo.model.picture import MIME, Kind, PictureQuery
from geo.render.error_words import error_texts
from geo.render.picture import Picture
from geo.render.text import Text
from geo.services import owner
from geo.services.pictures import map_file, map_name
from pages._ui.embed import allowed_hosts
from pages._ui.fragments import fragment
from pages._ui.resumed import taking_over
from pages._ui.session_lists import SESSION_PREFIX
from pages._ui.visible_extent import Extent

Asked = Mapping[str, Any]
_HERE = Path(__file__).parent
_HTML, _CSS, _JS = ((_HERE / f"share.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))
_WORDS = (
    "link", "qr", "image", "embed", "row", "link_copied", "by_hand", "session", "making", "image_copied", "image_saved",
    "image_failed", "qr_alt", "qr_file", "qr_save", "code", "code_copy", "code_copied",
)  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """
    How the picture of a map is drawn for the clipboard.

    Attributes
    ----------
    subject, what
        Cluster and map, for the name of the file.
    query
        Its format, colours and words.
    as_seen
        Whether it shows the part that the browser shows, or else the whole territory.
    """

    subject: str
    what: str
    query: PictureQuery
    as_seen: bool


@cache
def _row() -> Any:
    return st.components.v2.component("klastry.share", html=_HTML, css=_CSS, js=_JS)


@fragment
def show_share(picture: Picture, drawn: Drawn, text: Text, *, key: str) -> None:
    """
    Show the buttons, and what was asked of the server by them.

    Parameters
    ----------
    picture
        What the map says.
    drawn
        How its picture is drawn.
    text
        Language.
    key
        Of the map on its page.
    """
    name = f"udostepnij-{key}"
    # Fetched once: asking the session may end a run, and what was made would be lost.
    answers: dict[str, dict[str, Any]] = st.session_state.setdefault(f"_{name}", {"image": {}, "qr": {}})
    given: Any = st.session_state.get(name) or {}
    _answer(answers, "image", given, partial(_image, picture, drawn, key), text)
    _answer(answers, "qr", given, _qr, text)
    _row()(key=name, data=_data(picture, answers, text), on_image_change=_nothing, on_qr_change=_nothing)


def _nothing() -> None:
    """Let the component keep a value; what it means is read when the fragment runs."""


def _answer(
    answers: dict[str, dict[str, Any]], what: str, given: Asked, make: Callable[[Asked], dict[str, str]], text: Text
) -> None:
    """Answer what the browser asks for, unless that was answered before; each question has a number of its own."""
    asked = given.get(what)
    if not isinstance(asked, Mapping) or asked.get("n") == answers[what].get("n"):
        return
    answers[what] = {"n": asked.get("n")}
    # What a page still holds that has outlived its session was asked of another.
    if taking_over():
        return
    try:
        answers[what] |= make(asked)
    except KlastryError as error:
        answers[what]["problem"] = error_texts(error, text)[0]


def _image(picture: Picture, drawn: Drawn, key: str, asked: Asked) -> dict[str, str]:
    """Return where the browser finds the picture, and what it is called as a file."""
    query = replace(drawn.query, extent=_extent(asked.get("extent")) if drawn.as_seen else None)
    content = map_file(picture, query, Kind.PNG)
    name = map_name(drawn.subject, drawn.what, query, Kind.PNG)
    files = runtime.get_instance().media_file_mgr
    address = files.add(content, MIME[Kind.PNG], f"share-{key}", name, is_for_static_download=True)
    return {"address": address, "name": name}


def _extent(given: Any) -> Extent | None:
    """Return what a browser says it shows; None, which is the whole, for nothing that could be one."""
    try:
        west, south, east, north = (float(v) for v in given)
    except (TypeError, ValueError):
        return None
    return west, south, east, north


def _qr(asked: Asked) -> dict[str, str]:
    """Return the code of an address of this app as SVG and PNG, base64."""
    address = str(asked.get("address"))
    if not of_this_app(address, st.context.headers):
        raise KlastryError("share.qr_refused")
    svg = base64.b64encode(qr_svg(address).encode()).decode("ascii")
    return {"svg": svg, "png": base64.b64encode(qr_png(address)).decode("ascii")}


def of_this_app(address: str, headers: Mapping[str, str]) -> bool:
    """
    Say whether an address is one of the app's own that others can open.

    Parameters
    ----------
    address
        What a browser says it shows.
    headers
        Of its connection: the browser itself names the origin of the page in them.
    """
    if not (address.isascii() and address.isprintable()) or " " in address:
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    origin = headers.get("Origin") or f"{parts.scheme}://{headers.get('Host')}"
    if parts.scheme not in ("http", "https") or f"{parts.scheme}://{parts.netloc}" != origin:
        return False
    fields = parse_qsl(parts.query, keep_blank_values=True)
    held = [one for _, value in fields for one in value.split(",")]
    return owner.PARAMETER not in dict(fields) and not any(one.startswith(SESSION_PREFIX) for one in held)


def _data(picture: Picture, answers: dict[str, dict[str, Any]], text: Text) -> dict[str, Any]:
    hosts = allowed_hosts()
    frame = text("share.frame_hosts", hosts=hosts) if hosts else text("share.frame_none")
    return {
        **answers,
        "title": picture.title,
        "language": text.language,
        "key": owner.PARAMETER,
        "session": SESSION_PREFIX,
        "words": {word: text(f"share.{word}") for word in _WORDS} | {"frame": frame},
    }
