"""Name the fields of data files for programs: short, plain, the same in every language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.model.names import fold, sound
from geo.render.table import Column, Table, worded
from geo.render.text import Text

# A shapefile keeps ten signs of a name, GML and R none but plain ones, ArcGIS no name that begins with a digit.
LONGEST = 10
FIELDS = {
    "name": "nazwa",
    "kind": "rodzaj",
    "powiat": "powiat",
    "voivodeship": "wojewodz",
    "teryt": "teryt",
    "class": "klasa",
    "value": "wartosc",
    "low": "dolna",
    "high": "gorna",
    "members": "liczba",
    "possible": "moze_byc",
    "sector_public": "s_publ",
    "sector_business": "s_biznes",
    "sector_ngo": "s_ngo",
    "sector_science": "s_nauka",
    "sector.public": "s_publ",
    "sector.business": "s_biznes",
    "sector.ngo": "s_ngo",
    "sector.science": "s_nauka",
    "population": "ludnosc",
    "people": "ludnosc",
    "area_km2": "pow_km2",
    "official_km2": "rej_km2",
    "in_territory": "na_terenie",
    "group_all": "ludn_2020",
    "group_age_60_plus": "w60_os",
    "group_age_60_plus_percent": "w60_pr",
    "group_age_65_plus": "w65_os",
    "group_age_65_plus_percent": "w65_pr",
    "group_age_under_15": "w0_14_os",
    "group_age_under_15_percent": "w0_14_pr",
    "group_age_15_59": "w15_59_os",
    "group_age_15_59_percent": "w15_59_pr",
    "verdict": "werdykt",
    "evidence": "dlaczego",
    "covered": "zasieg_os",
    "residual": "poza_os",
    "unknown": "niewiad_os",
    "share_percent": "zasieg_pr",
    "member_percent": "czlonek_pr",
    "missing_sectors": "brak_sekt",
    "unknown_sectors": "niew_sekt",
    "nearest": "najblizszy",
    "distance_km": "odl_km",
    "minutes": "czas_min",
    "bearing": "kierunek",
    "seat": "odl_od",
    "base": "odniesien",
    "expected": "oczekiwane",
    "lq": "lq",
    "around": "z_sasiad",
    "expected_around": "ocz_sasiad",
    "gi": "gi",
    "moran": "moran",
    "p": "p",
    "spot": "ocena",
    "answer": "odpowiedz",
    "clusters": "klastry",
    "cluster": "klaster",
    "vacant": "bez_cz_os",
    "vacant_unknown": "niepewn_os",
    "state": "stan",
    "powiaty": "powiaty",
    "powiaty_unknown": "pow_niew",
    "territory": "teren",
    "radius_km": "zasieg_km",
    "sector": "sektor",
    "status": "status",
    "place": "miejsce",
    "precision": "dokladnosc",
    "role": "rola",
    "source_date": "data",
    "source": "zrodlo",
    "latitude": "szer_geo",
    "longitude": "dlug_geo",
    "easting": "x_2180",
    "northing": "y_2180",
    "degree": "powiazania",
    "out": "wychodzace",
    "into": "przychodz",
    "part": "czesc",
    "claiming": "klastry",
    "present": "obecni",
    "joined": "od_dnia",
    "left_on": "do_dnia",
    "description": "opis",
    "colour": "kolor",
    "symbol": "symbol",
    "reach": "zasieg_km",
    "surface": "na_100km2",
    "layer": "warstwa",
}
PLAIN = re.compile(r"[a-z][a-z0-9_]{0,9}")


@dataclass(frozen=True)
class Fields:
    """
    A table for programs.

    Attributes
    ----------
    frame
        Values by the names of fields: numbers as numbers, truth as truth, nothing where nothing is known.
    aliases
        What each field is called by people, by its name.
    """

    frame: pd.DataFrame
    aliases: dict[str, str]


def field_names(keys: Iterable[str]) -> list[str]:
    """
    Return the names of fields.

    Parameters
    ----------
    keys
        Identifiers of columns.

    Returns
    -------
    names
        At most ten of a–z, 0–9 and "_", a letter first, each once.
    """
    names: list[str] = []
    for key in keys:
        name = FIELDS.get(key) or re.sub(r"[^a-z0-9]+", "_", fold(key)).strip("_")[:LONGEST]
        name = name if PLAIN.fullmatch(name) else f"p_{name}"[:LONGEST].rstrip("_")
        number = 2
        whole = name
        while name in names:
            name = f"{whole[: LONGEST - len(str(number))]}{number}"
            number += 1
        names.append(name)
    return names


def fields_of(table: Table, text: Text) -> Fields:
    """Return a table as programs read it."""
    names = field_names(c.key for c in table.columns)
    values = {name: _typed(table, column, text) for name, column in zip(names, table.columns, strict=True)}
    aliases = {name: worded(column.heading, text) for name, column in zip(names, table.columns, strict=True)}
    return Fields(pd.DataFrame(values, index=table.frame.index), aliases)


def _typed(table: Table, column: Column, text: Text) -> Any:
    """Return the values of a column: numbers and truth as they are, words as words, no empty words."""
    values = table.frame[column.key]
    if values.dtype.kind in "biuf":
        if column.cells is None or values.dtype.kind != "f":
            return values
    elif pd.api.types.is_extension_array_dtype(values.dtype) and pd.api.types.is_numeric_dtype(values.dtype):
        return values
    words = values if column.cells is None else column.cells(values, text)
    return [None if pd.isna(w) or w in ("", "–") else sound(str(w)) for w in words]
