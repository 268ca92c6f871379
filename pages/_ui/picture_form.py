"""Offer the map as an image: format, colours, words, and a button for each kind of file."""

from __future__ import annotations

from functools import partial

import streamlit as st

from geo.model.picture import MAX_TITLE, Format, Kind, Look, PictureQuery
from geo.render.legend_box import Picture
from geo.render.text import Text
from geo.services.pictures import image, image_name
from pages._ui.i18n import plain

KINDS = {Kind.PNG: "image/png", Kind.SVG: "image/svg+xml", Kind.PDF: "application/pdf"}


def show_pictures(picture: Picture, subject: str, kind: str, text: Text) -> None:
    """
    Show the form below a map. Nothing is drawn until a button is pressed.

    Parameters
    ----------
    picture
        What the image says.
    subject, kind
        Cluster and map, for the name of the file.
    text
        Language.
    """
    with st.expander(text("picture.export"), icon=":material/image:"):
        buttons = st.container()
        query = _ask(picture, kind, text)
        # What the buttons above will draw now.
        title = picture.title if query.title is None else query.title
        st.caption(text("picture.words", title=plain(title), page=plain(text(f"picture.page.{query.page}"))))
        if picture.payload.get("basemap"):
            st.caption(text("picture.basemap"))
        for column, (extension, mime) in zip(buttons.columns(3), KINDS.items(), strict=True):
            column.download_button(
                text("picture.save", kind=extension.upper()),
                partial(image, picture, query, extension),
                image_name(subject, kind, query, extension),
                mime,
                key=f"obraz-{kind}-{extension}",
                on_click="ignore",
                icon=":material/download:",
                width="stretch",
            )


def _ask(picture: Picture, kind: str, text: Text) -> PictureQuery:
    left, right = st.columns(2)
    pages = {str(f): text(f"picture.page.{f}") for f in Format}
    looks = {str(v): text(f"picture.look.{v}") for v in Look}
    page = left.selectbox(text("picture.page"), list(pages), format_func=pages.__getitem__, key=f"format-{kind}")
    look = right.selectbox(text("picture.look"), list(looks), format_func=looks.__getitem__, key=f"kolory-{kind}")
    title = st.text_input(
        text("picture.title"), placeholder=picture.title, max_chars=MAX_TITLE, key=f"tytul-{kind}"
    ).strip()
    subtitle = st.text_input(
        text("picture.subtitle"), placeholder=picture.subtitle, max_chars=MAX_TITLE, key=f"podtytul-{kind}"
    ).strip()
    columns = st.columns(3)
    framed = columns[0].toggle(text("picture.framed"), value=True, key=f"ramka-{kind}")
    labels = columns[1].toggle(text("picture.labels"), value=True, key=f"nazwy-{kind}")
    clear = columns[2].toggle(text("picture.transparent"), key=f"przezroczyste-{kind}")
    return PictureQuery(
        Format(page),
        Look(look),
        title=title or None,
        subtitle=subtitle or None,
        framed=framed,
        transparent=clear,
        labels=labels,
    )
