"""Ask for clusters or networks alone, and keep the answer in the address."""

from __future__ import annotations

import streamlit as st

from geo.render.text import Text
from geo.services.catalogue import subject_names
from pages._ui import state
from pages._ui.i18n import plain


def ask_subject(text: Text) -> tuple[str, ...]:
    """Show the choice of clusters and return their identifiers; () where none is chosen, which is said."""
    names = subject_names(text)
    message = st.empty()
    wrong = state.rejected("klaster", ())
    if wrong is not None and (unknown := [g for g in wrong.split(",") if g not in (*names, state.NONE)]):
        message.warning(text("error.cluster", given=plain(unknown[0])))
    chosen = state.choices("klaster", [next(iter(names))], list(names))
    st.multiselect(
        text("coverage.subjects"),
        list(names),
        format_func=names.__getitem__,
        placeholder=text("choose.placeholder"),
        key="klaster",
    )
    if not chosen:
        st.warning(text("coverage.choose"))
    return tuple(chosen)
