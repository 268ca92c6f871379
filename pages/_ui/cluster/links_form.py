"""Take a table of links for this session, without keeping it on the server."""

from __future__ import annotations

import streamlit as st

from geo.model.selection import Subject
from geo.render.text import Text


def ask_ties(subject: Subject, template: bytes, text: Text) -> bytes | None:
    """Show the form; return the table loaded for these clusters, None where there is none."""
    kept: dict[Subject, bytes] = st.session_state.setdefault("_ties", {})
    removed: dict[Subject, bytes] = st.session_state.setdefault("_ties_removed", {})
    turn: int = st.session_state.setdefault("_ties_turn", 0)
    with st.expander(text("ties.upload.title"), expanded=subject not in kept, icon=":material/upload:"):
        st.caption(text("ties.upload.help"))
        name = f"powiazania-{subject.stem}.csv"
        st.download_button(text("ties.template"), template, name, "text/csv", key="ties-template", on_click="ignore")
        file = st.file_uploader(text("times.upload"), type=["csv", "txt"], key=f"powiazania-{subject}-{turn}")
        if file is not None:
            kept[subject] = file.getvalue()
        if subject in kept and st.button(text("ties.remove"), key="ties-remove"):
            removed[subject] = kept.pop(subject)
            # A new uploader, since the old one still holds the file.
            st.session_state["_ties_turn"] = turn + 1
            st.rerun()
        if subject in removed and subject not in kept:
            st.caption(text("ties.removed"))
            if st.button(text("ties.undo"), key="ties-undo"):
                kept[subject] = removed.pop(subject)
                st.rerun()
    return kept.get(subject)
