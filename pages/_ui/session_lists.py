"""Hold the lists that a visitor uses in one session, without keeping them on the server."""

from __future__ import annotations

from contextvars import ContextVar

import streamlit as st

from geo.services.library import SessionList

_LISTS = "_session_lists"
SESSION_PREFIX = "sesja-"
_held: ContextVar[dict[str, SessionList] | None] = ContextVar("session_lists", default=None)


def session_lists() -> tuple[SessionList, ...]:
    """Return the lists of this session."""
    held: dict[str, SessionList] = st.session_state.setdefault(_LISTS, {})
    _held.set(held)
    return tuple(held.values())


def add(entry: SessionList) -> None:
    """Add a list, or put it in the place of the one with its identifier."""
    _lists()[entry.cluster.cluster_id] = entry


def drop(cluster_id: str) -> None:
    """Remove a list from the session."""
    _lists().pop(cluster_id, None)


def _lists() -> dict[str, SessionList]:
    """Return the lists as fetched at the start of the run: asking the session itself may end it."""
    held = _held.get()
    return held if held is not None else st.session_state.setdefault(_LISTS, {})
