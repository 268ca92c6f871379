"""Show how concentrated the members of clusters really are, beside people and chance."""

from __future__ import annotations

import streamlit as st

from geo.model.concentration import ConcentrationQuery, Method
from geo.model.selection import Subject
from geo.render.text import Text
from geo.services.concentration.bases import PEOPLE, base_named
from geo.services.concentration.view import (
    FILE_NAMES,
    Background,
    ConcentrationView,
    MapKind,
    concentration_view,
)
from geo.services.concentration.words import Reading, simulated
from pages._ui.cluster.background_form import ask_background
from pages._ui.cluster.concentration_filters import ask
from pages._ui.downloads import show_table
from pages._ui.fields import Form
from pages._ui.i18n import plain
from pages._ui.picture_form import ExportNames
from pages._ui.progress import shown_progress
from pages._ui.view import show_tables, show_view


def base_of(query: ConcentrationQuery, base: str, text: Text) -> Background | None:
    """Return what members are compared with: a table of the user's own, else the shipped one that was chosen."""
    own = ask_background(query.subject, query.level, text)
    if own or base == PEOPLE:
        return own
    shipped = base_named(base, query.level, text)
    if shipped is None:
        st.warning(text("conc.base.level"))
    return shipped


def show(form: Form, subject: Subject) -> None:
    """Ask what is compared; show the map, what the numbers say and the table of units."""
    choice = ask(form, subject)
    if choice.query is not None:
        _show(choice.query, choice.kind, choice.base, form.text)


def _show(query: ConcentrationQuery, kind: MapKind, base: str, text: Text) -> None:
    """Compute, then show the map, what the numbers say and the table of units."""
    background = base_of(query, base, text) if kind is MapKind.QUOTIENT else None
    with shown_progress(text) as progress:
        view = concentration_view(query, kind, text, background=background, progress=progress)
    names = ExportNames(query.subject.stem, f"koncentracja-{FILE_NAMES[kind]}", "concentration-map")
    show_view(view, names, text)
    show_how(view.readings[0], text)
    show_readings(view, text)
    show_tables(view, text)


def show_readings(view: ConcentrationView, text: Text) -> None:
    """Show every measure in words, with how it was found."""
    st.header(text("conc.numbers"), anchor=False)
    for reading in view.readings[1:]:
        with st.container(border=True):
            st.subheader(plain(reading.title), anchor=False)
            st.markdown(plain(reading.sentence))
            if reading.method is Method.RIPLEY and view.chart:
                st.image(view.chart, width="stretch", alt=plain(reading.sentence))
            if len(reading.numbers):
                with st.expander(text("conc.show", title=reading.title)):
                    show_table(reading.numbers.shown(text), alt=reading.title)
            show_how(reading, text)
    st.caption(simulated(text))


def show_how(reading: Reading, text: Text) -> None:
    """Show how a measure is computed."""
    with st.expander(text("conc.how.of", title=reading.title)):
        how = {k: plain(getattr(reading, k)) for k in ("formula", "source", "assumes", "needs")}
        st.markdown(text("conc.how.text", **how))
