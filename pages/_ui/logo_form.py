"""Take the mark of an office for images, for this session only."""

from __future__ import annotations

import streamlit as st

from geo.errors import KlastryError
from geo.io.logo import MAX_BYTES, read_logo
from geo.render.error_words import error_texts
from geo.render.text import Text
from pages._ui.i18n import plain
from pages._ui.page_state import page_state


def ask_logo(text: Text, *, key: str) -> bytes:
    """Show the form and return a PNG, or nothing; the mark stays for the other pages of the session."""
    kept = page_state()
    limit = MAX_BYTES // 10**6
    file = st.file_uploader(
        text("logo.upload"), type=["png", "jpg", "jpeg", "svg"], key=f"logo-{key}", max_upload_size=limit
    )
    st.caption(text("logo.help"))
    if file is not None and kept.get("logo_file") != file.file_id:
        kept["logo_file"] = file.file_id
        try:
            kept["logo"] = read_logo(file.getvalue())
            kept["logo_problem"] = ""
        except KlastryError as error:
            kept["logo"], kept["logo_problem"] = b"", error_texts(error, text, plain)[0]
    if kept.get("logo_problem") and file is not None:
        st.error(kept["logo_problem"])
    logo: bytes = kept.get("logo", b"")
    if logo:
        left, right = st.columns([1, 3], vertical_alignment="center")
        left.image(logo, width=120, alt=text("logo.alt"))
        right.button(text("logo.remove"), key=f"logo-bez-{key}", on_click=_remove, args=(kept,))
    return logo


def _remove(kept: dict[str, object]) -> None:
    kept["logo"] = b""
