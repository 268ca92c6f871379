"""Ask what the page of coverage should show, and keep the answer in the address."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from geo.model.cluster import Sector, Status
from geo.model.coverage import CoverageQuery
from geo.model.selection import Need
from geo.model.units import Level
from geo.render.text import Text
from geo.services.catalogue import default_radius_km, kinds_of, subject_names, voivodeship_options
from geo.services.coverage import mixed_levels
from pages._ui import state

RADIUS_RANGE = (1, 60)


@dataclass(frozen=True)
class CoverageChoice:
    """
    What the user chose.

    Attributes
    ----------
    query
        The query, or None where no cluster is chosen or those chosen cannot be computed together.
    circles
        Whether circles of reach are drawn.
    """

    query: CoverageQuery | None
    circles: bool


def ask(text: Text) -> CoverageChoice:
    """Show the filters and return the choice."""
    names = subject_names(text)
    chosen = state.choices("klaster", [next(iter(names))], list(names))
    if not chosen:
        return _without_query(names, text, text("coverage.choose"))
    subject = ",".join(chosen)
    if mixed_levels(subject):
        return _without_query(names, text, text("coverage.mixed"))
    areas = {"": text("coverage.area.territory"), **voivodeship_options(text)}
    area = state.choice("obszar", "", areas)
    level = state.choice("poziom", str(Level.GMINA), [str(v) for v in Level])
    needs = {"any": text("coverage.need.any")}
    needs |= {f"sector:{s}": text("coverage.need.sector", name=text(f"sector.{s}")) for s in Sector}
    needs |= {f"kind:{k}": text("coverage.need.kind", name=k) for k in kinds_of(subject)}
    need = state.choice("potrzeba", "any", needs)
    radius = state.following("zasieg", round(default_radius_km(subject)), *RADIUS_RANGE)
    declared, circles = state.flag("deklarowane"), state.flag("okregi")
    columns = st.columns([2, 1.4, 1, 1.6])
    _clusters(columns[0], names, text)
    _select(columns[1], text("coverage.area"), "obszar", areas)
    _select(columns[2], text("density.level"), "poziom", {str(v): text(f"level.{v}") for v in Level})
    _select(columns[3], text("coverage.need"), "potrzeba", needs)
    left, middle, right = st.columns([2, 1.4, 1.2], vertical_alignment="bottom")
    left.slider(text("coverage.radius"), *RADIUS_RANGE, key="zasieg")
    middle.toggle(text("coverage.declared"), key="deklarowane", help=text("density.statuses.help"))
    right.toggle(text("coverage.circles"), key="okregi")
    fields: dict[str, state.Field] = {"lang": text.language, "klaster": chosen, "obszar": area, "poziom": level}
    fields |= {"potrzeba": need, "zasieg": radius, "deklarowane": declared, "okregi": circles}
    defaults: dict[str, state.Field] = {"lang": "pl", "obszar": "", "poziom": str(Level.GMINA), "potrzeba": "any"}
    defaults |= {"zasieg": state.suggested("zasieg"), "deklarowane": False, "okregi": False}
    state.write_address(fields, defaults)
    statuses = (Status.MEMBER, Status.DECLARED) if declared else (Status.MEMBER,)
    return CoverageChoice(
        CoverageQuery(subject, area, Level(level), Need.parse(need), float(radius), statuses), circles
    )


def _clusters(where: st.delta_generator.DeltaGenerator, names: dict[str, str], text: Text) -> None:
    where.multiselect(
        text("coverage.subjects"),
        list(names),
        format_func=names.__getitem__,
        placeholder=text("choose.placeholder"),
        key="klaster",
    )


def _without_query(names: dict[str, str], text: Text, message: str) -> CoverageChoice:
    _clusters(st.container(), names, text)
    st.warning(message)
    fields: dict[str, state.Field] = {"lang": text.language, "klaster": st.session_state["klaster"]}
    state.write_address(fields, {"lang": "pl"})
    return CoverageChoice(None, circles=False)


def _select(where: st.delta_generator.DeltaGenerator, label: str, key: str, options: dict[str, str]) -> None:
    where.selectbox(label, list(options), format_func=options.__getitem__, key=key)
