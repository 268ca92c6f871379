"""
Hold what the page Dane remembers in one plain dictionary.

Every access to the session may end a run of the page when another is asked for. A change that was
kept must not be forgotten by that, so the dictionary is fetched before the change and filled after.
"""

from __future__ import annotations

import math
import time
from typing import Any

import streamlit as st

FORGOTTEN_S = 30.0


def page_state() -> dict[str, Any]:
    """Return the dictionary of this session; fetch it before anything is written to the store."""
    held: dict[str, Any] = st.session_state.setdefault("_members_page", {"opened": {}, "drafts": {}})
    return held


def pressed(
    where: st.delta_generator.DeltaGenerator, label: str, *, key: str, disabled: bool = False, **options: Any
) -> bool:
    """
    Show a button and say whether it was pressed since it was last asked.

    A press is noted before the page runs, so that it is not lost when the run it started is ended by
    another event of the browser, such as one of the map.
    """
    page, noted = page_state(), f"pressed:{key}"
    where.button(label, key=key, disabled=disabled, on_click=_note, args=(page, noted), **options)
    # A press that nobody asked for in time, because the user went elsewhere, is not made up for later.
    return time.monotonic() - page.pop(noted, -math.inf) < FORGOTTEN_S and not disabled


def _note(page: dict[str, Any], noted: str) -> None:
    page[noted] = time.monotonic()
