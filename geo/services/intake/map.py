"""Draw the map of a review: accepted organisations and the places a question offers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from pyproj import Transformer

from geo.io.boundaries import load_units
from geo.model.cluster import Sector
from geo.model.intake import Question, RowState
from geo.model.units import Level
from geo.render import palette
from geo.render.painting import Bounds, Mark, Painting, UnitClass
from geo.render.text import Text
from geo.services.ground import gmina_index
from geo.services.intake.review import Review
from geo.services.web import bounds_of, frame, member_marks, place_mark
from geo.settings import DISPLAY_CRS, METRIC_CRS

# More pins than this are not sent to the browser; the table has them all.
MAX_PINS = 2000
MARGIN_DEG = 0.05


def review_painting(review: Review, question: Question | None, text: Text) -> Painting:
    """
    Return what the map of a review shows.

    Parameters
    ----------
    review
        The review.
    question
        Question whose places are offered, or None.
    text
        Language.
    """
    shown = review.members[review.members["sector"].isin(list(Sector))].head(MAX_PINS)
    pins = member_marks(shown, text)
    offered = tuple(
        place_mark(shapely.Point(o.x, o.y), f"{n}. {text.say(o.label)}", text.say(o.reason), letter=str(n))
        for n, o in enumerate(question.options if question else (), start=1)
        if np.isfinite(o.x)
    )
    where = frame("review", Level.POWIAT, (), text, title=text("intake.map"))
    where = replace(where, key=f"review:{len(offered)}:{review.count(RowState.ACCEPTED)}")
    look_at = offered or pins
    if look_at:
        key = question.key if question and offered else f"{len(review.raw.rows)}"
        where = replace(where, fit_key=f"review:{key}", bounds=around(look_at))
    empty = UnitClass("0", palette.ZERO, blank=True)
    return Painting(where, empty.key * len(load_units(Level.POWIAT)), (empty,), marks=pins + offered)


def territory_painting(
    territory: tuple[str, ...], level: Level, text: Text, *, key: str, opened: tuple[str, ...]
) -> Painting:
    """
    Return what the map for picking a territory shows.

    Parameters
    ----------
    territory
        Units chosen.
    level
        Level that a click picks.
    text
        Language.
    key, opened
        What is edited and its territory when it was opened: there the map looks.
    """
    codes = load_units(level).index
    where = frame("territory", level, territory, text, title=text("cluster.map"))
    # The view stays where the user has moved it while units are picked.
    where = replace(where, scope=(), fit_key=f"territory:{key}", bounds=bounds_of(opened))
    classes = (UnitClass("1", palette.Fill(palette.sequential(5)[2])), UnitClass("0", palette.ZERO, blank=True))
    units = "".join("1" if any(c.startswith(t) for t in territory) else "0" for c in codes)
    return Painting(where, units, classes, opacity=0.75)


def unit_at(latitude: float, longitude: float, level: Level) -> str | None:
    """Return the unit of a level at a place in degrees, or None outside the country."""
    x, y = metric(latitude, longitude)
    if not (np.isfinite(x) and np.isfinite(y)):
        return None
    index = gmina_index()
    found = int(index.locate(np.array([x]), np.array([y]))[0])
    return str(index.codes[found])[: level.digits] if found >= 0 else None


def metric(latitude: float, longitude: float) -> tuple[float, float]:
    """Return a place in degrees as metres of EPSG:2180; not finite far away."""
    x, y = Transformer.from_crs(DISPLAY_CRS, METRIC_CRS, always_xy=True).transform(longitude, latitude)
    return float(x), float(y)


def around(marks: tuple[Mark, ...]) -> Bounds:
    """Return the bounds of some marks with a margin."""
    xs, ys = [m.x for m in marks], [m.y for m in marks]
    return (min(ys) - MARGIN_DEG, min(xs) - MARGIN_DEG), (max(ys) + MARGIN_DEG, max(xs) + MARGIN_DEG)
