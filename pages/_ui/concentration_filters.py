"""Ask what the page of concentration should show, and keep the answer in the address."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from geo.model.cluster import Sector, Status
from geo.model.concentration import ConcentrationQuery
from geo.model.units import Level
from geo.render.text import Text
from geo.services.concentration_map import MapKind
from pages._ui import state
from pages._ui.subject_filter import choose_subjects

# What members may be compared with, the usual first; both are shipped.
BASES = ("people", "entities")


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
    levels, kinds = [str(v) for v in Level], [str(v) for v in MapKind]
    sectors, statuses = [str(v) for v in Sector], [str(v) for v in Status]
    default_statuses = [str(Status.MEMBER)]
    level = state.choice("poziom", str(Level.GMINA), levels)
    kind = state.choice("mapa", str(MapKind.QUOTIENT), kinds)
    base = state.choice("odniesienie", BASES[0], BASES)
    some = state.choices("sektory", sectors, sectors)
    counted = state.choices("statusy", default_statuses, statuses)
    columns = st.columns([2.2, 1, 1.8])
    chosen = choose_subjects(text, columns[0])
    _select(columns[1], text("density.level"), "poziom", {v: text(f"level.{v}") for v in levels})
    _select(columns[2], text("conc.map"), "mapa", {v: text(f"conc.map.{v}") for v in kinds})
    if kind == MapKind.QUOTIENT:
        _select(
            st.columns([2.2, 2.8])[0],
            text("conc.base"),
            "odniesienie",
            {b: text(f"conc.base.option.{b}") for b in BASES},
        )
    with st.expander(text("density.more")):
        for where, label, key, kind_of in zip(
            st.columns(2),
            ("density.sectors", "density.statuses"),
            ("sektory", "statusy"),
            (Sector, Status),
            strict=True,
        ):
            options = {str(v): text(f"{kind_of.__name__.lower()}.{v}") for v in kind_of}
            where.pills(text(label), list(options), selection_mode="multi", format_func=options.__getitem__, key=key)
    fields: dict[str, state.Field] = {
        "lang": text.language,
        "klaster": chosen,
        "poziom": level,
        "mapa": kind,
        "odniesienie": base,
    }
    fields |= {"sektory": some, "statusy": counted}
    defaults: dict[str, state.Field] = {"lang": "pl", "poziom": str(Level.GMINA), "mapa": str(MapKind.QUOTIENT)}
    defaults |= {"odniesienie": BASES[0], "sektory": sectors, "statusy": default_statuses}
    state.write_address(fields, defaults)
    if not chosen or not some or not counted:
        st.warning(text("coverage.choose" if not chosen else "density.choose"))
        return ConcentrationChoice(None, MapKind(kind), base)
    query = ConcentrationQuery(
        ",".join(chosen), Level(level), tuple(Sector(s) for s in some), tuple(Status(s) for s in counted)
    )
    return ConcentrationChoice(query, MapKind(kind), base)


def _select(where: st.delta_generator.DeltaGenerator, label: str, key: str, options: dict[str, str]) -> None:
    where.selectbox(label, list(options), format_func=options.__getitem__, key=key)
