"""Take a file of travel times for this session, without keeping it."""

from __future__ import annotations

import streamlit as st

from geo.errors import KlastryError, TableError
from geo.io.roads import roads
from geo.io.times import read_times
from geo.model.coverage import CoverageQuery, TravelTimes
from geo.render.text import Text
from geo.services.attached import TIMES
from geo.services.roads import times_by_road
from pages._ui.cluster.keep_form import show_keeping
from pages._ui.messages import show_error, show_problems


def ask_times(query: CoverageQuery, text: Text) -> TravelTimes | None:
    """
    Show the form; return the times of the road network where that is asked for, else those of a file.

    Without a file those that are kept with the cluster count; None for neither.
    """
    subject, built = query.subject, roads()
    with st.expander(text("times.title")):
        by_road = st.toggle(
            text("roads.use", state=text.when(built.state) if built else "–"),
            disabled=built is None,
            help=text("roads.help"),
            key="drogi",
        )
        st.caption(text("times.help"))
        file = st.file_uploader(text("times.upload"), type=["csv", "txt"], key="czasy")
        limit = st.slider(text("times.limit"), 5, 120, 30, key="czas-limit")
        if by_road and built:
            return _by_road(query, float(limit), text)
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


def _by_road(query: CoverageQuery, limit_min: float, text: Text) -> TravelTimes | None:
    """Return times by road; None, and why, where the network cannot be read."""
    try:
        with st.spinner(text("roads.progress")):
            return times_by_road(query, limit_min)
    except KlastryError as error:
        show_error(error, text)
        return None
