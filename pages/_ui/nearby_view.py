"""Show which clusters are nearest to a powiat that none of them covers, and lead to adding one."""

from __future__ import annotations

import streamlit as st

from geo.render.table import worded
from geo.render.text import Text
from geo.services.nearby import Nearby
from pages._ui.downloads import show_table
from pages._ui.i18n import plain
from pages._ui.places import MY_CLUSTER, language_of


def show_nearby(around: Nearby, text: Text) -> None:
    """Say that no listed cluster covers a powiat, with the nearest ones and the way to add one; else show nothing."""
    if not around.sentence:
        return
    # Not knowing of a cluster is no fault: neither a warning nor an error.
    st.info(plain(around.sentence))
    st.markdown(f"**{worded(around.table.title, text)}**")
    show_table(around.table.shown(text), alt=worded(around.table.title, text))
    asked = {"widok": "wczytaj", **language_of(text)}
    st.page_link(MY_CLUSTER, label=text("nearby.add"), query_params=asked, icon=":material/add_circle:")
