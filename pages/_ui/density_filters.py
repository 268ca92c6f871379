"""Ask what the density page should show, and keep the answer in the address."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import streamlit as st

from geo.model.cluster import Sector, Status
from geo.model.queries import DensityQuery, Kernel, Measure, Scheme
from geo.model.units import Level
from geo.render.text import Text
from geo.services.catalogue import subject_names
from geo.services.density import suggested_bandwidth_km
from pages._ui import state

RADIUS_RANGE = (3, 100)


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


def ask(text: Text) -> DensityChoice:
    """Show the filters and return the choice."""
    names = subject_names(text)
    defaults = _defaults(names)
    chosen = _read(names, defaults)
    query = _query(chosen)
    if query and query.surface:
        query = _with_radius(query, defaults, chosen)
    else:
        state.forget("promien")
    _show(names, text, query)
    state.write_address({"lang": text.language, **chosen}, {"lang": "pl", **defaults, "klaster": ""})
    return DensityChoice(query, bool(chosen["podklad"]))


def _defaults(names: dict[str, str]) -> dict[str, state.Field]:
    return {
        "klaster": next(iter(names)),
        "poziom": str(Level.GMINA),
        "miara": str(Measure.COUNT),
        "sektory": _values(Sector),
        "statusy": [str(Status.MEMBER), str(Status.DECLARED)],
        "podzial": str(Scheme.NATURAL),
        "klasy": 5,
        "jadro": str(Kernel.QUARTIC),
        "powierzchnia": False,
        "podklad": False,
    }


def _read(names: dict[str, str], defaults: dict[str, state.Field]) -> dict[str, state.Field]:
    single = {"klaster": list(names), "poziom": _values(Level), "miara": _values(Measure)}
    single |= {"podzial": _values(Scheme), "jadro": _values(Kernel)}
    chosen: dict[str, state.Field] = {n: state.choice(n, str(defaults[n]), allowed) for n, allowed in single.items()}
    chosen["sektory"] = state.choices("sektory", _values(Sector), _values(Sector))
    chosen["statusy"] = state.choices("statusy", [str(Status.MEMBER), str(Status.DECLARED)], _values(Status))
    chosen["klasy"] = state.number("klasy", 5, 2, 7)
    return chosen | {n: state.flag(n) for n in ("powierzchnia", "podklad")}


def _query(chosen: dict[str, state.Field]) -> DensityQuery | None:
    sectors, statuses = chosen["sektory"], chosen["statusy"]
    if not isinstance(sectors, list) or not isinstance(statuses, list) or not sectors or not statuses:
        return None
    return DensityQuery(
        subject=str(chosen["klaster"]),
        level=Level(str(chosen["poziom"])),
        measure=Measure(str(chosen["miara"])),
        sectors=tuple(Sector(s) for s in sectors),
        statuses=tuple(Status(s) for s in statuses),
        scheme=Scheme(str(chosen["podzial"])),
        classes=int(str(chosen["klasy"])),
        surface=bool(chosen["powierzchnia"]),
        kernel=Kernel(str(chosen["jadro"])),
    )


def _with_radius(query: DensityQuery, defaults: dict[str, state.Field], chosen: dict[str, state.Field]) -> DensityQuery:
    """Follow the suggested radius until the user moves the slider."""
    suggested = round(suggested_bandwidth_km(query))
    radius = state.following("promien", suggested, *RADIUS_RANGE)
    defaults["promien"], chosen["promien"] = suggested, radius
    return DensityQuery(**{**vars(query), "bandwidth_km": float(radius)})


def _show(names: dict[str, str], text: Text, query: DensityQuery | None) -> None:
    columns = st.columns([2.2, 1, 1.6])
    _select(columns[0], "density.subject", "klaster", names, text)
    _select(columns[1], "density.level", "poziom", {v: text(f"level.{v}") for v in _values(Level)}, text)
    _select(columns[2], "density.measure", "miara", {v: text(f"measure.{v}") for v in _values(Measure)}, text)
    with st.expander(text("density.more")):
        left, right = st.columns(2)
        for label, key, kind in (("density.sectors", "sektory", Sector), ("density.statuses", "statusy", Status)):
            options = {v: text(f"{kind.__name__.lower()}.{v}") for v in _values(kind)}
            tip = text("density.statuses.help") if kind is Status else None
            left.pills(
                text(label), list(options), selection_mode="multi", format_func=options.__getitem__, key=key, help=tip
            )
        left.toggle(text("density.surface"), key="powierzchnia")
        if query and query.surface:
            _select(left, "density.kernel", "jadro", {v: text(f"kernel.{v}") for v in _values(Kernel)}, text)
            tip = text("density.bandwidth.help", km=state.suggested("promien"))
            left.slider(text("density.bandwidth"), *RADIUS_RANGE, key="promien", help=tip)
        _select(right, "density.scheme", "podzial", {v: text(f"scheme.{v}") for v in _values(Scheme)}, text)
        right.slider(text("density.classes"), 2, 7, key="klasy")
        right.toggle(text("density.basemap"), key="podklad", help=text("density.basemap.help"))


def _select(
    where: st.delta_generator.DeltaGenerator, label: str, key: str, options: dict[str, str], text: Text
) -> None:
    where.selectbox(text(label), list(options), format_func=options.__getitem__, key=key)


def _values(kind: type[StrEnum]) -> list[str]:
    return [str(v) for v in kind]
