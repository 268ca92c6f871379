"""Hold the lists that a visitor uses in one session, without keeping them on the server."""

from __future__ import annotations

import streamlit as st

from geo.services.library import SessionList

_LISTS = "_session_lists"


def session_lists() -> tuple[SessionList, ...]:
    """Return the lists of this session."""
    held: dict[str, SessionList] = st.session_state.get(_LISTS, {})
    return tuple(held.values())


def add(entry: SessionList) -> None:
    """Add a list, or put it in the place of the one with its identifier."""
    st.session_state.setdefault(_LISTS, {})[entry.cluster.cluster_id] = entry


def drop(cluster_id: str) -> None:
    """Remove a list from the session."""
    st.session_state.get(_LISTS, {}).pop(cluster_id, None)
