"""Choose the language and keep data from being read as Markdown."""

from __future__ import annotations

import re

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from geo.render.text import LANGUAGES, Text
from pages._ui.resumed import begin_run
from pages._ui.state import begin_reading, choice

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&=^@\"'])")

_LABEL = re.compile(r"[^\w\s.,()/%-]|_")


def choose_text() -> Text:
    """Read the language from the address, Polish by default. Once a run, before the switch."""
    begin_run()
    begin_reading()
    return Text(choice("lang", "pl", LANGUAGES))


def current_text() -> Text:
    """
    Return the texts of the language chosen in this run.

    In the first run of a fresh server Streamlit takes `pages/` for its old kind of pages and may
    run a page without `app.py`. Then the page is run again in the right way; this is why the
    addresses of pages are the names of their files.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()
    return Text(st.session_state.get("lang") or choice("lang", "pl", LANGUAGES))


def show_language_switch(text: Text) -> None:
    """Show the language switch."""
    st.segmented_control(
        text("app.language"),
        LANGUAGES,
        format_func={"pl": "Polski", "en": "English"}.__getitem__,
        key="lang",
        required=True,
        label_visibility="collapsed",
    )


def plain(value: str) -> str:
    """Return a value so that Streamlit's Markdown shows it as it is."""
    return _MARKDOWN.sub(r"\\\1", value.replace("\n", " "))


def label(value: str) -> str:
    """
    Return data for the label of a select box: without anything that Markdown would read.

    Such labels are also read out, where escapes would be heard.
    """
    return " ".join(_LABEL.sub(" ", value).split())
