"""Lead a visitor to another page, or to another subject of the same page."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

_TURN = "_led_turn"


def lead_to(page: str, asked: dict[str, str], language: str) -> NoReturn:
    """
    Open a page with what its address asks for.

    Parameters
    ----------
    page
        Its file.
    asked
        Parameters of the address.
    language
        "pl" or "en".
    """
    st.session_state[_TURN] = turn() + 1
    st.switch_page(page, query_params=asked | ({} if language == "pl" else {"lang": language}))


def turn() -> int:
    """
    Return how often a visitor was led somewhere.

    A field whose key holds it begins anew then: the browser would still send what it showed before.
    """
    return int(st.session_state.get(_TURN, 0))
