"""Say what an uploaded list is, what can be wrong with a row, and what the user may decide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from geo.model.phrase import Words


@dataclass(frozen=True)
class Flaw:
    """
    A cell that a reader could not take as it is.

    Attributes
    ----------
    row, column
        Row in the file (headings count) and position of the column, from 0.
    kind
        `formula`, `error`, `pesel`, `too_long` or `extra`.
    """

    row: int
    column: int
    kind: str


@dataclass(frozen=True)
class RawTable:
    """
    An uploaded table as text.

    Attributes
    ----------
    headings
        Headings of the columns, as they stand.
    rows
        Cells of each row that is not blank; as many as there are headings.
    numbers
        Row numbers in the file, as a spreadsheet shows them.
    flaws
        Cells that could not be taken.
    format
        `csv`, `xlsx`, `ods`, `geojson`, `gpkg` or `kml`.
    sheets, sheet
        Sheets or layers of the file, and the one read.
    encoding, separator
        How a text file is written, else "".
    preamble
        Rows that stand above the headings.
    definition
        Rows of a definition of a cluster that came with the list.
    shapes
        Objects whose geometry is no point and was left out.
    heading
        Row of the headings in the file, 0 where it has none and its columns are numbered.
    hidden
        Numbers of the rows that the sheet does not show: hidden by a filter or by hand.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    flaws: tuple[Flaw, ...] = ()
    format: str = "csv"
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    encoding: str = ""
    separator: str = ""
    preamble: tuple[tuple[str, ...], ...] = ()
    definition: tuple[tuple[str, ...], ...] = ()
    shapes: int = 0
    heading: int = 1
    hidden: tuple[int, ...] = ()


class RowState(StrEnum):
    """Where a row stands; every row is in exactly one of these."""

    ACCEPTED = "accepted"
    DECIDE = "decide"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Problem:
    """
    What is wrong with a row, or asked about it.

    Attributes
    ----------
    row, column
        Row in the file and heading of the column ("" where the row as a whole is meant).
    key
        Key of the problem.
    given, expected
        What came and what was expected, for a person.
    """

    row: int
    column: Words
    key: str
    given: Words
    expected: Words


@dataclass(frozen=True)
class Option:
    """
    One way to answer a question about a row.

    Attributes
    ----------
    key
        Identifier that a decision names.
    label
        What the user reads.
    x, y
        Place to show on the small map, EPSG:2180, or NaN.
    confidence
        From 0 to 1.
    reason
        Why it is offered.
    """

    key: str
    label: Words
    x: float = float("nan")
    y: float = float("nan")
    confidence: float = 0.0
    reason: Words = ""


@dataclass(frozen=True)
class Question:
    """
    A question about one row, or about all rows that ask the same.

    Attributes
    ----------
    key
        Identifier; rows with the same key are decided together.
    topic
        `place`, `coordinates`, `order`, `sector`, `status`, `identifier` or `duplicate`.
    text
        The question in words.
    options
        Answers, best first. Rejecting the rows is always possible besides.
    rows
        Rows of the file that ask it.
    """

    key: str
    topic: str
    text: Words
    options: tuple[Option, ...]
    rows: tuple[int, ...]


# The answer that leaves the rows out; it fits every question.
REJECT = "reject"


@dataclass(frozen=True)
class Decision:
    """
    An answer of the user.

    Attributes
    ----------
    question, option
        Keys; `REJECT` leaves the rows out.
    rows
        Rows it holds for; () for all that ask.
    """

    question: str
    option: str
    rows: tuple[int, ...] = ()


PERSON_KIND = "osoba fizyczna"
PERSON_NAME = "Osoba fizyczna"
