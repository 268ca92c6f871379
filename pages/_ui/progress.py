"""Show how much of a long computation is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from geo.render.text import Text


@contextmanager
def shown_progress(text: Text) -> Iterator[Callable[[float], None]]:
    """Show a bar while the block runs and hand out what moves it; its place on the page stays."""
    place = st.empty()
    words = text("conc.progress")
    bar = place.progress(0.0, words)

    def tell(done: float) -> None:
        bar.progress(min(done, 1.0), words)

    try:
        yield tell
    finally:
        place.empty()
