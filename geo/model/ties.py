"""Say what links members of a cluster, and what is found about the links."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from geo.model.selection import Asked, Subject


class TieKind(StrEnum):
    """A kind of link: the first two are vertical and have a direction, the others are horizontal."""

    SUPPLY = "supply"
    REFERRAL = "referral"
    COOPERATION = "cooperation"
    COMPETITION = "competition"

    @property
    def directed(self) -> bool:
        """Whether it leads from one member to another."""
        return self in (TieKind.SUPPLY, TieKind.REFERRAL)


@dataclass(frozen=True)
class TieMeasures:
    """
    What is found about the links of members.

    Attributes
    ----------
    members
        Index as the members given; `degree` (members linked with, whatever the kind), `out`, `into` (vertical
        links from and to it), `component` (number of its connected part, 0 for the largest).
    density
        Share of all possible pairs that are linked, 0 to 1; NaN for fewer than two members.
    pairs, components, isolated
        Linked pairs, connected parts of two members or more, and members without a link.
    """

    members: pd.DataFrame
    density: float
    pairs: int
    components: int
    isolated: int


@dataclass(frozen=True)
class TimelineQuery(Asked):
    """
    A cluster at a date.

    Attributes
    ----------
    subject
        Identifiers of clusters and networks, with commas between.
    month
        "2016-12": the state at the end of that month; "" for the last one there is.
    """

    subject: Subject
    month: str = ""

    def __post_init__(self) -> None:
        """Read the subject."""
        self._read_subject()
