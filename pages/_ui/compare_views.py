"""Show clusters side by side: all on a map, two on two maps, sixteen voivodeships, a network."""

from __future__ import annotations

import uuid

import streamlit as st

from geo.model.compare import PanelQuery
from geo.render.text import Text
from geo.services.compare import CompareView, thresholds
from geo.services.network import NetworkView
from geo.services.network_deck import network_deck
from geo.services.panels import SheetView, pair_view
from pages._ui.downloads import show_table
from pages._ui.embed import embedded, framed
from pages._ui.heard import result
from pages._ui.i18n import plain
from pages._ui.map_view import show_legend, show_map
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
    left, right = st.columns([1.6, 1])
    with left:
        show_table(view.table.shown(text), alt=text("compare.numbers"))
    with right:
        show_legend(view.picture, text, scoped=True)


def _together() -> str:
    """Return a word of this session, so that maps of another tab do not move along."""
    word: str = st.session_state.setdefault("_together", uuid.uuid4().hex)
    return word


def show_sheet(view: SheetView, text: Text) -> None:
    """Show the sixteen voivodeships and their table."""
    result("wojewodztwa").markdown(f"**{plain(view.headline)}**")
    st.image(view.png, width="stretch", alt=view.alt)
    left, right, _ = st.columns([1, 1, 3])
    left.download_button(
        text("panels.png"), view.png, "wojewodztwa.png", "image/png", key="sheet-png", on_click="ignore"
    )
    right.download_button(
        text("panels.svg"), view.svg, "wojewodztwa.svg", "image/svg+xml", key="sheet-svg", on_click="ignore"
    )
    show_section(view.table, text)


def show_network(view: NetworkView, text: Text) -> None:
    """Show how strong voivodeships and clusters are, reach across borders and who is in nobody's reach."""
    names = ExportNames("klastry", "siec", "siec-map", lambda look: network_deck(view.query, look, text))
    show_view(view, names, text)
    show_tables(view, text)
