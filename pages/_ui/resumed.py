"""Notice an open page that goes on with a server which no longer knows it, and let its choices win."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.common import user_key_from_element_id

_BEGUN = "_begun"
_SENT = "_sent"
_RESUMED = "_resumed"


def begin_run() -> None:
    """
    Find out, in the first run of a session, what the browser has sent.

    A fresh visitor's page has no fields yet. A page that sends some has outlived its session: the
    server was started again, or forgot it.
    """
    if _BEGUN in st.session_state:
        st.session_state[_SENT] = frozenset()
        return
    sent = _sent_keys()
    st.session_state[_BEGUN] = True
    st.session_state[_SENT] = sent
    st.session_state[_RESUMED] = bool(sent)


def _sent_keys() -> frozenset[str]:
    context = get_script_run_ctx()
    if context is None:
        return frozenset()
    states = context.session_state._state._new_widget_state.states  # noqa: SLF001 - not told in any other way
    return frozenset(key for identifier in states if (key := user_key_from_element_id(identifier)))


def sent(name: str) -> bool:
    """Say whether the browser has sent this field in the first run of its session."""
    return name in st.session_state.get(_SENT, frozenset())


def taking_over() -> bool:
    """Say whether this is the first run after the session was lost: fields take the values of the browser in it."""
    return bool(st.session_state.get(_SENT))


def resumed() -> bool:
    """Say whether this page was open before its session began."""
    return bool(st.session_state.get(_RESUMED))
