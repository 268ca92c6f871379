"""Show the declaration of accessibility, and what the office that runs the app has still to tell."""

from __future__ import annotations

import streamlit as st

from geo.render.declaration import declaration_html
from geo.render.text import Text
from geo.services.declaration import SETTING, declaration
from pages._ui.i18n import plain


def show_declaration(text: Text) -> None:
    """Show the declaration; above it what is missing, in words for whoever runs the app."""
    found = declaration()
    st.header(text("declaration.title"), anchor=False)
    for key, details in found.problems:
        st.warning(text(key, **{name: plain(str(value)) for name, value in details.items()}))
    if not found.complete:
        names = ", ".join(text(f"declaration.fact.{name}") for name in found.missing)
        st.info(text("declaration.incomplete", names=names, setting=SETTING))
    st.html(declaration_html(found.facts, text))
