"""Put classes into words."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geo.model.results import Classes
from geo.render.palette import Fill
from geo.render.text import Text


@dataclass(frozen=True)
class LegendRow:
    """
    A row of a legend.

    Attributes
    ----------
    label, fill
        What the fill means, and the fill.
    units
        Number of units drawn so, in words.
    key
        Key of the class, or "".
    """

    label: str
    fill: Fill
    units: str
    key: str = ""

    @property
    def colour(self) -> str:
        """Ground of the fill."""
        return self.fill.colour

    @property
    def stripe(self) -> str:
        """Stripes of the fill, or ""."""
        return self.fill.stripe

    @property
    def angle(self) -> int:
        """Direction of the stripes, degrees."""
        return self.fill.angle


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
