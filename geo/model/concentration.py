"""State what is asked about concentration, what it needs, and what the answers are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import QueryError
from geo.model.cluster import Sector, Status
from geo.model.selection import Asked, Subject
from geo.model.units import Level

# Every simulation starts from this number, so that it can be repeated.
SEED = 2180
SIMULATIONS = 999
ENVELOPES = 199
LOCAL_SIMULATIONS = 9_999
ALPHA = 0.05
# Whether chance explains a figure is said only where at least this share of the members has a known unit.
LEAST_PLACED = 0.8
# Fewer members, actual or expected, than this in a unit say nothing about its location quotient.
MIN_COUNT = 5


class Method(StrEnum):
    """A measure of concentration."""

    CENTRE = "centre"
    ELLIPSE = "ellipse"
    SECTORS = "sectors"
    UNEVENNESS = "unevenness"
    QUOTIENT = "quotient"
    NEIGHBOURS = "neighbours"
    RIPLEY = "ripley"
    HOT_SPOTS = "hot_spots"


@dataclass(frozen=True)
class Needs:
    """
    What a measure needs to be told at all.

    Attributes
    ----------
    members
        Fewest members whose place is known well enough.
    units
        Fewest units of the level.
    """

    members: int
    units: int = 0


# Below these no number is given. Clark-Evans: Donnelly (1978) holds from 7 points on, rounded up;
# hot spots: Getis and Ord (1996) ask for 30 units; the others are ours, on the side of caution.
NEEDS = {
    Method.CENTRE: Needs(3),
    Method.ELLIPSE: Needs(5),
    Method.SECTORS: Needs(5),
    Method.UNEVENNESS: Needs(10, 5),
    Method.QUOTIENT: Needs(MIN_COUNT, 2),
    Method.NEIGHBOURS: Needs(10),
    Method.RIPLEY: Needs(20),
    Method.HOT_SPOTS: Needs(20, 30),
}


class Reference(StrEnum):
    """Where members would be if they were not concentrated."""

    PEOPLE = "people"
    SPACE = "space"


class Spot(StrEnum):
    """What a unit is on a map of hot spots."""

    HOT = "hot"
    COLD = "cold"
    HIGH_LOW = "high_low"
    LOW_HIGH = "low_high"
    NONE = "none"
    ISLAND = "island"


@dataclass(frozen=True)
class ConcentrationQuery(Asked):
    """
    What is asked about the concentration of clusters.

    Attributes
    ----------
    subject
        Identifier of a cluster or of a network, or several with commas between.
    level
        Level of the units that are counted.
    sectors, statuses
        Which organisations count; sorted, not empty.

    Raises
    ------
    QueryError
        If nothing is chosen.
    """

    subject: Subject
    level: Level = Level.GMINA
    sectors: tuple[Sector, ...] = tuple(Sector)
    statuses: tuple[Status, ...] = (Status.MEMBER,)

    def __post_init__(self) -> None:
        """Check that something is chosen."""
        self._read_subject()
        for field in ("sectors", "statuses"):
            if not getattr(self, field):
                raise QueryError(field, (), "some")


@dataclass(frozen=True)
class Expected:
    """
    A number, and where it would lie without concentration.

    Attributes
    ----------
    value
        What was observed.
    low, high
        Bounds that hold 95 % of the simulated values.
    simulations
        Number of simulations.
    """

    value: float
    low: float
    high: float
    simulations: int

    @property
    def sign(self) -> int:
        """1 above the bounds, -1 below, 0 between them."""
        # Sums in another order differ in the last digits.
        slack = 1e-9 * max(abs(self.value), 1e-300)
        return int(self.value > self.high + slack) - int(self.value < self.low - slack)


@dataclass(frozen=True)
class Unevenness:
    """
    How unevenly members are spread over units.

    Attributes
    ----------
    gini, theil, hhi
        Gini coefficient (0 to 1), Theil index (nats, 0 to ln n) and Herfindahl-Hirschman index of shares (1/n to
        1), each beside what it is where members follow people.
    between
        Part of the Theil index that lies between groups, 0 to 1; NaN where the index is 0.
    groups, grouped
        Number of groups, and the level of units they are.
    units, members
        Numbers of units and of members counted.
    """

    gini: Expected
    theil: Expected
    hhi: Expected
    between: float
    groups: int
    grouped: Level
    units: int
    members: int


@dataclass(frozen=True)
class Centre:
    """
    Where the middle of the members is and how far they spread.

    Attributes
    ----------
    members, people
        Mean centre of members and of inhabitants, easting and northing, metres in EPSG:2180.
    offset_m, bearing
        Distance of the first from the second, metres, and direction, degrees from grid north.
    spread_m, people_spread_m
        Standard distance of members and of inhabitants, metres.
    ellipse
        Semi-axes in metres, longer first, and direction of the longer one, degrees clockwise from grid
        north (0 to 180); None for fewer members than it needs.
    count
        Number of members with a point.
    """

    members: tuple[float, float]
    people: tuple[float, float]
    offset_m: float
    bearing: float
    spread_m: float
    people_spread_m: float
    ellipse: tuple[float, float, float] | None
    count: int


@dataclass(frozen=True)
class NearestNeighbours:
    """
    How far members are from each other, beside what is expected.

    Attributes
    ----------
    mean_m
        Mean distance from a member to the nearest other one, metres.
    naive
        Ratio to 0.5/√(n/area), without an edge correction (Clark and Evans 1954).
    space, people
        Ratio to the mean of simulated maps, on the land of the territory and among its inhabitants.
        Below `low`: closer than chance.
    count, sharing
        Members counted, and those that stand at the same point as another.
    area_km2
        Land area of the territory, km².
    """

    mean_m: float
    naive: float
    space: Expected
    people: Expected
    count: int
    sharing: int
    area_km2: float


@dataclass(frozen=True)
class Ripley:
    """
    Ripley's K and L with simulation envelopes.

    Attributes
    ----------
    radii_m
        Distances, metres, (k,).
    others, low, high
        Mean number of other members within each distance of a member, and the bounds of 95 % of the
        simulated maps at each distance alone, (k,).
    middle
        Mean of the simulated maps, (k,).
    l_m, l_low_m, l_high_m
        The same as Besag's L, metres, (k,).
    p
        Probability of a map as far from the mean of the simulated ones anywhere, 0 to 1.
    reference, simulations, count
        What was simulated, how often, and how many members there are.
    area_km2
        Land area, km².
    """

    radii_m: NDArray[np.float64]
    others: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    middle: NDArray[np.float64]
    l_m: NDArray[np.float64]
    l_low_m: NDArray[np.float64]
    l_high_m: NDArray[np.float64]
    p: float
    reference: Reference
    simulations: int
    count: int
    area_km2: float


@dataclass(frozen=True)
class HotSpots:
    """
    Units around which there are more or fewer members than people explain.

    Attributes
    ----------
    table
        Index `teryt`; `members`, `around` (members in the unit and its neighbours), `expected`
        (the same, were members to follow people), `neighbours` (count), `statistic`, `p` (two-sided; NaN for an
        island where neighbours are needed), `spot` (a `Spot`).
    alpha
        Rate of false discoveries held to.
    false_alarms
        Share of simulated maps without any concentration on which a unit was marked.
    simulations
        Number of simulated maps.
    """

    table: pd.DataFrame
    alpha: float
    false_alarms: float
    simulations: int
