"""Take a file of travel times for this session, without keeping it."""

from __future__ import annotations

import streamlit as st

from geo.errors import KlastryError, TableError
from geo.io.roads import roads
from geo.io.times import read_times
from geo.model.coverage import CoverageQuery, TravelTimes
from geo.render.text import Text
from geo.services.attached import TIMES
from pages._ui.cluster.keep_form import show_keeping
from pages._ui.messages import show_error, show_problems


def ask_times(query: CoverageQuery, text: Text) -> TravelTimes | None:
    """
    Show the form; return the times of a file, else those that are kept with the cluster.

    None for neither, and where reach is counted by road.
    """
    if query.minutes is not None:
        return None
    subject = query.subject
    with st.expander(text("times.title")):
        if roads() is None:
            st.caption(text("roads.help"))
        st.caption(text("times.help"))
        file = st.file_uploader(text("times.upload"), type=["csv", "txt"], key="czasy")
        limit = st.slider(text("times.limit"), 5, 120, 30, key="czas-limit")
        content = show_keeping(subject, TIMES, None if file is None else file.getvalue(), text, key="czasy")
        if content is None:
            return None
        try:
            return TravelTimes(read_times(content), float(limit))
        except TableError as error:
            show_problems(error, text, text("times.problem"))
        except KlastryError as error:
            show_error(error, text)
        return None
