"""Ask which clusters are laid side by side, and keep the answer in the address."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from geo.model.cluster import Status
from geo.model.compare import CompareQuery, PanelQuery
from geo.model.queries import Measure
from geo.model.units import Level
from geo.render.text import Text
from geo.services.catalogue import subject_names, subjects_of_all
from pages._ui import state

ALL = "wszystkie"
OWN = "wlasny"
RADII = ("5", "10", "15", "20", "30", "45", "60")
VIEWS = {"mapa": "map", "para": "pair", "wojewodztwa": "panels", "siec": "network"}


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
    names = subject_names(text)
    options = {ALL: text("compare.all"), **names}
    chosen = state.choices("klastry", [ALL], list(options))
    statuses = state.choices("statusy", [str(Status.MEMBER)], [str(s) for s in Status])
    reach = state.choice("zasieg_km", OWN, (OWN, *RADII))
    view = state.choice("widok", "mapa", VIEWS)
    columns = st.columns([2.4, 1, 1.6], vertical_alignment="bottom")
    # What a view does not use it does not ask.
    if view != "para":
        columns[0].multiselect(
            text("compare.subjects"),
            list(options),
            format_func=options.__getitem__,
            placeholder=text("choose.placeholder"),
            key="klastry",
        )
    if view in ("mapa", "siec"):
        reaches = {OWN: text("compare.reach.own"), **{r: text("compare.reach.km", km=r) for r in RADII}}
        columns[1].selectbox(text("compare.reach"), list(reaches), format_func=reaches.__getitem__, key="zasieg_km")
    labels = {str(s): text(f"status.{s}") for s in Status}
    columns[2].pills(
        text("density.statuses"),
        list(labels),
        selection_mode="multi",
        format_func=labels.__getitem__,
        key="statusy",
        help=text("density.statuses.help"),
    )
    views = {v: text(f"compare.view.{k}") for v, k in VIEWS.items()}
    st.segmented_control(
        text("compare.view"), list(views), format_func=views.__getitem__, key="widok", required=True, width="stretch"
    )
    fields: dict[str, state.Field] = {"lang": text.language, "klastry": chosen, "statusy": statuses}
    fields |= {"zasieg_km": reach, "widok": view}
    defaults: dict[str, state.Field] = {"lang": "pl", "klastry": [ALL], "statusy": [str(Status.MEMBER)]}
    defaults |= {"zasieg_km": OWN, "widok": "mapa"}
    pair = panels = None
    kinds = tuple(Status(s) for s in statuses)
    if statuses and (view == "para" or (chosen and view == "wojewodztwa")):
        level, measure = _ask_panels(text, fields, defaults)
        if view == "para":
            two = _ask_pair(names, text, fields, defaults)
            pair = PanelQuery(two, level, measure, kinds)
        else:
            panels = PanelQuery(_subjects(chosen), level, measure, kinds)
    state.write_address(fields, defaults)
    if not statuses or not (chosen or view == "para"):
        st.warning(text("compare.choose.status" if chosen else "compare.choose"))
        return CompareChoice(None, view)
    query = CompareQuery(",".join(_subjects(chosen or [ALL])), None if reach == OWN else float(reach), kinds)
    return CompareChoice(query, view, pair, panels)


def _subjects(chosen: list[str]) -> tuple[str, ...]:
    return subjects_of_all() if ALL in chosen else tuple(chosen)


def _ask_panels(text: Text, fields: dict[str, state.Field], defaults: dict[str, state.Field]) -> tuple[Level, Measure]:
    level = state.choice("poziom", str(Level.POWIAT), [str(v) for v in (Level.GMINA, Level.POWIAT)])
    measure = state.choice("miara", str(Measure.COUNT), [str(v) for v in Measure])
    left, right, _ = st.columns([1, 1.6, 2.4])
    levels = {str(v): text(f"level.{v}") for v in (Level.GMINA, Level.POWIAT)}
    measures = {str(v): text(f"measure.{v}") for v in Measure}
    left.selectbox(text("density.level"), list(levels), format_func=levels.__getitem__, key="poziom")
    right.selectbox(text("density.measure"), list(measures), format_func=measures.__getitem__, key="miara")
    fields |= {"poziom": level, "miara": measure}
    defaults |= {"poziom": str(Level.POWIAT), "miara": str(Measure.COUNT)}
    return Level(level), Measure(measure)


def _ask_pair(
    names: dict[str, str], text: Text, fields: dict[str, state.Field], defaults: dict[str, state.Field]
) -> tuple[str, ...]:
    first_two = list(names)[:2]
    both = []
    for column, key, label, default in zip(
        st.columns(2), ("pierwszy", "drugi"), ("compare.first", "compare.second"), first_two, strict=False
    ):
        both.append(state.choice(key, default, names))
        column.selectbox(text(label), list(names), format_func=names.__getitem__, key=key)
        fields[key], defaults[key] = both[-1], default
    return tuple(both)
