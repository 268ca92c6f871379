"""Hold what a reader takes out of a file: cells as text, with their row numbers, within the limits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from geo.errors import UploadError
from geo.io.uploads.limits import MAX_CELL, MAX_COLUMNS, MAX_ROWS


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
    sheets, sheet, encoding, separator, shapes
        See `RawTable`.
    definition
        Rows of a definition of a cluster.
    layered
        True where the first row are the names of attributes.
    """

    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    flaws: list[tuple[int, int, str]] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    sheet: str = ""
    encoding: str = ""
    separator: str = ""
    shapes: int = 0
    definition: list[list[str]] = field(default_factory=list)
    layered: bool = False

    def add(self, number: int, cells: Iterable[Any]) -> None:
        """
        Add a row.

        Raises
        ------
        UploadError
            If there are more rows or columns than are read.
        """
        texts = [clean(c) for c in cells]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            return
        if len(texts) > MAX_COLUMNS:
            raise UploadError("columns", found=len(texts), limit=MAX_COLUMNS, row=number)
        if len(self.rows) > MAX_ROWS:
            raise UploadError("rows", limit=MAX_ROWS)
        for column, text in enumerate(texts):
            if len(text) > MAX_CELL:
                self.flaws.append((number, column, "too_long"))
                texts[column] = text[:MAX_CELL]
        self.rows.append((number, texts))

    def as_dict(self) -> dict[str, Any]:
        """Return the content as JSON-like values."""
        return dict(vars(self))


def clean(value: Any) -> str:
    """Return a cell as one line of text: spaces joined, control and bidirectional marks dropped, numbers plain."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "tak" if value else "nie"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    text = "".join(c if c.isprintable() else " " for c in str(value))
    text = " ".join(text.split())
    # A cell quoted against formulas is what it was before.
    if text.startswith("'") and text.lstrip("'")[:1] in ("=", "+", "-", "@"):
        return text[1:]
    return text
