"""Show where a place stands: Poland, the voivodeship, the powiat, each as a way back."""

from __future__ import annotations

import streamlit as st

from geo.render.text import Text
from geo.services.labels import unit_label
from pages._ui.i18n import plain
from pages._ui.places import MAP, language_of


def show_breadcrumb(code: str, text: Text) -> None:
    """
    Show the way from Poland to a voivodeship or powiat.

    Parameters
    ----------
    code
        TERYT code of the unit that is shown, 2 or 4 digits.
    text
        Language.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="okruszki"):
        st.page_link(MAP, label=text("place.crumb.poland"), query_params=language_of(text))
        voivodeship = code[:2]
        if voivodeship != code:
            asked = {"obszar": voivodeship, **language_of(text)}
            st.page_link(MAP, label=f"› {plain(unit_label(voivodeship, text))}", query_params=asked)
        st.markdown(f"› **{plain(unit_label(code, text))}**", width="content")
