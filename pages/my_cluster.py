"""Keep a cluster: its list, a new list to load, its territory and sectors, its versions, and erasing it."""

import streamlit as st

from geo.render.text import Text
from geo.services.access import Access
from pages._ui import shell
from pages._ui.access import current_access, show_access
from pages._ui.cluster_form import ask_cluster, show_definition_of, show_list
from pages._ui.confirm_form import show_due
from pages._ui.drafts import ask_draft, keep_draft, listen, owner_key
from pages._ui.erase_form import show_erasing
from pages._ui.fields import Form, Tabs
from pages._ui.i18n import current_text
from pages._ui.intake.file import ask_file, open_upload
from pages._ui.intake.mapping import ask_mapping
from pages._ui.intake.review import show_review
from pages._ui.intake.save import show_definition, show_save, show_session_lists
from pages._ui.intake.taken_up import draft_state, take_up
from pages._ui.intake.target import ask_target
from pages._ui.message_form import show_queue, show_waiting
from pages._ui.messages import explained
from pages._ui.page_state import begin_page
from pages._ui.versions_view import show_versions

LIST, LOAD, TERRITORY, VERSIONS, ERASE = "lista", "wczytaj", "terytorium", "wersje", "usun"
MESSAGES = "zgloszenia"
_WORDS = {
    LIST: "list",
    LOAD: "load",
    TERRITORY: "territory",
    VERSIONS: "versions",
    ERASE: "erase",
    MESSAGES: "messages",
}
VIEW = Tabs("widok", "place.mine.view", lambda text: {v: text(f"place.mine.{k}") for v, k in _WORDS.items()}, LIST, str)


def load(access: Access, text: Text) -> None:
    """Take a list through its steps: file, columns, review, keeping; what is not kept stays as a draft."""
    # Always there, so that the field for a file keeps its place on the page: one that moves loses its file.
    lists, drafts, key = st.container(), st.container(), owner_key()
    with lists:
        show_session_lists(text)
    with drafts:
        taken = ask_draft(key, text) if open_upload() is None else None
    if taken:
        take_up(*taken)
    upload = ask_file(text)
    prepared = ask_mapping(upload, text) if upload else None
    kept = False
    if upload and prepared:
        ask_target(text)
        review = show_review(prepared, text)
        kept = show_save(review, upload, access, text)
    elif upload:
        show_definition(upload, access, text)
    unsaved = upload is not None and not kept
    if upload and unsaved and any(flaw.kind == "pesel" for flaw in upload.raw.flaws):
        st.caption(text("draft.pesel"))
    elif upload and unsaved:
        keep_draft(key, upload.name, upload.content, draft_state(upload), text)
    # The browser is asked for its key, and asks in turn before an unsaved list is left.
    listen(unsaved=unsaved)


def show(view: str, access: Access, text: Text) -> None:
    """Show what belongs to a cluster that is there."""
    held = ask_cluster(access, text, view=view, new=view == TERRITORY)
    if view == TERRITORY:
        show_definition_of(held, access, text)
    elif held is None:
        st.info(text("place.mine.none"))
    elif view == LIST:
        show_list(held, access, text)
    elif view == VERSIONS:
        if held.stored.version:
            show_versions(held, access, text)
        else:
            st.info(text("place.mine.unkept"))
    elif access.may_write:
        show_erasing(held, access, text)
    else:
        st.info(text("place.mine.readonly"))


text = current_text()
shell.begin(text, text("place.mine"), own_address=True)
with explained(text):
    begin_page()
    access, form = current_access(), Form(text)
    chosen = form.read(VIEW)
    form.write()
    show_access(access, text)
    with st.container():
        show_waiting(access, text)
        show_due(access, text)
    form.show(VIEW, st.container())
    # Named, so that nothing that comes or goes above takes a field with its file, or the focus, away.
    with st.container(key=f"praca-{chosen}"):
        if chosen == LOAD:
            load(access, text)
        elif chosen == MESSAGES:
            show_queue(access, text)
        else:
            show(chosen, access, text)
shell.end(text)
