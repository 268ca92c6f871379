"""Hold where a list goes: a new cluster, or one that is there."""

from __future__ import annotations

from typing import Any

import streamlit as st

from geo.render.text import Text
from geo.services.editing import KeptCluster, editable_names, open_kept
from pages._ui.page_state import page_state

NEW, ADD, REPLACE = "new", "add", "replace"


def ask_target(text: Text) -> None:
    """Ask whether a list makes a new cluster, is added to one, or takes the place of one's list."""
    st.header(text("intake.step.target"), anchor=False)
    kinds = {k: text(f"intake.target.{k}") for k in (NEW, ADD, REPLACE)}
    kind = st.radio(
        text("intake.target"),
        list(kinds),
        list(kinds).index(begun("dokad", NEW)),
        format_func=kinds.__getitem__,
        key="dokad",
        horizontal=True,
        label_visibility="collapsed",
    )
    note_field("dokad", kind)
    if kind != NEW and (names := editable_names()):
        goal = begun("cel", "")
        first = list(names).index(goal) if goal in names else 0
        chosen = st.selectbox(
            text("intake.target.cluster"), list(names), first, format_func=names.__getitem__, key="cel"
        )
        note_field("cel", chosen)


def begun(field: str, usual: str) -> str:
    """Return what a field begins with: as it was when it was last shown, or in the draft taken up; else as usual."""
    return str(page_state().get("taken", {}).get(field, usual))


def note_field(field: str, value: str) -> None:
    """Remember a field: Streamlit forgets those that are not shown, as while somebody looks at another tab."""
    page_state().setdefault("taken", {})[field] = value


def chosen_target() -> tuple[str, str]:
    """Return what the list is for and the cluster it goes to ("" for a new one)."""
    kind = str(st.session_state.get("dokad", NEW))
    return kind, str(st.session_state.get("cel", "")) if kind != NEW else ""


def members_there(kind: str) -> Any:
    """Return the members of the cluster that a list is added to, or takes the place of; None if it goes elsewhere."""
    chosen, cluster_id = chosen_target()
    return opened(cluster_id).members if chosen == kind and cluster_id in editable_names() else None


def opened(cluster_id: str) -> KeptCluster:
    """Return a cluster as this session opened it first, so that a later change by somebody else shows."""
    held: dict[str, KeptCluster] = page_state()["opened"]
    if cluster_id not in held:
        held[cluster_id] = open_kept(cluster_id)
    return held[cluster_id]
