"""Frame every page: language, style, credits."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from geo.errors import StoreError
from geo.render.error_words import error_texts
from geo.render.text import Text
from geo.services import library
from geo.services.ground import manifest
from pages._ui.again import offer_again
from pages._ui.embed import embedded, only_the_map
from pages._ui.heard import show_goal
from pages._ui.i18n import plain, show_language_switch
from pages._ui.places import ABOUT, MY_CLUSTER, language_of
from pages._ui.resumed import taking_over
from pages._ui.search_box import show_search
from pages._ui.session_lists import SESSION_PREFIX, session_lists
from pages._ui.state import Misread, tell_misread, write_address
from pages._ui.widget_names import widget_pairs

_TOLD_AGAIN = "_session_anew"
# Numbers in tables and what lists announce are in the language of the page, whatever that of the browser is.
_SPEAKS = """
Object.defineProperty(navigator, "languages", { configurable: true, get: () => [document.documentElement.lang] });
Object.defineProperty(navigator, "language", { configurable: true, get: () => document.documentElement.lang });
window.dispatchEvent(new Event("languagechange"));
"""
_HERE = Path(__file__).parent
_STYLE = f"<style>{(_HERE / 'style.css').read_text(encoding='utf-8')}</style>"
_LINK, _HEARD, _NAMES, _PRESS, _HISTORY = (
    (_HERE / f"{name}.js").read_text(encoding="utf-8") for name in ("link", "heard", "widget_names", "press", "history")
)


def begin(text: Text, title: str, *, own_address: bool = False) -> None:
    """
    Set the page's language and style and write its heading.

    Parameters
    ----------
    text
        Language.
    title
        Heading.
    own_address
        True for a page that writes its own fields to the address.
    """
    if not own_address:
        write_address({"lang": text.language}, {"lang": "pl"})
    st.html(_STYLE)
    st.html(f"<script>{_script(text)}</script>", unsafe_allow_javascript=True)
    if embedded():
        only_the_map()
    left, middle, right = st.columns([2, 2.2, 1.9], vertical_alignment="bottom")
    with right.container(horizontal=True, horizontal_alignment="right", vertical_alignment="bottom", gap="small"):
        with st.container(key="moj-klaster", width="content"):
            st.page_link(MY_CLUSTER, label=text("place.mine"), query_params=language_of(text), icon=":material/edit:")
        show_language_switch(text)
    left.title(title, anchor=False)
    # Always there, so that what stands below keeps its place.
    message, unread = st.empty(), st.empty()
    tell_misread(partial(_show_misread, unread, text))
    try:
        library.use(session_lists())
        if damaged := library.library().damaged:
            message.warning(text("error.store.damaged_clusters", names=plain(", ".join(damaged))))
    except StoreError as error:
        library.use_shipped(session_lists())
        message.warning(f"{error_texts(error, text, plain)[0]} {text('error.store.shipped')}")
    with middle:
        show_search(text)
    _tell_what_is_gone(text)


def _script(text: Text) -> str:
    """Return what runs in the browser on every page, with its words in the language of the page."""
    link = _json([text("link.lost"), text("link.long")])
    heard = _json({word: text(f"heard.{word}") for word in ("making", "made", "unmade")})
    language = f"document.documentElement.lang = '{text.language}'; {_SPEAKS}"
    names = _NAMES.replace("WIDGET_PAIRS", _json(widget_pairs(text)))
    spoken = (_LINK.replace("LINK_WORDS", link), _HEARD.replace("HEARD_WORDS", heard), names)
    return "\n".join((language, *spoken, _PRESS, _HISTORY))


def _json(words: Any) -> str:
    """Return words for a script, such as cannot end it."""
    return json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")


def _show_misread(place: st.delta_generator.DeltaGenerator, text: Text, misread: tuple[Misread, ...]) -> None:
    """Name in one line what the address asks for and nothing understands."""
    lines = []
    for one in misread:
        # A list of another session has words of its own.
        if one.given.startswith(SESSION_PREFIX):
            continue
        words = text("address.field", name=one.name, given=plain(one.given))
        lines.append(
            f"{words} {text('address.meant', link=f'[{plain(one.meant)}]({one.link})')}" if one.meant else words
        )
    if lines:
        place.warning(text("address.misread", fields="; ".join(lines)))


def _tell_what_is_gone(text: Text) -> None:
    """Say that the session began anew, and which list of a session an address asks for in vain."""
    asked = st.query_params.get("klaster", "").split(",")
    known = {c.cluster_id for c in library.library().clusters}
    place = st.empty()
    if gone := [c for c in asked if c.startswith(SESSION_PREFIX) and c not in known]:
        # Nothing else is shown in its place, and the address stays what it is.
        offer_again(gone[0], text)
        end(text)
        st.stop()
    elif taking_over() or st.session_state.get(_TOLD_AGAIN):
        # In the run after the first too, since the first is followed by another at once.
        st.session_state[_TOLD_AGAIN] = taking_over()
        place.info(text("session.anew"))


def end(text: Text) -> None:
    """Write the way to the declaration of accessibility, and the credits that the licences ask for."""
    st.divider()
    declared = {"widok": "deklaracja", **language_of(text)}
    st.page_link(ABOUT, label=text("declaration.title"), query_params=declared, icon=":material/accessibility:")
    st.caption(text("app.footer", date=text.when(manifest()["state_date"])))
    show_goal()
    if taking_over():
        # The fields now hold what the browser had; the page is drawn with it.
        st.rerun()
