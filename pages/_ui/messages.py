"""Turn errors into messages that say what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from geo.errors import KlastryError, UploadError
from geo.render.error_words import error_texts, problem_texts
from geo.render.text import Text
from pages._ui.i18n import plain

SHOWN_PROBLEMS = 10


@contextmanager
def explained(text: Text) -> Iterator[None]:
    """Show errors of ours in the language of the page and stop there; others are explained by the server."""
    try:
        yield
    except KlastryError as error:
        show_error(error, text)
        st.stop()


def show_error(error: KlastryError, text: Text) -> None:
    """Show an error of ours in the language of the page."""
    title = text("error.upload.title" if isinstance(error, UploadError) else "error.title")
    st.error("\n\n".join([f"**{title}**", *error_texts(error, text, plain)]))


def show_problems(error: KlastryError, text: Text, title: str) -> None:
    """Say what is wrong with a table that was loaded, row by row; of many problems the first."""
    lines = problem_texts(error, text, plain)
    more = len(lines) - SHOWN_PROBLEMS
    rest = [text("table.more", n=text.number(more))] if more > 0 else []
    st.error("\n".join([title, *(f"- {line}" for line in lines[:SHOWN_PROBLEMS]), *rest]))
