"""Take a file of travel times for this session, without keeping it."""

from __future__ import annotations

import streamlit as st

from geo.errors import KlastryError, TableError
from geo.io.times import read_times
from geo.model.coverage import TravelTimes
from geo.render.text import Text
from pages._ui.messages import show_error, show_problems


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
            show_problems(error, text, text("times.problem"))
        except KlastryError as error:
            show_error(error, text)
        return None
