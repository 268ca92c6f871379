"""Show where many people of a group live and whether a member is within their reach."""

from __future__ import annotations

import streamlit as st

from geo.model.selection import Subject
from geo.services.need import need_view
from pages._ui.cluster.reach_filters import ask
from pages._ui.fields import Form, Tabs
from pages._ui.picture_form import ExportNames
from pages._ui.view import show_tables, show_view

BOTH, SHARE = "razem", "udzial"
_WORDS = {BOTH: "both", SHARE: "share"}
SHOWN = Tabs("potrzeby", "need.shown", lambda text: {v: text(f"need.shown.{k}") for v, k in _WORDS.items()}, BOTH, str)


def show(form: Form, subject: Subject) -> None:
    """Ask for the group and the reach; show the map and the table."""
    text, shown = form.text, form.ask(SHOWN, st.container())
    choice = ask(form, subject, groups=True)
    if choice.query is None:
        return
    view = need_view(choice.query, text, alone=shown == SHARE)
    names = ExportNames(
        view.query.subject.stem, "potrzeby", "need-map", told=f"{view.query.people}-{view.query.reach.told}"
    )
    show_view(view, names, text)
    show_tables(view, text)
