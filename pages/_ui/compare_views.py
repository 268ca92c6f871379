"""Show clusters side by side: all on a map, two on two maps, sixteen voivodeships, a network."""

from __future__ import annotations

import uuid

import streamlit as st

from geo.model.cluster import Status
from geo.model.compare import PanelQuery
from geo.render.picture import Picture
from geo.render.text import Text
from geo.services.compare import CompareView, thresholds
from geo.services.network import NetworkView
from geo.services.panels import SheetView, pair_view
from pages._ui.downloads import csv_button, show_table, xlsx_button
from pages._ui.i18n import plain
from pages._ui.map_view import show_legend, show_map, show_marks
from pages._ui.picture_form import Taken, show_map_with_files


def show_all(view: CompareView, text: Text) -> None:
    """Show territories with their overlaps, then the table of clusters."""
    st.markdown(f"**{plain(view.headline)}**")
    _map(view.picture, "porownanie", view.notes, text, view.query.statuses)
    st.subheader(text("compare.numbers"), anchor=False)
    st.caption(text("compare.numbers.help"))
    show_table(view.table, alt=text("compare.numbers"))
    left, right, _ = st.columns([1, 1, 3])
    with left:
        csv_button(text("compare.csv"), lambda: view.table_csv, "porownanie.csv", key="compare-csv")
    with right:
        xlsx_button(text("compare.xlsx"), lambda: view.table_xlsx, "porownanie.xlsx", key="compare-xlsx")
    st.caption(thresholds(text))
    with st.expander(text("compare.explain")):
        st.markdown(text("compare.explain.text"))
    st.subheader(text("compare.overlap.title"), anchor=False)
    if view.overlaps.empty:
        st.info(text("compare.overlap.none"))
    else:
        show_table(view.overlaps, alt=text("compare.overlap.title"))


def show_pair(query: PanelQuery, text: Text) -> None:
    """Show two maps that move together, and their numbers."""
    if len(set(query.subjects)) < len(query.subjects):
        st.warning(text("compare.same"))
        return
    view = pair_view(query, text, together=_together())
    st.caption(text("compare.together"))
    for n, (column, name, headline) in enumerate(zip(st.columns(2), view.names, view.headlines, strict=True)):
        with column:
            st.markdown(f"**{plain(name)}**  \n{plain(headline)}")
            show_map(view.paintings[n], key=f"pair-map-{n}")
    left, right = st.columns([1.6, 1])
    with left:
        show_table(view.table, alt=text("compare.numbers"))
    with right:
        show_legend(view.picture, text, statuses=query.statuses, scoped=True)


def _together() -> str:
    """Return a word of this session, so that maps of another tab do not move along."""
    word: str = st.session_state.setdefault("_together", uuid.uuid4().hex)
    return word


def show_sheet(view: SheetView, text: Text) -> None:
    """Show the sixteen voivodeships and their table."""
    st.markdown(f"**{plain(view.headline)}**")
    st.image(view.png, width="stretch", alt=view.alt)
    left, right, _ = st.columns([1, 1, 3])
    left.download_button(
        text("panels.png"), view.png, "wojewodztwa.png", "image/png", key="sheet-png", on_click="ignore"
    )
    right.download_button(
        text("panels.svg"), view.svg, "wojewodztwa.svg", "image/svg+xml", key="sheet-svg", on_click="ignore"
    )
    st.subheader(text("panels.table"), anchor=False)
    show_table(view.table, alt=text("panels.table"))
    csv_button(text("compare.csv"), lambda: view.table_csv, "wojewodztwa.csv", key="sheet-csv")


def show_network(view: NetworkView, statuses: tuple[Status, ...], text: Text) -> None:
    """Show clusters by voivodeship, reach across borders and who is in nobody's reach."""
    st.markdown(f"**{plain(view.headline)}**")
    _map(view.picture, "siec", view.notes, text, (*statuses, Status.POTENTIAL))
    st.subheader(text("network.table"), anchor=False)
    show_table(view.voivodeships, alt=text("network.table"))
    csv_button(text("network.csv"), lambda: view.voivodeships_csv, "siec-wojewodztwa.csv", key="network-csv")
    st.subheader(text("network.crossing"), anchor=False)
    st.caption(text("network.crossing.why"))
    if view.crossing.empty:
        st.info(text("network.crossing.none"))
    else:
        show_table(view.crossing, alt=text("network.crossing"))
        csv_button(text("network.crossing.csv"), lambda: view.crossing_csv, "siec-granice.csv", key="crossing-csv")
    st.subheader(text("network.alone"), anchor=False)
    st.caption(text("network.alone.why"))
    if view.alone.empty:
        st.info(text("network.alone.none"))
    else:
        show_table(view.alone, alt=text("network.alone"))
        csv_button(text("network.alone.csv"), lambda: view.alone_csv, "siec-poza-zasiegiem.csv", key="alone-csv")


def _map(picture: Picture, what: str, notes: tuple[str, ...], text: Text, statuses: tuple[Status, ...]) -> None:
    left, right = st.columns([2.2, 1])
    with left:
        show_map_with_files(picture, Taken("klastry", what), text, key=f"{what}-map")
    with right:
        show_legend(picture, text, statuses=tuple(dict.fromkeys(statuses)), scoped=False)
        show_marks(picture.marks, ("reach",))
        for note in notes:
            st.caption(plain(note))
