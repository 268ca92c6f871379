"""
Hold what the page Dane remembers in one plain dictionary.

Every access to the session may end a run of the page when another is asked for. A change that was
kept must not be forgotten by that, so the dictionary is fetched before the change and filled after.
"""

from __future__ import annotations

from typing import Any

import streamlit as st


def page_state() -> dict[str, Any]:
    """Return the dictionary of this session; fetch it before anything is written to the store."""
    held: dict[str, Any] = st.session_state.setdefault("_members_page", {"opened": {}, "drafts": {}})
    return held
