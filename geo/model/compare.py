"""State what is asked when clusters are laid side by side."""

from __future__ import annotations

from dataclasses import dataclass

from geo.errors import QueryError
from geo.model.cluster import Status
from geo.model.coverage import MAX_RADIUS_KM, MIN_RADIUS_KM
from geo.model.queries import DEFAULT_STATUSES, Measure
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

    Raises
    ------
    QueryError
        If a value is out of its range.
    """

    subject: Subject
    radius_km: float = COMPARED_KM
    statuses: tuple[Status, ...] = (Status.MEMBER,)
    people: str = ""

    def __post_init__(self) -> None:
        """Check the ranges."""
        self._read_subject()
        if not MIN_RADIUS_KM <= self.radius_km <= MAX_RADIUS_KM:
            raise QueryError("radius_km", self.radius_km, "range", low=f"{MIN_RADIUS_KM:g}", high=f"{MAX_RADIUS_KM:g}")
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

    def __post_init__(self) -> None:
        """Check that something is chosen."""
        for field in ("subjects", "statuses"):
            if not getattr(self, field):
                raise QueryError(field, (), "some")
