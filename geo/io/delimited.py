"""Read a small table of text that a user loads for the session, and lose no cell of it unseen."""

from __future__ import annotations

import csv
import io
import re

import pandas as pd

from geo.errors import TableError
from geo.io.uploads.delimited import decode

SEPARATORS = (";", ",", "\t")
# So many rows with too many cells are named.
MAX_SAID = 50
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
csv.field_size_limit(1_000_000)


def read_delimited(content: bytes, expected: str) -> pd.DataFrame:
    """
    Read CSV in any of the usual encodings, separated by semicolons, commas or tabs.

    Parameters
    ----------
    content
        The file.
    expected
        Columns that are needed, for the message.

    Returns
    -------
    cells
        Text, a column a heading; headings that repeat are numbered, columns without one are left out. Index: row in
        the file, headings are row 1; blank rows are left out.

    Raises
    ------
    TableError
        If it is no table, or a row has more cells than there are headings.
    UploadError
        If it is no text.
    """
    # A sign that cannot be read is seen as one: names of columns go on into files and headings.
    text = _CONTROLS.sub("?", decode(content)[0])
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        raise TableError((("table.not_csv", {"expected": expected}),)) from None
    if not records or not any(cell.strip() for cell in records[0]):
        raise TableError((("table.not_csv", {"expected": expected}),))
    headings = [cell.strip() for cell in records[0]]
    rows = [(n, [c.strip() for c in r]) for n, r in enumerate(records[1:], start=2) if any(c.strip() for c in r)]
    width = len(headings)
    long = [n for n, row in rows if any(row[width:])]
    if long:
        raise TableError(tuple(("table.extra", {"row": n, "columns": width}) for n in long[:MAX_SAID]))
    padded = [(row + [""] * width)[:width] for _, row in rows]
    table = pd.DataFrame(padded, index=[n for n, _ in rows], columns=_unique(headings), dtype="str")
    return table[[c for c in table.columns if c]]


def _unique(headings: list[str]) -> list[str]:
    """Return headings of which those that repeat are numbered; an empty one stays empty."""
    taken: dict[str, int] = {}
    named = []
    for heading in headings:
        tidy = " ".join(heading.split())
        taken[tidy] = taken.get(tidy, 0) + 1
        named.append(f"{tidy} ({taken[tidy]})" if tidy and taken[tidy] > 1 else tidy)
    return named
