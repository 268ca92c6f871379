"""Show links between members: arcs on the map, gmina by gmina, density, degree, isolated members."""

from __future__ import annotations

import streamlit as st

from geo.errors import TableError
from geo.model.selection import Subject
from geo.services.attached import TIES
from geo.services.ties import linked_members, template_csv, ties_view
from pages._ui.cluster.keep_form import show_keeping
from pages._ui.cluster.links_form import ask_ties
from pages._ui.fields import Form
from pages._ui.messages import show_problems
from pages._ui.picture_form import ExportNames
from pages._ui.view import show_tables, show_view


def show(form: Form, subject: Subject) -> None:
    """Ask for links and show them."""
    text = form.text
    form.write()
    st.caption(text("ties.lead"))
    if linked_members(subject).empty:
        st.info(text("ties.none"))
        return
    content = ask_ties(subject, template_csv(subject, text), text)
    content = show_keeping(subject, TIES, content, text, key="powiazania")
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
