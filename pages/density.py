"""Show where the organisations of a cluster are and how densely."""

import streamlit as st

from geo.render.text import Text
from geo.services.atlas import proposed_area
from geo.services.density import DensityView, density_view
from geo.services.pictures import density_picture
from pages._ui import shell
from pages._ui.atlas_form import show_atlas
from pages._ui.density_filters import ask
from pages._ui.downloads import csv_button, show_table
from pages._ui.i18n import current_text, plain
from pages._ui.map_view import show_legend
from pages._ui.messages import explained
from pages._ui.picture_form import Taken, show_map_with_files


def show(view: DensityView, text: Text) -> None:
    """Show the map, the legend and the tables of a view."""
    # Always there, so that the map below keeps its place on the page and is repainted, not rebuilt.
    message = st.empty()
    if not view.known:
        names = plain(", ".join(c.name for c in view.clusters))
        message.info(f"**{text('density.empty.title')}**\n\n{text('density.empty', name=names)}")
    elif view.organisations.empty:
        message.info(text("density.filtered"))
    st.markdown(f"**{plain(view.headline)}**")
    picture = density_picture(view, text)
    left, right = st.columns([2.4, 1])
    with left:
        taken = Taken(view.query.subject, "gestosc")
        show_map_with_files(picture, taken, text, key="density-map")
        show_atlas(view.query, text, area=proposed_area(view.query), key="density")
    with right:
        for note in view.notes:
            st.caption(plain(note))
        show_legend(picture, text, statuses=view.query.statuses, scoped=view.outside > 0)
    if len(view.unlocated):
        count = text.count("organisations", len(view.unlocated))
        with st.expander(text("density.unlocated", organisations=count)):
            st.write(text("density.unlocated.why"))
            show_table(view.unlocated, alt=text("density.unlocated", organisations=count))
    name = view.query.subject
    st.subheader(text("density.table"), anchor=False)
    show_table(view.table, alt=text("density.table.alt", title=view.headline))
    csv_button(text("density.csv"), lambda: view.table_csv, f"{name}-{view.query.level}.csv", key="units-csv")
    st.subheader(text("density.members"), anchor=False)
    show_table(view.organisations, alt=text("density.members"))
    csv_button(text("density.members.csv"), lambda: view.organisations_csv, f"{name}.csv", key="members-csv")


text = current_text()
shell.begin(text, text("density.title"), own_address=True)
with explained(text):
    choice = ask(text)
    if choice.query is None:
        st.warning(text("density.choose"))
    else:
        show(density_view(choice.query, text, basemap=choice.basemap), text)
shell.end(text)
