"""Show a map with the ways to take it along: images, slides, a page, data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from geo.model.picture import DATA, IMAGES, MAX_TITLE, MIME, Kind, PictureQuery
from geo.render.picture import Picture
from geo.render.text import Text
from geo.services.pictures import map_file, map_name, safe_stem
from pages._ui.downloads import file_button
from pages._ui.i18n import plain
from pages._ui.logo_form import ask_logo
from pages._ui.map_view import show_map
from pages._ui.page_form import ask_page

Extent = tuple[float, float, float, float]


@dataclass(frozen=True)
class Taken:
    """
    What the files of a map are called and can be made of.

    Attributes
    ----------
    subject, what
        Cluster and map, for names of files.
    deck
        Makes a deck from format, colours and logo, where the page has one.
    """

    subject: str
    what: str
    deck: Callable[[PictureQuery], bytes] | None = None


@st.fragment
def show_map_with_files(picture: Picture, taken: Taken, text: Text, *, key: str) -> None:
    """
    Show a map and, below it, a form that makes files of it. Nothing is made until a button is pressed.

    While the form is open the browser says which part of the map it shows, and the files show that
    part. Only this part of the page runs again then.

    Parameters
    ----------
    picture
        What the map and the files say.
    taken
        Names of the files.
    text
        Language.
    key
        Key of the map.
    """
    place = st.container()
    form = st.expander(text("picture.export"), icon=":material/download:", key=f"{key}-pliki", on_change="rerun")
    with place:
        extent = show_map(picture.payload, key=key, report=bool(form.open))
    if form.open:
        with form:
            _show_form(picture, taken, text, extent)


def _show_form(picture: Picture, taken: Taken, text: Text, extent: Extent | None) -> None:
    buttons = st.container()
    query, ready = _ask(picture, taken.what, text, extent)
    with buttons:
        # A button of a run that the map is about to repeat would do nothing. The place of the message is always
        # there, so that what follows stays where it is.
        message = st.empty()
        if not ready:
            message.caption(text("picture.waiting"))
        st.caption(text("picture.images"))
        _row(picture, query, taken, IMAGES, text, ready=ready)
        # What the buttons above will draw now.
        title = picture.title if query.title is None else query.title
        st.caption(text("picture.words", title=plain(title), page=plain(text(f"picture.page.{query.page}"))))
        if picture.payload.get("basemap"):
            st.caption(text("picture.basemap"))
        st.caption(text("picture.data"))
        _row(picture, query, taken, DATA, text, ready=ready)
        if taken.deck:
            name = f"{safe_stem(taken.subject, text('picture.deck.name'))}.pptx"
            make = partial(taken.deck, query)
            file_button(text("picture.deck"), make, name, MIME[Kind.PPTX], key=f"talia-{taken.what}", ready=ready)


def _row(
    picture: Picture, query: PictureQuery, taken: Taken, kinds: tuple[Kind, ...], text: Text, *, ready: bool
) -> None:
    for column, kind in zip(st.columns(len(kinds)), kinds, strict=True):
        name = map_name(taken.subject, taken.what, query, kind)
        label = text("picture.save", kind=text(f"picture.kind.{kind}"))
        make = partial(map_file, picture, query, kind)
        with column:
            file_button(label, make, name, MIME[kind], key=f"obraz-{taken.what}-{kind}", ready=ready)


def _ask(picture: Picture, what: str, text: Text, extent: Extent | None) -> tuple[PictureQuery, bool]:
    """Return how the map is to be drawn, and whether it is known which part."""
    left, middle, right = st.columns(3)
    extents = {v: text(f"picture.extent.{v}") for v in ("screen", "whole")}
    page, look = ask_page(left, middle, text, key=what)
    part = right.selectbox(text("picture.extent"), list(extents), format_func=extents.__getitem__, key=f"zakres-{what}")
    title = st.text_input(
        text("picture.title"), placeholder=picture.title, max_chars=MAX_TITLE, key=f"tytul-{what}"
    ).strip()
    subtitle = st.text_input(
        text("picture.subtitle"), placeholder=picture.subtitle, max_chars=MAX_TITLE, key=f"podtytul-{what}"
    ).strip()
    columns = st.columns(3)
    framed = columns[0].toggle(text("picture.framed"), value=True, key=f"ramka-{what}")
    labels = columns[1].toggle(text("picture.labels"), value=True, key=f"nazwy-{what}")
    clear = columns[2].toggle(text("picture.transparent"), key=f"przezroczyste-{what}")
    query = PictureQuery(
        page,
        look,
        title=title or None,
        subtitle=subtitle or None,
        framed=framed,
        transparent=clear,
        labels=labels,
        extent=extent if part == "screen" else None,
        logo=ask_logo(text, key=what),
    )
    return query, part != "screen" or extent is not None
