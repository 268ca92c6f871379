"""Show links between members: arcs on the map, gmina by gmina, density, degree, isolated members."""

import streamlit as st

from geo.errors import TableError
from geo.model.selection import Subject
from geo.render.text import Text
from geo.services.ties import linked_members, template_csv, ties_view
from pages._ui import shell
from pages._ui.fields import Form
from pages._ui.i18n import current_text
from pages._ui.messages import explained, show_problems
from pages._ui.picture_form import ExportNames
from pages._ui.subject_filter import ask_subject
from pages._ui.ties_form import ask_ties
from pages._ui.view import show_tables, show_view


def show(subject: Subject, text: Text) -> None:
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
    show_view(view, ExportNames(subject.stem, "powiazania", "ties-map"), text)
    show_tables(view, text)


text = current_text()
shell.begin(text, text("ties.title"), own_address=True)
with explained(text):
    st.caption(text("ties.lead"))
    form = Form(text)
    subject = ask_subject(form)
    form.write()
    if subject:
        show(subject, text)
shell.end(text)
