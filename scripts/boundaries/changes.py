"""Bring units, localities and the coverage from the registers' dates to the state of 2026-01-01."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

from boundaries import polygons

STATE_DATE = "2026-01-01"


@dataclass
class State:
    """Units, localities and coverage that change together, with a log of what was done."""

    units: pd.DataFrame
    localities: gpd.GeoDataFrame
    coverage: gpd.GeoSeries
    powiaty: dict[str, str]
    approximate: set[str] = field(default_factory=set)
    hints: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def apply_changes(state: State, facts: Path) -> None:
    """
    Apply the changes of 2019-2026, in order of the tables in `facts`.

    Parameters
    ----------
    state
        Changed in place.
    facts
        Folder with `gmina_changes_2019_2026.csv` and `locality_transfers.csv`.

    Raises
    ------
    ValueError
        If a row names a unit or a locality that cannot be told apart or found.
    """
    transfers = pd.read_csv(facts / "locality_transfers.csv", sep=";", dtype=str, keep_default_na=False)
    for old, rows in transfers.groupby("from", sort=False):
        _transfer(state, str(old), rows)
    changes = pd.read_csv(facts / "gmina_changes_2019_2026.csv", sep=";", dtype=str, keep_default_na=False)
    for row in changes.itertuples():
        if row.type == "town status":
            code = _find(state, row.unit, row.new_code[:6] if row.new_code[:1].isdigit() else "")
            state.units.loc[code, "terc"] = f"{code}3"
            _make_town(state, code)
        elif row.type == "gmina renamed":
            new_name = row.unit.split(" -> ")[1]
            state.units.loc[row.new_code[:6], "name"] = new_name
        elif row.type == "boundary":
            state.notes.append(f"{row.effective}: {row.unit}")


def _transfer(state: State, old: str, rows: pd.DataFrame) -> None:
    """Move localities of one gmina to others, and the ground nearest to them with them."""
    mine = state.localities[state.localities["teryt"] == old]
    target = pd.Series(old, index=mine.index)
    for row in rows.itertuples():
        names = row.localities.split(", ")
        chosen = mine.index[mine["name"].isin(names)]
        if len(chosen) != len(names):
            msg = f"{row.name}: of {names} only {list(mine.loc[chosen, 'name'])} stand in gmina {old}"
            raise ValueError(msg)
        target.loc[chosen] = row.to
        if row.to not in state.units.index:
            state.units.loc[row.to] = state.units.loc[old]
            state.units.loc[row.to, ["terc", "name", "population", "lau_km2"]] = [row.terc, row.name, 0, float("nan")]
            state.units.loc[old, "lau_km2"] = float("nan")
            state.approximate |= {row.to, old}
        elif state.units.loc[row.to, "name"] != row.name:
            msg = f"{row.to} is {state.units.loc[row.to, 'name']}, not {row.name}"
            raise ValueError(msg)
        else:
            state.units.loc[row.to, "lau_km2"] += float(row.area_ha) / 100
            state.approximate.add(row.to)
        if row.population:
            state.hints[row.to] = int(row.population)
    moved = target[target != old]
    state.localities.loc[moved.index, "teryt"] = moved
    cells = polygons.voronoi_cells(mine.geometry.to_numpy(), state.coverage[old])
    state.coverage = polygons.recut(state.coverage, list(cells), list(target), state.localities)
    if (target != old).all():
        state.units = state.units.drop(index=old)


def _find(state: State, unit: str, code: str) -> str:
    if code:
        return code
    name, _, powiat = unit.removesuffix(")").partition(" (")
    named = state.units[(state.units["name"] == name) & ~state.units["terc"].str.endswith("1")]
    if powiat:
        codes = [c for c in named.index if state.powiaty[c[:4]] == powiat.removeprefix("pow. ")]
        named = named.loc[codes]
    if len(named) != 1:
        places = [f"{c} pow. {state.powiaty[c[:4]]}" for c in named.index]
        msg = f"town status of {unit!r}: expected one gmina, found {places}"
        raise ValueError(msg)
    return str(named.index[0])


def _make_town(state: State, code: str) -> None:
    seat = (state.localities["teryt"] == code) & (state.localities["name"] == state.units.loc[code, "name"])
    if seat.sum() != 1:
        # The register lists villages and towns; a former settlement (osada) is not in it.
        state.notes.append(f"{code} {state.units.loc[code, 'name']}: seat not in the locality register")
        return
    state.localities.loc[seat, "type"] = "miasto"
