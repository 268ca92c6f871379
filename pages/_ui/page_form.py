"""Ask for the format and the colours of an image."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from geo.model.picture import LEAST_SIDE, MAX_PIXELS, Format, Look
from geo.render.text import Text

# The choice of a size of one's own.
OWN = "own"
SIDES = (1920, 1080)


def ask_size(place: DeltaGenerator, text: Text, *, key: str) -> tuple[Format, tuple[int, int] | None]:
    """Show a select box for the format of one image, and fields for a size of one's own; return the choice."""
    pages = {str(f): text(f"picture.page.{f}") for f in (*Format, OWN)}
    page = place.selectbox(text("picture.page"), list(pages), format_func=pages.__getitem__, key=f"format-{key}")
    if page != OWN:
        return Format(page), None
    columns = place.columns(2)
    width, height = (
        columns[n].number_input(
            text(f"picture.{side}"), LEAST_SIDE, MAX_PIXELS // LEAST_SIDE, SIDES[n], step=10, key=f"{side}-{key}"
        )
        for n, side in enumerate(("width", "height"))
    )
    return Format.WIDE, (int(width), int(height))


def ask_look(place: DeltaGenerator, text: Text, *, key: str) -> Look:
    """Show a select box for the colours and return the choice."""
    looks = {str(v): text(f"picture.look.{v}") for v in Look}
    return Look(place.selectbox(text("picture.look"), list(looks), format_func=looks.__getitem__, key=f"kolory-{key}"))


def ask_page(left: DeltaGenerator, right: DeltaGenerator, text: Text, *, key: str) -> tuple[Format, Look]:
    """Show a select box for each in its column and return the choice."""
    pages = {str(f): text(f"picture.page.{f}") for f in Format}
    page = left.selectbox(text("picture.page"), list(pages), format_func=pages.__getitem__, key=f"format-{key}")
    return Format(page), ask_look(right, text, key=key)
