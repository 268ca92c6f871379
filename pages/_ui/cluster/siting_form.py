"""Ask how many organisations to add and among whom."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from geo.model.coverage import CoverageQuery
from geo.render.text import Text
from geo.services.scenarios import planned_options
from geo.services.siting import AMONG, SitingView, siting_view
from pages._ui import heard
from pages._ui.downloads import show_table
from pages._ui.i18n import plain
from pages._ui.invited_form import show_invited


@dataclass(frozen=True)
class SitingChoice:
    """
    How many to add, and among whom.

    Attributes
    ----------
    additions
        1 to 5.
    among
        "potential" or "localities".
    """

    additions: int
    among: str


def ask_siting(text: Text, *, key: str = "siting") -> SitingChoice | None:
    """Show the form; None until it is switched on."""
    names = {a: text(f"siting.{a}") for a in AMONG}
    left, middle, right = st.columns([1, 1.4, 1], vertical_alignment="bottom")
    additions = left.slider(text("siting.count"), 1, 5, 3, key=f"{key}-count")
    among = middle.radio(text("siting.who"), AMONG, format_func=names.__getitem__, horizontal=True, key=f"{key}-among")
    wanted = right.toggle(text("siting.show"), key=f"{key}-show")
    return SitingChoice(additions, among) if wanted else None


def show_siting(query: CoverageQuery, text: Text) -> SitingView | None:
    """Ask how many to add, choose them and show them; None until it is switched on."""
    asked = ask_siting(text)
    if asked is None:
        return None
    with st.spinner(text("siting.progress")):
        result = siting_view(query, text, additions=asked.additions, among=asked.among)
    if len(result.table):
        show_table(result.table.shown(text), alt=text("siting.title"))
    heard.result("propozycje").markdown(plain(result.message))
    if asked.among == "potential":
        show_invited(query.subject, planned_options(query.subject, text), text)
    return result
