"""Show clusters side by side: all on a map, two on two maps, sixteen voivodeships, a network."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Literal

import streamlit as st

from geo.model.compare import PanelQuery
from geo.model.picture import MAX_TITLE, MIME, Kind, PictureQuery
from geo.render.text import Text
from geo.services.compare import CompareView, thresholds
from geo.services.network import NetworkView
from geo.services.network_deck import network_deck
from geo.services.panels import PAIR_KINDS, SHEET_KINDS, PairView, SheetView, pair_file, pair_view, sheet_file
from geo.services.pictures import safe_stem
from pages._ui.downloads import file_button, show_table
from pages._ui.embed import embedded, framed
from pages._ui.heard import result
from pages._ui.i18n import plain
from pages._ui.logo_form import ask_logo
from pages._ui.map_view import show_legend, show_map
from pages._ui.page_form import ask_page
from pages._ui.picture_form import ExportNames
from pages._ui.view import show_section, show_tables, show_view


def show_all(view: CompareView, text: Text) -> None:
    """Show territories with their overlaps, then the table of clusters."""
    show_view(view, ExportNames("klastry", "porownanie", "porownanie-map"), text)
    show_tables(view, text, "clusters")
    st.caption(thresholds(text))
    with st.expander(text("compare.explain")):
        st.markdown(text("compare.explain.text"))
    show_tables(view, text, "overlaps")


def show_pair(query: PanelQuery, text: Text) -> None:
    """Show two maps that move together, and their numbers."""
    if len(set(query.subjects)) < len(query.subjects):
        st.warning(text("compare.same"))
        return
    view = pair_view(query, text, together=_together())
    with framed(view.picture, text):
        if not embedded():
            st.caption(text("compare.together"))
        for n, (column, name, headline) in enumerate(zip(st.columns(2), view.names, view.headlines, strict=True)):
            with column:
                said = result(f"para-{n}")
                said.header(plain(name), anchor=False)
                said.markdown(plain(headline))
                show_map(view.paintings[n], key=f"pair-map-{n}")
        if embedded():
            show_legend(view.picture, text, scoped=True)
            return
    with st.expander(
        text("compare.pair.files"), icon=":material/download:", key="para-pliki", on_change="rerun"
    ) as form:
        if form.open:
            _pair_files(view, query, text)
    left, right = st.columns([1.6, 1])
    with left:
        show_table(view.table.shown(text), alt=text("compare.numbers"))
    with right:
        show_legend(view.picture, text, scoped=True)


def _pair_files(view: PairView, query: PanelQuery, text: Text) -> None:
    left, right = st.columns(2)
    page, look = ask_page(left, right, text, key="para")
    title = st.text_input(
        text("picture.title"), placeholder=view.picture.title, max_chars=MAX_TITLE, key="tytul-para"
    ).strip()
    asked = PictureQuery(page, look, title=title or None, logo=ask_logo(text, key="para"))
    stem = safe_stem("obok-siebie", *query.subjects, asked.sized)
    _files(stem, PAIR_KINDS, lambda kind: pair_file(view, asked, kind), text)


def _files(stem: str, kinds: tuple[Kind, ...], make: Callable[[Kind], bytes], text: Text) -> None:
    """Show a button for each kind of file of a picture."""
    for column, kind in zip(st.columns(len(PAIR_KINDS)), kinds, strict=False):
        label = text("picture.save", kind=text(f"picture.kind.{kind}"))
        with column:
            look: Literal["first", "stretch"] = "first" if kind in (Kind.PNG, Kind.PPTX) else "stretch"
            file_button(label, partial(make, kind), f"{stem}.{kind}", MIME[kind], key=f"plik-{stem}-{kind}", look=look)


def _together() -> str:
    """Return a word of this session, so that maps of another tab do not move along."""
    word: str = st.session_state.setdefault("_together", uuid.uuid4().hex)
    return word


def show_sheet(view: SheetView, text: Text) -> None:
    """Show the sixteen voivodeships and their table."""
    result("wojewodztwa").markdown(f"**{plain(view.headline)}**")
    st.image(view.png, width="stretch", alt=view.alt)
    _files("wojewodztwa", SHEET_KINDS, partial(sheet_file, view), text)
    show_section(view.table, text)


def show_network(view: NetworkView, text: Text) -> None:
    """Show how strong voivodeships and clusters are, reach across borders and who is in nobody's reach."""
    names = ExportNames("klastry", "siec", "siec-map", lambda look: network_deck(view.query, look, text))
    show_view(view, names, text)
    show_tables(view, text)
