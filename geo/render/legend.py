"""Put classes into words."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geo.model.results import Classes
from geo.model.units import Level
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
        Number of units drawn so, in words.
    angle
        Direction of the stripes, degrees.
    key
        Class key of the payload, or "".
    """

    label: str
    colour: str
    stripe: str
    units: str
    angle: int = 45
    key: str = ""


def class_rows(
    classes: Classes, colours: tuple[str, ...], text: Text, *, level: Level, whole: bool
) -> tuple[LegendRow, ...]:
    """
    Return the rows of a legend from the highest class to zero and no data.

    Parameters
    ----------
    classes, colours
        Classes and a colour for each.
    text
        Language.
    level
        Level of the units.
    whole
        True for counts: whole numbers, and classes do not share bounds.
    """
    labels = class_labels(classes, text, whole=whole)
    rows = [
        LegendRow(label, colour, "", text.units(level, units), key=str(n))
        for n, (label, colour, units) in enumerate(zip(labels, colours, classes.counts, strict=True), start=1)
    ]
    rows.reverse()
    if classes.zeros:
        rows.append(zero_row(classes.zeros, text, level=level))
    if classes.missing:
        rows.append(missing_row(classes.missing, text, level=level))
    return tuple(rows)


def zero_row(units: int, text: Text, *, level: Level) -> LegendRow:
    """Return the row of units in which there is nothing."""
    return LegendRow(text("legend.zero"), palette.ZERO_FILL, "", text.units(level, units), key="0")


def missing_row(units: int, text: Text, *, level: Level) -> LegendRow:
    """Return the row of units of which nothing is known."""
    words = text.units(level, units)
    return LegendRow(text("legend.no_data"), palette.NO_DATA_FILL, palette.NO_DATA_STRIPE, words, key="-")


def class_labels(classes: Classes, text: Text, *, whole: bool) -> tuple[str, ...]:
    """Return the bounds of each class in words, from low to high."""
    labels = []
    previous = float("nan")
    for lower, upper in zip(classes.lower, classes.upper, strict=True):
        # Counts are told as they are; rates by bounds that meet.
        low = lower if whole or math.isnan(previous) else previous
        labels.append(_range(low, upper, text, whole=whole))
        previous = upper
    return tuple(labels)


def _range(low: float, high: float, text: Text, *, whole: bool) -> str:
    write = text.number if whole else text.measure
    last = write(math.floor(high) if whole else high)
    if math.isnan(low):
        return f"≤ {last}"
    first = write(low)
    return last if first == last else f"{first}–{last}"
