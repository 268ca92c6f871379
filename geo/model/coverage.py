"""Say what coverage means: verdicts, queries and results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pandas as pd

from geo.errors import QueryError
from geo.model.cluster import Status
from geo.model.reach import DEFAULT_RADIUS_KM, Reach
from geo.model.selection import ANY, Asked, Need, Subject
from geo.model.units import Level

# A unit without a member counts as reached where at least this share of its people is in reach.
REACHED_SHARE = 0.5
# A city of more people than this is not all in reach, or all out of it, because its middle is.
CITY_PEOPLE = 100_000


class Verdict(StrEnum):
    """The one answer for a unit, from best to worst; no data is apart."""

    COVERED = "covered"
    PARTIAL = "partial"
    UNDECLARED = "undeclared"
    REACHED = "reached"
    EMPTY = "empty"
    GAP = "gap"
    NO_DATA = "no_data"

    @property
    def is_gap(self) -> bool:
        """Whether a unit of this verdict is counted as a gap."""
        return self in (Verdict.EMPTY, Verdict.GAP)


class SectorState(StrEnum):
    """What is known of a sector in a unit."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CoverageQuery(Asked):
    """
    What is asked about the coverage of a cluster or a network.

    Attributes
    ----------
    subject
        Identifier of a cluster or of a network, or several with commas between.
    area
        TERYT code of the unit looked at, or "" for the territory (the country, if there is none).
    level
        Level of the units that get a verdict.
    need
        What must be covered.
    radius_km
        Reach in a straight line, 1 to 60 km.
    statuses
        Which organisations count as present; members only unless said otherwise.
    added
        TERYT codes of gminy that would join ("what if"); a member is assumed in the most populous
        locality of each.
    planned
        Potential members that count as if they had joined ("what if"), as "cluster/member".
    people
        Identifier of the group of age that is counted, a row of the table of groups; "" for everybody.
    minutes
        Reach by road, 5 to 120 minutes, instead of the straight line; None for the line.

    Raises
    ------
    QueryError
        If a value is out of its range.
    """

    subject: Subject
    area: str = ""
    level: Level = Level.GMINA
    need: Need = ANY
    radius_km: float = DEFAULT_RADIUS_KM
    statuses: tuple[Status, ...] = (Status.MEMBER,)
    added: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    people: str = ""
    minutes: float | None = None

    @property
    def reach(self) -> Reach:
        """How far is within reach."""
        return Reach(self.radius_km, self.minutes)

    def __post_init__(self) -> None:
        """Check the ranges."""
        self._read_subject()
        self.reach.check()
        if not self.statuses:
            raise QueryError("statuses", (), "some")


@dataclass(frozen=True)
class TravelTimes:
    """
    Travel times of a file, used instead of a straight line.

    Attributes
    ----------
    table
        Columns `teryt, locality, member` (name), `minutes`.
    limit_min
        Longest time within reach, minutes.
    """

    table: pd.DataFrame
    limit_min: float


@dataclass(frozen=True)
class Coverage:
    """
    Coverage of the units of one level.

    Attributes
    ----------
    units
        Index `teryt`; columns `population, covered_people, residual_people, unknown_people`
        (inhabitants), `localities, covered_localities, unknown_localities` (counts), `area_km2,
        covered_km2, residual_km2, unknown_km2` (km²); covered, residual (surely out of reach) and
        unknown sum to the total. `members` (seated there), `possible` (members of coarser place that
        may be there), `declared` (bool), `sectors` (state by sector), `nearest` (row of the nearest member, -1 for
        none), `nearest_m` and `bearing` (from the most populous locality, metres and degrees from
        north), `seat` (that locality), `verdict`.
    localities
        The localities of the area: `name, teryt, population, geometry, nearest, nearest_m,
        bearing, covered, unknown`.
    radius_m
        Reach in a straight line, metres; NaN where travel times were used (no km² then).
    limit_min
        Longest travel time, minutes; NaN where distances were used.
    untimed
        Localities without a travel time, where times were used.
    roads
        Of which day the roads are that the times follow, "" where they follow none.
    unplaced
        Members without a point: they count where they are seated but reach nobody.
    cut
        TERYT codes of the cities without a placed member which the reach cuts, see `reach_cities`: of
        their people nothing is known.
    coarser
        Verdicts of the units of coarser levels that lie wholly in the area, by level.
    """

    units: pd.DataFrame
    localities: pd.DataFrame
    radius_m: float
    unplaced: int
    limit_min: float = float("nan")
    untimed: int = 0
    roads: str = ""
    cut: tuple[str, ...] = ()
    coarser: Mapping[Level, pd.Series] = field(default_factory=dict)
