"""Load a list of members, review it, keep it; edit the clusters that are kept."""

import streamlit as st

from pages._ui import shell, state
from pages._ui.access import current_access, show_access
from pages._ui.cluster_form import show_clusters
from pages._ui.i18n import current_text
from pages._ui.intake_file import ask_file
from pages._ui.intake_mapping import ask_mapping
from pages._ui.intake_review import show_review
from pages._ui.intake_save import show_definition, show_save, show_session_lists
from pages._ui.messages import explained
from pages._ui.page_state import begin_page

VIEWS = ("list", "clusters")

text = current_text()
shell.begin(text, text("members.title"), own_address=True)
with explained(text):
    begin_page()
    access = current_access()
    view = state.choice("widok", VIEWS[0], VIEWS)
    state.write_address({"lang": text.language, "widok": view}, {"lang": "pl", "widok": VIEWS[0]})
    st.markdown(text("members.lead"))
    show_access(access, text)
    labels = {v: text(f"members.view.{v}") for v in VIEWS}
    st.segmented_control(text("members.view"), VIEWS, format_func=labels.__getitem__, key="widok", required=True)
    if view == "clusters":
        show_clusters(access, text)
    else:
        show_session_lists(text)
        upload = ask_file(text)
        prepared = ask_mapping(upload, text) if upload else None
        if upload and prepared:
            review = show_review(prepared, text)
            show_save(review, upload, access, text)
        elif upload:
            show_definition(upload, access, text)
shell.end(text)
