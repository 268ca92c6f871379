"""Ask what the map of density should show."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from geo.model.queries import DEFAULT_STATUSES, MAX_CLASSES, MIN_CLASSES, DensityQuery, Kernel, Measure, Scheme
from geo.model.selection import Subject
from geo.services.density import suggested_bandwidth_km
from pages._ui import state
from pages._ui.cluster.reach_filters import people_field
from pages._ui.fields import LEVEL, MEASURE, SECTORS, STATUSES, Choice, Flag, Form, Number, words_of

BANDWIDTH_RANGE = (3, 100)
COUNTED = replace(STATUSES, default=DEFAULT_STATUSES)
SCHEME = Choice("podzial", "density.scheme", words_of(Scheme, "scheme"), Scheme.NATURAL, Scheme)
CLASSES = Number("klasy", "density.classes", 5, MIN_CLASSES, MAX_CLASSES)
KERNEL = Choice("jadro", "density.kernel", words_of(Kernel, "kernel"), Kernel.QUARTIC, Kernel)
SURFACE = Flag("powierzchnia", "density.surface")
BASEMAP = Flag("podklad", "density.basemap", "density.basemap.help")
BANDWIDTH = Number("promien", "density.bandwidth", 0, *BANDWIDTH_RANGE, help="density.bandwidth.help", follows=True)


@dataclass(frozen=True)
class DensityChoice:
    """
    What the user chose.

    Attributes
    ----------
    query
        The query, or None where no sector or no status is chosen.
    basemap
        Whether tiles may be fetched.
    """

    query: DensityQuery | None
    basemap: bool


def ask(form: Form, chosen: Subject) -> DensityChoice:
    """Show the filters, write all to the address and return the choice."""
    left, middle, right = st.columns([1, 1.6, 2.2], vertical_alignment="bottom")
    level, measure = form.ask(LEVEL, left), form.ask(MEASURE, middle)
    people = form.ask(people_field(form.text, chosen), middle) if measure is Measure.PER_10K_PEOPLE else ""
    with right.expander(form.text("density.more")):
        left, right = st.columns(2)
    sectors, statuses = form.ask(SECTORS, left), form.ask(COUNTED, left)
    surface = form.ask(SURFACE, left)
    kernel, scheme, classes = form.read(KERNEL), form.ask(SCHEME, right), form.ask(CLASSES, right)
    basemap = form.ask(BASEMAP, right)
    query = None
    if sectors and statuses:
        query = DensityQuery(chosen, level, measure, sectors, statuses, scheme, classes, surface, kernel, people=people)
    if query and surface:
        form.show(KERNEL, left)
        # It follows the suggested radius until the user moves the slider.
        radius = form.ask(replace(BANDWIDTH, default=round(suggested_bandwidth_km(query))), left)
        query = replace(query, bandwidth_km=float(radius))
    else:
        state.forget(BANDWIDTH.name)
    form.write()
    return DensityChoice(query, basemap)
