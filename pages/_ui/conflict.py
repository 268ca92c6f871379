"""Show both versions where somebody else was faster, and let the editor choose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from geo.errors import ConflictError, KlastryError, StoreError
from geo.model.cluster import Cluster
from geo.render.error_words import error_texts
from geo.render.text import Text
from geo.services.access import Access
from geo.services.editing import keep
from geo.services.versions import difference, merge_changes
from pages._ui.downloads import show_table
from pages._ui.i18n import plain
from pages._ui.messages import show_error
from pages._ui.page_state import page_state, pressed, undisturbed


@dataclass(frozen=True)
class _Held:
    error: ConflictError
    cluster: Cluster
    members: Any
    file_name: str


def hold_conflict(
    page: dict[str, Any], error: ConflictError, cluster: Cluster, members: Any, file_name: str = ""
) -> None:
    """Remember a change that was refused, so that nothing of it is lost."""
    page["conflict"] = _Held(error, cluster, members, file_name)


def show_conflict(access: Access, text: Text) -> None:
    """Show the refused change beside what is kept, if there is one."""
    held: _Held | None = page_state().get("conflict")
    if held is None:
        return
    with st.container(border=True):
        st.error(f"**{text('conflict.title')}**\n\n{error_texts(held.error, text, plain)[0]}")
        try:
            table = difference(held.cluster, held.members, held.cluster.cluster_id, text)
            merged = merge_changes(held.cluster, held.members, held.error.based_on)
        except StoreError as error:
            # What was typed stays held until the store answers again.
            show_error(error, text)
            return
        if table.empty:
            st.info(text("conflict.same"))
        else:
            show_table(table, alt=text("conflict.title"))
        columns = st.columns(3)
        blocked = not access.may_write
        if merged and pressed(
            columns[0], text("conflict.merge"), key="konflikt-razem", type="primary", disabled=blocked
        ):
            _take(held, *merged, access, text)
        if pressed(columns[1], text("conflict.take"), key="konflikt-moja", disabled=blocked):
            _take(held, held.cluster, held.members, access, text)
        if pressed(columns[2], text("conflict.drop"), key="konflikt-odrzuc"):
            _close(held, page_state())


@undisturbed()
def _take(held: _Held, cluster: Cluster, members: Any, access: Access, text: Text) -> None:
    """Keep a change on top of the version that was shown; a third editor is a new conflict."""
    page = page_state()
    try:
        keep(access, cluster, held.error.current, members, action="edit", file_name=held.file_name)
    except ConflictError as error:
        hold_conflict(page, error, held.cluster, held.members, held.file_name)
        st.rerun()
    except KlastryError as error:
        show_error(error, text)
        return
    _close(held, page)


def _close(held: _Held, page: dict[str, Any]) -> None:
    page.pop("conflict", None)
    page["drafts"].clear()
    page["opened"].pop(held.cluster.cluster_id, None)
    st.rerun()
