"""Say what an official file was read as: its kind, its day, its numbers, and what of it has no place here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import geopandas as gpd
import pandas as pd


class OfficialKind(StrEnum):
    """What an official file holds."""

    OUTLINES = "outlines"
    NAMES = "names"
    PLACES = "places"
    STREETS = "streets"
    PEOPLE = "people"
    AGES = "ages"
    TABLE = "table"


@dataclass(frozen=True)
class Found:
    """
    What was read of a file.

    Attributes
    ----------
    kind
        What it holds.
    frame
        The content: outlines of gminy (index 6-digit `teryt`, `name, terc, geometry`, EPSG:2180); names (index `teryt`
        of 2, 4 or 6 digits, `name, kind, terc`); places (`sym, sympod, teryt, rodz, kind, name`); streets (`teryt, sym,
        name`); people (index 6-digit `teryt`, `population`); ages (index 6-digit `teryt`, columns `age_0_4` …); other
        tables (index `teryt`, a column a number).
    state
        Day (`2026-01-01`) that the file says it is of, "" where it does not say.
    unknown
        Codes in the file that are no unit of today, nor were one that is known to have changed.
    left_out
        How many rows stand beside what is counted: parts of gminy, other levels, other years.
    """

    kind: OfficialKind
    frame: pd.DataFrame | gpd.GeoDataFrame
    state: str = ""
    unknown: tuple[str, ...] = ()
    left_out: int = 0
