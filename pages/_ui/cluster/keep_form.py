"""Keep a table that was loaded, links, travel times or a background, with the cluster that it belongs to."""

from __future__ import annotations

import streamlit as st

from geo.errors import KlastryError
from geo.model.selection import Subject
from geo.render.text import Text
from geo.services.attached import is_kept, keep_table, kept_csv
from geo.services.library import resolve
from pages._ui.access import current_access
from pages._ui.messages import show_error
from pages._ui.page_state import pressed


def show_keeping(subject: Subject, kind: str, loaded: bytes | None, text: Text, *, key: str) -> bytes | None:
    """
    Let an editor keep what was loaded with the one cluster it is about, or take away what is kept.

    Parameters
    ----------
    subject
        The cluster; with several nothing is kept.
    kind
        `ties`, `times` or `background`.
    loaded
        The table of this session, None where there is none.
    text
        Language.
    key
        Of the widgets.

    Returns
    -------
    table
        What was loaded, else what is kept; None where there is neither.
    """
    clusters = resolve(subject).clusters
    if len(clusters) != 1 or not is_kept(clusters[0].cluster_id):
        return loaded
    cluster_id, access = clusters[0].cluster_id, current_access()
    kept = kept_csv(cluster_id, kind)
    if kept is not None:
        st.caption(text(f"attached.{kind}.instead" if loaded is not None else f"attached.{kind}"))
    place = st.container()
    if access.may_write and loaded is not None:
        if pressed(place, text("attached.keep"), key=f"zachowaj-{key}"):
            _keep(cluster_id, kind, loaded, text)
    elif (
        access.may_write
        and kept is not None
        and pressed(place, text("attached.drop"), key=f"odlacz-{key}", icon=":material/delete:")
    ):
        _keep(cluster_id, kind, None, text)
    return kept if loaded is None else loaded


def _keep(cluster_id: str, kind: str, content: bytes | None, text: Text) -> None:
    try:
        keep_table(current_access(), cluster_id, kind, content)
    except KlastryError as error:
        show_error(error, text)
    else:
        st.rerun()
