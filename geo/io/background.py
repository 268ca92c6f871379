"""Read a background table: entities by unit, as the Local Data Bank of Statistics Poland (GUS BDL) exports them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import TableError
from geo.io.boundaries import load_units
from geo.io.delimited import read_delimited
from geo.model.names import fold
from geo.model.units import Level

CODES = ("kod", "teryt", "terc", "kod teryt", "kod terytorialny", "identyfikator", "code")
VALUES = ("wartosc", "value")
# Columns of the long layout that are neither a dimension nor the value.
ASIDE = ("nazwa", "jednostka terytorialna", "jednostka miary", "atrybut", "name", "unit", "attrid", "attribute", "")
# How the Bank writes "none" and "not known".
NONE_SIGNS, UNKNOWN_SIGNS = ("-", "–"), ("", ".", "x", "X", "#")
# BDL writes 0 beside these: not yet available, impossible or pointless, not reliable.
ATTRIBUTES, UNKNOWN_ATTRIBUTES = ("atrybut", "attrid", "attribute"), ("n", "x", ".")
MAX_BYTES = 20_000_000
MAX_TABLES = 400
LEAST_MATCHED = 0.5


@dataclass(frozen=True)
class BackgroundTable:
    """
    Numbers by unit that members can be compared with.

    Attributes
    ----------
    columns
        What is counted, in the words of the file, each with its values by TERYT code (2, 4 or 6 digits).
    unknown
        Codes of the file that are no unit of today.
    """

    columns: dict[str, pd.Series]
    unknown: tuple[str, ...]

    def at(self, name: str, level: Level) -> pd.Series | None:
        """
        Return a column at a level; summed from gminy or powiaty where the file has no such rows.

        Parameters
        ----------
        name
            One of `columns`.
        level
            Level wanted.

        Returns
        -------
        values
            Index `teryt`; None if the file has neither the level nor a finer one.
        """
        values = self.columns[name]
        length = values.index.str.len()
        finer = (d for d in (2, 4, 6) if d >= level.digits)
        digits = next((d for d in finer if (length == d).any()), None)
        if digits is None:
            return None
        own = values[length == digits]
        if digits == level.digits:
            return own
        # A unit is known only if all its parts are.
        return own.groupby(own.index.str[: level.digits]).agg(lambda part: part.sum(skipna=False))


def read_background(content: bytes) -> BackgroundTable:
    """
    Read a CSV export of the Local Data Bank, wide (a column a number) or long (a row a number).

    Parameters
    ----------
    content
        UTF-8 or cp1250, separated by semicolons, commas or tabs. Codes have 7 digits (voivodeship
        `0200000`, powiat `0201000`, gmina `0201011`), or are TERYT codes of 2, 4 or 6 digits; lost
        leading zeros are restored. Towns and rural parts of an urban-rural gmina (kinds 4 and 5) are
        left out, since the gmina itself stands beside them.

    Raises
    ------
    TableError
        If it is no such table; says what came and what was expected.
    """
    if len(content) > MAX_BYTES:
        raise TableError((("table.size", {"mb": len(content) // 1_000_000, "limit": MAX_BYTES // 1_000_000}),))
    return read_table(read_delimited(content, "Kod, Nazwa, …"))


def read_table(raw: pd.DataFrame, *, most: int = MAX_TABLES, former: Collection[str] = ()) -> BackgroundTable:
    """
    Read a table of the Bank whose cells are text; see `read_background`.

    Parameters
    ----------
    raw
        A column a heading.
    most
        How many numbers a unit are read.
    former
        Codes of units that are gone and are read all the same.

    Raises
    ------
    TableError
        If it is no such table.
    """
    heads = {column: fold(str(column)).strip() for column in raw.columns}
    code = next((c for c, h in heads.items() if h in CODES), None)
    if code is None:
        found = ", ".join(str(c) for c in raw.columns[:8])
        raise TableError((("table.no_code", {"found": found}),))
    teryt, unknown = _teryt(raw[code].str.strip(), former)
    value = next((c for c, h in heads.items() if h in VALUES), None)
    columns = _long(raw, heads, code, value, teryt, most) if value else _wide(raw, heads, code, teryt, most)
    if not columns:
        raise TableError((("table.no_numbers", {}),))
    return BackgroundTable(columns, unknown)


def spelled_background(table: BackgroundTable) -> str:
    """
    Return a table in the long layout, a row a number; `read_background` gives the same columns again.

    Parameters
    ----------
    table
        What was read from a file.

    Returns
    -------
    text
        Semicolons between `Kod`, `Zmienna` and `Wartość`; what is not known stays empty.
    """
    rows = pd.concat(table.columns, names=["Zmienna", "Kod"])
    spelled: str = rows.rename("Wartość").reset_index()[["Kod", "Zmienna", "Wartość"]].to_csv(index=False, sep=";")
    return spelled


def _teryt(given: pd.Series, former: Collection[str]) -> tuple[pd.Series, tuple[str, ...]]:
    """Return TERYT codes of 2, 4 or 6 digits, "" for rows to leave out, and codes that are no unit."""
    known = {code for level in Level for code in load_units(level).index} | set(former)
    given = given.map(_from_twelve)
    digits = given.where(given.str.fullmatch(r"[0-9]{1,7}"), "")
    best, matched = pd.Series("", index=given.index), -1
    for width in (7, 6, 4, 2):
        full = digits.where((digits.str.len() <= width) & (digits != ""), "").str.zfill(width)
        full = full.where(digits != "", "")
        read = full.map(_from_seven) if width == 7 else full
        # A code that is none of this layout is taken as it stands: levels may stand mixed in one column.
        read = read.where(read.isin(known), digits.where(digits.isin(known), read))
        hits = int(read.isin(known).sum())
        if hits > matched:
            best, matched = read, hits
    meant = best != ""
    strange = given[meant & ~best.isin(known)]
    if matched <= 0 or matched < LEAST_MATCHED * int(meant.sum()):
        some = ", ".join(given.head(3))
        raise TableError((("table.not_units", {"given": some}),))
    return best.where(best.isin(known), ""), tuple(dict.fromkeys(strange))


def _from_twelve(code: str) -> str:
    """
    Return the 7 digits of TERYT within an identifier of the Bank; other codes as they are.

    Digits 3 and 4 are the voivodeship, 8 and 9 the powiat, 10 and 11 the gmina, 12 its kind; macroregions, regions and
    subregions are no units of TERYT.
    """
    if not re.fullmatch(r"[0-9]{11,12}", code):
        return code
    full = code.zfill(12)
    if full[7:9] == "00" and full[4:7] != "000":
        return ""
    return f"{full[2:4]}{full[7:9]}{full[9:12]}"


def _from_seven(code: str) -> str:
    if not code or code == "0000000":
        return ""
    if code.endswith("00000"):
        return code[:2]
    if code.endswith("000"):
        return code[:4]
    # Kinds 1 to 3 are gminy; 4, 5, 8 and 9 are their parts.
    return code[:6] if code[6] in "123" else ""


def _numbers(cells: pd.Series) -> pd.Series:
    """Return numbers as written in Poland; a dash is none, a dot or nothing is not known."""
    text = cells.str.strip()
    plain = text.str.replace(r"[\s\u00a0\u202f]", "", regex=True).str.replace(",", ".")
    plain = plain.where(~text.isin(NONE_SIGNS), "0").where(~text.isin(UNKNOWN_SIGNS), "nan")
    numbers: pd.Series = pd.to_numeric(plain, errors="coerce")
    return numbers.where(np.isfinite(numbers) & (numbers >= 0))


def _by_unit(teryt: pd.Series, values: pd.Series) -> pd.Series:
    kept = pd.Series(values.to_numpy(), index=teryt.to_numpy())
    kept = kept[kept.index != ""]
    return kept[~kept.index.duplicated()].sort_index()


def _wide(raw: pd.DataFrame, heads: dict[str, str], code: str, teryt: pd.Series, most: int) -> dict[str, pd.Series]:
    found: dict[str, pd.Series] = {}
    for column, head in heads.items():
        if column == code or head in ASIDE or len(found) >= most:
            continue
        values = _numbers(raw[column])
        if values.notna().mean() >= LEAST_MATCHED:
            found[_tidy(str(column))] = _by_unit(teryt, values)
    return found


def _long(
    raw: pd.DataFrame, heads: dict[str, str], code: str, value: str, teryt: pd.Series, most: int
) -> dict[str, pd.Series]:
    dimensions = [c for c, h in heads.items() if c not in (code, value) and h not in ASIDE]
    label = (
        raw[dimensions[0]].str.cat([raw[d] for d in dimensions[1:]], sep=" · ")
        if dimensions
        else pd.Series(str(value), index=raw.index)
    )
    values = _numbers(raw[value])
    for column in (c for c, h in heads.items() if h in ATTRIBUTES):
        values = values.mask(raw[column].str.strip().str.casefold().isin(UNKNOWN_ATTRIBUTES))
    parts = list(label.groupby(label, sort=False).groups.items())[:most]
    return {_tidy(str(name)): _by_unit(teryt[rows], values[rows]) for name, rows in parts}


def _tidy(name: str) -> str:
    return re.sub(r"\s+", " ", name.replace(";", ", ")).strip()[:200]
