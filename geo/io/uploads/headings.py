"""Recognise the headings of a member list in Polish and English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from geo.model.members import MEMBER_FIELDS, Field
from geo.model.names import fold

WORDS = {f.field: f.headings for f in MEMBER_FIELDS}
_BY_WORD = {word: field for field, words in WORDS.items() for word in words}
# A title may stand above the headings; they are looked for this far down.
SEARCHED_ROWS = 30
ENOUGH = 2


def folded(heading: str) -> str:
    """Return a heading without case, diacritics and punctuation."""
    return " ".join(re.sub(r"[^a-z0-9 ]", " ", fold(heading)).split())


def recognise(headings: Sequence[str]) -> dict[Field, int]:
    """
    Say which column holds which field.

    Parameters
    ----------
    headings
        As they stand in the file.

    Returns
    -------
    columns
        Position of the column of each field that was recognised; the best heading of a field wins,
        then the first.
    """
    ranked: dict[Field, tuple[int, int]] = {}
    for column, heading in enumerate(headings):
        word = folded(heading)
        field = _BY_WORD.get(word)
        if field is not None:
            rank = (WORDS[field].index(word), column)
            ranked[field] = min(rank, ranked.get(field, rank))
    return {field: column for field, (_, column) in ranked.items()}


def is_pesel_heading(heading: str) -> bool:
    """Say whether a column is meant for PESEL numbers."""
    return "pesel" in folded(heading).split()


def heading_row(rows: Sequence[Sequence[str]]) -> int:
    """
    Find the row of the headings: the one with most known headings, at least two; else the first.

    Parameters
    ----------
    rows
        Rows of the file that are not blank.
    """
    found = [len(recognise(row)) for row in rows[:SEARCHED_ROWS]]
    best = max(found, default=0)
    return found.index(best) if best >= ENOUGH else 0


def signature(headings: Sequence[str]) -> str:
    """Return what identifies a layout of columns, so that its mapping can be remembered."""
    return "|".join(folded(h) for h in headings)
