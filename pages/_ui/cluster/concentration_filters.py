"""Ask what the map of concentration should show."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from geo.model.concentration import ConcentrationQuery
from geo.model.selection import Subject
from geo.services.concentration.bases import base_options, opening_base
from geo.services.concentration.view import MapKind
from pages._ui.fields import LEVEL, SECTORS, STATUSES, Choice, Form, words_of

MAP = Choice("mapa", "conc.map", words_of(MapKind, "conc.map"), MapKind.QUOTIENT, MapKind)
COUNTED = replace(STATUSES, help="")


@dataclass(frozen=True)
class ConcentrationChoice:
    """
    What the user chose.

    Attributes
    ----------
    query
        The query, or None where no sector or no status is chosen.
    kind
        What the map shows.
    base
        What quotients compare members with, one of `base_options`.
    """

    query: ConcentrationQuery | None
    kind: MapKind
    base: str


def ask(form: Form, subject: Subject) -> ConcentrationChoice:
    """Show the filters, write all to the address and return the choice."""
    text, columns = form.text, st.columns([1, 1.8, 2.2])
    level, kind = form.ask(LEVEL, columns[0]), form.ask(MAP, columns[1])
    compared = Choice("odniesienie", "conc.base", base_options, opening_base(subject), str, follows=True)
    base = form.read(compared)
    if kind is MapKind.QUOTIENT:
        form.show(compared, columns[2])
    with st.expander(text("density.more")):
        left, right = st.columns(2)
    sectors, statuses = form.ask(SECTORS, left), form.ask(COUNTED, right)
    form.write()
    if not sectors or not statuses:
        st.warning(text("density.choose"))
        return ConcentrationChoice(None, kind, base)
    return ConcentrationChoice(ConcentrationQuery(subject, level, sectors, statuses), kind, base)
