"""Show where the organisations of a cluster are and how densely."""

from functools import partial

import streamlit as st

from geo.render.text import Text
from geo.services.atlas import proposed_area
from geo.services.density import DensityView, density_view
from pages._ui import shell
from pages._ui.atlas_form import show_atlas
from pages._ui.density_filters import ask
from pages._ui.i18n import current_text
from pages._ui.messages import explained
from pages._ui.picture_form import ExportNames
from pages._ui.view import show_tables, show_view


def show(view: DensityView, text: Text) -> None:
    """Show the map and the tables of a view."""
    atlas = partial(show_atlas, view.query, text, area=proposed_area(view.query), key="density")
    show_view(view, ExportNames(view.query.subject.stem, "gestosc", "density-map"), text, beneath=atlas)
    if view.known:
        show_tables(view, text, "unlocated", "units", "organisations")


text = current_text()
shell.begin(text, text("density.title"), own_address=True)
with explained(text):
    choice = ask(text)
    if choice.query is None:
        st.warning(text("density.choose"))
    else:
        show(density_view(choice.query, text, basemap=choice.basemap), text)
shell.end(text)
