"""Show who is within reach of a cluster, where the gaps are and whom to invite next."""

import streamlit as st

from geo.model.coverage import CoverageQuery
from geo.render.text import Text
from geo.services.atlas import proposed_area
from geo.services.coverage import CoverageView, coverage_view
from geo.services.reports import cluster_deck
from geo.services.siting import SitingView
from pages._ui import shell
from pages._ui.atlas_form import show_atlas
from pages._ui.coverage_filters import ask
from pages._ui.i18n import current_text
from pages._ui.messages import explained
from pages._ui.picture_form import ExportNames
from pages._ui.siting_form import show_siting
from pages._ui.times_form import ask_times
from pages._ui.view import show_tables, show_view
from pages._ui.whatif_form import assumed, show_whatif


def show(view: CoverageView, siting: SitingView | None, text: Text) -> None:
    """Show the map, the numbers and the legend of a view."""

    def beneath() -> None:
        if view.timed:
            st.caption(text("atlas.times"))
        else:
            show_atlas(view.query, text, area=proposed_area(view.query), key="coverage")

    names = ExportNames(
        view.query.subject.stem, "pokrycie", "coverage-map", lambda look: cluster_deck(view, siting, look, text)
    )
    show_view(view, names, text, beneath=beneath)


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
    if view.known or query.added:
        show_tables(view, text)


text = current_text()
shell.begin(text, text("coverage.title"), own_address=True)
with explained(text):
    choice = ask(text)
    if choice.query:
        show_all(choice.query, text, circles=choice.circles)
shell.end(text)
