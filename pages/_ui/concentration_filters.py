"""Ask what the page of concentration should show."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from geo.model.concentration import ConcentrationQuery
from geo.model.selection import Subject
from geo.render.text import Text
from geo.services.concentration.view import MapKind
from pages._ui.fields import LEVEL, SECTORS, STATUSES, Choice, Form, words_of
from pages._ui.subject_filter import subjects_field

# What members may be compared with, the usual first; both are shipped.
BASES = ("people", "entities")
MAP = Choice("mapa", "conc.map", words_of(MapKind, "conc.map"), MapKind.QUOTIENT, MapKind)
BASE = Choice("odniesienie", "conc.base", lambda text: {b: text(f"conc.base.option.{b}") for b in BASES}, BASES[0], str)
COUNTED = replace(STATUSES, help="")


@dataclass(frozen=True)
class ConcentrationChoice:
    """
    What the user chose.

    Attributes
    ----------
    query
        The query, or None where no cluster, sector or status is chosen.
    kind
        What the map shows.
    base
        What quotients compare members with: `people` or `entities`.
    """

    query: ConcentrationQuery | None
    kind: MapKind
    base: str


def ask(text: Text) -> ConcentrationChoice:
    """Show the filters and return the choice."""
    form = Form(text)
    columns = st.columns([2.2, 1, 1.8])
    chosen = form.ask(subjects_field(text), columns[0])
    level, kind = form.ask(LEVEL, columns[1]), form.ask(MAP, columns[2])
    base = form.read(BASE)
    if kind is MapKind.QUOTIENT:
        form.show(BASE, st.columns([2.2, 2.8])[0])
    with st.expander(text("density.more")):
        left, right = st.columns(2)
    sectors, statuses = form.ask(SECTORS, left), form.ask(COUNTED, right)
    form.write()
    if not chosen or not sectors or not statuses:
        st.warning(text("coverage.choose" if not chosen else "density.choose"))
        return ConcentrationChoice(None, kind, base)
    return ConcentrationChoice(ConcentrationQuery(Subject(chosen), level, sectors, statuses), kind, base)
