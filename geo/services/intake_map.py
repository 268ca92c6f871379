"""Draw the map of a review: accepted organisations and the places a question offers."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

from geo.io.boundaries import load_units
from geo.model.cluster import Sector
from geo.model.intake import Question, RowState
from geo.model.units import Level
from geo.render import palette
from geo.render.text import Text
from geo.services.catalogue import gmina_index
from geo.services.intake_review import Review
from geo.services.web import bounds_of, frame, member_marks, place_mark
from geo.settings import DISPLAY_CRS, METRIC_CRS

# More pins than this are not sent to the browser; the table has them all.
MAX_PINS = 2000
MARGIN_DEG = 0.05


def review_payload(review: Review, question: Question | None, text: Text) -> dict[str, Any]:
    """
    Return what the map of a review paints.

    Parameters
    ----------
    review
        The review.
    question
        Question whose places are offered, or None.
    text
        Language.
    """
    payload = _blank("review", text("intake.map"), text)
    shown = review.members[review.members["sector"].isin(list(Sector))].head(MAX_PINS)
    pins = member_marks(shown, text)
    offered = [
        place_mark(shapely.Point(o.x, o.y), f"{n}. {o.label}", o.reason) | {"l": str(n)}
        for n, o in enumerate(question.options if question else (), start=1)
        if np.isfinite(o.x)
    ]
    payload["members"] = pins + offered
    payload["key"] = f"review:{len(offered)}:{review.count(RowState.ACCEPTED)}"
    look_at = offered or pins
    if look_at:
        key = question.key if question and offered else f"{len(review.raw.rows)}"
        payload["fit"] = {"key": f"review:{key}", "bounds": _around(look_at)}
    return payload


def territory_payload(
    territory: tuple[str, ...], level: Level, text: Text, *, key: str, opened: tuple[str, ...]
) -> dict[str, Any]:
    """
    Return what the map for picking a territory paints.

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
    payload = frame("territory", level, territory, text, title=text("cluster.map"), basemap=False)
    codes = load_units(level).index
    chosen = [any(c.startswith(t) for t in territory) for c in codes]
    payload |= _empty_paint(len(codes))
    payload["classes"] = "".join("1" if c else "0" for c in chosen)
    payload["fills"] = {"1": {"color": palette.sequential(5)[2]}, "0": {"color": palette.ZERO_FILL}}
    payload["opacity"] = 0.75
    # The view stays where the user has moved it while units are picked.
    payload["scope"] = []
    payload["fit"] = {"key": f"territory:{key}", "bounds": bounds_of(opened)}
    return payload


def unit_at(latitude: float, longitude: float, level: Level) -> str | None:
    """Return the unit of a level at a place in degrees, or None outside the country."""
    change = Transformer.from_crs(DISPLAY_CRS, METRIC_CRS, always_xy=True)
    x, y = change.transform(longitude, latitude)
    if not (np.isfinite(x) and np.isfinite(y)):
        return None
    index = gmina_index()
    found = int(index.locate(np.array([x]), np.array([y]))[0])
    return str(index.codes[found])[: level.digits] if found >= 0 else None


def _blank(key: str, title: str, text: Text) -> dict[str, Any]:
    payload = frame(key, Level.POWIAT, (), text, title=title, basemap=False)
    return payload | _empty_paint(len(load_units(Level.POWIAT)))


def _empty_paint(units: int) -> dict[str, Any]:
    return {
        "classes": "0" * units,
        "fills": {"0": {"color": palette.ZERO_FILL}},
        "opacity": 0.9,
        "tips": {},
        "tipDefaults": {},
        "members": [],
        "surface": None,
    }


def _around(marks: list[dict[str, Any]]) -> list[list[float]]:
    xs, ys = [m["x"] for m in marks], [m["y"] for m in marks]
    return [[min(ys) - MARGIN_DEG, min(xs) - MARGIN_DEG], [max(ys) + MARGIN_DEG, max(xs) + MARGIN_DEG]]
