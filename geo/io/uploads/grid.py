"""Hold what a reader takes out of a file: cells as text, with their row numbers, within the limits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from geo.errors import UploadError
from geo.io.uploads.limits import (
    MAX_CELL,
    MAX_CHARACTERS,
    MAX_COLUMNS,
    MAX_DEFINITION_ROWS,
    MAX_PREAMBLE,
    MAX_ROWS,
    MAX_SHEET_NAME,
)
from geo.io.uploads.masking import mask


@dataclass
class Grid:
    """
    Rows of text.

    Attributes
    ----------
    rows
        Row number in the file and cells, for each row that is not blank.
    flaws
        (row, column, kind) of cells that could not be taken.
    hidden
        Numbers of the rows that the sheet does not show.
    sheets, sheet, encoding, separator, shapes
        See `RawTable`.
    definition
        Rows of a definition of a cluster.
    layered
        True where the first row are the names of attributes.
    characters
        Length of all cells taken so far.
    """

    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    flaws: list[tuple[int, int, str]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    sheet: str = ""
    encoding: str = ""
    separator: str = ""
    shapes: int = 0
    definition: list[list[str]] = field(default_factory=list)
    layered: bool = False
    characters: int = 0

    def add(self, number: int, cells: Iterable[Any], *, hidden: bool = False) -> None:
        """
        Add a row.

        Parameters
        ----------
        number, cells
            Row number in the file, and its cells. A blank row is left out.
        hidden
            Whether the sheet does not show it.

        Raises
        ------
        UploadError
            If there are more rows or columns than are read.
        """
        texts = [clean(c, quoted=not self.layered) for c in cells]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            return
        if len(texts) > MAX_COLUMNS:
            raise UploadError("columns", found=len(texts), limit=MAX_COLUMNS, row=number)
        if len(self.rows) > MAX_ROWS + MAX_PREAMBLE:
            raise UploadError("rows", limit=MAX_ROWS)
        for column, text in enumerate(texts):
            # Masked before it is cut: the first ten digits of a PESEL tell the eleventh.
            if (masked := mask(text)) != text:
                self.flaws.append((number, column, "pesel"))
            if len(masked) > MAX_CELL:
                self.flaws.append((number, column, "too_long"))
            texts[column] = masked[:MAX_CELL]
        self.characters += sum(map(len, texts))
        if self.characters > MAX_CHARACTERS:
            raise UploadError("bomb")
        self.rows.append((number, texts))
        if hidden:
            self.hidden.append(number)

    def define(self, rows: Iterable[Iterable[Any]]) -> None:
        """Take the definition of a cluster: pairs of heading and value."""
        for row in islice(rows, MAX_DEFINITION_ROWS):
            cells = [mask(clean(c, quoted=not self.layered))[:MAX_CELL] for c in islice(row, 2)]
            if any(cells):
                self.definition.append(cells)

    def name_sheets(self, names: Iterable[str]) -> None:
        """Take the names of sheets as they may be shown."""
        self.sheets = [shown_name(n) for n in names]

    def as_dict(self) -> dict[str, Any]:
        """Return the content as JSON-like values."""
        return dict(vars(self))


def shown_name(sheet: str) -> str:
    """Return the name of a sheet or layer as it may be shown."""
    return mask(clean(sheet))[:MAX_SHEET_NAME]


_QUOTED = re.compile(r'=\s*"((?:[^"]++|"")*+)"\s*')


def quoted_text(formula: str) -> str | None:
    """Return the text of a formula that is only a text, as spreadsheets keep digits (`="0123"`); else None."""
    found = _QUOTED.fullmatch(formula)
    return found[1].replace('""', '"') if found else None


def clean(value: Any, *, quoted: bool = True) -> str:
    """
    Return a cell as one line of text: spaces joined, control and bidirectional marks dropped, numbers plain.

    Parameters
    ----------
    value
        The cell.
    quoted
        Whether an apostrophe before a formula character is a quotation, as in spreadsheets.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "tak" if value else "nie"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    text = str(value)
    if not text.isprintable():
        # Line breaks part words; marks of direction and soft hyphens do not.
        text = "".join(c if c.isprintable() else "" if unicodedata.category(c) == "Cf" else " " for c in text)
    text = " ".join(text.split())
    if quoted and (inner := quoted_text(text)) is not None:
        return clean(inner)
    # A cell quoted against formulas is what it was before.
    if quoted and text.startswith("'") and text.lstrip("'")[:1] in ("=", "+", "-", "@"):
        return text[1:]
    return text
