"""Read the files of the TERYT register: units (TERC), places (SIMC) and streets (ULIC), as CSV or XML."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import IO
from xml.etree.ElementTree import ParseError

import pandas as pd
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from geo.errors import OfficialFileError
from geo.io.official.found import Found, OfficialKind

# By the columns that only it has.
_KIND_OF = {"SYM_UL": OfficialKind.STREETS, "SYMPOD": OfficialKind.PLACES, "NAZWA_DOD": OfficialKind.NAMES}
# Names that older files, and those in XML, give to the same columns.
_OTHER_NAMES = {"NAZDOD": "NAZWA_DOD", "NAZWA_DOD": "NAZWA_DOD"}
# Kinds of unit: gminy; the town and the rural part within one, districts and delegacies stand in it already.
GMINA_KINDS = {"1": "gmina miejska", "2": "gmina wiejska", "3": "gmina miejsko-wiejska"}
_DIGITS = {"WOJ": 2, "POW": 2, "GMI": 2, "RODZ": 1, "RODZ_GMI": 1, "SYM": 7, "SYMPOD": 7, "RM": 2}


def kind_of(columns: Iterable[str]) -> OfficialKind | None:
    """Return what a register of TERYT holds by its columns, None where it is none."""
    known = {_OTHER_NAMES.get(c.strip().upper(), c.strip().upper()) for c in columns}
    if not {"WOJ", "POW", "GMI"} <= known:
        return None
    return next((kind for column, kind in _KIND_OF.items() if column in known), None)


def read_csv(stream: IO[bytes]) -> Found:
    """
    Read a register of TERYT as CSV.

    Parameters
    ----------
    stream
        UTF-8, with or without a byte order mark, semicolons; quotes may stand inside a field and mean nothing.

    Raises
    ------
    OfficialFileError
        If a row has other columns than the heading, or nothing is in it.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", errors="strict")
    try:
        rows = csv.reader(text, delimiter=";", quoting=csv.QUOTE_NONE)
        heading = [_OTHER_NAMES.get(c.strip().upper(), c.strip().upper()) for c in next(rows)]
        return _found(heading, _checked(rows, len(heading)))
    except UnicodeDecodeError:
        raise OfficialFileError("encoding") from None
    except (StopIteration, csv.Error):
        raise OfficialFileError("empty") from None
    finally:
        # Whoever opened the stream closes it.
        text.detach()


def _checked(rows: Iterable[list[str]], width: int) -> Iterator[list[str]]:
    for number, row in enumerate(rows, start=2):
        if not any(row):
            continue
        cells = row[:-1] if len(row) == width + 1 and not row[-1] else row
        if len(cells) != width:
            raise OfficialFileError("row", row=number, found=len(cells), expected=width)
        yield cells


def read_xml(stream: IO[bytes]) -> Found:
    """
    Read a register of TERYT as XML: a `row` each, with the columns as elements or as `col` with a name.

    Raises
    ------
    OfficialFileError
        If it is no such XML, or ends before its end.
    """
    heading: list[str] = []
    rows: list[list[str]] = []
    try:
        for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
            if element.tag != "row":
                continue
            cells = {(c.get("name") or c.tag).upper(): (c.text or "").strip() for c in element}
            cells = {_OTHER_NAMES.get(name, name): value for name, value in cells.items()}
            heading = heading or list(cells)
            rows.append([cells.get(name, "") for name in heading])
            element.clear()
    except (ParseError, DefusedXmlException):
        raise OfficialFileError("xml") from None
    if not rows:
        raise OfficialFileError("empty")
    return _found(heading, rows)


def _found(heading: list[str], rows: Iterable[list[str]]) -> Found:
    kind = kind_of(heading)
    if kind is None:
        raise OfficialFileError("columns", found=", ".join(heading[:12]))
    frame = pd.DataFrame(rows, columns=heading, dtype="str")
    if frame.empty:
        raise OfficialFileError("empty")
    for column, digits in _DIGITS.items():
        if column in frame:
            given = frame[column].str.strip()
            # A zero in front goes when a table program opens the file.
            frame[column] = given.where(given == "", given.str.zfill(digits))
    states = frame["STAN_NA"].str.strip() if "STAN_NA" in frame else pd.Series([""])
    make = {OfficialKind.NAMES: _names, OfficialKind.PLACES: _places, OfficialKind.STREETS: _streets}[kind]
    made, left_out = make(frame)
    if made.empty:
        raise OfficialFileError("empty")
    return Found(kind, made, str(states.max())[:10], left_out=left_out)


def _names(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    code = frame["WOJ"] + frame["POW"] + frame["GMI"]
    whole = (frame["GMI"] == "") | frame["RODZ"].isin(list(GMINA_KINDS))
    kind = frame["RODZ"].map(GMINA_KINDS).fillna(frame["NAZWA_DOD"].str.strip())
    # Voivodeships stand in capitals.
    name = frame["NAZWA"].str.strip().where(frame["POW"] != "", frame["NAZWA"].str.strip().str.lower())
    made = pd.DataFrame({"name": name, "kind": kind, "terc": code + frame["RODZ"]})
    made.index = pd.Index(code, name="teryt")
    made = made[whole.to_numpy()]
    return made[~made.index.duplicated()].sort_index(), int((~whole).sum())


def _places(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    made = pd.DataFrame(
        {
            "sym": frame["SYM"],
            "sympod": frame["SYMPOD"],
            "teryt": frame["WOJ"] + frame["POW"] + frame["GMI"],
            "rodz": frame["RODZ_GMI"],
            "kind": frame["RM"],
            "name": frame["NAZWA"].str.strip(),
        }
    )
    return made, 0


def _streets(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    parts = [frame[c].str.strip() for c in ("CECHA", "NAZWA_2", "NAZWA_1") if c in frame]
    name = parts[0].str.cat(parts[1:], sep=" ").str.split().str.join(" ")
    return pd.DataFrame({"teryt": frame["WOJ"] + frame["POW"] + frame["GMI"], "sym": frame["SYM"], "name": name}), 0
