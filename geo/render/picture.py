"""Say what a map image or a file of a map contains, whatever its kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from geo.model.results import DensitySurface
from geo.render.legend import LegendRow
from geo.render.painting import NO_DATA_KEY, Painting
from geo.render.table import Table


@dataclass(frozen=True)
class LegendMark:
    """
    A row of the legend for organisations and for what is drawn besides units.

    Attributes
    ----------
    label, letter
        Words, and what stands in the circle.
    colour, status
        Fill, and how it is drawn: as the status of a `Mark`, `reach` for the circle of reach, `line` and `dot` for
        lines and small circles. One sign means one thing on all maps.
    dash
        Of a line: lengths of strokes and gaps in pixels, "" for none.
    """

    label: str
    letter: str
    colour: str
    status: str
    dash: str = ""


@dataclass(frozen=True)
class SurfaceBar:
    """
    The legend of a density surface.

    Attributes
    ----------
    title, low, high
        Unit, and the numbers at both ends.
    """

    title: str
    low: str
    high: str

    @property
    def words(self) -> str:
        """The legend as one line."""
        return f"{self.title}: {self.low}–{self.high}"


@dataclass(frozen=True)
class Tables:
    """
    The data behind a map.

    Attributes
    ----------
    numbers
        A few rows that sum the map up, in words.
    units
        The units that are painted, by TERYT code.
    organisations
        The organisations that are counted, in the order of `points`.
    points
        (n, 2) easting and northing in EPSG:2180, NaN where no point is known.
    credits
        Pairs of a heading and what stands under it: sources, licences, date, what was asked.
    grid
        The density surface, if there is one.
    localities
        The localities that are drawn as dots, in their order, if there are any.
    """

    numbers: pd.DataFrame
    units: Table
    organisations: Table
    points: Any
    credits: tuple[tuple[str, str], ...]
    grid: DensitySurface | None = None
    localities: Table | None = None


@dataclass(frozen=True)
class Picture:
    """
    What a file of a map says.

    Attributes
    ----------
    painting
        What the map shows: classes, colours, filters and extent.
    title, subtitle
        Words above the map.
    legend_title, legend, marks, notes
        The legend: measure with its unit, classes with their numbers, organisations, caveats.
    sources
        Attributions and date, as the licences ask for.
    alt
        Text for those who do not see the image.
    language
        Of the words, "pl" or "en".
    surface
        Legend of the density surface, if there is one.
    tables
        The data behind the map.
    """

    painting: Painting
    title: str
    subtitle: str
    legend_title: str
    legend: tuple[LegendRow, ...]
    marks: tuple[LegendMark, ...]
    notes: tuple[str, ...]
    sources: str
    alt: str
    language: str
    surface: SurfaceBar | None
    tables: Tables

    @property
    def rows(self) -> tuple[LegendRow, ...]:
        """The classes that the map shows: under a density surface only where nothing is known."""
        return tuple(r for r in self.legend if r.key == NO_DATA_KEY) if self.surface else self.legend

    @property
    def heading(self) -> str:
        """What the classes measure, "" under a surface, which says that itself."""
        return "" if self.surface else self.legend_title

    @property
    def payload(self) -> dict[str, Any]:
        """The painting as the browser reads it."""
        return self.painting.payload
