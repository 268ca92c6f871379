"""Show where the organisations of a cluster are and how densely."""

from __future__ import annotations

from functools import partial

import streamlit as st

from geo.model.selection import Subject
from geo.services.atlas import proposed_area
from geo.services.density import density_view
from pages._ui.atlas_form import show_atlas
from pages._ui.cluster.density_filters import ask
from pages._ui.fields import Form
from pages._ui.picture_form import ExportNames
from pages._ui.view import show_tables, show_view


def show(form: Form, subject: Subject) -> None:
    """Ask for the measure; show the map and the tables."""
    text, choice = form.text, ask(form, subject)
    if choice.query is None:
        st.warning(text("density.choose"))
        return
    view = density_view(choice.query, text, basemap=choice.basemap)
    atlas = partial(show_atlas, view.query, text, area=proposed_area(view.query), key="density")
    show_view(view, ExportNames(view.query.subject.stem, "gestosc", "density-map"), text, beneath=atlas)
    if view.known:
        show_tables(view, text, "unlocated", "units", "organisations")
