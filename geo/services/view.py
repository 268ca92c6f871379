"""Describe a view: one value with everything that a page, a file or the shell shows of an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from geo.model.cluster import Cluster
from geo.model.selection import Subject
from geo.render.legend import LegendRow
from geo.render.painting import Painting
from geo.render.picture import Picture
from geo.render.table import Table
from geo.render.text import Text

# Of many clusters the first are named.
MAX_STEM = 60


@dataclass(frozen=True, kw_only=True)
class View:
    """
    An answer ready to show: a map that says what it is, and the tables beside it.

    Attributes
    ----------
    clusters
        The clusters looked at.
    known
        Number of organisations known of them before choosing.
    picture
        The map with its words, legend and data.
    tables
        What stands beside it, each under a name of its own.
    faint
        Whether units outside the territory are drawn fainter.
    message
        Heading and text of what is said above an empty map, "" for nothing.
    warning
        What must be read before the map is, "" for nothing.
    """

    clusters: tuple[Cluster, ...]
    known: int
    picture: Picture
    tables: tuple[Table, ...]
    faint: bool = False
    message: tuple[str, str] = ("", "")
    warning: str = ""

    @property
    def painting(self) -> Painting:
        """What the map shows."""
        return self.picture.painting

    @property
    def payload(self) -> dict[str, Any]:
        """The painting as the browser reads it."""
        return self.picture.payload

    @property
    def headline(self) -> str:
        """One sentence that sums the map up."""
        return self.picture.subtitle

    @property
    def notes(self) -> tuple[str, ...]:
        """Caveats."""
        return tuple(note for note in self.picture.notes if note != self.warning)

    @property
    def legend(self) -> tuple[LegendRow, ...]:
        """What the colours mean."""
        return self.picture.legend

    @property
    def text(self) -> Text:
        """The language of the words."""
        return Text(self.picture.language)

    def __getitem__(self, name: str) -> Table:
        """Return a table by its name; KeyError if there is none."""
        return {table.name: table for table in self.tables}[name]

    def shown(self, name: str) -> pd.DataFrame:
        """Return a table in words, by its name."""
        return self[name].shown(self.text)


def named_after(subject: Subject, tables: tuple[Table, ...]) -> tuple[Table, ...]:
    """Return tables whose files have the subject in their names, so that those of two subjects are told apart."""
    return tuple(replace(t, file=f"{subject.stem[:MAX_STEM]}-{t.file}") if t.file else t for t in tables)


def nobody_listed(clusters: tuple[Cluster, ...], key: str, text: Text) -> tuple[str, str]:
    """Return what is said of clusters whose organisations are not known: a heading and a text of this key."""
    return text("density.empty.title"), text(key, name=", ".join(c.name for c in clusters))
