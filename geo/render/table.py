"""Hold a table by the identifiers of its columns; words are made when it is shown or written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from geo.render.text import Text

MAX_DECIMALS = 3
# A number that is not known.
UNKNOWN = "–"
Cells = Callable[[pd.Series, Text], Iterable[object]]
# Key of words, or what makes them where they hold values.
Heading = str | Callable[[Text], str]


def worded(heading: Heading, text: Text) -> str:
    """Return a heading in words, "" for none."""
    if callable(heading):
        return heading(text)
    return text(heading) if heading else ""


def named(prefix: str) -> Cells:
    """Return what writes an identifier as the text of `prefix.<identifier>`."""
    return lambda values, text: [text(f"{prefix}.{value}") for value in values]


def listed(prefix: str) -> Cells:
    """Return what writes several identifiers as their texts with commas between."""
    return lambda values, text: [", ".join(text(f"{prefix}.{v}") for v in several) for several in values]


def decimals(values: pd.Series) -> int | None:
    """Return how many decimals, at most three, the numbers of a column have; None where they are no numbers."""
    if values.dtype.kind not in "iuf":
        return None
    numbers = pd.to_numeric(values).dropna().to_numpy(dtype=float)
    numbers = numbers[np.isfinite(numbers)]
    return next((d for d in range(MAX_DECIMALS) if np.allclose(numbers, numbers.round(d), rtol=0, atol=1e-9)), 3)


def rows_in_words(shown: pd.DataFrame, text: Text) -> list[list[str]]:
    """Return the cells of a table in words: as many decimals in all of a column, a dash where no number is known."""
    columns = []
    # By position, since two columns may have one heading.
    for n in range(shown.shape[1]):
        values = shown.iloc[:, n]
        digits = decimals(values)
        columns.append([text.cell(v, digits) or ("" if digits is None else UNKNOWN) for v in values])
    return [list(row) for row in zip(*columns, strict=True)]


def yes_or_no(values: pd.Series, text: Text) -> list[str]:
    """Write truth as words."""
    return [text("yes" if value else "no") for value in values]


@dataclass(frozen=True)
class Column:
    """
    A column of a table.

    Attributes
    ----------
    key
        Identifier: the name in the frame and in JSON, the same in every language.
    heading
        Words above it.
    cells
        Writes its values in words; None where they are numbers or names.
    filed
        Whether only files have it: what programs join and place rows by.
    digits
        Decimals in files, where they are not those of the values.
    """

    key: str
    heading: Heading
    cells: Cells | None = None
    filed: bool = False
    digits: int | None = None


class Place(StrEnum):
    """Where a page shows a table."""

    BELOW = "below"
    BESIDE = "beside"
    FOLDED = "folded"


@dataclass(frozen=True)
class Table:
    """
    A table: values by identifier, and what stands around it on a page.

    Attributes
    ----------
    name
        Identifier, the same in every language.
    frame
        The values, one column for each of `columns`, by its key. Shared: do not change it.
    columns
        The columns in order.
    title, why, none
        Words above it, below those, and in place of a table without rows; "" for nothing.
    good
        Whether having no rows is good news.
    csv, xlsx
        Keys of the words on the buttons that save it, "" for no button.
    file
        Stem of the name of its files.
    place
        Where it stands beside the map.
    """

    name: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    title: Heading = ""
    why: Heading = ""
    none: Heading = ""
    good: bool = False
    csv: str = ""
    xlsx: str = ""
    file: str = ""
    place: Place = Place.BELOW

    @classmethod
    def of(cls, name: str, values: Mapping[Column, Any], *, index: pd.Index | None = None, **around: Any) -> Table:
        """Return a table from the values of each column, in their order; `around` as the attributes."""
        frame = pd.DataFrame({column.key: v for column, v in values.items()}, index=index)
        return cls(name, frame, tuple(values), **around)

    @classmethod
    def of_rows(cls, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]], **around: Any) -> Table:
        """Return a table from rows whose values stand in the order of the columns; `around` as the attributes."""
        frame = pd.DataFrame(rows, columns=[c.key for c in columns])
        return cls(name, frame, tuple(columns), **around)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.frame)

    def __getitem__(self, key: str) -> pd.Series:
        """Return the values of a column."""
        return self.frame[key]

    def only(self, *keys: str) -> Table:
        """Return some of the columns, in the order given; columns that the table does not have are left out."""
        by_key = {c.key: c for c in self.columns}
        chosen = tuple(by_key[k] for k in keys if k in by_key)
        return replace(self, frame=self.frame[[c.key for c in chosen]], columns=chosen)

    def without(self, *keys: str) -> Table:
        """Return the other columns."""
        return self.only(*(c.key for c in self.columns if c.key not in keys))

    def plus(self, values: Mapping[Column, Any]) -> Table:
        """Return the table with more columns behind its own."""
        return replace(
            self, frame=self.frame.assign(**{c.key: v for c, v in values.items()}), columns=(*self.columns, *values)
        )

    def rows(self, chosen: Any) -> Table:
        """Return some of the rows: labels in their new order, or a truth value for each."""
        return replace(self, frame=self.frame.loc[chosen])

    def shown(self, text: Text, *, filed: bool = False) -> pd.DataFrame:
        """Return the table in words, as a person reads it, with all that files have if asked; the index stays."""
        columns = self.columns if filed else [c for c in self.columns if not c.filed]
        parts = [pd.Series(self._cells(c, text), index=self.frame.index) for c in columns]
        if not parts:
            return self.frame
        shown = pd.concat(parts, axis=1)
        shown.columns = [worded(c.heading, text) for c in columns]
        return shown

    def digits(self) -> dict[int, int]:
        """Return the decimals that columns ask for in files, by their position there."""
        return {n: c.digits for n, c in enumerate(self.columns) if c.digits is not None}

    def _cells(self, column: Column, text: Text) -> Any:
        values = self.frame[column.key]
        return values if column.cells is None else pd.Series(column.cells(values, text), values.index, dtype="str")

    def records(self) -> list[dict[str, Any]]:
        """Return the rows as plain values by identifier, the same in every language but for names and sentences."""
        plain: list[dict[str, Any]] = json.loads(self.frame.to_json(orient="records", force_ascii=False))
        return plain
