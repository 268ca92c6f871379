"""State what is asked when clusters are laid side by side."""

from __future__ import annotations

from dataclasses import dataclass

from geo.errors import QueryError
from geo.model.cluster import Status
from geo.model.queries import DEFAULT_STATUSES, Measure
from geo.model.reach import Reach
from geo.model.selection import Asked, Subject
from geo.model.units import Level

# Reach at which clusters are compared unless another is chosen, km.
COMPARED_KM = 30.0


@dataclass(frozen=True)
class CompareQuery(Asked):
    """
    Clusters side by side.

    Attributes
    ----------
    subject
        Identifiers of clusters and networks, with commas between.
    radius_km
        Reach in a straight line, 1 to 60 km, the same for every cluster.
    statuses
        Which organisations count as present in coverage, distances and concentration; sorted, not empty.
    people
        Identifier of the group of age that is counted, a row of the table of groups; "" for everybody.
    minutes
        Reach by road instead of the straight line, 5 to 120 minutes; None for the line.

    Raises
    ------
    QueryError
        If a value is out of its range.
    """

    subject: Subject
    radius_km: float = COMPARED_KM
    statuses: tuple[Status, ...] = (Status.MEMBER,)
    people: str = ""
    minutes: float | None = None

    @property
    def reach(self) -> Reach:
        """How far is within reach, the same for every cluster."""
        return Reach(self.radius_km, self.minutes)

    def __post_init__(self) -> None:
        """Check the ranges."""
        self._read_subject()
        self.reach.check()
        if not self.statuses:
            raise QueryError("statuses", (), "some")


@dataclass(frozen=True)
class PanelQuery:
    """
    The same measure on several maps with the same classes.

    Attributes
    ----------
    subjects
        What each map shows: clusters or networks, as `DensityQuery.subject`.
    level
        Level of the units.
    measure
        What is shown.
    statuses
        Which organisations count; sorted, not empty.
    radius_km
        Reach in a straight line, the same for every cluster.
    people
        Identifier of the group of age of whom a rate by people is told; "" for everybody.
    minutes
        As of `CompareQuery`.

    Raises
    ------
    QueryError
        If nothing is chosen.
    """

    subjects: tuple[str, ...]
    level: Level = Level.POWIAT
    measure: Measure = Measure.COUNT
    statuses: tuple[Status, ...] = DEFAULT_STATUSES
    radius_km: float = COMPARED_KM
    people: str = ""
    minutes: float | None = None

    @property
    def reach(self) -> Reach:
        """How far is within reach, the same for every cluster."""
        return Reach(self.radius_km, self.minutes)

    def __post_init__(self) -> None:
        """Check that something is chosen."""
        for field in ("subjects", "statuses"):
            if not getattr(self, field):
                raise QueryError(field, (), "some")
