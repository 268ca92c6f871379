"""Keep the list that is open as a draft of this browser, and offer the drafts that it has."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from geo.errors import KlastryError
from geo.io.drafts import KEY, Drafts
from geo.render.text import Text
from geo.services.drafts import Reopened, draft_days, draft_label, identifier_of, kept_drafts, reopen
from pages._ui.i18n import plain
from pages._ui.messages import show_error
from pages._ui.page_state import page_state, pressed

_NAME, _HELD = "klucz-szkicow", "_draft_key"
_SAVED = "draft-saved"
_JS = (Path(__file__).parent / "draft_key.js").read_text(encoding="utf-8")


@cache
def _component() -> Any:
    return st.components.v2.component("klastry.draft_key", js=_JS)


def owner_key() -> str | None:
    """Return the key that this browser holds for its drafts; None until it has told it, and where it keeps nothing."""
    # What the browser has told stands here before the part of the page that asks for it is shown again.
    told: Any = st.session_state.get(_NAME) or {}
    known = st.session_state.setdefault(_HELD, told["key"]) if told.get("key") else st.session_state.get(_HELD)
    return known if known and KEY.fullmatch(known) else None


def listen(*, unsaved: bool = False) -> None:
    """
    Let the browser tell its key, once, and ask before a list that is not kept is left.

    Parameters
    ----------
    unsaved
        Whether there is such a list.
    """
    known = st.session_state.get(_HELD) is not None
    _component()(key=_NAME, data={"known": known, "unsaved": unsaved}, on_key_change=_nothing)


def _nothing() -> None:
    """Let the component keep its value."""


def keep_draft(key: str | None, name: str, content: bytes, state: dict[str, Any], text: Text) -> None:
    """Keep the open list as it stands, where that has changed; say where it cannot be kept."""
    if key is None:
        return
    identifier = identifier_of(name, content)
    spelled = json.dumps(state | {"name": name}, ensure_ascii=False, sort_keys=True)
    page = page_state()
    saved = page.setdefault(_SAVED, {})
    days = text("draft.kept", days=text.count("draft.days", draft_days()))
    if saved.get(identifier) == spelled:
        st.caption(days)
        return
    drafts = Drafts(key)
    kept = drafts.save(identifier, state | {"name": name}, None if identifier in saved else content)
    if not kept and identifier in saved:
        # Somebody else's drafts took its room.
        kept = drafts.save(identifier, state | {"name": name}, content)
    if kept:
        saved[identifier] = spelled
        st.caption(days)
    elif draft_days():
        st.caption(text("draft.unkept"))


def drop_draft(name: str, content: bytes) -> None:
    """Delete the draft of a file, since the list is kept on the server."""
    identifier = identifier_of(name, content)
    page_state().setdefault(_SAVED, {}).pop(identifier, None)
    if KEY.fullmatch(st.session_state.get(_HELD) or ""):
        Drafts(st.session_state[_HELD]).drop(identifier)


def ask_draft(key: str | None, text: Text) -> tuple[str, bytes, dict[str, Any], Reopened] | None:
    """Offer the drafts of this browser; return the one that is taken up: file, its content, its state, the review."""
    states = kept_drafts(key) if key else {}
    if not key or not states:
        return None
    taken = None
    with st.container(border=True):
        st.markdown(f"**{text('draft.title')}**")
        st.caption(text("draft.why", days=text.count("draft.days", draft_days())))
        for identifier, state in states.items():
            left, middle, right = st.columns([4, 1.4, 1], vertical_alignment="center")
            left.markdown(plain(draft_label(state, text)))
            if pressed(middle, text("draft.open"), key=f"szkic-{identifier}", icon=":material/history:"):
                taken = identifier
            if pressed(right, text("draft.drop"), key=f"usun-szkic-{identifier}", icon=":material/delete:"):
                Drafts(key).drop(identifier)
                st.rerun()
    return opened_draft(key, taken, states[taken], text) if taken else None


def opened_draft(
    key: str, identifier: str, state: dict[str, Any], text: Text
) -> tuple[str, bytes, dict[str, Any], Reopened] | None:
    """Read a draft again; None where it is gone, which is said."""
    content = Drafts(key).content(identifier)
    if content is None:
        st.warning(text("draft.gone"))
        return None
    try:
        with st.spinner(text("intake.step.file")):
            return str(state["name"]), content, state, reopen(str(state["name"]), content, state)
    except KlastryError as error:
        show_error(error, text)
        return None
