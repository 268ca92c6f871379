"""Mark places as circles: localities that nobody reaches, organisations where they are many."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np

from geo.analysis.points import coordinates, degrees
from geo.io.gazetteer import load_localities
from geo.model.coverage import Coverage
from geo.render.painting import Dot, Mark
from geo.render.table import Table
from geo.render.text import Text
from geo.services.columns import DIRECTION, DISTANCE, NAME, POPULATION, TERYT
from geo.services.labels import direction

MAX_DOTS = 300
# So many names stand at a place of many organisations.
NAMED = 5
# One colour, so that none has to be told from another.
DOT = "#0b4f8a"
UNREACHED = "#7a2e00"


def dots_of(result: Coverage, text: Text | None) -> tuple[Dot, ...]:
    """
    Return the localities surely out of reach as circles by their people; none where no member has a place.

    Parameters
    ----------
    result
        Coverage of an area.
    text
        Language of the description of each, or None for circles that nobody can ask.
    """
    unreached = _unreached(result)
    if unreached.empty:
        return ()
    shown = degrees(coordinates(unreached.geometry)).round(5)
    return tuple(
        Dot(
            x=float(x),
            y=float(y),
            radius=float(np.clip(np.sqrt(row.population) / 20, 1.5, 40).round(1)),
            colour=UNREACHED,
            words=_dot_words(row, text) if text else "",
        )
        for (x, y), row in zip(shown, unreached.itertuples(index=False), strict=True)
    )


def _unreached(result: Coverage) -> gpd.GeoDataFrame:
    """Return the largest localities surely out of reach; none where no member has a place."""
    localities = result.localities
    if not (localities["nearest"] >= 0).any():
        localities = localities.iloc[:0]
    out = gpd.GeoDataFrame(localities[~localities["covered"] & ~localities["unknown"]], crs=load_localities().crs)
    return out.nlargest(MAX_DOTS, "population")


def dots_table(result: Coverage) -> Table:
    """Return the localities of `dots_of`, in their order, with their numbers."""
    out = _unreached(result)
    columns = {
        NAME: out["name"],
        TERYT: out["teryt"],
        POPULATION: out["population"],
        DISTANCE: (out["nearest_m"].replace(np.inf, np.nan) / 1000.0).round(1),
        DIRECTION: out["bearing"].where(out["nearest_m"] > 0),
    }
    return Table.of("localities", columns, index=out.index)


def member_dots(marks: tuple[Mark, ...], text: Text) -> tuple[Dot, ...]:
    """
    Return the marks of many organisations as small circles, one a place.

    Parameters
    ----------
    marks
        As from `member_marks`.
    text
        Language.
    """
    places: dict[tuple[float, float], list[Mark]] = {}
    for mark in marks:
        places.setdefault((mark.x, mark.y), []).append(mark)
    dots = []
    for (x, y), group in places.items():
        names = ", ".join(m.name for m in group[:NAMED])
        more = f" {text('map.more', n=len(group) - NAMED)}" if len(group) > NAMED else ""
        radius = round(min(2.5 * len(group) ** 0.5, 12.0), 1)
        dots.append(Dot(x, y, radius, DOT, f"{group[0].place}: {names}{more}"))
    return tuple(dots)


def _dot_words(row: Any, text: Text) -> str:
    return text(
        "coverage.dot",
        name=row.name,
        people=text.count("inhabitants", row.population),
        km=text.measure(row.nearest_m / 1000),
        direction=direction(row.bearing, text),
    )
