"""Say when a list was confirmed, and ask quietly after half a year whether it is still right."""

from __future__ import annotations

import streamlit as st

from geo.errors import KlastryError
from geo.render.text import Text
from geo.services.access import Access
from geo.services.confirmed import confirmed_on, due, is_due
from geo.services.editing import KeptCluster
from geo.services.labels import some_names
from geo.services.member_edits import confirm
from pages._ui.i18n import plain
from pages._ui.messages import show_error
from pages._ui.page_state import page_state, pressed, undisturbed


def show_due(access: Access, text: Text) -> None:
    """Tell editors quietly which lists nobody has confirmed for half a year."""
    if access.may_write and (old := due()):
        names = some_names([plain(c.name) for c in old], text)
        st.caption(text("confirm.waiting", clusters=text.count("confirm.count", len(old)), names=names))


def show_confirmed(held: KeptCluster, access: Access, text: Text) -> None:
    """Say on which day the list was confirmed, with a button that confirms it."""
    if not len(held.members):
        return
    known = confirmed_on((held.cluster.cluster_id,)).get(held.cluster.cluster_id)
    left, right = st.columns([3, 1], vertical_alignment="center")
    words = text("confirm.on", date=text.day(known)) if known else text("confirm.never")
    due = known is not None and is_due(known)
    if due and access.may_write:
        left.info(f"{words} {text('confirm.due')}")
    else:
        left.markdown(words)
    if access.may_write and pressed(
        right,
        text("confirm.do"),
        key="potwierdz-liste",
        type="primary" if due else "secondary",
        icon=":material/check:",
    ):
        _confirm(held, access, text)


@undisturbed()
def _confirm(held: KeptCluster, access: Access, text: Text) -> None:
    page, cluster_id = page_state(), held.cluster.cluster_id
    try:
        done = confirm(access, held)
    except KlastryError as error:
        show_error(error, text)
        return
    page["saved"] = (cluster_id, text("confirm.done", name=plain(held.cluster.name), number=done.after))
    page["opened"].pop(cluster_id, None)
    st.rerun()
