"""Put the coverage of units into tables and reasons a person can check."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.io.boundaries import load_areas, load_units
from geo.model.coverage import Coverage, SectorState, Verdict
from geo.model.units import Level
from geo.render.table import Column, Place, Table
from geo.render.text import Text
from geo.services.columns import (
    AREA,
    COVERED,
    DIRECTION,
    DISTANCE,
    EVIDENCE,
    KIND,
    MEMBERS,
    MINUTES,
    MISSING,
    NAME,
    OFFICIAL_AREA,
    POPULATION,
    POWIAT,
    RESIDUAL,
    SEAT,
    SHARE,
    TERYT,
    UNKNOWN,
    UNKNOWN_SECTORS,
    VERDICT,
)
from geo.services.labels import some_names
from geo.services.people import group_columns

NEAREST = Column("nearest", "coverage.nearest")


def reach_label(result: Coverage, text: Text) -> str:
    """Return the reach in words: "10 km" or "30 min"."""
    if np.isnan(result.limit_min):
        return text("reach.km", value=text.number(result.radius_m / 1000, 1))
    return text("reach.min", value=text.number(result.limit_min))


def evidence(result: Coverage, members: gpd.GeoDataFrame, known: int, text: Text) -> pd.Series:
    """
    Say why each unit has its verdict.

    Parameters
    ----------
    result
        The coverage.
    members
        The members counted.
    known
        Organisations known of the clusters; 0 means that the list itself is not known.
    text
        Language.

    Returns
    -------
    reasons
        Index `teryt`.
    """
    reasons = {}
    digits = len(result.units.index[0])
    seated = members.groupby(members["teryt"].where(members["teryt"].str.len() >= digits, "").str[:digits])["name"]
    names = {str(code): some_names(list(group), text) for code, group in seated}
    nearest = np.append(members["name"].to_numpy(dtype=object), "")
    for row in result.units.itertuples():
        share = text.percent(row.covered_people, row.population)
        count = row.possible if row.verdict == Verdict.NO_DATA else row.members
        key = row.verdict
        if row.verdict == Verdict.NO_DATA and not (known and row.possible):
            key = "cut" if row.Index in result.cut else "nearby" if known else "unlisted"
        values = {"members": text.count("members", count), "share": share, "reach": reach_label(result, text)}
        values |= {"names": names.get(str(row.Index), ""), "nearest": str(nearest[row.nearest])}
        values["distance"] = text.measure(row.nearest_m / 1000)
        reasons[row.Index] = text(f"evidence.{key}", **values)
    return pd.Series(reasons, dtype="str")


def share_percent(units: pd.DataFrame) -> pd.Series:
    """Return the share of people surely within reach, percent; nothing where none is and some may be."""
    share = 100.0 * units["covered_people"] / units["population"].where(units["population"] > 0)
    rounded: pd.Series = share.round(1).fillna(0.0)
    return rounded.mask((units["covered_people"] == 0) & (units["unknown_people"] > 0))


def known_members(units: pd.DataFrame) -> pd.Series:
    """Return how many members are in each unit; nothing where none is known to be, but one may be."""
    return units["members"].astype("Int64").mask((units["members"] == 0) & (units["possible"] > 0))


def of_state(sectors: pd.Series, state: SectorState) -> pd.Series:
    """Return the sectors of each unit that are in a state."""
    return pd.Series(
        [tuple(s for s, own in row.items() if own is state) for row in sectors], sectors.index, dtype=object
    )


def gaps_of(result: Coverage) -> pd.Index:
    """Return the codes of units that are gaps or empty, most people out of reach first."""
    units = result.units
    open_units = units[units["verdict"].isin([str(v) for v in Verdict if v.is_gap])]
    return open_units.sort_values("residual_people", ascending=False, kind="stable").index


def gaps_table(result: Coverage, units: Table, level: Level, stem: str) -> Table:
    """Return the rows of the table of units that are gaps; without any it says whether that is known."""
    unknown = int((result.units["verdict"] == str(Verdict.NO_DATA)).sum())

    def none(text: Text) -> str:
        if unknown:
            return text("coverage.gaps.unknown", units=text.units(level, unknown))
        return text("coverage.gaps.none")

    return replace(
        units.rows(gaps_of(result)),
        name="gaps",
        title="coverage.gaps",
        none=none,
        good=not unknown,
        csv="coverage.csv",
        xlsx="coverage.xlsx",
        file=f"{stem}-luki",
        place=Place.BELOW,
    )


def units_table(result: Coverage, members: gpd.GeoDataFrame, reasons: pd.Series, level: Level, *, file: str) -> Table:
    """Return all units with their verdicts, numbers and nearest member."""
    units = result.units
    names = load_units(level)
    powiaty = load_units(Level.POWIAT)["name"]
    columns: dict[Column, Any] = {NAME: names.loc[units.index, "name"], KIND: names.loc[units.index, "kind"]}
    if level is Level.GMINA:
        columns[POWIAT] = units.index.str[:4].map(powiaty)
    member_names = np.append(members["name"].to_numpy(dtype=object), "")
    columns |= {
        VERDICT: units["verdict"],
        EVIDENCE: reasons,
        MEMBERS: known_members(units),
        POPULATION: units["population"],
        COVERED: units["covered_people"],
        RESIDUAL: units["residual_people"],
        UNKNOWN: units["unknown_people"],
        SHARE: share_percent(units),
        MISSING: of_state(units["sectors"], SectorState.ABSENT),
        UNKNOWN_SECTORS: of_state(units["sectors"], SectorState.UNKNOWN),
        NEAREST: member_names[units["nearest"].to_numpy()],
        DISTANCE: (units["nearest_m"].replace(np.inf, np.nan) / 1000.0).round(1),
        **({MINUTES: units["minutes"].replace(np.inf, np.nan).round()} if "minutes" in units else {}),
        # From a place to itself there is no direction.
        DIRECTION: units["bearing"].where(units["nearest_m"] > 0),
        SEAT: units["seat"],
        AREA: units["area_km2"].round(1),
        OFFICIAL_AREA: load_areas(level)["official_km2"].loc[units.index].round(1),
        TERYT: units.index,
    }
    columns |= group_columns(level, units.index)
    around = {"title": "coverage.all", "csv": "coverage.all.csv", "place": Place.FOLDED, "file": file}
    return Table.of("units", columns, index=units.index, **around)
