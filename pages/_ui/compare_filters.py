"""Ask which clusters are laid side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from geo.model.compare import COMPARED_KM, CompareQuery, PanelQuery
from geo.model.queries import Measure
from geo.model.reach import Reach
from geo.model.selection import Subject
from geo.model.units import Level
from geo.render.text import Text
from geo.services.subjects import subject_names, subjects_of_all
from pages._ui.cluster.reach_filters import ask_reach, people_field
from pages._ui.fields import LEVEL, MEASURE, STATUSES, Choice, Choices, Form, Tabs, given, words_of

ALL = "wszystkie"
RADII = ("5", "10", "15", "20", "30", "45", "60")
VIEWS = {"siec": "network", "mapa": "map", "para": "pair", "wojewodztwa": "panels"}
VIEW = Tabs("widok", "compare.view", lambda text: {v: text(f"compare.view.{k}") for v, k in VIEWS.items()}, "siec", str)
REACH = Choice(
    "zasieg_km",
    "compare.reach",
    lambda text: {r: text("compare.reach.km", km=r) for r in RADII},
    f"{COMPARED_KM:g}",
    str,
)
FINE = replace(LEVEL, options=words_of((Level.GMINA, Level.POWIAT), "level"), default=Level.POWIAT)


@dataclass(frozen=True)
class CompareChoice:
    """
    What the user chose.

    Attributes
    ----------
    query
        The query, or None where no cluster or no status is chosen.
    view
        One of `VIEWS`.
    pair
        Clusters beside each other, or None for other views.
    panels
        What the voivodeships show, or None for other views.
    """

    query: CompareQuery | None
    view: str
    pair: PanelQuery | None = None
    panels: PanelQuery | None = None


def ask(text: Text) -> CompareChoice:
    """Show the filters and return the choice."""
    form, names = Form(text), subject_names(text)
    options = {ALL: text("compare.all"), **names}
    clusters = Choices("klastry", "compare.subjects", given(options), (ALL,), str, listed=True)
    columns = st.columns([2.4, 1, 1.2, 1.6])
    chosen, reach = form.read(clusters), Reach(float(form.read(REACH)))
    statuses = form.ask(STATUSES, columns[3])
    view = form.ask(VIEW, st.container())
    people = ""
    # What a view does not use it does not ask.
    if view != "para":
        form.show(clusters, columns[0])
    if view != "wojewodztwa":
        reach = ask_reach(form, REACH, columns[1])
        people = form.ask(people_field(text), columns[2])
    pair = panels = None
    if statuses and (view == "para" or (chosen and view == "wojewodztwa")):
        left, right, _ = st.columns([1, 1.6, 2.4])
        level, measure = form.ask(FINE, left), form.ask(MEASURE, right)
        if view == "para":
            pair = PanelQuery(_ask_pair(names, form), level, measure, statuses, reach.km, people, reach.minutes)
        else:
            if measure is Measure.PER_10K_PEOPLE:
                people = form.ask(people_field(text), right)
            panels = PanelQuery(_subjects(chosen), level, measure, statuses, people=people)
    form.write()
    if not statuses or not (chosen or view == "para"):
        st.warning(text("compare.choose.status" if chosen else "compare.choose"))
        return CompareChoice(None, view)
    query = CompareQuery(Subject(_subjects(chosen or (ALL,))), reach.km, statuses, people, reach.minutes)
    return CompareChoice(query, view, pair, panels)


def _subjects(chosen: tuple[str, ...]) -> tuple[str, ...]:
    return subjects_of_all() if ALL in chosen else chosen


def _ask_pair(names: dict[str, str], form: Form) -> tuple[str, ...]:
    fields = (("pierwszy", "compare.first"), ("drugi", "compare.second"))
    return tuple(
        form.ask(Choice(key, label, given(names), default, str), column)
        for column, (key, label), default in zip(st.columns(2), fields, list(names)[:2], strict=False)
    )
