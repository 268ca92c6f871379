"""Show who is within reach of a cluster, where the gaps are and whom to invite next."""

import streamlit as st

from geo.model.coverage import CoverageQuery
from geo.render.text import Text
from geo.services.atlas import proposed_area
from geo.services.coverage import CoverageView, coverage_view
from geo.services.papers import cluster_deck
from geo.services.pictures import coverage_picture
from geo.services.siting import SitingView
from pages._ui import shell
from pages._ui.atlas_form import show_atlas
from pages._ui.coverage_filters import ask
from pages._ui.downloads import csv_button, show_table, xlsx_button
from pages._ui.i18n import current_text, plain
from pages._ui.map_view import show_legend
from pages._ui.messages import explained
from pages._ui.picture_form import Taken, show_map_with_files
from pages._ui.siting_form import show_siting
from pages._ui.times_form import ask_times
from pages._ui.whatif_form import assumed, show_whatif


def show(view: CoverageView, siting: SitingView | None, text: Text) -> None:
    """Show the map, the numbers and the legend of a view."""
    message = st.empty()
    if not view.known:
        names = plain(", ".join(c.name for c in view.clusters))
        message.info(f"**{text('density.empty.title')}**\n\n{text('coverage.empty', name=names)}")
    st.markdown(f"**{plain(view.headline)}**")
    picture = coverage_picture(view, text)
    left, right = st.columns([2.2, 1])
    with left:
        taken = Taken(view.query.subject, "pokrycie", lambda look: cluster_deck(view, siting, look, text))
        show_map_with_files(picture, taken, text, key="coverage-map")
        if view.timed:
            st.caption(text("atlas.times"))
        else:
            show_atlas(view.query, text, area=proposed_area(view.query), key="coverage")
    with right:
        show_legend(picture, text, statuses=view.query.statuses, scoped=False)
        if not view.numbers.empty:
            show_table(view.numbers, alt=text("coverage.numbers"))
        for note in view.notes:
            st.caption(plain(note))


def show_tables(view: CoverageView, text: Text) -> None:
    """Show the gaps and all units."""
    st.subheader(text("coverage.gaps"), anchor=False)
    name = f"{view.query.subject.replace(',', '+')}-{view.query.level}"
    if view.gaps.empty:
        unknown = view.unknown_units
        if unknown:
            st.info(text("coverage.gaps.unknown", units=text.units(view.query.level, unknown)))
        else:
            st.success(text("coverage.gaps.none"))
    else:
        show_table(view.gaps, alt=text("coverage.gaps"))
        left, right, _ = st.columns([1, 1, 2])
        with left:
            csv_button(text("coverage.csv"), lambda: view.gaps_csv, f"{name}-luki.csv", key="gaps-csv")
        with right:
            xlsx_button(text("coverage.xlsx"), lambda: view.gaps_xlsx, f"{name}-luki.xlsx", key="gaps-xlsx")
    with st.expander(text("coverage.all")):
        show_table(view.table, alt=text("coverage.all"))
        csv_button(text("coverage.all.csv"), lambda: view.table_csv, f"{name}-pokrycie.csv", key="all-csv")


def show_all(asked: CoverageQuery, text: Text, *, circles: bool) -> None:
    """Show the map on top, then whom to invite, what-if and the gaps; the map shows their choices."""
    times = ask_times(text)
    top = st.container()
    st.subheader(text("siting.title"), anchor=False)
    siting = show_siting(asked, text)
    st.subheader(text("whatif.title"), anchor=False)
    query = assumed(asked)
    show_whatif(query, text)
    marks = siting.marks if siting else ()
    view = coverage_view(query, text, circles=circles, additions=marks, times=times)
    with top:
        show(view, siting, text)
    show_tables(view, text)


text = current_text()
shell.begin(text, text("coverage.title"), own_address=True)
with explained(text):
    choice = ask(text)
    if choice.query:
        show_all(choice.query, text, circles=choice.circles)
shell.end(text)
