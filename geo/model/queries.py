"""State what is asked, as frozen values that caches can be keyed on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from geo.errors import QueryError
from geo.model.cluster import Sector, Status
from geo.model.selection import Asked, Subject
from geo.model.units import Level


class Measure(StrEnum):
    """What the density map shows."""

    COUNT = "count"
    PER_100_KM2 = "per_100_km2"
    PER_10K_PEOPLE = "per_10k_people"


class Scheme(StrEnum):
    """How values are cut into classes."""

    NATURAL = "natural"
    QUANTILES = "quantiles"
    EQUAL = "equal"
    ROUND = "round"


class Kernel(StrEnum):
    """The kernel of a density surface."""

    QUARTIC = "quartic"
    GAUSSIAN = "gaussian"


# More are not told apart by the colour-blind.
MIN_CLASSES, MAX_CLASSES = 2, 6
MIN_BANDWIDTH_KM, MAX_BANDWIDTH_KM = 3.0, 100.0


# Who counts unless somebody chooses otherwise.
DEFAULT_STATUSES = (Status.MEMBER, Status.DECLARED)


@dataclass(frozen=True)
class DensityQuery(Asked):
    """
    A density map of one cluster or one network.

    Attributes
    ----------
    subject
        Identifier of a cluster or of a network.
    level
        Level of the units.
    measure
        What is shown.
    sectors, statuses
        Which members count; sorted, not empty.
    scheme, classes
        How values are cut, and into how many classes (2 to 7).
    surface
        Whether the kernel surface is wanted.
    kernel, bandwidth_km
        Kernel and radius (quartic) or standard deviation (Gaussian) in km; None for the default.
    people
        Identifier of the group of age of whom a rate by people is told, a row of the table of groups; "" for everybody.

    Raises
    ------
    QueryError
        If a value is out of its range.
    """

    subject: Subject
    level: Level = Level.GMINA
    measure: Measure = Measure.COUNT
    sectors: tuple[Sector, ...] = tuple(Sector)
    statuses: tuple[Status, ...] = DEFAULT_STATUSES
    scheme: Scheme = Scheme.NATURAL
    classes: int = 5
    surface: bool = False
    kernel: Kernel = Kernel.QUARTIC
    bandwidth_km: float | None = None
    people: str = ""

    def __post_init__(self) -> None:
        """Check the ranges."""
        self._read_subject()
        if not MIN_CLASSES <= self.classes <= MAX_CLASSES:
            raise QueryError("classes", self.classes, "range", low=MIN_CLASSES, high=MAX_CLASSES)
        if self.bandwidth_km is not None and not MIN_BANDWIDTH_KM <= self.bandwidth_km <= MAX_BANDWIDTH_KM:
            raise QueryError("bandwidth_km", self.bandwidth_km, "range", low=MIN_BANDWIDTH_KM, high=MAX_BANDWIDTH_KM)
        for field in ("sectors", "statuses"):
            if not getattr(self, field):
                raise QueryError(field, (), "some")
