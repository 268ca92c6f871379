"""Tell the browser where the keyboard goes on, and what is a result that is said when it changes."""

from __future__ import annotations

import streamlit as st

from pages._ui.page_state import page_state


def result(name: str) -> st.delta_generator.DeltaGenerator:
    """Return a place whose words are said, to whoever does not see them, whenever they change."""
    return st.container(key=f"wynik-{name}")


def focus_on(key: str) -> None:
    """Have the first field, button or link within the container of this key take the focus after this run."""
    page = page_state()
    page["goal"] = (key, page.get("goal", ("", 0))[1] + 1)


def show_goal() -> None:
    """Write where the keyboard goes on, for the script of the page; always there, last on the page."""
    key, turn = page_state().get("goal", ("", 0))
    st.html(f"<i class='klastry-focus' data-to='{key}' data-turn='{turn or ''}'></i>")
