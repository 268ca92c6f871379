"""Say what a draft of the open list holds, and go on with a list where its draft was left."""

from __future__ import annotations

from typing import Any

import streamlit as st

from geo.model.cluster import Sector
from geo.services.drafts import Reopened
from pages._ui.intake.file import Upload, take_upload
from pages._ui.intake.mapping import review_so_far, take_review
from pages._ui.page_state import page_state

# Fields of the page that a draft keeps as they are.
_FIELDS = ("nazwa-klastra", "terytorium-listy", "dokad", "cel")


def draft_state(upload: Upload) -> dict[str, Any]:
    """Return how far the open list has come, as JSON can hold it."""
    page = page_state()
    fields = {name: st.session_state[name] for name in _FIELDS if st.session_state.get(name)}
    saved = page.get("list")
    used = page.get("used") if saved and saved[2][0] == upload.key else None
    return {
        "sheet": upload.asked[0],
        "heading": upload.asked[1],
        "fields": fields,
        "ground": {key: [list(g[0]), [str(s) for s in g[1]], g[2]] for key, g in page.get("ground", {}).items()},
        "session": list(used) if used else None,
        **review_so_far(upload),
    }


def take_up(name: str, content: bytes, state: dict[str, Any], found: Reopened) -> None:
    """Open the list of a draft where it was left, and show it."""
    upload = take_upload(name, content, found.raw, (str(state["sheet"]), int(state["heading"])))
    take_review(upload, found)
    for field in _FIELDS:
        st.session_state.pop(field, None)
    # What fields begin with: set from here, they might be shown before the browser knows of it.
    page_state()["taken"] = dict(state["fields"])
    page_state()["ground"] = {
        k: (tuple(g[0]), tuple(Sector(s) for s in g[1]), g[2]) for k, g in state["ground"].items()
    }
    st.rerun()
