"""Frame every page: language, style, credits."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import streamlit as st

from geo.errors import StoreError
from geo.render.error_words import error_texts
from geo.render.text import Text
from geo.services import library
from geo.services.ground import manifest
from pages._ui.again import offer_again
from pages._ui.embed import embedded, only_the_map
from pages._ui.i18n import plain, show_language_switch
from pages._ui.places import MY_CLUSTER, language_of
from pages._ui.resumed import taking_over
from pages._ui.search_box import show_search
from pages._ui.session_lists import SESSION_PREFIX, session_lists
from pages._ui.state import Misread, tell_misread, write_address

_TOLD_AGAIN = "_session_anew"
_STYLE = """
<style>
.stMainBlockContainer { padding-top: 4rem; padding-bottom: 2rem; max-width: 1400px; }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] * {
  color: #37424d !important; opacity: 1 !important; }
h1 { font-size: 1.9rem !important; line-height: 1.2 !important; padding: 0 0 .3rem 0 !important; }
h2 { font-size: 1.35rem !important; }
[data-testid="stMetricValue"] { font-size: 1.6rem !important; }
.st-key-okruszki a { padding: 0 .2rem; }
.st-key-moj-klaster a { border: 1px solid #0b57a4; border-radius: .5rem; padding: .3rem .7rem; }
.klastry-legend { font-size: .92rem; color: #1b2733; }
.klastry-legend ul { list-style: none; margin: 0 0 .8rem 0; padding: 0; }
.klastry-legend li { display: flex; align-items: center; gap: .55rem; margin: .22rem 0; padding: 0; }
.klastry-legend li small { margin-left: auto; color: #37424d; }
.klastry-legend li span + small { white-space: nowrap; }
.klastry-legend li small:only-child { margin-left: 0; }
.klastry-legend i { flex: none; display: inline-block; width: 26px; height: 17px; border: 1px solid; }
.klastry-legend p { margin: 0 0 .3rem 0; }
.klastry-legend-title { font-weight: 600; }
#klastry-link { position: fixed; left: 50%; bottom: 1.2rem; transform: translateX(-50%); z-index: 999999;
  max-width: 92vw; padding: .7rem 1.1rem; border-radius: .5rem; background: #1b2733; color: #ffffff; }
.klastry-offline [data-testid="stDialog"], .klastry-offline [data-testid="stConnectionStatus"],
.klastry-offline div:has(> [data-testid="stDialog"]) { display: none !important; }
@media (max-width: 640px), (max-height: 480px) { iframe[src*="streamlit_folium"] { max-height: 60vh; } }
@media (pointer: coarse) { [class*="st-key-skrot-tabela-"] .dvn-scroller { overflow-y: hidden !important; } }
@media (max-width: 640px) { .stMainBlockContainer { padding-left: .8rem; padding-right: .8rem; } }
</style>
"""


# Numbers in tables are written in the language of the page, whatever that of the browser is.
_SPEAKS = (
    'Object.defineProperty(navigator, "languages", { configurable: true, get: () => [document.documentElement.lang] });'
)
_LINK, _PRESS, _HISTORY = (
    (Path(__file__).parent / f"{name}.js").read_text(encoding="utf-8") for name in ("link", "press", "history")
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
    words = json.dumps([text("link.lost"), text("link.long")]).replace("<", "\\u003c")
    language = f"document.documentElement.lang = '{text.language}'; {_SPEAKS}"
    script = f"<script>{language}\n{_LINK.replace('WORDS', words)}\n{_PRESS}\n{_HISTORY}</script>"
    st.html(_STYLE)
    st.html(script, unsafe_allow_javascript=True)
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
    """Write the credits that the licences ask for."""
    st.divider()
    st.caption(text("app.footer", date=text.when(manifest()["state_date"])))
    if taking_over():
        # The fields now hold what the browser had; the page is drawn with it.
        st.rerun()
