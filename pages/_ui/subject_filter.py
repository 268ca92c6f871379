"""Ask for clusters or networks alone, and keep the answer in the address."""

from __future__ import annotations

import streamlit as st

from geo.render.text import Text
from geo.services.catalogue import subject_names
from pages._ui import state


def choose_subjects(text: Text, where: st.delta_generator.DeltaGenerator | None = None) -> list[str]:
    """Show the choice of clusters and networks, the first by default, and return their identifiers."""
    names = subject_names(text)
    chosen = state.choices("klaster", [next(iter(names))], list(names))
    (where or st.container()).multiselect(
        text("coverage.subjects"),
        list(names),
        format_func=names.__getitem__,
        placeholder=text("choose.placeholder"),
        key="klaster",
    )
    return chosen


def ask_subject(text: Text) -> tuple[str, ...]:
    """Show the choice of clusters and return their identifiers; () where none is chosen, which is said."""
    chosen = choose_subjects(text)
    if not chosen:
        st.warning(text("coverage.choose"))
    return tuple(chosen)
