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
        True for counts: whole numbers, and classes do not share bounds.
    """
    rows = []
    previous = float("nan")
    for lower, upper, colour, units in zip(classes.lower, classes.upper, colours, classes.counts, strict=True):
        # Counts are told as they are; rates by bounds that meet.
        low = lower if whole or math.isnan(previous) else previous
        rows.append(LegendRow(_range(low, upper, text, whole=whole), colour, "", units))
        previous = upper
    rows.reverse()
    if classes.zeros:
        rows.append(LegendRow(text("legend.zero"), palette.ZERO_FILL, "", classes.zeros))
    if classes.missing:
        rows.append(LegendRow(text("legend.no_data"), palette.NO_DATA_FILL, palette.NO_DATA_STRIPE, classes.missing))
    return tuple(rows)


def _range(low: float, high: float, text: Text, *, whole: bool) -> str:
    write = text.number if whole else text.measure
    last = write(math.floor(high) if whole else high)
    if math.isnan(low):
        return f"≤ {last}"
    first = write(low)
    return last if first == last else f"{first}–{last}"
