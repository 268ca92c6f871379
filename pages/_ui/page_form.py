"""Ask for the format and the colours of an image."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from geo.model.picture import Format, Look
from geo.render.text import Text


def ask_page(left: DeltaGenerator, right: DeltaGenerator, text: Text, *, key: str) -> tuple[Format, Look]:
    """Show a select box for each in its column and return the choice."""
    pages = {str(f): text(f"picture.page.{f}") for f in Format}
    looks = {str(v): text(f"picture.look.{v}") for v in Look}
    page = left.selectbox(text("picture.page"), list(pages), format_func=pages.__getitem__, key=f"format-{key}")
    look = right.selectbox(text("picture.look"), list(looks), format_func=looks.__getitem__, key=f"kolory-{key}")
    return Format(page), Look(look)
