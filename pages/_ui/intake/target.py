"""Hold where a list goes: a new cluster, or one that is there."""

from __future__ import annotations

from typing import Any

import streamlit as st

from geo.services.editing import KeptCluster, editable_names, open_kept
from pages._ui.page_state import page_state

NEW, ADD, REPLACE = "new", "add", "replace"


def chosen_target() -> tuple[str, str]:
    """Return what the list is for and the cluster it goes to ("" for a new one)."""
    kind = str(st.session_state.get("dokad", NEW))
    return kind, str(st.session_state.get("cel", "")) if kind != NEW else ""


def existing_members() -> Any:
    """Return the members the list is added to, to find what is there already; None if it is not added."""
    kind, cluster_id = chosen_target()
    names = editable_names()
    if kind != ADD or not names:
        return None
    # The first of the list is what its select box will show.
    return opened(cluster_id if cluster_id in names else next(iter(names))).members


def opened(cluster_id: str) -> KeptCluster:
    """Return a cluster as this session opened it first, so that a later change by somebody else shows."""
    held: dict[str, KeptCluster] = page_state()["opened"]
    if cluster_id not in held:
        held[cluster_id] = open_kept(cluster_id)
    return held[cluster_id]
