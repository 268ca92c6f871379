"""Take a file of travel times for this session, without keeping it."""

from __future__ import annotations

import streamlit as st

from geo.errors import TableError, UploadError
from geo.io.times import read_times
from geo.model.coverage import TravelTimes
from geo.render.text import Text
from pages._ui.messages import show_error, told

SHOWN_PROBLEMS = 10


def ask_times(text: Text) -> TravelTimes | None:
    """Show the form; None where no usable file is given."""
    with st.expander(text("times.title")):
        st.caption(text("times.help"))
        file = st.file_uploader(text("times.upload"), type=["csv", "txt"], key="czasy")
        limit = st.slider(text("times.limit"), 5, 120, 30, key="czas-limit")
        if file is None:
            return None
        try:
            return TravelTimes(read_times(file.getvalue()), float(limit))
        except TableError as error:
            lines = [text("times.problem"), *(f"- {line}" for line in told(error, text)[:SHOWN_PROBLEMS])]
            st.error("\n".join(lines))
        except UploadError as error:
            show_error(error, text)
        return None
