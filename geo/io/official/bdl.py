"""Read tables of the Local Data Bank (GUS BDL), wide (CTAB), long (CREL) and XTAB: people, ages and any other."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
import pandas as pd

from geo.errors import OfficialFileError
from geo.io.background import BackgroundTable, read_table
from geo.io.delimited import read_delimited
from geo.io.official.found import Found, OfficialKind
from geo.io.successors import load_successors
from geo.model.names import fold
from geo.model.units import Level

# More numbers than these a unit are not read.
MOST_COLUMNS = 5000
_YEAR = re.compile(r"(?:19|20)\d\d")
_UNIT = re.compile(r"\[[^\]]*\]")
_SPAN = re.compile(r"(\d+)\s*[-–]\s*(\d+)")
_OPEN = re.compile(r"(\d+)\s*(?:\+|i więcej|lat i więcej|and more|and over|or more)")
# How tables name everybody.
_WHOLE = {
    "ogolem",
    "total",
    "osoba",
    "osoby",
    "person",
    "ludnosc",
    "ludnosc ogolem",
    "stan na 31 xii",
    "stan w dniu 31 xii",
}
# People of a gmina today and in the file: so far may they be apart, and so many gminy may be further.
_ALIKE, _MOST_ALIKE = (0.5, 2.0), 0.95
# Groups of age that make a table of ages.
_LEAST_GROUPS = 3
_HEADING_ROWS = 6


@dataclass(frozen=True)
class _Heading:
    """What a column counts: its dimensions without year and unit, and the year (0 where it does not say)."""

    parts: tuple[str, ...]
    year: int

    @classmethod
    def of(cls, words: str) -> _Heading:
        plain = _UNIT.sub(" ", words)
        parts = [p.strip() for p in re.split(r"[;,·]", plain) if p.strip()]
        years = [p for p in parts if _YEAR.fullmatch(p)]
        return cls(tuple(p for p in parts if p not in years), int(years[-1]) if years else 0)

    @property
    def span(self) -> tuple[int, int | None] | None:
        """First and last year of age, None for no end; None where it is no group of age."""
        for part in self.parts:
            if found := _SPAN.fullmatch(part):
                return int(found[1]), int(found[2])
            if found := _OPEN.fullmatch(part):
                return int(found[1]), None
        return None

    @property
    def others(self) -> tuple[str, ...]:
        """Dimensions beside the group of age."""
        return tuple(
            fold(p) for p in self.parts if not (_SPAN.fullmatch(p) or _OPEN.fullmatch(p)) and fold(p) not in _WHOLE
        )


def read_bdl(content: bytes, known: pd.Series, *, year: int = 0, wanted: OfficialKind | None = None) -> Found:
    """
    Read a table of the Bank.

    Parameters
    ----------
    content
        CSV or XLSX. Codes of 7 digits, or 12 as the Bank's interface gives them; TERYT of 2, 4 or 6 digits too.
    known
        People of each gmina today, index 6-digit `teryt`: what is counted is told by them where headings do not.
    year
        The year wanted; 0 for the latest.
    wanted
        What the file is said to be, None to tell by its content.

    Raises
    ------
    TableError
        If it is no such table.
    OfficialFileError
        If it is not what it is said to be.
    """
    table = read_table(_raw(content), most=MOST_COLUMNS, former=[*load_successors(), *known.index])
    headings = {name: _Heading.of(name) for name in table.columns}
    years = {h.year for h in headings.values()}
    chosen = year or max(years)
    if chosen not in years and years != {0}:
        raise OfficialFileError("year", year=year, found=", ".join(str(y) for y in sorted(years)))
    own = {name: h for name, h in headings.items() if h.year in (chosen, 0)}
    state = f"{chosen}-12-31" if chosen else ""
    kind = wanted or _kind(table, own, known)
    if kind is OfficialKind.AGES:
        return _ages(table, own, state)
    if kind is OfficialKind.PEOPLE:
        return _people(table, own, known, state)
    if kind is not OfficialKind.TABLE:
        raise OfficialFileError("not_kind", kind=kind)
    frame = pd.DataFrame({name: table.columns[name] for name in own})
    return Found(kind, frame.rename_axis("teryt").sort_index(), state, table.unknown, len(headings) - len(own))


def _kind(table: BackgroundTable, headings: dict[str, _Heading], known: pd.Series) -> OfficialKind:
    gminy = [name for name in headings if table.at(name, Level.GMINA) is not None]
    if sum(headings[name].span is not None for name in gminy) >= _LEAST_GROUPS:
        return OfficialKind.AGES
    return OfficialKind.PEOPLE if _everybody(table, headings, known) else OfficialKind.TABLE


def _everybody(table: BackgroundTable, headings: dict[str, _Heading], known: pd.Series) -> str:
    """Return the column that counts everybody in each gmina, "" for none."""
    for name, heading in headings.items():
        values = table.at(name, Level.GMINA)
        if values is None or heading.span is not None or heading.others:
            continue
        share = (values / known.reindex(values.index)).dropna()
        if len(share) and share.between(*_ALIKE).mean() >= _MOST_ALIKE:
            return name
    return ""


def _people(table: BackgroundTable, headings: dict[str, _Heading], known: pd.Series, state: str) -> Found:
    name = _everybody(table, headings, known)
    if not name:
        raise OfficialFileError("no_people", found=", ".join(list(headings)[:6]))
    values = table.at(name, Level.GMINA)
    assert values is not None  # noqa: S101 - `_everybody` has looked
    frame = values.rename("population").to_frame().rename_axis("teryt").sort_index()
    return Found(OfficialKind.PEOPLE, frame, state, table.unknown, len(table.columns) - 1)


def _ages(table: BackgroundTable, headings: dict[str, _Heading], state: str) -> Found:
    """Return the finest groups that together are everybody: "70 i więcej" goes where its parts are there."""
    spans: dict[tuple[int, int | None], str] = {}
    for name, heading in headings.items():
        # Of men and women apart there are more columns of one group; the first without other dimensions counts.
        if heading.span is not None and not heading.others and table.at(name, Level.GMINA) is not None:
            spans.setdefault(heading.span, name)
    groups = _partition(list(spans))
    if not groups:
        raise OfficialFileError("no_ages", found=", ".join(list(headings)[:6]))
    columns = {}
    for first, last in groups:
        values = table.at(spans[first, last], Level.GMINA)
        columns[f"age_{first}_{'plus' if last is None else last}"] = values
    frame = pd.DataFrame(columns).rename_axis("teryt").sort_index()
    whole = next((n for n, h in headings.items() if h.span is None and not h.others), None)
    if whole is not None:
        total = table.at(whole, Level.GMINA)
        if total is not None:
            wrong = (frame.sum(axis=1, skipna=False) - total.reindex(frame.index)).abs() > 0
            wrong &= frame.notna().all(axis=1)
            if wrong.any():
                some = ", ".join(frame.index[wrong][:5])
                raise OfficialFileError("ages_sum", n=int(wrong.sum()), some=some)
    return Found(OfficialKind.AGES, frame, state, table.unknown, len(headings) - len(groups))


def _partition(spans: Sequence[tuple[int, int | None]]) -> list[tuple[int, int | None]]:
    """Return groups that follow each other from 0 to the oldest, the finest at each step; [] where they have a gap."""
    made: list[tuple[int, int | None]] = []
    age = 0
    while True:
        here = sorted((s for s in spans if s[0] == age and s[1] is not None), key=lambda s: s[1] or 0)
        step = next((s for s in here if (s[1] or 0) + 1 in {other[0] for other in spans}), None)
        if step is None:
            end = (age, None)
            return [*made, end] if end in spans else []
        made.append(step)
        age = (step[1] or 0) + 1


def _raw(content: bytes) -> pd.DataFrame:
    return _workbook(content) if content[:4] == b"PK\x03\x04" else read_delimited(content, "Kod, Nazwa, …")


def _workbook(content: bytes) -> pd.DataFrame:
    """Return the table of an XTAB workbook: the long sheet where there is one, else the wide one with its head rows."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = sorted(book.worksheets, key=lambda s: (not fold(s.title).startswith("dane"), s.title))
        for sheet in sheets:
            rows = [[_cell(c) for c in row] for row in sheet.iter_rows(values_only=True)]
            if (frame := _with_heading(rows)) is not None:
                return frame
    except (zipfile.BadZipFile, ValueError, KeyError, OSError, EOFError):
        raise OfficialFileError("broken") from None
    raise OfficialFileError("no_sheet")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _with_heading(rows: list[list[str]]) -> pd.DataFrame | None:
    """Return the table below the row with "Kod", its head rows joined column by column."""
    head = next((n for n, row in enumerate(rows[:20]) if row and fold(row[0]) in ("kod", "code")), None)
    if head is None:
        return None
    body = next(
        (n for n, row in enumerate(rows[head + 1 :], head + 1) if row and re.fullmatch(r"\d{1,12}", row[0])), None
    )
    if body is None or body - head > _HEADING_ROWS:
        return None
    width = len(rows[head])
    names = ["" for _ in range(width)]
    for row in rows[head:body]:
        carried = ""
        for n in range(width):
            cell = row[n] if n < len(row) else ""
            # A heading over several columns stands in the first of them.
            carried = cell or (carried if n > 1 and row is not rows[body - 1] else "")
            part = carried if n > 1 else cell
            if part and part not in names[n].split(";"):
                names[n] = f"{names[n]};{part}" if names[n] else part
    cells = [(row + [""] * width)[:width] for row in rows[body:] if row and row[0]]
    return pd.DataFrame(cells, columns=[n or f"_{k}" for k, n in enumerate(names)], dtype="str")
