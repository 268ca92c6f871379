"""Show a map with the ways to take it along: images, slides, a page, data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from geo.errors import QueryError
from geo.model.picture import DATA, IMAGES, MAX_TITLE, MIME, Kind, PictureQuery
from geo.render.picture import Picture
from geo.render.text import Text
from geo.render.typeface import undrawn
from geo.services.pictures import map_file, map_name, preview_png, safe_stem
from pages._ui.downloads import file_button
from pages._ui.fragments import fragment
from pages._ui.i18n import plain
from pages._ui.logo_form import ask_logo
from pages._ui.map_view import show_map
from pages._ui.messages import show_error
from pages._ui.page_form import ask_look, ask_size
from pages._ui.share_form import Drawn, show_share
from pages._ui.visible_extent import VisibleExtent, visible_extent

# The part of the map that the browser shows.
SCREEN = "screen"
# What most people want, before the rest.
FIRST = (Kind.PNG, Kind.PPTX)


@dataclass(frozen=True)
class ExportNames:
    """
    What the files of a map are called and can be made of.

    Attributes
    ----------
    subject, what
        Cluster and map, for names of files.
    key
        Of the map on its page.
    deck
        Makes a deck from format, colours and logo, where the page has one.
    told
        What names of files say besides, such as the reach; a change of it changes nothing of the form.
    """

    subject: str
    what: str
    key: str
    deck: Callable[[PictureQuery], bytes] | None = None
    told: str = ""

    @property
    def file(self) -> str:
        """What stands in names of files behind the subject."""
        return f"{self.what}-{self.told}" if self.told else self.what


@fragment
def show_map_with_files(picture: Picture, names: ExportNames, text: Text, beside: Callable[[], None]) -> None:
    """
    Show a map, what stands beside it, and below them ways to share it and a form that makes files of it.

    Nothing is made before a press. On a phone what stands beside the map comes right under it.

    While the form is open the browser says which part of the map it shows, and the files show that
    part. Moving the map runs nothing but the map again, so that no press of a button is lost by it.

    Parameters
    ----------
    picture
        What the map and the files say.
    names
        Names of the files.
    text
        Language.
    beside
        Shows the legend and what else stands beside the map.
    """
    key = names.key
    place, right = st.columns([2.2, 1])
    share = st.container()
    form = st.expander(text("picture.export"), icon=":material/download:", key=f"{key}-pliki", on_change="rerun")
    seen = visible_extent(key)
    if not form.open:
        seen.reset()
    with place:
        _show_map(picture, seen, key=key, report=bool(form.open))
    with right:
        beside()
    drawn = Drawn(names.subject, names.file, PictureQuery(), as_seen=True)
    if form.open:
        with form:
            query, part = _show_form(picture, names, text, seen)
        drawn = replace(drawn, query=query, as_seen=part == SCREEN)
    with share:
        show_share(picture, drawn, text, key=key)


@fragment
def _show_map(picture: Picture, seen: VisibleExtent, *, key: str, report: bool) -> None:
    seen.update(show_map(picture.painting, key=key, report=report))


def _show_form(picture: Picture, names: ExportNames, text: Text, seen: VisibleExtent) -> tuple[PictureQuery, str]:
    """Show the form; return how the map is to be drawn, and which part."""
    query, part = _ask(picture, names.what, text)
    follows = seen if part == SCREEN else None
    # What the buttons below will draw now.
    title = plain(picture.title if query.title is None else query.title)
    page = query.sized if query.size else plain(text(f"picture.page.{query.page}"))
    st.caption(text("picture.words", title=title, page=page, extent=plain(text(f"picture.extent.{part}"))))
    if lost := undrawn(f"{query.title or ''}{query.subtitle or ''}"):
        st.caption(text("picture.lost", signs=plain(" ".join(lost))))
    if picture.painting.frame.tiles:
        st.caption(text("picture.basemap"))
    _row(picture, query, names, FIRST, text, follows)
    if st.button(text("picture.preview"), icon=":material/visibility:", key=f"podglad-{names.what}"):
        _preview(picture, replace(query, extent=seen.known if follows else None), text)
    st.caption(text("picture.others"))
    _row(picture, query, names, tuple(k for k in IMAGES if k not in FIRST), text, follows)
    st.caption(text("picture.data"))
    _row(picture, query, names, DATA, text, follows)
    if names.deck:
        name = f"{safe_stem(names.subject, text('picture.deck.name'))}.pptx"
        make = partial(names.deck, query)
        file_button(text("picture.deck"), make, name, MIME[Kind.PPTX], key=f"talia-{names.what}")
    return query, part


def _preview(picture: Picture, query: PictureQuery, text: Text) -> None:
    """Show the image as it would be saved now, small; it goes with the next change of the form."""
    st.image(preview_png(picture, query), width="stretch", alt=text("picture.preview.alt", map=picture.alt))


def _row(
    picture: Picture,
    query: PictureQuery,
    names: ExportNames,
    kinds: tuple[Kind, ...],
    text: Text,
    follows: VisibleExtent | None,
) -> None:
    for column, kind in zip(st.columns(len(kinds)), kinds, strict=True):
        name = map_name(names.subject, names.file, query, kind)
        label = text("picture.save", kind=text(f"picture.kind.{kind}"))
        make = partial(_make, picture, query, kind, follows)
        with column:
            file_button(
                label,
                make,
                name,
                MIME[kind],
                key=f"obraz-{names.what}-{kind}",
                look="first" if kind in FIRST else "stretch",
            )


def _make(picture: Picture, query: PictureQuery, kind: Kind, follows: VisibleExtent | None) -> bytes:
    """Return a file of the map, of the part that the browser shows at this moment if that is asked for."""
    return map_file(picture, replace(query, extent=follows.wait_for()) if follows else query, kind)


def _ask(picture: Picture, what: str, text: Text) -> tuple[PictureQuery, str]:
    """Return how the map is to be drawn, and which part."""
    left, middle, right = st.columns(3)
    extents = {v: text(f"picture.extent.{v}") for v in (SCREEN, "whole")}
    page, size = ask_size(left, text, key=what)
    look = ask_look(middle, text, key=what)
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
    logo = ask_logo(text, key=what)
    try:
        query = PictureQuery(
            page,
            look,
            title=title or None,
            subtitle=subtitle or None,
            framed=framed,
            transparent=clear,
            labels=labels,
            logo=logo,
            size=size,
        )
    except QueryError as error:
        show_error(error, text)
        query = PictureQuery(page, look, title=title or None, subtitle=subtitle or None, framed=framed, logo=logo)
    return query, part
