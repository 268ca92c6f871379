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
    """

    label: str
    colour: str
    stripe: str
    units: str
    angle: int = 45


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
        LegendRow(label, colour, "", text.units(level, units))
        for label, colour, units in zip(labels, colours, classes.counts, strict=True)
    ]
    rows.reverse()
    if classes.zeros:
        rows.append(LegendRow(text("legend.zero"), palette.ZERO_FILL, "", text.units(level, classes.zeros)))
    if classes.missing:
        units = text.units(level, classes.missing)
        rows.append(LegendRow(text("legend.no_data"), palette.NO_DATA_FILL, palette.NO_DATA_STRIPE, units))
    return tuple(rows)


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
