"""Ask which gminy might join, and keep scenarios for comparison in the session."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from geo.model.coverage import CoverageQuery
from geo.render.text import Text
from geo.services.scenarios import compare, gmina_options
from pages._ui.downloads import show_table

_KEPT = "_scenarios"
_FIELD = "dolaczy"


def assumed(query: CoverageQuery) -> CoverageQuery:
    """Return the query with the gminy chosen in the form, those of its area."""
    options = gmina_options(query)
    chosen = [c for c in st.session_state.get(_FIELD, []) if c in options]
    if _FIELD in st.session_state:
        st.session_state[_FIELD] = chosen
    return replace(query, added=tuple(chosen))


def show_whatif(query: CoverageQuery, text: Text) -> None:
    """Show the form and the table of scenarios, computed with the filters of the page."""
    options = gmina_options(query)
    st.multiselect(
        text("whatif.gminy"),
        list(options),
        format_func=options.__getitem__,
        placeholder=text("choose.placeholder"),
        key=_FIELD,
    )
    st.caption(text("whatif.why"))
    kept: list[tuple[str, ...]] = st.session_state.setdefault(_KEPT, [])
    left, right, _ = st.columns([1, 1, 2])
    if left.button(text("whatif.add"), disabled=not query.added or query.added in kept):
        kept.append(query.added)
    if right.button(text("whatif.clear"), disabled=not kept):
        kept.clear()
    listed = [s for s in kept if all(c in options for c in s)]
    if query.added and query.added not in listed:
        listed.append(query.added)
    if listed:
        show_table(compare(query, listed, text).shown(text), alt=text("whatif.title"))
