"""Keep the accepted rows on the server, or use them in the session only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

import streamlit as st

from geo.errors import ConflictError, QueryError, StoreError
from geo.model.cluster import Cluster
from geo.model.intake import RowState
from geo.render.text import Text
from geo.services.access import Access
from geo.services.intake_review import Review
from geo.services.keeping import (
    blank_cluster,
    definition_in,
    editable_names,
    keep,
    merged,
    new_identifier,
    session_list,
)
from pages._ui import session_lists
from pages._ui.conflict import hold_conflict, show_conflict
from pages._ui.i18n import plain
from pages._ui.intake_file import Upload
from pages._ui.intake_target import ADD, NEW, REPLACE, opened, reopen
from pages._ui.messages import show_error

_SAVED = "_intake_saved"


def show_save(review: Review, upload: Upload, access: Access, text: Text) -> None:
    """Show the fourth step."""
    st.subheader(text("intake.step.save"), anchor=False)
    accepted = review.count(RowState.ACCEPTED)
    if not accepted:
        st.info(text("intake.nothing"))
        return
    if waiting := review.count(RowState.DECIDE):
        st.warning(text("intake.left", n=text.number(waiting)))
    cluster = _ask_target(upload, text)
    show_conflict(access, text)
    left, right = st.columns(2)
    if (
        left.button(text("intake.session"), help=text("intake.session.help"), key="sesja", disabled=cluster is None)
        and cluster
    ):
        _use(review, cluster, text)
    label = text("intake.save", organisations=text.count("organisations", accepted))
    blocked = cluster is None or not access.may_write
    why = None if access.may_write else text(f"access.{access.reason}", author="")
    if right.button(label, type="primary", disabled=blocked, help=why, key="zapisz") and cluster:
        _save(review, upload, cluster, access, text)
    if _SAVED in st.session_state:
        cluster_id, message = st.session_state[_SAVED]
        _links(cluster_id, message, text)


def _ask_target(upload: Upload, text: Text) -> Cluster | None:
    """Ask where the list goes; None until it is said."""
    names = editable_names()
    kinds = {k: text(f"intake.target.{k}") for k in (NEW, ADD, REPLACE)}
    kind = st.radio(text("intake.target"), list(kinds), format_func=kinds.__getitem__, key="dokad", horizontal=True)
    came_with = definition_in(upload.raw.definition)
    if kind == NEW:
        suggested = came_with.name if came_with else ""
        name = st.text_input(text("intake.target.name"), value=suggested, max_chars=200, key="nazwa-klastra").strip()
        if came_with:
            st.caption(text("intake.definition", name=plain(came_with.name)))
            return replace(came_with, name=name, cluster_id=new_identifier(name)) if name else None
        return blank_cluster(name) if name else None
    cluster_id = st.selectbox(text("intake.target.cluster"), list(names), format_func=names.__getitem__, key="cel")
    return opened(cluster_id).cluster if cluster_id else None


def _use(review: Review, cluster: Cluster, text: Text) -> None:
    named = replace(
        cluster, cluster_id=f"sesja-{cluster.cluster_id}", name=text("intake.session.name", name=cluster.name)
    )
    session_lists.add(session_list(named, review.members))
    st.session_state[_SAVED] = (named.cluster_id, text("intake.used", name=plain(named.name)))
    st.rerun()


def _save(review: Review, upload: Upload, cluster: Cluster, access: Access, text: Text) -> None:
    kind = st.session_state["dokad"]
    base = None if kind == NEW else opened(cluster.cluster_id)
    members = merged(base.members, review.members) if base and kind == ADD else review.members
    version = base.stored.version if base else 0
    file_name = PurePath(upload.name).name
    try:
        action = "create" if kind == NEW else "import"
        number = keep(access, cluster, version, members, action=action, file_name=file_name)
    except ConflictError as error:
        hold_conflict(error, cluster, members, file_name)
        st.rerun()
    except (QueryError, StoreError) as error:
        show_error(error, text)
        return
    reopen(cluster.cluster_id)
    message = text("intake.saved", number=number, name=plain(cluster.name))
    st.session_state[_SAVED] = (cluster.cluster_id, message)
    st.rerun()


def _links(cluster_id: str, message: str, text: Text) -> None:
    st.success(message)
    language = {} if text.language == "pl" else {"lang": text.language}
    left, right, _ = st.columns(3)
    for column, page, label in ((left, "density", "density"), (right, "coverage", "coverage")):
        column.page_link(
            f"pages/{page}.py",
            label=text(f"intake.open.{label}"),
            query_params={"klaster": cluster_id, **language},
            icon=":material/map:",
        )


def show_session_lists(text: Text) -> None:
    """Show the lists of the session, each with a way to drop it."""
    entries = session_lists.session_lists()
    if not entries:
        return
    with st.expander(f"{text('session.lists')} ({len(entries)})"):
        for entry in entries:
            label = text("session.drop", name=plain(entry.cluster.name))
            if st.button(label, key=f"usun-{entry.cluster.cluster_id}", icon=":material/delete:"):
                session_lists.drop(entry.cluster.cluster_id)
                st.session_state.pop(_SAVED, None)
                st.rerun()
