"""Load a list of members, review it, keep it; edit the clusters that are kept."""

import streamlit as st

from pages._ui import shell
from pages._ui.access import current_access, show_access
from pages._ui.cluster_form import show_clusters
from pages._ui.fields import Form, Tabs
from pages._ui.i18n import current_text
from pages._ui.intake.file import ask_file
from pages._ui.intake.mapping import ask_mapping
from pages._ui.intake.review import show_review
from pages._ui.intake.save import show_definition, show_save, show_session_lists
from pages._ui.intake.target import ask_target
from pages._ui.messages import explained
from pages._ui.page_state import begin_page

VIEWS = ("list", "clusters")
VIEW = Tabs("widok", "members.view", lambda text: {v: text(f"members.view.{v}") for v in VIEWS}, VIEWS[0], str)

text = current_text()
shell.begin(text, text("members.title"), own_address=True)
with explained(text):
    begin_page()
    access = current_access()
    form = Form(text)
    view = form.read(VIEW)
    form.write()
    st.markdown(text("members.lead"))
    show_access(access, text)
    form.show(VIEW, st.container())
    if view == "clusters":
        show_clusters(access, text)
    else:
        show_session_lists(text)
        upload = ask_file(text)
        prepared = ask_mapping(upload, text) if upload else None
        if upload and prepared:
            ask_target(text)
            review = show_review(prepared, text)
            show_save(review, upload, access, text)
        elif upload:
            show_definition(upload, access, text)
shell.end(text)
