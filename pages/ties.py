"""Show links between members: arcs on the map, gmina by gmina, density, degree, isolated members."""

import streamlit as st

from geo.errors import TableError
from geo.model.cluster import Status
from geo.render.text import Text
from geo.services.ties import TiesView, linked_members, template_csv, ties_view
from pages._ui import shell
from pages._ui.downloads import csv_button, show_table
from pages._ui.i18n import current_text, plain
from pages._ui.map_view import show_legend, show_marks
from pages._ui.messages import explained, show_problems
from pages._ui.picture_form import Taken, show_map_with_files
from pages._ui.state import write_address
from pages._ui.subject_filter import ask_subject
from pages._ui.ties_form import ask_ties


def show(subject: str, text: Text) -> None:
    """Ask for links and show them."""
    if linked_members(subject).empty:
        st.info(text("ties.none"))
        return
    content = ask_ties(subject, template_csv(subject, text), text)
    if content is None:
        st.info(text("ties.empty"))
        return
    try:
        view = ties_view(subject, content, text)
    except TableError as error:
        show_problems(error, text, text("ties.problem"))
        return
    show_view(subject, view, text)


def show_view(subject: str, view: TiesView, text: Text) -> None:
    """Show the map, the members and the matrix."""
    st.markdown(f"**{plain(view.headline)}**")
    left, right = st.columns([2.2, 1])
    with left:
        show_map_with_files(view.picture, Taken(subject.replace(",", "+"), "powiazania"), text, key="ties-map")
    with right:
        show_marks(view.picture.marks, ("line",))
        show_legend(view.picture, text, statuses=(Status.MEMBER, Status.DECLARED), scoped=False)
        for note in view.notes:
            st.caption(plain(note))
    st.subheader(text("ties.links.title"), anchor=False)
    show_table(view.links, alt=text("ties.links.title"))
    csv_button(text("ties.links.csv"), lambda: view.links_csv, "powiazania.csv", key="ties-links")
    st.subheader(text("ties.members"), anchor=False)
    st.caption(text("ties.how"))
    show_table(view.members, alt=text("ties.members"))
    csv_button(text("ties.members.csv"), lambda: view.members_csv, "powiazania-czlonkowie.csv", key="ties-members")
    st.subheader(text("ties.isolated"), anchor=False)
    if view.isolated.empty:
        st.success(text("ties.isolated.none"))
    else:
        show_table(view.isolated, alt=text("ties.isolated"))
    st.subheader(text("ties.matrix"), anchor=False)
    st.caption(text("ties.matrix.help"))
    show_table(view.matrix, alt=text("ties.matrix"))
    csv_button(text("ties.matrix.csv"), lambda: view.matrix_csv, "powiazania-gminy.csv", key="ties-matrix")


text = current_text()
shell.begin(text, text("ties.title"), own_address=True)
with explained(text):
    st.caption(text("ties.lead"))
    chosen = ask_subject(text)
    write_address({"lang": text.language, "klaster": list(chosen)}, {"lang": "pl"})
    if chosen:
        show(",".join(chosen), text)
shell.end(text)
