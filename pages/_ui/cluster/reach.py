"""Show who is within reach of a cluster, where its gaps are, and whom to invite."""

from __future__ import annotations

import streamlit as st

from geo.model.selection import Subject
from geo.render.text import Text
from geo.services.atlas import proposed_area
from geo.services.coverage import CoverageView, coverage_view
from geo.services.reports import cluster_deck
from geo.services.siting import SitingView
from pages._ui.atlas_form import show_atlas
from pages._ui.cluster.reach_filters import ask
from pages._ui.cluster.siting_form import show_siting
from pages._ui.cluster.times_form import ask_times
from pages._ui.cluster.whatif_form import assumed, show_whatif
from pages._ui.fields import Form
from pages._ui.picture_form import ExportNames
from pages._ui.view import show_tables, show_view


def show(form: Form, subject: Subject) -> None:
    """Show the map of reach, the gaps and the table of units."""
    text, choice = form.text, ask(form, subject)
    if choice.query is None:
        return
    times = ask_times(choice.query, text)
    view = coverage_view(choice.query, text, circles=choice.circles, times=times)
    _show_map(view, None, text, of_a_file=times is not None)
    if view.known:
        show_tables(view, text)


def show_invite(form: Form, subject: Subject) -> None:
    """Show whom to invite and which gminy might join, on the map and in tables."""
    text, choice = form.text, ask(form, subject)
    if choice.query is None:
        return
    query, top = assumed(choice.query, text), st.container()
    st.header(text("siting.title"), anchor=False)
    siting = show_siting(choice.query, text)
    st.header(text("whatif.title"), anchor=False)
    show_whatif(query, text)
    marks = siting.marks if siting else ()
    with top:
        _show_map(coverage_view(query, text, circles=choice.circles, additions=marks), siting, text)


def _show_map(view: CoverageView, siting: SitingView | None, text: Text, *, of_a_file: bool = False) -> None:
    """Show the map, the numbers and the legend of a view."""

    def beneath() -> None:
        if of_a_file:
            st.caption(text("atlas.times"))
        else:
            show_atlas(view.query, text, area=proposed_area(view.query), key="coverage")

    names = ExportNames(
        view.query.subject.stem,
        "pokrycie",
        "coverage-map",
        lambda look: cluster_deck(view, siting, look, text),
        told=view.query.reach.told,
    )
    show_view(view, names, text, beneath=beneath)
