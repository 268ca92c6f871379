"""Put classes into words."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geo.model.results import Classes
from geo.render import palette
from geo.render.text import Text


@dataclass(frozen=True)
class LegendRow:
    """
    A row of a legend.

    Attributes
    ----------
    label
        What the colour means.
    colour, stripe
        Fill, and the colour of its stripes or "".
    units
        Number of units drawn so.
    """

    label: str
    colour: str
    stripe: str
    units: int


def class_rows(classes: Classes, colours: tuple[str, ...], text: Text, *, whole: bool) -> tuple[LegendRow, ...]:
    """
    Return the rows of a legend from the highest class to zero and no data.

    Parameters
    ----------
    classes, colours
        Classes and a colour for each.
    text
        Language.
    whole
        True for counts: bounds are whole numbers and classes do not share them.
    """
    rows = []
    low = classes.lowest
    for upper, colour, units in zip(classes.upper, colours, classes.counts, strict=True):
        rows.append(LegendRow(_range(low, upper, text, whole=whole), colour, "", units))
        low = math.floor(upper) + 1 if whole else upper
    rows.reverse()
    if classes.zeros:
        rows.append(LegendRow(text("legend.zero"), palette.ZERO_FILL, "", classes.zeros))
    if classes.missing:
        rows.append(LegendRow(text("legend.no_data"), palette.NO_DATA_FILL, palette.NO_DATA_STRIPE, classes.missing))
    return tuple(rows)


def _range(low: float, high: float, text: Text, *, whole: bool) -> str:
    if whole:
        first, last = math.ceil(low), math.floor(high)
        return text.number(last) if first >= last else f"{text.number(first)}–{text.number(last)}"
    first_text, last_text = text.measure(low), text.measure(high)
    return last_text if first_text == last_text else f"{first_text}–{last_text}"
